"""What workers logged, across attempts."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaigns.errors import UsageError, none_such
from campaigns.services.watching import state_of
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import AttemptRow

POLL = 0.2
"""Seconds between two looks at growing logs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a worker's log."""

    job: str
    attempt: int
    text: str
    """Without control characters: a log can hold anything, a terminal obeys it."""


@dataclass(slots=True)
class _Reader:
    """Whole new lines of a file that grows."""

    path: Path
    offset: int = 0

    def new_lines(self) -> Iterator[str]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self.offset)
            for raw in file:
                if not raw.endswith(b"\n"):
                    return
                self.offset += len(raw)
                yield clean(raw.decode(errors="replace"))


def lines(
    workspace: Workspace, name: str, *, job: str | None = None, grep: str = "", is_following: bool = False
) -> Iterator[Line]:
    """Log lines of a campaign, oldest attempt first; when following, until the campaign is over.

    Raises:
        NoSuchName: there is no campaign or job of that name.
        UsageError: `grep` is no regular expression.
    """
    try:
        wanted = re.compile(grep)
    except re.error as error:
        raise UsageError(
            f"{grep!r} is not a regular expression: {error}",
            hint=f"for the text itself write {re.escape(grep)!r}",
        ) from error
    with workspace.store() as store:
        row = get_campaign(store, name)
    if job is not None and job not in {j.id for j in row.plan.jobs}:
        raise none_such("job in this campaign", job, [j.id for j in row.plan.jobs])
    return _lines(workspace, row.id, wanted, job=job, is_following=is_following)


def clean(text: str) -> str:
    """A line without the characters that a terminal takes as orders; tabs become spaces."""
    return "".join(c if c.isprintable() else "" for c in text.replace("\t", "    "))


def _lines(
    workspace: Workspace, campaign: str, wanted: re.Pattern[str], *, job: str | None, is_following: bool
) -> Iterator[Line]:
    readers: dict[tuple[str, int], _Reader] = {}
    while True:
        with workspace.store() as store:
            row = get_campaign(store, campaign)
            # Looked at before the logs: what is written after the end is then still read.
            is_over = state_of(store, row).is_over
            attempts = [a for a in list_attempts(store, row.id) if job in {None, a.job}]
        for attempt in attempts:
            reader = readers.setdefault((attempt.job, attempt.number), _Reader(_log(workspace, attempt)))
            for text in reader.new_lines():
                if wanted.search(text):
                    yield Line(attempt.job, attempt.number, text)
        if not is_following or is_over:
            return
        time.sleep(POLL)


def _log(workspace: Workspace, attempt: AttemptRow) -> Path:
    return workspace.home.campaign(attempt.campaign).job(attempt.job).attempt(attempt.number).log
