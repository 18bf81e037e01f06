"""What the store pays for what workers say, and what sqlite-utils would: `python -m tests.benchmarks.events`.

One worker's journal of many rounds is ingested as a station does it, in portions of a turn. Beside it, the writes of an
epoch once more: by the raw statements of `campaigns.store.attempts`, and by sqlite-utils' `upsert` and `update`. All
figures are CPU time of this process: they say little of the disk and nothing of what else the machine does.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from campaigns.core.events import EpochDone, Evaluated, Event, RoundDone, RoundStarted
from campaigns.home.journal import Recorded
from campaigns.store.attempts import add_attempt, ingest, list_epochs
from campaigns.store.campaigns import add_campaign
from campaigns.store.rows import AttemptRow
from campaigns.store.store import Store, open_store
from tests.benchmarks.measuring import machine, table
from tests.store.rows import a_campaign, an_attempt

EPOCHS, PORTION = 10, 50
"""Epochs of a round, and events that a station finds at one turn."""
Way = Callable[[Store, AttemptRow, int], int]
"""Writes so many rounds; how many events that was."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    rounds = parser.parse_args().rounds
    ways: dict[str, Way] = {"ingest, whole rounds": ingested, "epochs, raw": raw, "epochs, sqlite-utils": library}
    print(machine())
    print(table(("what", "events", "CPU s", "µs an event"), [(name, *cost(way, rounds)) for name, way in ways.items()]))


def cost(way: Way, rounds: int) -> tuple[str, str, str]:
    """How many events were written in that way, the CPU time of it, and that of one."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder, "s.db")) as store:
        campaign = a_campaign()
        add_campaign(store, campaign)
        attempt = an_attempt(campaign)
        add_attempt(store, attempt)
        began = time.process_time()
        count = way(store, attempt, rounds)
        seconds = time.process_time() - began
        assert len(list_epochs(store, campaign.id)) == rounds * EPOCHS
    return f"{count:,}", f"{seconds:.2f}", f"{1e6 * seconds / count:.0f}"


def ingested(store: Store, attempt: AttemptRow, rounds: int) -> int:
    """Everything that a worker says of its rounds, as the station takes it."""
    events: list[Event] = []
    for number in range(rounds):
        events.append(RoundStarted(number, 20, EPOCHS))
        events += [EpochDone(number, epoch, 0.5, 9.0) for epoch in range(1, EPOCHS + 1)]
        events += [Evaluated(number, 0.5, (0.5,) * 20, 4.0), RoundDone(number, 20)]
    for at in range(0, len(events), PORTION):
        ingest(store, attempt, [Recorded(at, 1.0, event) for event in events[at : at + PORTION]], offset=at)
    return len(events)


def raw(store: Store, attempt: AttemptRow, rounds: int) -> int:
    """An epoch and where the attempt stands, by raw statements."""
    key = (attempt.campaign, attempt.job)
    for number in range(rounds):
        with store.writing() as db:
            for epoch in range(1, EPOCHS + 1):
                db.execute("INSERT OR REPLACE INTO epoch VALUES (?, ?, ?, ?, ?, ?)", (*key, number, epoch, 0.5, 9.0))
                db.execute(
                    "UPDATE attempt SET epoch = ?, loss = ? WHERE campaign = ? AND job = ? AND number = ?",
                    (epoch, 0.5, *key, attempt.number),
                )
    return rounds * EPOCHS


def library(store: Store, attempt: AttemptRow, rounds: int) -> int:
    """The same by sqlite-utils."""
    key, db = {"campaign": attempt.campaign, "job": attempt.job}, store.tables
    for number in range(rounds):
        with store.writing():
            for epoch in range(1, EPOCHS + 1):
                row = key | {"round": number, "number": epoch, "loss": 0.5, "seconds": 9.0}
                db.table("epoch").upsert(row, pk=("campaign", "job", "round", "number"))
                db.table("attempt").update((*key.values(), attempt.number), {"epoch": epoch, "loss": 0.5})
    return rounds * EPOCHS


if __name__ == "__main__":
    main()
