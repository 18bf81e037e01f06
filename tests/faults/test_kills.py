"""Anything is killed at any time, and nothing is lost: the fault harness, on scratch homes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import SystemRandom

import pytest
import typer

from alwsl_tui.cli.torture import report_torture
from campaigns.torture.promises import Outcome, counted
from campaigns.torture.run import Effort, TortureReport, torture_apart
from campaigns.torture.targets import COMMANDS, MOMENTS, Kill, ProcessKind
from tests.patience import patience

PROGRAM = (sys.executable, "-m", "alwsl_tui.entry")
SEED = os.environ.get("ALWSL_TORTURE_SEED")
"""Of the kills; without it the ordinary test draws the same every time, and the slow ones new ones, which they tell."""
ORDINARY_SEED = 20
MINUTES = float(os.environ.get("ALWSL_TORTURE_MINUTES", "60"))
"""The long test may take, where it does not get to its kills before."""
MANY = 100
"""Of each kind of process in the long test."""
KILLS = 6
"""Of each kind of process in the short test."""
MOST_SECONDS = max(600.0, patience())
"""An idle machine needs a twentieth of it."""


def tortured(effort: Effort) -> TortureReport:
    told: list[str] = []
    print(f"ALWSL_TORTURE_SEED={effort.seed}")  # noqa: T201  shown however the test ends
    report, folder = torture_apart(PROGRAM, effort, told.append)
    assert report.losses == (), "\n".join([f"seed {effort.seed}, kept: {folder}", *told, *report.losses])
    return report


@pytest.mark.timeout(3 * MOST_SECONDS)
@pytest.mark.slow
def test_whatever_is_killed_nothing_is_lost() -> None:
    report = tortured(Effort(int(SEED or ORDINARY_SEED), MOST_SECONDS, KILLS, each=KILLS))
    assert min(report.kills.values()) >= KILLS, report


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(60 * MINUTES + 2 * MOST_SECONDS)
def test_whatever_is_killed_for_minutes_nothing_is_lost() -> None:
    seed = SystemRandom().randrange(10**6) if SEED is None else int(SEED)
    report = tortured(Effort(seed, 60 * MINUTES, MANY))
    assert min(report.kills.values()) >= MANY, report


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(2 * MOST_SECONDS)
def test_a_user_can_run_it_is_told_the_seed_and_finds_no_folder_when_nothing_was_lost(tmp_path: Path) -> None:
    found = subprocess.run(
        [*PROGRAM, "doctor", "--torture", "0.01", "--seed", "7", "--json"],
        capture_output=True, text=True, timeout=MOST_SECONDS, check=False, env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert "--seed 7" in found.stderr
    said = json.loads(found.stdout)
    assert (said["kind"], said["seed"], said["lost"]) == ("torture", 7, [])
    assert set(said["kills"]) == set(ProcessKind)
    assert list(tmp_path.iterdir()) == []


BLOWS = (
    Kill(ProcessKind.WORKER, "picks", 1, 2.5),
    Kill(ProcessKind.WORKER, "leaves", 1, 3.0),
    Kill(ProcessKind.STATION, "ingests", 1, 3.5),
)
WHOLE = TortureReport(7, 1, BLOWS, (), 12.0)
HURT = TortureReport(7, 1, BLOWS, ("home 1: arm-t0-ag runs twice: [12, 13]",), 12.0)


def test_a_user_is_told_the_kills_and_that_nothing_was_lost(capsys: pytest.CaptureFixture[str]) -> None:
    report_torture(1, 7, as_json=False, tortures=lambda _effort, _tell, _executor: (WHOLE, None))
    out, err = capsys.readouterr()
    assert "--seed 7" in err
    assert [line.split() for line in out.splitlines() if "worker" in line or "viewer" in line] == [
        ["worker", "2"],
        ["viewer", "0"],
    ]
    assert "1 home in 12 s, seed 7: nothing was lost" in out


def test_a_user_is_told_what_was_lost_and_where_it_lies(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left:
        report_torture(1, 7, as_json=True, tortures=lambda _effort, _tell, _executor: (HURT, Path("kept")))
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert (left.value.exit_code, said["lost"], said["folder"]) == (4, list(HURT.losses), "kept")
    assert said["kills"] == {"worker": 2, "station": 1, "nursery": 0, "command": 0, "writer": 0, "viewer": 0}
    assert "report it with the seed" in err


def test_every_kind_of_process_has_moments() -> None:
    assert set(MOMENTS) == set(ProcessKind)
    assert all(MOMENTS[kind] for kind in ProcessKind)
    assert all(COMMANDS.values())


def test_what_differs_is_named() -> None:
    whole = Outcome({"a": b"1", "b": b"2"}, frozenset({("round", 1)}))
    assert whole.unlike(whole) == []
    other = Outcome({"a": b"1", "b": b"3", "c": b""}, frozenset())
    assert whole.unlike(other) == ["b", "c", "a row of the store: ('round', 1)"]
    assert counted(["x", "y", "x"]) == ["x (2 times)", "y"]
