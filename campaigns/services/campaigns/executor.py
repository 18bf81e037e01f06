"""Which executor runs a campaign: chosen when it is made, kept with it, and changed while it rests."""

import os
import time

from campaigns.core.execution import EXECUTORS, LOCAL, RAY, Wish, engine_of
from campaigns.core.states import Intent, JobState
from campaigns.errors import NoEngine, NotNow, UsageError, nearest
from campaigns.services.workspace import Workspace
from campaigns.station.executors.opening import obstacle_now
from campaigns.station.executors.ray.address import AUTO, is_address
from campaigns.store.campaigns import get_campaign, list_jobs, note, set_executor
from campaigns.store.node_kinds import begin_anew

VARIABLE = "ALWSL_EXECUTOR"
"""What new campaigns are run by where nobody says so."""
ADDRESSES = "ray:auto on a node of the cluster, ray:HOST:PORT with its head's, or ray://HOST:10001 from elsewhere"


def chosen_executor(asked: str | None = None) -> str:
    """Return the executor that is asked for, else that of the environment, else this machine's processes.

    Raises:
        UsageError: there is no such executor.
        NoEngine: what stands behind `ray:` is no address.
    """
    name, where = (asked, "--executor") if asked else (os.environ.get(VARIABLE) or LOCAL, VARIABLE)
    kind, _, address = name.partition(":")
    if kind not in EXECUTORS or (address and kind != RAY):
        raise UsageError(f"{where}: there is no executor {name!r}", hint=nearest(kind, EXECUTORS))
    if kind != RAY:
        return name
    if not is_address(address or AUTO):
        raise NoEngine(f"{where}: {name!r} is no address of a cluster", hint=f"write {ADDRESSES}")
    return f"{RAY}:{address or AUTO}"


def require_executor(name: str) -> None:
    """Raise NoEngine unless jobs can be given to that executor from this machine.

    Raises:
        NoEngine: its engine's commands are not here, or its cluster does not answer, or does not take us.
    """
    if name != LOCAL and (obstacle := obstacle_now(Wish("auto", 1, 1, name))):
        where = (
            "where its cluster can be reached" if engine_of(name) == RAY else "on a machine where jobs are submitted"
        )
        raise NoEngine(
            f"{obstacle}: the executor {name} cannot be used from here",
            hint=f"run it {where}, or leave out --executor",
        )


def choose_executor(workspace: Workspace, name: str, executor: str | None) -> None:
    """Let a campaign that rests be run by another executor from now on; None and the same one change nothing.

    Raises:
        UsageError: there is no such executor.
        NoEngine: its engine's commands are not here.
        NotNow: the campaign runs, or this workspace only looks.
    """
    if executor is None:
        return
    workspace.require_writing()
    wanted = chosen_executor(executor)
    with workspace.store() as store, store.writing():
        row = get_campaign(store, name)
        if row.executor == wanted:
            return
        is_running = JobState.RUNNING in {job.state for job in list_jobs(store, row.id)}
        if is_running or row.intent is Intent.RUN:
            raise NotNow(
                f"{row.name} runs on the executor {row.executor}",
                hint=f"let it rest first: alwsl-tui pause {row.name}",
            )
        require_executor(wanted)
        set_executor(store, row.id, wanted)
        begin_anew(store, row.id, at=time.time())
        note(store, row.id, f"runs on the executor {wanted} from now on", at=time.time())
