"""Slurm's accounting for tests: a MariaDB and a slurmdbd of our own, on ports and in a folder of their own."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.patience import patience
from tests.stage import wait_for

PROGRAMS = ("mariadbd", "mariadb-install-db", "slurmdbd", "sacct", "sacctmgr")


def lacking_accounts() -> str:
    """Why there can be no accounting here; empty where there can."""
    missing = [program for program in PROGRAMS if path_of(program) is None]
    return f"not installed: {', '.join(missing)} (Debian: slurmdbd mariadb-server)" if missing else ""


@contextmanager
def accounts(conf: Path) -> Iterator[None]:
    """Accounting for the cluster of this `slurm.conf`, to which its lines are added; munged runs already."""
    folder = conf.parent
    database, daemon = free_ports(2)
    env = dict(os.environ) | {"SLURM_CONF": str(conf)}
    rows = folder / "rows"
    subprocess.run(
        [str(path_of("mariadb-install-db")), "--no-defaults", f"--datadir={rows}", "--user=root"],
        check=True, capture_output=True, timeout=patience(),
    )  # fmt: skip
    (folder / "slurmdbd.conf").write_text(f"""
AuthType=auth/munge
AuthInfo=socket={folder / "munge.socket"}
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={daemon}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={database}
StorageUser=root
StorageLoc=accounts
PidFile={folder / "slurmdbd.pid"}
""")
    (folder / "slurmdbd.conf").chmod(0o600)
    with conf.open("a") as file:
        file.write(
            "AccountingStorageType=accounting_storage/slurmdbd\nAccountingStorageHost=127.0.0.1\n"
            f"AccountingStoragePort={daemon}\nAccountingStoragePass={folder / 'munge.socket'}\nMinJobAge=2\n"
        )
    with ExitStack() as stack:
        log = stack.enter_context((folder / "accounts.out").open("ab"))

        def start(*words: str) -> None:
            child = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True
            )
            stack.callback(child.wait)
            stack.callback(child.kill)

        def ready(port: int) -> None:
            wait_for(lambda: _answers(port), on_failure=(folder / "accounts.out").read_text)

        start(
            str(path_of("mariadbd")), "--no-defaults", f"--datadir={rows}", "--user=root", "--skip-grant-tables",
            f"--port={database}", "--bind-address=127.0.0.1", f"--socket={folder / 'rows.socket'}",
            f"--pid-file={folder / 'rows.pid'}",
        )  # fmt: skip
        ready(database)
        start(str(path_of("slurmdbd")), "-D")
        ready(daemon)
        added = subprocess.run(
            ["sacctmgr", "--immediate", "add", "cluster", "tests"], check=False, capture_output=True, text=True, env=env
        )
        assert added.returncode == 0, added.stdout + added.stderr + (folder / "accounts.out").read_text()
        yield


def path_of(program: str) -> str | None:
    """Where a program is, which may be outside of a user's path."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin:/sbin")


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens at."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
