"""What must hold in a home whatever was killed in it."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState, JobState
from campaigns.home.drafts import is_draft
from campaigns.home.paths import AttemptPaths
from campaigns.services.workspace import Workspace, has_station
from campaigns.station.executors.local import pid_of
from campaigns.station.executors.opening import is_at_work, open_executor
from campaigns.station.ingest import new_events
from campaigns.store.attempts import list_attempts, list_epochs, list_rounds, running_attempts
from campaigns.store.campaigns import get_campaign, list_campaigns, list_jobs
from campaigns.store.rows import AttemptRow
from campaigns.store.store import damage
from campaigns.torture.targets import Census, is_living, words_of

KEPT = ("picks.json", "evaluation.json", "model.safetensors", "scores.safetensors")
"""Files of a round that must be the same bytes whenever and however often a campaign was killed."""
DEATHS = ("killed by SIGKILL", "its process is gone", "its process was never started")
"""What a station may say of a killed worker: not every one is its own child, or known to it yet."""
TRACEBACK = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n)*(.*)", re.MULTILINE)
GHOST_SECONDS = 10.0
"""How long at most something that is dead may be shown as running, while a station is at work."""
STEP_SECONDS = 0.5
"""Between two looks at it, at most so much is counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a campaign leaves that must not depend on how it came about."""

    files: dict[str, bytes]
    """By path below its folder."""
    rows: frozenset[tuple[Any, ...]]
    """Rounds and epochs as the store has them, without times."""

    def unlike(self, other: "Outcome") -> list[str]:
        """Return the names of what differs."""
        names = sorted(self.files.keys() | other.files.keys())
        differing = [name for name in names if self.files.get(name) != other.files.get(name)]
        return differing + [f"a row of the store: {row}" for row in sorted(self.rows ^ other.rows, key=str)]


def outcome(place: Workspace, name: str) -> Outcome:
    """Return what a campaign has left."""
    with place.store() as store, store.reading():
        row = get_campaign(store, name)
        rounds = {("round", r.job, r.number, r.labelled, r.value, r.per_class, r.done is not None)
                  for r in list_rounds(store, row.id)}  # fmt: skip
        epochs = {("epoch", e.job, e.round, e.number, e.loss) for e in list_epochs(store, row.id)}
    folder = place.home.campaign(row.id).folder
    kept = [path for path in folder.glob("jobs/*/rounds/*/*") if path.name in KEPT]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(kept)}
    return Outcome(files, frozenset(rounds | epochs))


@dataclass(slots=True)
class Watch:
    """Looks again and again, while processes are killed, for what must never be seen."""

    place: Workspace
    losses: list[str] = field(default_factory=list)
    _dead_for: dict[tuple[CampaignId, JobId, int], float] = field(default_factory=dict)
    _judged: float = field(default_factory=time.monotonic)
    _stations: frozenset[int] = frozenset()
    _census: Census | None = None

    def look(self) -> None:
        """Look once at processes, rows and folders."""
        self._twins()
        if not self.place.home.store.exists():
            return
        supervised = has_station(self.place) and not self._has_new_station()
        with self.place.store() as store:
            running = running_attempts(store)
            halves = [row for row in list_campaigns(store) if not self._is_whole(row.id)]
            # What is deleted meanwhile has a row before we look at its folder, and none after it.
            known = {row.id for row in list_campaigns(store)}
        self.losses += [f"half a campaign is shown: {row.name}" for row in halves if row.id in known]
        self.judge(running if supervised else [], time.monotonic())

    def _is_whole(self, campaign: CampaignId) -> bool:
        paths = self.place.home.campaign(campaign)
        return paths.recipe.exists() and paths.split.exists()

    def _twins(self) -> None:
        """Note two workers that hold one job at the same time."""
        census = self._census = self._census or Census(self.place.home.folder)
        holders: dict[Path, list[psutil.Process]] = {}
        for process in census.of("campaigns.worker"):
            try:
                paths = AttemptPaths(Path(words_of(process)[-1]))
            except (psutil.Error, IndexError):
                continue
            if pid_of(open_executor().recall(paths)) == process.pid and not paths.exit.exists():
                holders.setdefault(paths.folder.parent, []).append(process)
        for job, processes in holders.items():
            if len(processes) > 1 and all(is_living(process) for process in processes):
                self.losses.append(f"{job.parent.name} runs twice: {[process.pid for process in processes]}")

    def _has_new_station(self) -> bool:
        """Return whether stations came or went since the last look: the new one has its ten seconds from then on."""
        stations = (
            frozenset(process.pid for process in self._census.of("campaigns.station")) if self._census else frozenset()
        )
        before, self._stations = self._stations, stations
        return before != stations

    def judge(self, running: list[AttemptRow], now: float) -> None:
        """Hold against a station what is still shown as running; `now` is on the monotonic clock."""
        # Where we come late ourselves the machine is busy, and the station gets as little of it.
        passed, self._judged = min(now - self._judged, STEP_SECONDS), now
        dead = {}
        for attempt in running:
            if not self._lives(attempt):
                key = (attempt.campaign, attempt.job, attempt.number)
                dead[key] = self._dead_for[key] + passed if key in self._dead_for else 0.0
        self._dead_for = dead
        for (_, job, number), seconds in dead.items():
            if seconds > GHOST_SECONDS:
                self.losses.append(f"{job}#{number} is shown as running {GHOST_SECONDS:.0f} s after its end")

    def _lives(self, attempt: AttemptRow) -> bool:
        paths = self.place.home.campaign(attempt.campaign).job(attempt.job).attempt(attempt.number)
        return is_at_work(attempt.handle, paths)


def losses(place: Workspace, name: str, expected: Outcome) -> list[str]:
    """Return what is wrong in a home whose campaign has reached its end, a line each."""
    wrong = outcome(place, name).unlike(expected)
    with place.store() as store:
        row = get_campaign(store, name)
        attempts, jobs = list_attempts(store, row.id), list_jobs(store, row.id)
        wrong += [f"the store is damaged: {line}" for line in damage(store)]
    wrong += [f"{job.job.id} is {job.state}" for job in jobs if job.state is not JobState.DONE]
    wrong += [
        f"{attempt.job}#{attempt.number} still runs" for attempt in attempts if attempt.state is AttemptState.RUNNING
    ]
    wrong += [f"{attempt.job}#{attempt.number} has no last words" for attempt in attempts if _is_mute(attempt)]
    # To be killed is no failure: what fails has met something that it should not have.
    failed = [attempt for attempt in attempts if attempt.state is AttemptState.FAILED]
    wrong += [f"{attempt.job}#{attempt.number} failed: {attempt.last_words}" for attempt in failed]
    return wrong + _overlaps(place, attempts)


def unheard(place: Workspace, name: str, felled: Sequence[AttemptPaths]) -> list[str]:
    """Return attempts of a campaign whose workers were killed, and of which the store does not say so."""
    with place.store() as store:
        row = get_campaign(store, name)
        rows = list_attempts(store, row.id)
    jobs = place.home.campaign(row.id).jobs
    told = {(row.job, row.number): f"{row.state}: {row.last_words}" for row in rows}
    lines = []
    for paths in felled:
        if not paths.folder.is_relative_to(jobs):
            continue
        job, number = JobId(paths.folder.parent.parent.name), int(paths.folder.name)
        words = told.get((job, number), "nothing")
        if not words.startswith(AttemptState.LOST) or not any(row in words for row in DEATHS):
            lines.append(f"{job}#{number} was killed, and the store says {words}")
    return lines


def bugs(*logs: Path) -> list[str]:
    """Return what has left its traceback in a log: whoever is restarted hides it."""
    texts = {log: log.read_text(encoding="utf-8", errors="replace") for log in logs if log.exists()}
    # Of a traceback all lines are indented but the first and the one that says what it was.
    return [f"{log.name}: {error}" for log, text in texts.items() for error in TRACEBACK.findall(text)]


def leftovers(place: Workspace) -> list[str]:
    """Return drafts and folders half made or half deleted that nobody works on any more, by path below the home."""
    home = place.home.folder
    parts = (".new-", ".deleted-", ".unsettled", "scores.draft")
    paths = [path for path in home.rglob("*") if path.name.startswith(parts) or is_draft(path.name)]
    # A checkpoint is for a round that is not done.
    paths += [path for path in home.glob("campaigns/*/jobs/*/rounds/*/checkpoint.pt")
              if path.with_name("round.json").exists()]  # fmt: skip
    return [path.relative_to(home).as_posix() for path in paths]


def _is_mute(attempt: AttemptRow) -> bool:
    return attempt.state is AttemptState.LOST and not attempt.last_words


def _overlaps(place: Workspace, attempts: list[AttemptRow]) -> list[str]:
    """Return jobs two of whose attempts spoke at the same time, by their journals."""
    spoken: dict[JobId, list[tuple[float, float, int]]] = {}
    for attempt in attempts:
        paths = place.home.campaign(attempt.campaign).job(attempt.job).attempt(attempt.number)
        events, _ = new_events(paths.journal, 0)
        if events:
            spoken.setdefault(attempt.job, []).append((events[0].at, events[-1].at, attempt.number))
    return [
        f"{job}: attempts {first[2]} and {second[2]} ran at the same time"
        for job, spans in spoken.items()
        for first, second in zip(sorted(spans), sorted(spans)[1:], strict=False)
        if second[0] < first[1]
    ]


def counted(lines: list[str]) -> list[str]:
    """Return the same lines, each once, with how often it came."""
    return [line if times == 1 else f"{line} ({times} times)" for line, times in Counter(lines).items()]
