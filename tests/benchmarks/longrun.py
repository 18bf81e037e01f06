"""A campaign of 10 000 rounds, looked at: `python -m tests.benchmarks.longrun [--rounds N] [--arms M]`.

Rows are written as a station would have written them, but all at once: `--rounds` of each of `--arms` arms, with three
epochs and twenty classes; half of the last arm is still to come. Opening the store is part of every figure.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from campaigns.core.ids import CampaignId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.recipe import dump_recipe, load_recipe
from campaigns.services.monitor.show import watch
from campaigns.services.repair.repair import repair_home
from campaigns.services.results.curves import load_curves
from campaigns.services.results.rounds import load_rounds
from campaigns.services.station.list import Kept, load_campaigns
from campaigns.services.station.station import station_view
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.station.executors.opening import open_executor
from campaigns.station.station import Station
from campaigns.store.campaigns import add_campaign
from campaigns.store.rows import CampaignRow
from tests.benchmarks.home import add_rounds, milliseconds, program
from tests.benchmarks.measuring import machine, table

NAME, EPOCHS = "long", 3
CLASSES = tuple(f"class {number}" for number in range(20))


def main() -> None:
    """Make, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--arms", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = open_workspace(Path(folder) / "home")
        fill(place, rounds=wanted.rounds, arms=wanted.arms)
        print(f"{machine()}; {wanted.arms} arms of {wanted.rounds:,} rounds")
        rows = []
        for what, ask in asked(place).items():
            found = [milliseconds(ask) for _ in range(wanted.repeats)]
            rows.append((what, f"{statistics.median(found):.0f}", f"{max(found):.0f}"))
        print(table(("what", "median ms", "worst ms"), rows))


def asked(place: Workspace) -> dict[str, Callable[[], object]]:
    """What a person or a screen asks for."""
    kept, home = Kept(), ("--home", str(place.home.folder))
    return {
        "watch": lambda: watch(place, NAME),
        "curves": lambda: load_curves(place, NAME),
        "rounds": lambda: load_rounds(place, NAME),
        "overview": lambda: load_campaigns(place),
        "station_view, as the screen polls": lambda: station_view(place, kept=kept),
        "one turn of the station": lambda: turn(place),
        "repair --dry-run": lambda: repair_home(place, is_dry_run=True),
        "alwsl-tui list": lambda: program("list", *home),
        "alwsl-tui show": lambda: program("show", NAME, *home),
        "alwsl-tui show --json": lambda: program("show", NAME, "--json", *home),
        "alwsl-tui rounds": lambda: program("rounds", NAME, *home),
        "alwsl-tui rounds --json": lambda: program("rounds", NAME, "--json", *home),
        "alwsl-tui cost": lambda: program("cost", NAME, *home),
    }


def turn(place: Workspace) -> None:
    """What the station does ten times a second."""
    with place.store() as store:
        Station.open(place.home, store, open_executor()).turn()


def fill(place: Workspace, *, rounds: int, arms: int) -> None:
    """The campaign."""
    plan = Plan(
        Schedule(10, (1,) * rounds, (EPOCHS,) * (rounds + 1)), 1, tuple(f"criterion{n}" for n in range(arms)),
        rounds + 20, 1_000, has_full=False, full_epochs=EPOCHS, reading_points=(20,), classes=CLASSES,
    )  # fmt: skip
    row = CampaignRow(
        CampaignId(f"{NAME}.000001"), NAME, "smoke", "", "shapes", "wildcat tiny", plan, time.time(), Intent.PAUSE, None
    )
    paths = place.home.campaign(row.id)
    ap = json.dumps([0.5] * len(CLASSES))
    with place.store() as store, store.writing() as db:
        paths.folder.mkdir(parents=True)
        paths.recipe.write_text(dump_recipe(load_recipe("smoke")))
        add_campaign(store, row)
        last = plan.jobs[-1]
        for job in plan.jobs:
            numbers = plan.rounds(job) if job != last else plan.rounds(job)[: rounds // 2]
            add_rounds(db, [(row.id, job.id, n, 10 + n, "map", 0.5, ap, 9.0, 2.0, 1.0, 0.1, 1e9 + n) for n in numbers])
            epochs = [(row.id, job.id, n, epoch, 0.1, 3.0) for n in numbers for epoch in range(1, EPOCHS + 1)]
            db.executemany("INSERT INTO epoch VALUES (?, ?, ?, ?, ?, ?)", epochs)
            is_done = job.kind is JobKind.BASELINE or job != last
            state = (JobState.DONE, AttemptState.DONE) if is_done else (JobState.WAITING, AttemptState.STOPPED)
            db.execute("UPDATE job SET state = ? WHERE campaign = ? AND id = ?", (state[0], row.id, job.id))
            db.execute(
                """INSERT INTO attempt (campaign, job, number, state, slot, threads, started, ended, exit_code,
                   round, epoch, epochs) VALUES (?, ?, 1, ?, 'cpu', 1, 1e9, 1.1e9, 0, ?, ?, ?)""",
                (row.id, job.id, state[1], numbers[-1], EPOCHS, EPOCHS),
            )
        notes = [(1e9 + n, row.id, last.id, 0, f"round {n} reused") for n in range(rounds)]
        db.executemany("INSERT INTO feed (at, campaign, job, is_warning, text) VALUES (?, ?, ?, ?, ?)", notes)


if __name__ == "__main__":
    main()
