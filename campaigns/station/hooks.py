"""Commands of a person's that are started when something has happened: once each, and whatever becomes of them."""

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import CampaignState, JobState, campaign_state
from campaigns.errors import BadHome
from campaigns.home.hooks import Hook, Hooks, add_started, hooks_file, read_started, started_file
from campaigns.home.paths import HomePaths
from campaigns.store.attempts import ended_since
from campaigns.store.campaigns import list_campaigns, list_jobs, note
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow, standing_of_needs
from campaigns.store.store import Store

PATIENCE = 60.0
"""Seconds that a command may take."""
RECENT = 86_400.0
"""Seconds that an occasion is worth a command which a station that was killed has not started."""


@dataclass(frozen=True, slots=True)
class HookEvent:
    """Something that a command may be started for; what it reads from its stdin as JSON."""

    event: Hook
    campaign: str
    id: CampaignId
    state: CampaignState
    job: JobId | None
    round: int | None
    text: str
    """For a person."""
    next: str
    """A command line that goes on from here."""


@dataclass(slots=True)
class StartedHook:
    """A command that has been started."""

    occasion: HookEvent
    process: "subprocess.Popen[bytes]"
    since: float


@dataclass(slots=True)
class HookStarter:
    """Starts the hooks of one home."""

    home: HomePaths
    store: Store
    _running: list[StartedHook] = field(default_factory=list)
    _trouble: str = ""
    """What is wrong with the file, and has been said."""

    @property
    def is_busy(self) -> bool:
        """Whether a command still runs."""
        return bool(self._running)

    def call(self) -> None:
        """Start a command for each occasion that has had none: what ended after the hooks were written."""
        path = hooks_file(self.home)
        try:
            hooks, since = Hooks.read(path), path.stat().st_mtime
        except FileNotFoundError:
            return
        except BadHome as error:
            self._tell(str(error))
            return
        attempts = ended_since(self.store, max(since, time.time() - RECENT))
        try:
            self._call(hooks, attempts)
        except OSError as error:
            # Not started: nobody could know later that it was.
            self._tell(f"{started_file(self.home)} cannot be written: {error}")

    def _call(self, hooks: Hooks, attempts: Sequence[AttemptRow]) -> None:
        started = read_started(started_file(self.home))
        for occasion, key in self._occasions(attempts):
            if occasion.event in hooks.commands and key not in started:
                # Before it is started: one that is started twice is worse than one that a crash has cost.
                add_started(started_file(self.home), key)
                self._start(occasion, hooks.commands[occasion.event])

    def tend(self) -> None:
        """Note what went wrong with commands that are over, and end those that take too long."""
        for hook in list(self._running):
            code = hook.process.poll()
            if code is None and time.monotonic() - hook.since > PATIENCE:
                hook.process.kill()
                hook.process.wait()
                self._fail(hook.occasion, f"took more than {PATIENCE:g} s")
            elif code:
                self._fail(hook.occasion, f"ended with {code}; station.log has what it printed")
            elif code is None:
                continue
            self._running.remove(hook)

    def _occasions(self, attempts: Sequence[AttemptRow]) -> Iterator[tuple[HookEvent, str]]:
        """Return what the last tries at jobs came to, and a key that tells each from all others."""
        rows = {row.id: row for row in list_campaigns(self.store)}
        last = {attempt.campaign: attempt for attempt in attempts if attempt.campaign in rows}
        for attempt in {(attempt.campaign, attempt.job): attempt for attempt in attempts}.values():
            if attempt.campaign not in rows:
                continue
            campaign, jobs = rows[attempt.campaign], list_jobs(self.store, attempt.campaign)
            state, name, id_ = _state(campaign, jobs), campaign.name, campaign.id
            job = next(row for row in jobs if row.job.id == attempt.job)
            tried = f"{attempt.job}/{attempt.number}"
            if job.state is JobState.FAILED:
                text = f"{name}: {attempt.job} failed: {attempt.last_words.partition(chr(10))[0]}"
                step = f"alwsl-tui retry {name}"
                failed = HookEvent(Hook.FAILURE, name, id_, state, attempt.job, attempt.round, text, step)
                yield failed, f"{Hook.FAILURE} {id_} {tried}"
            if job.request is not None and job.is_wanting:
                number, text = job.request.round, f"{name} asks for labels of {job.request.asked} images"
                step = f"alwsl-tui label {name}"
                wanted = HookEvent(Hook.LABELS, name, id_, state, attempt.job, number, text, step)
                yield wanted, f"{Hook.LABELS} {id_} {attempt.job} {number}"
            if attempt is last[id_] and state in {CampaignState.DONE, CampaignState.FAILED}:
                step = f"alwsl-tui {'report' if state is CampaignState.DONE else 'show'} {name}"
                over = HookEvent(Hook.END, name, id_, state, None, None, f"{name} is {state}", step)
                yield over, f"{Hook.END} {id_} {tried}"

    def _start(self, occasion: HookEvent, command: tuple[str, ...]) -> None:
        try:
            # What it prints goes where the station's own words go.
            process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=self.home.folder, start_new_session=True)
        except OSError as error:
            self._fail(occasion, f"cannot be started: {error}")
            return
        assert process.stdin is not None
        with suppress(OSError):  # it does not read
            process.stdin.write(json.dumps(asdict(occasion) | {"home": str(self.home.folder)}).encode() + b"\n")
            process.stdin.close()
        self._running.append(StartedHook(occasion, process, time.monotonic()))

    def _fail(self, occasion: HookEvent, what: str) -> None:
        note(self.store, occasion.id, f"the hook {occasion.event} {what}", at=time.time(), is_warning=True)

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            print(time.strftime("%Y-%m-%d %H:%M:%S"), f"hooks: {trouble}", flush=True)  # noqa: T201


def _state(campaign: CampaignRow, jobs: list[JobRow]) -> CampaignState:
    return campaign_state(campaign.intent, standing_of_needs(jobs), wanting=[job.is_wanting for job in jobs])
