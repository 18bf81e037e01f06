"""The loop of a station: look at every worker, do what people ask, start what may start."""

import functools
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from campaigns.core.execution import Condition, Gone, Handle, Slot, StopStep
from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.errors import BadRecipe, Damaged, JobFailed, NoEngine
from campaigns.home.disk import Room, system_error
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import HomePaths
from campaigns.home.task import Task
from campaigns.home.verdict import AttemptVerdict
from campaigns.station.attempt import NEVER_STARTED, Live, exit_code
from campaigns.station.cleanup import sweep_job
from campaigns.station.disk_space import room_for, unsaid
from campaigns.station.executors.executor import Executor
from campaigns.station.hooks import HookStarter
from campaigns.station.ingest import last_lines, new_events
from campaigns.station.judging import Judgement, counts, judge
from campaigns.station.node_kinds import on_kind
from campaigns.station.queue import Turn
from campaigns.station.scoring import clear_scoring, placed
from campaigns.station.waiting import KeptQueue, frozen_recipe
from campaigns.station.wanted import look_at_wanted
from campaigns.store.attempts import (
    add_attempt,
    end_attempt,
    ingest,
    last_number,
    running_attempts,
    set_handle,
    set_standing,
)
from campaigns.store.campaigns import (
    count_lost,
    is_wanted,
    move_job,
    moving_campaigns,
    note,
    set_intent,
)
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow
from campaigns.store.store import Store


@dataclass(slots=True)
class Station:
    """The supervisor of one home. Whoever makes one holds the home's lock."""

    home: HomePaths
    store: Store
    executor: Executor
    live: dict[tuple[CampaignId, JobId], Live]
    _short: set[CampaignId] = field(default_factory=set, repr=False)
    """Campaigns that wait for room on the disk, and have been told so."""
    _hooks: HookStarter = field(init=False, repr=False)
    _queue: KeptQueue = field(init=False, repr=False)
    _has_moved: bool = True
    """A slot is free, or somebody has written, since the queue was looked at last."""
    quiet: int = 0
    """Turns one after the other in which nobody asked for anything, and no attempt began or ended."""
    _has_news: bool = True
    """An attempt may have ended since hooks were last called: before there was a station, too."""

    def __post_init__(self) -> None:
        self._hooks = HookStarter(self.home, self.store)
        self._queue = KeptQueue(self.home, self.store, self.executor)

    @classmethod
    def open(cls, home: HomePaths, store: Store, executor: Executor) -> "Station":
        """Return a station that has adopted every worker that an earlier one left behind."""
        station = cls(home, store, executor, {})
        for attempt in running_attempts(store):
            paths = home.campaign(attempt.campaign).job(attempt.job).attempt(attempt.number)
            live = Live(attempt, paths, adopted=time.monotonic(), handle=attempt.handle, has_moved=bool(attempt.epoch))
            station.live[attempt.campaign, attempt.job] = live
            if live.handle is not None:
                executor.adopt(live.handle, paths)
        return station

    def turn(self) -> bool:
        """Take one turn of the loop; return False when there is nothing left to do."""
        self._has_moved |= self._queue.is_stale()
        self.quiet = 0 if self._has_moved or not self.live else self.quiet + 1
        at_work = {live.attempt.campaign for live in self.live.values()}
        campaigns = {row.id: row for row in moving_campaigns(self.store, also=at_work)}
        # The order is the point: a worker writes its last event, then `exit.json`, then dies.
        # Looking in the opposite order cannot miss any of the three.
        conditions = self.executor.look()
        for live in list(self.live.values()):
            condition = live.condition(conditions)
            if live.attempt.campaign in campaigns:
                if live.is_due(condition):
                    self._observe(live, condition)
                live.obey(campaigns[live.attempt.campaign].intent, self.executor.ask)
                continue
            self._kill(live)  # deleted under our eyes: nobody wants its result
            if isinstance(condition, Gone):
                self._let_go(live)
        waiting = self._queue.turns(has_moved=self._has_moved)
        is_preparing = self._has_moved = False
        for turn in waiting:
            # One that was made between our two looks is there at the next turn.
            if turn.slot is not None and turn.job.campaign in campaigns:
                is_preparing |= not self._start(turn, turn.slot, campaigns[turn.job.campaign])
        self._rest(campaigns, waiting)
        self._tell_of_room(campaigns, waiting)
        if self._has_news:
            self._hooks.call()
            self._has_news = False
        self._hooks.tend()
        self._queue.keep()
        is_busy = bool(self.live) or is_preparing or self._hooks.is_busy
        return is_busy or any(turn.is_short for turn in waiting)

    def _observe(self, live: Live, condition: Condition) -> None:
        ending: Exit | None = None
        try:
            ending = Exit.read(live.paths.exit)
            while True:
                events, offset = new_events(live.paths.journal, live.attempt.journal_offset)
                if not events:
                    break
                ingest(self.store, live.attempt, events, offset=offset)
                live.attempt = replace(live.attempt, journal_offset=offset)
                live.hear(events)
        except ValueError as error:
            self._kill(live)
            ending = Exit(Ending.FAILED, JobFailed.exit_code, str(error))
        if live.handle is None:
            self._recall(live)
        gone = live.end_by(ending, condition)
        if (standing := live.standing_at(gone or condition)) != live.attempt:
            live.attempt = standing
            set_standing(self.store, standing)
        if gone is not None:
            self._end(live, ending, gone)

    def _kill(self, live: Live) -> None:
        if live.handle is not None:
            self.executor.ask(live.handle, StopStep.KILL)

    def _recall(self, live: Live) -> None:
        """Take over what an earlier station started and was killed before it could say so."""
        with suppress(Damaged):  # as good as no note: a worker nobody knows counts as lost in a while
            if handle := self.executor.recall(live.paths):
                self.executor.adopt(handle, live.paths)
                self._keep(live, handle)

    def _keep(self, live: Live, handle: Handle) -> None:
        live.handle = handle
        set_handle(self.store, live.attempt, handle)

    def _let_go(self, live: Live) -> None:
        self._has_moved = True
        del self.live[live.attempt.campaign, live.attempt.job]
        if live.handle is not None:
            self.executor.forget(live.handle)

    def _end(self, live: Live, ending: Exit | None, condition: Gone) -> None:
        attempt, now = live.attempt, time.time()
        # Before it is said to be over: killed in between, the next station comes by here again.
        sweep_job(self.home.campaign(attempt.campaign).job(attempt.job).folder)
        if ending is None:
            ending = unsaid(exit_code(condition), self._room(attempt.campaign))
        ending = placed(self.home, self.store, attempt, ending)
        tell = functools.partial(note, self.store, attempt.campaign, at=now, job=attempt.job)
        how = judge(live, ending, condition)
        if ending is None and how.is_loss:
            how = replace(how, words=f"{how.words}\n{last_lines(live.paths.log)}".strip())
        with self.store.writing():
            look_at_wanted(self.home, self.store, attempt, ending)
            if how.is_loss:
                how = self._count(live, how, condition)
            self._conclude(live, AttemptVerdict(how.state, now, how.code, how.words, how.job))
            if how.entry:
                tell(how.entry, is_warning=how.is_warning)
        # Only now: where the disk took none of this, it is said again at the next turn.
        self._let_go(live)
        self._has_news = True

    def _count(self, live: Live, how: Judgement, condition: Gone) -> Judgement:
        attempt = live.attempt
        lost = count_lost(self.store, attempt.campaign, attempt.job, by=int(counts(live, condition)))
        is_hopeless = lost > self._retries(attempt.campaign)
        job = JobState.FAILED if is_hopeless else JobState.WAITING
        return replace(how, job=job, entry=f"lost ({lost}): {how.words}")

    def _conclude(self, live: Live, how: AttemptVerdict) -> None:
        end_attempt(self.store, live.attempt, how.state, at=how.ended, code=how.exit_code, last_words=how.last_words)
        move_job(self.store, live.attempt.campaign, live.attempt.job, how.job)
        if live.paths.folder.exists():
            with suppress(OSError):  # the disk is full: a repair does without
                how.write(live.paths.verdict)

    def _retries(self, campaign: CampaignId) -> int:
        try:
            return frozen_recipe(self.home, campaign).run.retries
        except BadRecipe:  # somebody removed its folder
            return 0

    def _start(self, turn: Turn, slot: Slot, campaign: CampaignRow) -> bool:
        """Start the job whose turn it is; return False while its executor still gets ready for it."""
        row = turn.job
        try:
            recipe = frozen_recipe(self.home, row.campaign)
        except BadRecipe:  # its folder went just now: the next look at the queue has the reason
            return True
        if not self.executor.is_ready(recipe.run.threads, slot):
            return False
        number = max(last_number(self.store, row.campaign, row.job.id), self._last_folder(row)) + 1
        attempt = AttemptRow(
            row.campaign, row.job.id, number, AttemptState.RUNNING, str(slot), recipe.run.threads,
            handle=None, started=time.time(), ended=None, exit_code=None, last_words="", activity="starting",
            round=None, epoch=None, epochs=None, loss=None, journal_offset=0,
        )  # fmt: skip
        with self.store.writing():
            # Deleted, or asked to rest, since we looked: whoever asked has looked too, and seen no worker.
            if not is_wanted(self.store, campaign):
                return True
            add_attempt(self.store, attempt)
            move_job(self.store, row.campaign, row.job.id, JobState.RUNNING)
            clear_scoring(self.home, self.store, row)
        # A campaign that works is settled, even when who made it was killed before saying so.
        self.home.campaign(row.campaign).unsettled.unlink(missing_ok=True)
        paths = self.home.campaign(row.campaign).job(row.job.id).attempt(number)
        task = Task(
            self.home.folder, row.campaign, row.job, number, slot.device, recipe.run.threads, campaign.until_round,
            turn.ends, slot=attempt.slot, started=attempt.started,
        )  # fmt: skip
        task = on_kind(self.store, task, mixed=recipe.run.mixed)
        live = self.live[row.campaign, row.job.id] = Live(attempt, paths, adopted=time.monotonic())
        try:
            handle = self.executor.start(task, paths, slot)
        except NoEngine as error:
            self._refuse(live, error)
            return True
        except OSError as error:
            told = system_error(error, self.home.folder)
            if told is None:
                raise
            self._end(live, Exit(Ending.FULL, told.exit_code, told.message, told.hint), NEVER_STARTED)
            return True
        self._keep(live, handle)
        return True

    def _refuse(self, live: Live, why: NoEngine) -> None:
        """Put a campaign to rest that its engine takes no jobs of: the next job would be refused like this one."""
        attempt, now = live.attempt, time.time()
        with self.store.writing():
            words = f"{why.message}\n{why.hint}"
            self._conclude(live, AttemptVerdict(AttemptState.FAILED, now, why.exit_code, words, JobState.WAITING))
            set_intent(self.store, attempt.campaign, Intent.PAUSE)
            entry = f"paused, because it cannot go on: {why.message}"
            note(self.store, attempt.campaign, entry, at=now, job=attempt.job, is_warning=True)
        self._let_go(live)

    def _last_folder(self, row: JobRow) -> int:
        """Return the last attempt that left a folder: a store restored from a backup does not know all of them."""
        folders = self.home.campaign(row.campaign).job(row.job.id).attempts.glob("*/")
        return max((int(path.name) for path in folders if path.name.isdecimal()), default=0)

    def _tell_of_room(self, campaigns: dict[CampaignId, CampaignRow], waiting: Sequence[Turn]) -> None:
        """Say once that a campaign waits for room, and once that it goes on."""
        short = {turn.job.campaign: turn.reason for turn in waiting if turn.is_short}
        for id_ in short.keys() - self._short:
            note(self.store, id_, f"waits: {short[id_]}", at=time.time(), is_warning=True)
            self._short.add(id_)
        for id_ in self._short - short.keys():
            if id_ in campaigns and campaigns[id_].intent is Intent.RUN:
                note(self.store, id_, "goes on: nothing is in its way any more", at=time.time())
            self._short.discard(id_)

    def _room(self, campaign: CampaignId) -> Room | None:
        try:
            return room_for(self.home, frozen_recipe(self.home, campaign))
        except (BadRecipe, OSError):  # somebody removed its folder, or the home
            return None

    def _rest(self, campaigns: dict[CampaignId, CampaignRow], waiting: Sequence[Turn]) -> None:
        """Put to rest a campaign that cannot go on by itself: it went as far as it was asked to, or it is stuck."""
        running = {campaign for campaign, _ in self.live}
        able = {turn.job.campaign for turn in waiting if not turn.is_held}
        held = {turn.job.campaign: turn.reason for turn in waiting if turn.is_held and not turn.is_blocked}
        for id_ in (held.keys() & campaigns.keys()) - running - able:
            with self.store.writing():
                # Asked for more since we looked: that must not be taken back.
                if not is_wanted(self.store, campaigns[id_]):
                    continue
                set_intent(self.store, id_, Intent.PAUSE)
            if campaigns[id_].until_round is None:
                note(self.store, id_, f"paused, because it cannot go on: {held[id_]}", at=time.time(), is_warning=True)
