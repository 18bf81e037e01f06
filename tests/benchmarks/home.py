"""A home of 1 000 campaigns, and what the station screen pays to read it: `python -m tests.benchmarks.home [--home P]`.

900 campaigns are done, 60 are new, 35 are paused half way and 5 run; each has 3 trials of 8 criteria in 6 rounds, 20
classes and 10 epochs a round. Rows are written as a station would have written them, but all at once. A home that is
there already is measured as it is. Opening the store is part of every figure.
"""

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.recipe import dump_recipe, load_recipe
from campaigns.services.monitor.feed import load_news
from campaigns.services.monitor.queue import load_queue
from campaigns.services.monitor.show import watch
from campaigns.services.station.list import Kept, load_campaigns
from campaigns.services.station.station import station_view
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.campaigns import add_campaign
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store
from tests.benchmarks.measuring import machine, table

CAMPAIGNS, DONE, NEW, PAUSED = 1_000, 900, 60, 35
CRITERIA = ("unc", "ent", "mm", "sepsum", "sepmax", "ag", "vote", "random")
CLASSES = tuple(f"class {number}" for number in range(20))
EPOCHS, NOTES = 10, 40
PLAN = Plan(
    Schedule(200, (200,) * 6, (EPOCHS,) * 7), 3, CRITERIA, 5_000, 4_952, has_full=True, full_epochs=EPOCHS,
    reading_points=(400, 800, 1_200), classes=CLASSES,
)  # fmt: skip
BEGAN = 1_750_000_000.0


def main() -> None:
    """Make, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--repeats", type=int, default=7)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = open_workspace(wanted.home or Path(folder) / "home")
        if not place.home.store.exists():
            began = time.perf_counter()
            fill(place)
            print(f"made in {time.perf_counter() - began:.0f} s")
        print(f"{machine()}; {CAMPAIGNS:,} campaigns, store of {place.home.store.stat().st_size / 2**20:.0f} MiB")
        print(table(("what", "first ms", "median ms", "worst ms"), list(measured(place, wanted.repeats))))


def measured(place: Workspace, repeats: int) -> Iterator[tuple[str, ...]]:
    """One row a thing that is asked."""
    kept = Kept()
    asked: dict[str, Callable[[], object]] = {
        "overview": lambda: load_campaigns(place),
        "queue": lambda: load_queue(place),
        "watch, one that runs": lambda: watch(place, f"voc-{CAMPAIGNS - 1:04d}"),
        "news": lambda: load_news(place),
        "station_view, nothing kept": lambda: station_view(place, kept=Kept()),
        "station_view, as the screen polls": lambda: station_view(place, kept=kept),
        "alwsl-tui list, the whole process": lambda: listing(place),
        "alwsl-tui list --json, the whole process": lambda: listing(place, "--json"),
        "alwsl-tui --version, the whole process": lambda: program("--version"),
    }
    for what, ask in asked.items():
        first, *others = (milliseconds(ask) for _ in range(repeats + 1))
        yield what, f"{first:.0f}", f"{statistics.median(others):.0f}", f"{max(others):.0f}"


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    began = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - began)


def listing(place: Workspace, *words: str) -> None:
    """All campaigns, as a person asks for them."""
    program("list", *words, "--home", str(place.home.folder))


def program(*words: str) -> None:
    """The program in a process of its own."""
    code = "from alwsl_tui.entry import main; main()"
    subprocess.run([sys.executable, "-c", code, *words], check=True, stdout=subprocess.DEVNULL)


def fill(place: Workspace, *, step: int = 1) -> None:
    """Write the home, or every so manieth of its campaigns."""
    rng = np.random.default_rng(0)
    recipe = dump_recipe(load_recipe("smoke", ["run.threads=1", "run.precision=float32"]))
    states = ["done"] * DONE + ["new"] * NEW + ["paused"] * PAUSED
    with place.store() as store:
        for at in range(0, CAMPAIGNS, step):
            state = states[at] if at < len(states) else "running"
            row = campaign(at, Intent.NEW if state == "new" else Intent.PAUSE if state == "paused" else Intent.RUN)
            paths = place.home.campaign(row.id)
            paths.folder.mkdir(parents=True)
            paths.recipe.write_text(recipe)
            with store.writing():
                add_campaign(store, row)
                if state != "new":
                    perform(store, row, rng, share=1.0 if state == "done" else 0.5, is_running=state == "running")


def campaign(at: int, intent: Intent) -> CampaignRow:
    """One of many alike."""
    id_, created = CampaignId(f"voc-{at:04d}.{at:06x}"), BEGAN + 1_000 * at
    return CampaignRow(
        id_, f"voc-{at:04d}", "voc2007-wildcat", "VOC 2007", "voc2007", "wildcat resnet101", PLAN, created, intent, None
    )


def perform(store: Store, row: CampaignRow, rng: np.random.Generator, *, share: float, is_running: bool) -> None:
    """What a campaign leaves in the store when `share` of its jobs is done, and two more are half way or run."""
    jobs = PLAN.jobs
    done = jobs[: int(len(jobs) * share)]
    begun = jobs[len(done) : len(done) + 2]
    db, at = store.connection, row.created
    for job in (*done, *begun):
        numbers = PLAN.rounds(job) if job in done else PLAN.rounds(job)[:3]
        rounds = [a_round(row, job, number, rng) for number in numbers]
        add_rounds(db, rounds)
        epochs = [(row.id, job.id, n, epoch, 0.1, 9.0) for n in numbers for epoch in range(1, EPOCHS + 1)]
        db.executemany("INSERT INTO epoch VALUES (?, ?, ?, ?, ?, ?)", epochs)
        state = JobState.DONE if job in done else JobState.RUNNING if is_running else JobState.WAITING
        db.execute("UPDATE job SET state = ? WHERE campaign = ? AND id = ?", (state, row.id, job.id))
        db.execute(
            """INSERT INTO attempt (campaign, job, number, state, slot, threads, started, ended, exit_code,
               round, epoch, epochs, journal_offset) VALUES (?, ?, 1, ?, 'cuda:0', 1, ?, ?, ?, ?, ?, ?, 9000)""",
            (row.id, job.id, *attempt_of(state, at), numbers[-1], EPOCHS, EPOCHS),
        )
    notes = [(at + n, row.id, jobs[n % len(jobs)].id, n % 9 == 0, f"round {n} reused") for n in range(NOTES)]
    db.executemany("INSERT INTO feed (at, campaign, job, is_warning, text) VALUES (?, ?, ?, ?, ?)", notes)


def add_rounds(db: sqlite3.Connection, rounds: Sequence[tuple[object, ...]]) -> None:
    """Rows of finished rounds; columns that came later are empty."""
    columns = """campaign, job, number, labelled, metric, value, per_class, train_seconds, evaluate_seconds,
                 score_seconds, select_seconds, done"""
    db.executemany(f"INSERT INTO round ({columns}) VALUES ({', '.join('?' * 12)})", rounds)


def attempt_of(state: JobState, at: float) -> tuple[AttemptState, float, float | None, int | None]:
    """State, start, end and exit code of the one attempt of a job."""
    if state is JobState.RUNNING:
        return AttemptState.RUNNING, at, None, None
    return AttemptState.DONE if state is JobState.DONE else AttemptState.STOPPED, at, at + 900.0, 0


def a_round(row: CampaignRow, job: Job, number: int, rng: np.random.Generator) -> tuple[object, ...]:
    """A finished round; criteria differ a little, later rounds are better."""
    labelled = PLAN.train_images if job.kind is JobKind.FULL else PLAN.schedule.labelled(number)
    ap = np.clip(0.4 + 0.05 * number + 0.05 * rng.standard_normal(len(CLASSES)), 0, 1)
    id_: JobId = job.id
    return (
        row.id, id_, number, labelled, "map", float(ap.mean()), json.dumps(ap.tolist()), 90.0, 20.0, 12.0, 0.1,
        row.created + 100.0 * number,
    )  # fmt: skip


if __name__ == "__main__":
    main()
