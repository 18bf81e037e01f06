"""A home in which twelve arms run: `python -m tests.benchmarks.livehome HOME` goes on telling its store what they did.

No worker trains. What each would have said goes into the store as a station puts it there, in a process of its own and
again and again about the same rounds: the home changes all the time and does not grow, so a reader should not either.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from campaigns.core.events import EpochDone, Evaluated, Event, RoundDone, RoundStarted
from campaigns.core.ids import CampaignId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.home.journal import Recorded
from campaigns.home.locks import exclusive
from campaigns.recipe import dump_recipe, load_recipe
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import add_attempt, end_attempt, ingest, running_attempts
from campaigns.store.campaigns import add_campaign, move_job
from campaigns.store.rows import AttemptRow, CampaignRow
from campaigns.store.store import Store

NAME, ARMS, EPOCHS, OFTEN = "live", 12, 10, 4
"""Name of the campaign, arms that run, epochs a round, and how often a second the store is told."""
CLASSES = tuple(f"class {number}" for number in range(20))


def plan(criteria: int, rounds: int) -> Plan:
    """Two trials of so many criteria; the last round picks nothing."""
    return Plan(
        Schedule(50, (50,) * (rounds - 1), (EPOCHS,) * rounds), 2, tuple(f"criterion{n}" for n in range(criteria)),
        50 + 50 * rounds, 4_952, has_full=True, full_epochs=EPOCHS, reading_points=(100, 200), classes=CLASSES,
    )  # fmt: skip


def fill(place: Workspace, *, criteria: int, rounds: int) -> None:
    """A campaign whose baselines are done, whose first arms run and are half way, and whose others wait."""
    id_ = CampaignId(f"{NAME}.000001")
    folder = place.home.campaign(id_)
    row = CampaignRow(
        id_, NAME, "smoke", "VOC 2007", "voc2007", "wildcat resnet101", plan(criteria, rounds), time.time(),
        Intent.RUN, None,
    )  # fmt: skip
    with place.store() as store:
        folder.folder.mkdir(parents=True)
        folder.recipe.write_text(dump_recipe(load_recipe("smoke")))
        add_campaign(store, row)
        arms = [job for job in row.plan.jobs if job.kind is JobKind.ARM]
        for job in row.plan.jobs:
            if job.kind is not JobKind.ARM or job in arms[:ARMS]:
                is_over = job.kind is not JobKind.ARM
                attempt = AttemptRow(
                    row.id, job.id, 1, AttemptState.RUNNING, slot="cpu", threads=1, handle=None,
                    started=time.time(), ended=None, exit_code=None, last_words="", activity="", round=None,
                    epoch=None, epochs=None, loss=None, journal_offset=0,
                )  # fmt: skip
                add_attempt(store, attempt)
                numbers = row.plan.rounds(job)
                for number in numbers if is_over else numbers[: max(1, len(numbers) // 2)]:
                    tell(store, attempt, number, row.plan.schedule.labelled(number), value=0.5)
                if is_over:
                    end_attempt(store, attempt, AttemptState.DONE, at=time.time(), code=0, last_words="")
                move_job(store, row.id, job.id, JobState.RUNNING)
                if is_over:
                    move_job(store, row.id, job.id, JobState.DONE)


def tell(store: Store, attempt: AttemptRow, round_: int, labelled: int, *, value: float) -> None:
    """What a worker says of a whole round."""
    losses = [EpochDone(round_, epoch, loss=value / epoch, seconds=9.0) for epoch in range(1, EPOCHS + 1)]
    measured = Evaluated(round_, value, (value,) * len(CLASSES), seconds=20.0)
    events: tuple[Event, ...] = (RoundStarted(round_, labelled, EPOCHS), *losses, measured, RoundDone(round_, labelled))
    ingest(store, attempt, [Recorded(n, time.time(), event) for n, event in enumerate(events, start=1)], offset=1)


@contextmanager
def supervised(place: Workspace) -> Iterator[None]:
    """As if a station held the home: nobody starts another one, and no job counts as left alone."""
    with exclusive(place.home.station_lock):
        yield


def go_on(place: Workspace) -> None:
    """Tell the store again and again: another epoch of every arm, and another value of one of its rounds."""
    rng = np.random.default_rng(0)
    with place.store() as store:
        running = running_attempts(store)
        turn = 0
        while True:
            turn += 1
            for attempt in running:
                round_ = 1 + turn % 2
                value = float(rng.uniform(0.4, 0.6))
                ap = tuple(float(one) for one in rng.uniform(0.3, 0.7, len(CLASSES)))
                epoch = EpochDone(round_, 1 + turn % EPOCHS, loss=value, seconds=9.0)
                events = [Recorded(1, time.time(), epoch), Recorded(2, time.time(), Evaluated(round_, value, ap, 20.0))]
                ingest(store, attempt, events, offset=1)
            time.sleep(1 / OFTEN)


if __name__ == "__main__":
    go_on(open_workspace(Path(sys.argv[1])))
