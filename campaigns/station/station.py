"""The loop of a station: look at every worker, do what people ask, start what may start."""

import functools
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from campaigns.core.files import read_json
from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.core.task import Ending, Exit, Task
from campaigns.errors import BadRecipe, JobFailed
from campaigns.paths import HomePaths
from campaigns.station.ingest import last_lines, new_events
from campaigns.station.live import Live
from campaigns.station.local import Worker, start, worker_of
from campaigns.station.machine import Busy, Slot, Wish
from campaigns.station.queue import Limits, Turn, turns
from campaigns.store.attempts import (
    add_attempt,
    end_attempt,
    ingest,
    last_number,
    list_rounds,
    running_attempts,
    set_process,
)
from campaigns.store.campaigns import (
    count_lost,
    list_campaigns,
    move_job,
    note,
    open_jobs,
    set_intent,
    waiting_campaigns,
)
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow
from campaigns.store.store import Store

if TYPE_CHECKING:
    from campaigns.recipe import Recipe

TICK = 0.1
"""Seconds between two turns of the loop."""


@functools.cache
def frozen_recipe(home: HomePaths, campaign: CampaignId) -> "Recipe":
    """The recipe a campaign was created with; it never changes."""
    # Whoever looks at the queue comes by here, and most homes have none: what checks recipes takes 0.1 s to import.
    from campaigns.recipe import load_recipe

    return load_recipe(home.campaign(campaign).recipe)


@dataclass(slots=True)
class Station:
    """The supervisor of one home. Whoever makes one holds the home's lock."""

    home: HomePaths
    store: Store
    live: dict[tuple[CampaignId, JobId], Live]

    @classmethod
    def open(cls, home: HomePaths, store: Store) -> "Station":
        """A station that has adopted every worker that an earlier one left behind."""
        station = cls(home, store, {})
        for attempt in running_attempts(store):
            paths = home.campaign(attempt.campaign).job(attempt.job).attempt(attempt.number)
            station.live[attempt.campaign, attempt.job] = Live(attempt, paths, adopted=time.monotonic())
        return station

    def turn(self) -> bool:
        """One turn of the loop; False when there is nothing left to do."""
        campaigns = {row.id: row for row in list_campaigns(self.store)}
        for live in list(self.live.values()):
            if live.attempt.campaign in campaigns:
                self._observe(live)
                live.obey(campaigns[live.attempt.campaign].intent)
                continue
            live.kill()  # deleted under our eyes: nobody wants its result
            if not live.is_alive():
                del self.live[live.attempt.campaign, live.attempt.job]
        waiting = queue_of(self.home, self.store)
        for turn in waiting:
            # One that was made between our two looks is there at the next turn.
            if turn.slot is not None and turn.job.campaign in campaigns:
                self._start(turn.job, turn.slot, campaigns[turn.job.campaign])
        self._rest(campaigns, waiting)
        return bool(self.live)

    def _observe(self, live: Live) -> None:
        # The order is the point: a worker writes its last event, then `exit.json`, then dies.
        # Looking in the opposite order cannot miss any of the three.
        alive = live.is_alive()
        ending = Exit.read(live.paths.exit)
        try:
            while True:
                events, offset = new_events(live.paths.journal, live.attempt.journal_offset)
                if not events:
                    break
                ingest(self.store, live.attempt, events, offset=offset)
                live.attempt = replace(live.attempt, journal_offset=offset)
        except ValueError as error:
            live.kill()
            ending = Exit(Ending.FAILED, JobFailed.exit_code, f"journal.jsonl is damaged: {error}")
        self._know_process(live)
        if not alive:
            self._end(live, ending)

    def _know_process(self, live: Live) -> None:
        if live.worker is not None:
            return
        said = read_json(live.paths.process)
        if said is not None:
            live.worker = Worker(said["pid"], said["born"])
            set_process(self.store, live.attempt, pid=live.worker.pid, born=live.worker.born)

    def _end(self, live: Live, ending: Exit | None) -> None:
        attempt, now = live.attempt, time.time()
        del self.live[attempt.campaign, attempt.job]
        move = functools.partial(move_job, self.store, attempt.campaign, attempt.job)
        tell = functools.partial(note, self.store, attempt.campaign, at=now, job=attempt.job)
        end = functools.partial(end_attempt, self.store, attempt, at=now)
        with self.store.writing():
            if ending is not None and ending.ending is Ending.DONE:
                end(AttemptState.DONE, code=0, last_words="")
                move(JobState.DONE)
            elif ending is not None and ending.ending is Ending.FAILED:
                end(AttemptState.FAILED, code=ending.code, last_words=ending.words)
                move(JobState.FAILED)
                tell(f"failed: {ending.words}", is_warning=True)
            elif live.was_asked or (ending is not None and ending.ending is Ending.STOPPED):
                end(AttemptState.STOPPED, code=0, last_words="stopped as asked")
                move(JobState.WAITING)
            else:
                words = ending.words if ending else f"{live.how_it_died}\n{last_lines(live.paths.log)}".strip()
                end(AttemptState.LOST, code=live.exit_code, last_words=words)
                lost = count_lost(self.store, attempt.campaign, attempt.job)
                is_hopeless = lost > self._retries(attempt.campaign)
                move(JobState.FAILED if is_hopeless else JobState.WAITING)
                tell(f"lost ({lost}): {words}", is_warning=True)

    def _retries(self, campaign: CampaignId) -> int:
        try:
            return frozen_recipe(self.home, campaign).run.retries
        except BadRecipe:  # somebody removed its folder
            return 0

    def _start(self, row: JobRow, slot: Slot, campaign: CampaignRow) -> None:
        recipe = frozen_recipe(self.home, row.campaign)
        number = last_number(self.store, row.campaign, row.job.id) + 1
        attempt = AttemptRow(
            row.campaign, row.job.id, number, AttemptState.RUNNING, str(slot), recipe.run.threads,
            pid=None, born=None, started=time.time(), ended=None, exit_code=None, last_words="", activity="starting",
            round=None, epoch=None, epochs=None, loss=None, journal_offset=0,
        )  # fmt: skip
        with self.store.writing():
            add_attempt(self.store, attempt)
            move_job(self.store, row.campaign, row.job.id, JobState.RUNNING)
        paths = self.home.campaign(row.campaign).job(row.job.id).attempt(number)
        task = Task(
            self.home.folder, row.campaign, row.job, number, slot.device, recipe.run.threads, campaign.until_round
        )
        process = start(task, paths, slot)
        live = Live(attempt, paths, adopted=time.monotonic(), process=process, worker=worker_of(process.pid))
        if live.worker is not None:
            set_process(self.store, attempt, pid=live.worker.pid, born=live.worker.born)
        self.live[row.campaign, row.job.id] = live

    def _rest(self, campaigns: dict[CampaignId, CampaignRow], waiting: list[Turn]) -> None:
        """A campaign that cannot go on by itself is put to rest: it went as far as it was asked to, or it is stuck."""
        running = {campaign for campaign, _ in self.live}
        able = {turn.job.campaign for turn in waiting if not turn.is_held}
        held = {turn.job.campaign: turn.reason for turn in waiting if turn.is_held and not turn.is_blocked}
        for id_ in held.keys() - running - able:
            set_intent(self.store, id_, Intent.PAUSE)
            if campaigns[id_].until_round is None:
                note(self.store, id_, f"paused, because it cannot go on: {held[id_]}", at=time.time(), is_warning=True)


def queue_of(home: HomePaths, store: Store) -> list[Turn]:
    """What is to become of every waiting job of the campaigns that are meant to run."""
    campaigns = {row.id: row for row in waiting_campaigns(store)}
    jobs = [row for row in open_jobs(store) if row.campaign in campaigns]
    busy = [Busy(attempt.slot, attempt.threads) for attempt in running_attempts(store)]
    limits = {id_: _limits(home, store, row) for id_, row in campaigns.items()}
    return turns(jobs, busy, limits)


def _limits(home: HomePaths, store: Store, campaign: CampaignRow) -> Limits:
    try:
        run = frozen_recipe(home, campaign.id).run
    except BadRecipe as error:  # somebody removed its folder: that is no reason to stop the others
        return Limits(Wish("cpu", 1, 1), campaign.until_round, {}, held=error.message)
    reached: dict[JobId, int] = {}
    if campaign.until_round is not None:
        for row in list_rounds(store, campaign.id):
            if row.done is not None:
                reached[row.job] = max(row.number, reached.get(row.job, 0))
    return Limits(Wish(run.device, run.threads, run.workers_per_gpu), campaign.until_round, reached)
