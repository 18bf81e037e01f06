"""What workers logged, across attempts."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaigns.errors import UsageError, none_such
from campaigns.services.logs.patterns import Pattern, pattern_of
from campaigns.services.monitor.progress import state_of
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import get_campaign, list_jobs
from campaigns.store.rows import AttemptRow

POLL = 0.2
"""Seconds between two looks at growing logs."""


@dataclass(frozen=True, slots=True)
class TailLine:
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which lines a person wants."""

    job: str | None
    attempt: int | None
    grep: Pattern
    out: Pattern | None

    def has_attempt(self, attempt: AttemptRow) -> bool:
        return self.job in {None, attempt.job} and self.attempt in {None, attempt.number}

    def has_line(self, text: str) -> bool:
        return bool(self.grep.search(text)) and not (self.out and self.out.search(text))


def lines(
    workspace: Workspace,
    name: str,
    *,
    job: str | None = None,
    attempt: int | None = None,
    grep: str = "",
    out: str = "",
    is_following: bool = False,
) -> Iterator[TailLine]:
    """Log lines that match `grep` and do not match `out`, oldest attempt first; when following, until the campaign is
    over.

    Raises:
        NoSuchName: there is no campaign or job of that name.
        UsageError: `grep` or `out` is no regular expression, or no job has had that many attempts.
    """
    wanted = _Wanted(job, attempt, pattern_of(grep), pattern_of(out) if out else None)
    with workspace.store() as store:
        row = get_campaign(store, name)
        last = max((tried.number for tried in list_attempts(store, row.id) if job in {None, tried.job}), default=0)
        jobs = [known.job.id for known in list_jobs(store, row.id)]
    if job is not None and job not in jobs:
        raise none_such("job in this campaign", job, jobs)
    if attempt is not None and attempt > last and not is_following:
        raise UsageError(f"there is no attempt {attempt}", hint=f"the last one is {last}" if last else "none has begun")
    return _lines(workspace, row.id, wanted, is_following=is_following)


def clean(text: str) -> str:
    """Return a line without the characters that a terminal takes as orders; tabs become spaces."""
    return "".join(c if c.isprintable() else "" for c in text.replace("\t", "    "))


def _lines(workspace: Workspace, campaign: str, wanted: _Wanted, *, is_following: bool) -> Iterator[TailLine]:
    readers: dict[tuple[str, int], _Reader] = {}
    while True:
        with workspace.store() as store:
            row = get_campaign(store, campaign)
            # Looked at before the logs: what is written after the end is then still read.
            is_over = state_of(store, row).is_over
            attempts = [a for a in list_attempts(store, row.id) if wanted.has_attempt(a)]
        for attempt in attempts:
            reader = readers.setdefault((attempt.job, attempt.number), _Reader(_log(workspace, attempt)))
            for text in reader.new_lines():
                if wanted.has_line(text):
                    yield TailLine(attempt.job, attempt.number, text)
        if not is_following or is_over:
            return
        time.sleep(POLL)


def _log(workspace: Workspace, attempt: AttemptRow) -> Path:
    return workspace.home.campaign(attempt.campaign).job(attempt.job).attempt(attempt.number).log
