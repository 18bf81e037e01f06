"""A real Slurm on this machine: munged, slurmctld and two slurmd, started for tests and ended with them.

The nodes share the machine, and everything of the cluster lies in one folder. Nothing of a Slurm that may be installed
here is touched: ports, sockets, keys and state are its own.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.cluster.slurm_accounts import accounts, free_ports, path_of
from tests.patience import patience
from tests.stage import wait_for

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel")
NODES = ("n1", "n2")
CPUS = 2
NODE_TIMEOUT = 10
"""Seconds after which a node that says nothing counts as down."""


def lacking() -> str:
    """Why no cluster can be started here; empty where one can."""
    missing = [program for program in PROGRAMS if path_of(program) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (Debian: slurmctld slurmd slurm-client munge)"
    return "" if os.geteuid() == 0 else "slurmd needs root"


@dataclass(slots=True)
class Cluster:
    """One that runs."""

    folder: Path
    _daemons: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def conf(self) -> Path:
        """The file that `SLURM_CONF` names."""
        return self.folder / "slurm.conf"

    def start(self, name: str) -> None:
        """Start `munged`, `slurmctld`, or the slurmd of a node by the node's name."""
        folder = self.folder
        commands = {
            "munged": [
                path_of("munged"), "--foreground", "--force", f"--key-file={folder / 'munge.key'}",
                f"--socket={folder / 'munge.socket'}", f"--pid-file={folder / 'munge.pid'}",
                f"--log-file={folder / 'munge.log'}", f"--seed-file={folder / 'munge.seed'}",
            ],
            "slurmctld": [path_of("slurmctld"), "-D"],
        }  # fmt: skip
        command = commands.get(name, [path_of("slurmd"), "-D", "-N", name])
        with (folder / f"{name}.out").open("ab") as out:
            self._daemons[name] = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, env=dict(os.environ) | {"SLURM_CONF": str(self.conf)},
            )  # fmt: skip

    def close(self, name: str) -> None:
        """End a daemon that may first write down what it knows."""
        daemon = self._daemons.pop(name)
        daemon.terminate()
        daemon.wait(patience())

    def kill(self, name: str) -> None:
        """Kill a daemon; of a node, with all that it has started, as when its power is cut."""
        daemon = self._daemons.pop(name, None)
        if daemon is not None:
            daemon.kill()
            daemon.wait()
        if name not in NODES:
            return
        # Those between it and a job, which carry no name of a node: told by the folder that they look after. Before
        # the job, or they would tell the controller how that ended.
        for process in psutil.process_iter(["name"]):
            with suppress(psutil.Error):
                if process.name() == "slurmstepd" and f"/{name}/" in " ".join(_open_files(process)):
                    process.kill()
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("SLURMD_NODENAME") == name and _is_of(process, self.folder):
                    process.kill()

    def forget(self) -> None:
        """Take a slurmctld that is killed what it knows: numbers of jobs come again."""
        shutil.rmtree(self.folder / "state")
        (self.folder / "state").mkdir()

    def ask(self, *words: str) -> str:
        """What a command of Slurm's answers."""
        env = dict(os.environ) | {"SLURM_CONF": str(self.conf)}
        done = subprocess.run(words, capture_output=True, text=True, timeout=patience(), check=False, env=env)
        return done.stdout if done.returncode == 0 else ""

    def jobs(self, state: str = "all") -> list[str]:
        """The names of jobs in a state."""
        return self.ask("squeue", "--noheader", f"--states={state}", "--Format=Name:200").split()

    def block(self) -> None:
        """Fill the whole cluster with somebody else's jobs."""
        for _ in NODES:
            assert self.ask("sbatch", "--exclusive", "--job-name=somebody", "--output=/dev/null", "--wrap=sleep 600")
        wait_for(lambda: self.jobs("running").count("somebody") == len(NODES), on_failure=self.said)

    def unblock(self) -> None:
        """End somebody else's jobs."""
        self.ask("scancel", "--name=somebody")

    def resume(self, *nodes: str) -> None:
        """Take nodes back into service, all of them unless some are named."""
        self.ask("scontrol", "update", f"NodeName={','.join(nodes or NODES)}", "State=RESUME")

    def drain(self, node: str) -> None:
        """Let a node finish what it has, and give it no more."""
        self.ask("scontrol", "update", f"NodeName={node}", "State=DRAIN", "Reason=tests")

    def give(self, node: str, **variables: str) -> None:
        """Let jobs of a node have these variables in their environment, and no others that were given before."""
        lines = "".join(f"export {name}={value}\n" for name, value in variables.items())
        (self.folder / node / "variables").write_text(lines)

    def idle_nodes(self) -> int:
        """How many nodes have nothing to do."""
        return len(self.ask("sinfo", "--noheader", "--Node", "--partition=main", "--states=idle").splitlines())

    def said(self) -> str:
        """What its daemons have said last."""
        logs = sorted(self.folder.glob("*.out"))
        jobs = self.ask("squeue", "--states=all", "--format=%i %T %r %N %j")
        return "\n".join(
            [*(f"--- {path.name}\n" + "\n".join(path.read_text().splitlines()[-15:]) for path in logs), jobs]
        )

    def stop(self) -> None:
        """End all of it."""
        if self._daemons:
            self.ask("scancel", f"--user={os.getuid()}", "--signal=KILL", "--full")
            self.ask("scancel", f"--user={os.getuid()}")
        for name in (*NODES, "slurmctld", "munged"):
            self.kill(name)


@contextmanager
def started_cluster(folder: Path, *, cpus: int = CPUS, has_accounts: bool = False) -> Iterator[Cluster]:
    """A cluster of two idle nodes, each said to have so many cores; commands of this process are of it.

    With accounts, a database remembers jobs that the queue forgets soon.
    """
    cluster = Cluster(folder)
    folder.chmod(0o755)
    (folder / "munge.key").write_bytes(os.urandom(128))
    (folder / "munge.key").chmod(0o600)
    ports = free_ports(1 + len(NODES))
    cluster.conf.write_text(_configuration(folder, cpus, ports))
    for name in ("state", *(f"{node}/spool" for node in NODES)):
        (folder / name).mkdir(parents=True)
    prolog = folder / "prolog"
    prolog.write_text(f'#!/bin/sh\ncat "{folder}/$SLURMD_NODENAME/variables" 2>/dev/null\nexit 0\n')
    prolog.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(cluster.stop)
        before = os.environ.get("SLURM_CONF")
        os.environ["SLURM_CONF"] = str(cluster.conf)
        stack.callback(_put_back, before)
        cluster.start("munged")
        wait_for((folder / "munge.socket").exists, on_failure=cluster.said)
        if has_accounts:
            stack.enter_context(accounts(cluster.conf))
        for name in ("slurmctld", *NODES):
            cluster.start(name)
        wait_for(lambda: cluster.idle_nodes() == len(NODES), on_failure=cluster.said)
        yield cluster


def _configuration(folder: Path, cpus: int, ports: list[int]) -> str:
    host = socket.gethostname().partition(".")[0]
    nodes = "\n".join(
        f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} RealMemory=1"
        for name, port in zip(NODES, ports[1:], strict=True)
    )
    return f"""
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder / "munge.socket"}
StateSaveLocation={folder / "state"}
SlurmdSpoolDir={folder}/%n/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
TaskProlog={folder / "prolog"}
ReturnToService=2
SlurmdTimeout={NODE_TIMEOUT}
KillWait=2
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
{nodes}
PartitionName=main Nodes=ALL Default=YES State=UP PriorityTier=1 GraceTime=0
PartitionName=urgent Nodes=ALL State=UP PriorityTier=10
"""


def _is_of(process: psutil.Process, folder: Path) -> bool:
    return process.environ().get("SLURM_CONF") == str(folder / "slurm.conf")


def _open_files(process: psutil.Process) -> list[str]:
    return [*process.cmdline(), *(file.path for file in process.open_files()), *_sockets(process)]


def _sockets(process: psutil.Process) -> list[str]:
    return [str(each.laddr) for each in process.net_connections("unix")]


def _put_back(before: str | None) -> None:
    os.environ.pop("SLURM_CONF", None)
    if before is not None:
        os.environ["SLURM_CONF"] = before
