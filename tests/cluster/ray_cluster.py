"""A real cluster of Ray: a head on this machine, nodes on hosts of their own, started for tests and ended with them.

Everything of it lies in one folder, with a token that nobody else has. Nothing of a Ray that may run here is touched.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psutil

from campaigns.station.executors.ray.executor import looking_ray
from tests.cluster.cabled_hosts import Host
from tests.patience import patience
from tests.stage import kill, wait_for

CPUS = 2
MARK = "ALWSL_TEST_RAY"
STORE_BYTES = 80_000_000
QUICK = {
    "RAY_health_check_period_ms": "1000", "RAY_health_check_timeout_ms": "2000",
    "RAY_health_check_failure_threshold": "3",
}  # fmt: skip
"""As `doctor` advises: a lost node is noticed in ten seconds."""


def lacking() -> str:
    """Why no cluster can be started here; empty where one can."""
    return "" if find_spec("ray") else "ray is not installed: pip install 'ray>=2.60,<3'"


@dataclass(slots=True)
class RayCluster:
    """One that runs."""

    folder: Path
    """Of its sockets and logs; a socket's path has room for a hundred letters."""
    host: str
    """The address of its head."""
    token: str = field(default_factory=lambda: os.urandom(16).hex())
    port: int = 0
    client_port: int = 0
    """Where Ray's client is answered; 0 where that is not installed."""

    @property
    def executor(self) -> str:
        """What `--executor` is told."""
        return f"ray:{self.host}:{self.port}"

    @property
    def far_executor(self) -> str:
        """The same through Ray's client, as a machine that is no node of the cluster has it."""
        return f"ray://{self.host}:{self.client_port}"

    @property
    def env(self) -> dict[str, str]:
        """The environment of its daemons."""
        return dict(os.environ) | QUICK | {
            MARK: self.folder.name, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": self.token,
            "RAY_ENABLE_AUTO_CONNECT": "0", "RAY_USAGE_STATS_ENABLED": "0",
        }  # fmt: skip

    def start(self, *, cpus: int = CPUS) -> None:
        """Start its head, with so many cores for workers."""
        self.port = self.port or _free_port(self.host)
        if find_spec("grpc"):
            self.client_port = self.client_port or _free_port(self.host)
        self._ray(
            "start", "--head", *self._own_address(), f"--port={self.port}", f"--num-cpus={cpus}",
            "--include-dashboard=false", f"--temp-dir={self.folder}", f"--object-store-memory={STORE_BYTES}",
            "--labels=view=home", *((f"--ray-client-server-port={self.client_port}",) if self.client_port else ()),
        )  # fmt: skip

    def _own_address(self) -> tuple[str, ...]:
        # By itself Ray takes this machine's address, also where its clients say 127.0.0.1.
        return () if self.host == "127.0.0.1" else (f"--node-ip-address={self.host}",)

    def join(self, host: Host, *hidden: Path) -> None:
        """Start a node on a host, which does not see what lies in these folders."""
        for folder in (self.folder, *hidden):
            host.hide(folder)
        words = (
            "start", f"--address={self.host}:{self.port}", f"--node-ip-address={host.address}", f"--num-cpus={CPUS}",
            f"--object-store-memory={STORE_BYTES}", "--labels=view=none",
        )  # fmt: skip
        # In a folder that is hidden above, so that each host has one of its own.
        host.run(str(_ray_program()), *words, env=self.env | {"ALWSL_NODE": str(self.folder / "scratch")})

    def _ray(self, *words: str) -> None:
        done = subprocess.run(
            [str(_ray_program()), *words], capture_output=True, text=True, timeout=patience(), check=False, env=self.env
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    def daemons(self, name: str = "") -> list[psutil.Process]:
        """Its processes on this machine and on all hosts, or those of a name."""
        ours = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(MARK) == self.folder.name and name in " ".join(process.cmdline()):
                    ours.append(process)
        return ours

    def kill_head(self) -> None:
        """Kill the head's memory of everything; what else is there goes on for a while."""
        kill(self.daemons("gcs_server"))

    def said(self) -> str:
        """What its daemons have said last."""
        logs = sorted(self.folder.glob("session_latest/logs/*.err")) + sorted(
            self.folder.glob("session_latest/logs/*.out")
        )
        return "\n".join(f"--- {path.name}\n" + "\n".join(_last(path)) for path in logs if path.stat().st_size)

    def hang_up(self) -> None:
        """End what this process has looked at it with."""
        for executor in (self.executor, self.far_executor):
            looking_ray(executor.partition(":")[2]).close()
        looking_ray.cache_clear()

    def stop(self) -> None:
        """End all of it."""
        kill(self.daemons())
        # Not each by its number: on a host nobody may have heard of its end, and what is dead is as good as gone.
        wait_for(lambda: not self.daemons(), on_failure=lambda: str(self.daemons()))


@contextmanager
def started_ray(folder: Path, *, host: str = "127.0.0.1", cpus: int = CPUS) -> Iterator[RayCluster]:
    """A cluster whose head is here; commands of this process are of it."""
    cluster = RayCluster(folder, host)
    before = {name: os.environ.get(name) for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN")}
    os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": cluster.token}
    try:
        cluster.start(cpus=cpus)
        yield cluster
    finally:
        cluster.hang_up()
        cluster.stop()
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def bridges() -> list[psutil.Process]:
    """The bridges of stations that live."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "campaigns.station.executors.ray.bridge" in process.cmdline():
                found.append(process)
    return found


def bridge_of(station: psutil.Process) -> psutil.Process:
    """The bridge that a station has started."""
    return wait_for(
        lambda: [process for process in bridges() if process.ppid() == station.pid], on_failure=lambda: "no bridge"
    )[0]


def _ray_program() -> Path:
    return Path(sys.executable).with_name("ray")


def _free_port(host: str) -> int:
    with socket.socket() as ours:
        ours.bind((host, 0))
        return int(ours.getsockname()[1])


def _last(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines()[-8:]
