"""Anything is killed at any time, and nothing is lost: the fault harness, on scratch homes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import SystemRandom

import pytest

from campaigns.services.torture import Ordeal, Torment, torture_apart
from campaigns.services.torture_checks import Outcome, counted
from campaigns.services.torture_prey import MOMENTS, Kind

PROGRAM = (sys.executable, "-m", "alwsl_tui.entry")
SEED = int(os.environ.get("ALWSL_TORTURE_SEED", SystemRandom().randrange(10**6)))
MINUTES = float(os.environ.get("ALWSL_TORTURE_MINUTES", "1"))
KILLS = 10
"""Of each kind of process in the ordinary test."""


def tortured(ordeal: Ordeal) -> Torment:
    told: list[str] = []
    torment, folder = torture_apart(PROGRAM, ordeal, told.append)
    assert torment.losses == (), "\n".join([f"seed {ordeal.seed}, kept: {folder}", *told, *torment.losses])
    return torment


def test_whatever_is_killed_nothing_is_lost() -> None:
    # The time is for a machine that is busy with other things; an idle one needs a tenth of it.
    torment = tortured(Ordeal(SEED, 250, KILLS, each=KILLS))
    assert min(torment.kills.values()) >= KILLS, torment


@pytest.mark.slow
@pytest.mark.timeout(60 * MINUTES + 400)
def test_whatever_is_killed_for_minutes_nothing_is_lost() -> None:
    torment = tortured(Ordeal(SEED + 1, 60 * MINUTES, each=2 * KILLS))
    assert min(torment.kills.values()) >= 1, torment


def test_a_user_can_run_it_and_is_told_the_seed() -> None:
    found = subprocess.run(
        [*PROGRAM, "doctor", "--torture", "0.01", "--seed", "7", "--json"],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert "--seed 7" in found.stderr
    said = json.loads(found.stdout)
    assert (said["kind"], said["seed"], said["lost"]) == ("torture", 7, [])
    assert set(said["kills"]) == set(Kind)


def test_every_kind_of_process_has_moments() -> None:
    assert set(MOMENTS) == set(Kind)
    assert all(MOMENTS[kind] for kind in Kind)


def test_what_differs_is_named() -> None:
    whole = Outcome({"a": b"1", "b": b"2"}, frozenset({("round", 1)}))
    assert whole.unlike(whole) == []
    other = Outcome({"a": b"1", "b": b"3", "c": b""}, frozenset())
    assert whole.unlike(other) == ["b", "c", "a row of the store: ('round', 1)"]
    assert counted(["x", "y", "x"]) == ["x (2 times)", "y"]


def test_the_harness_leaves_no_folder_when_nothing_was_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _, folder = torture_apart(PROGRAM, Ordeal(3, 0.0))
    assert folder is None
    assert list(tmp_path.iterdir()) == []
