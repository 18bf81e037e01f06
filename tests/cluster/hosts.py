"""Hosts on this machine that see one folder: each with a name, process numbers, mounts and a boot of its own.

They share a kernel, so locks on one file would reach from one to the other; of the files that are given, each host has
its own, as where a network's file system leaves locks to each machine.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil

from tests.cli.calling import Said
from tests.patience import patience
from tests.stage import wait_for

PROGRAMS = ("unshare", "nsenter", "mount", "setpriv")


def lacking() -> str:
    """Why there can be no hosts here; empty where there can."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if os.geteuid() != 0:
        return "only root makes namespaces"
    tried = subprocess.run(
        ["unshare", "--uts", "--pid", "--mount", "--fork", "--mount-proc", "true"], capture_output=True, check=False
    )
    return tried.stderr.decode().strip() if tried.returncode else ""


@dataclass(frozen=True, slots=True)
class HostOfTests:
    """One that is up."""

    name: str
    init: psutil.Process
    """Its first process; all others end with it."""
    env: Mapping[str, str]

    def run(self, *words: str | Path) -> Said:
        """What a command does there."""
        enter = ["nsenter", f"--target={self.init.pid}", "--uts", "--pid", "--mount", "--"]
        done = subprocess.run(
            [*enter, *map(str, words)], capture_output=True, text=True, timeout=patience(), check=False,
            stdin=subprocess.DEVNULL, env=dict(os.environ) | dict(self.env),
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    def has(self, process: psutil.Process) -> bool:
        """Whether a process runs there."""
        return _space(process.pid) == _space(self.init.pid)


def _space(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")  # noqa: PTH115  # it leads to no path
    except OSError:
        return ""


@contextmanager
def hosts(
    folder: Path, names: Sequence[str], *, own: Sequence[Path], env: Mapping[str, str]
) -> Iterator[tuple[HostOfTests, ...]]:
    """Hosts of these names, each with files of its own in the place of those in `own`, and a small disk in memory.

    Without such files they are containers of one machine, which was started once. In `env`, DISK stands for the folder
    of that disk.
    """
    with ExitStack() as stack:
        yield tuple(stack.enter_context(_host(folder / name, name, own=own, env=env)) for name in names)


@contextmanager
def _host(folder: Path, name: str, *, own: Sequence[Path], env: Mapping[str, str]) -> Iterator[HostOfTests]:
    disk, boot, is_up = folder / "disk", folder / "boot_id", folder / "up"
    disk.mkdir(parents=True)
    boot.write_text(f"{uuid4()}\n")
    script = [
        "set -e", f"echo {name} > /proc/sys/kernel/hostname",
        f"mount -t ramfs none {disk}",
    ]  # fmt: skip
    if own:
        script.append(f"mount --bind {boot} /proc/sys/kernel/random/boot_id")
    for number, path in enumerate(own):
        mine = folder / f"{number}.lock"
        for file in (path, mine):
            file.touch()
        script.append(f"mount --bind {mine} {path}")
    # A shell that waits for its own sleeps reaps everybody else's children, too, as a first process has to.
    script += [f"touch {is_up}", "while :; do sleep 0.2; done"]
    # However the tests end, their hosts end with them.
    words = [
        "setpriv",
        "--pdeathsig=KILL",
        "unshare",
        "--uts",
        "--pid",
        "--mount",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "sh",
        "-c",
    ]
    unshare = subprocess.Popen([*words, "\n".join(script)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: is_up.exists() or unshare.poll() is not None, on_failure=lambda: name)
        assert unshare.poll() is None, unshare.stderr and unshare.stderr.read()
        (init,) = psutil.Process(unshare.pid).children()
        yield HostOfTests(name, init, {key: value.replace("DISK", str(disk)) for key, value in env.items()})
    finally:
        unshare.kill()
        unshare.communicate(timeout=patience())
