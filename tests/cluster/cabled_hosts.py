"""Hosts on this machine: each has a network, process numbers, mounts and a name of its own, and a cable to a switch.

Only root can make them. A host whose power is cut says nothing more to anybody, as if it had been pulled out.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.patience import patience
from tests.stage import wait_for

INIT = ("sh", "-c", "sleep inf & wait")
"""The first process of a host, which hears of the end of what nobody else waits for."""
TOOLS = ("ip", "unshare", "nsenter", "mount")


def lacking() -> str:
    """Why no hosts can be made here; empty where they can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if os.geteuid() != 0:
        return "namespaces need root"
    tried = subprocess.run(["unshare", "--net", "--pid", "--mount", "--uts", "--fork", "true"], check=False)
    return "" if tried.returncode == 0 else "the kernel makes no namespaces here"


@dataclass(slots=True)
class Host:
    """One that is up."""

    name: str
    address: str
    cable: str
    """The end of its cable at the switch."""
    root: int
    """Its first process, by this machine's number."""
    _process: subprocess.Popen[bytes]

    def command(self, *words: str) -> list[str]:
        """What runs a command on it."""
        return ["nsenter", f"--target={self.root}", "--net", "--mount", "--uts", "--pid", "--", *words]

    def run(self, *words: str, env: Mapping[str, str] | None = None) -> str:
        """What a command prints there; fails when it fails."""
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, timeout=patience(), check=False,
            env=None if env is None else dict(env),
        )  # fmt: skip
        assert done.returncode == 0, f"{self.name}: {words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def hide(self, folder: Path) -> None:
        """Let it see an empty folder of its own where the others see this one."""
        self.run("mount", "-t", "tmpfs", "tmpfs", str(folder))

    def cut(self) -> None:
        """Pull its cable."""
        _ip("link", "set", self.cable, "down")

    def mend(self) -> None:
        """Put it back."""
        _ip("link", "set", self.cable, "up")

    def kill(self) -> None:
        """Cut its power: nobody is told."""
        with suppress(subprocess.CalledProcessError):
            self.cut()
        with suppress(psutil.NoSuchProcess):
            psutil.Process(self.root).kill()  # the kernel ends everything that has its number there
        self._process.wait(patience())
        with suppress(subprocess.CalledProcessError):
            _ip("link", "delete", self.cable)


@dataclass(slots=True)
class Hosts:
    """A switch, this machine at it, and hosts."""

    tag: str
    network: str
    """The first three numbers of all addresses."""
    _up: dict[str, Host] = field(default_factory=dict)
    _count: int = 1

    @property
    def address(self) -> str:
        """Of this machine."""
        return f"{self.network}.1"

    def up(self, name: str) -> Host:
        """Start a host."""
        self._count += 1
        cable, plug, address = f"w{self.tag}{self._count}", f"h{self.tag}{self._count}", f"{self.network}.{self._count}"
        process = subprocess.Popen(
            ["unshare", "--net", "--pid", "--mount", "--uts", "--fork", "--kill-child", "--mount-proc", *INIT],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        first = wait_for(lambda: psutil.Process(process.pid).children(), on_failure=lambda: "no first process")[0]
        host = self._up[name] = Host(name, address, cable, first.pid, process)
        wait_for(lambda: _has_own_network(first.pid), on_failure=lambda: "no network of its own")
        _ip("link", "add", cable, "type", "veth", "peer", "name", plug)
        _ip("link", "set", plug, "netns", str(first.pid))
        _ip("link", "set", cable, "master", f"b{self.tag}", "up")
        host.run("hostname", name)
        host.run("ip", "link", "set", "lo", "up")
        host.run("ip", "address", "add", f"{address}/24", "dev", plug)
        host.run("ip", "link", "set", plug, "up")
        return host

    def host(self, name: str) -> Host:
        """One of them."""
        return self._up[name]

    def kill(self, name: str) -> None:
        """Cut the power of a host."""
        self._up.pop(name).kill()

    def close(self) -> None:
        """Take all of it away."""
        for name in list(self._up):
            self.kill(name)
        _ip("link", "delete", f"b{self.tag}")


@contextmanager
def connected_hosts() -> Iterator[Hosts]:
    """A switch without hosts yet."""
    tag, numbers = os.urandom(2).hex(), os.urandom(2)
    hosts = Hosts(tag, f"10.{128 + numbers[0] % 64}.{numbers[1]}")
    _ip("link", "add", f"b{tag}", "type", "bridge")
    try:
        _ip("address", "add", f"{hosts.address}/24", "dev", f"b{tag}")
        _ip("link", "set", f"b{tag}", "up")
        yield hosts
    finally:
        hosts.close()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=patience())


def _has_own_network(pid: int) -> bool:
    own, theirs = Path("/proc/self/ns/net"), Path(f"/proc/{pid}/ns/net")
    with suppress(OSError):
        return own.stat().st_ino != theirs.stat().st_ino
    return False
