"""Which jobs wait, and why."""

from dataclasses import dataclass

from campaigns.core.execution import EngineStanding
from campaigns.core.ids import JobId
from campaigns.services.monitor.presence import Attendance, attendance
from campaigns.services.workspace import Workspace
from campaigns.station.executors.opening import open_executor
from campaigns.station.waiting import queue_of
from campaigns.store.attempts import running_attempts
from campaigns.store.campaigns import campaign_names
from campaigns.store.store import Store


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A job that waits."""

    campaign: str
    """Name of the campaign."""
    job: JobId
    reason: str
    """Why it waits; `next` when it may start, else who is not there to start it."""
    since: float | None = None
    """When it was given to an engine, or the engine was last heard of; None while the station keeps it back."""


def load_queue(workspace: Workspace) -> list[QueueLine]:
    """Return every waiting job of the campaigns that are to run: those that an engine has in its queue or does not
    answer for, those that may start, then the station's order.

    Raises:
        BadHome: the store cannot be opened.
    """
    present = attendance(workspace)
    with workspace.store() as store, store.reading():
        return queue_lines(workspace, store, present)


def queue_lines(workspace: Workspace, store: Store, present: Attendance) -> list[QueueLine]:
    """Return the jobs that wait, as `load_queue`."""
    names = campaign_names(store)
    turns = sorted(queue_of(workspace.home, store, open_executor()), key=lambda turn: turn.slot is None)
    now = present.when_due
    held = [
        QueueLine(names[attempt.campaign], attempt.job, attempt.standing_words, attempt.standing_since)
        for attempt in running_attempts(store)
        if attempt.standing is not EngineStanding.NONE
    ]
    return held + [QueueLine(names[turn.job.campaign], turn.job.job.id, turn.reason or now) for turn in turns]
