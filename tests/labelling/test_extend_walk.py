"""A campaign that goes on with a larger budget, by commands alone; a real station, and a worker that is killed."""

import json
import signal
from pathlib import Path

import pytest

from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.wait import wait
from campaigns.services.workspace import Workspace
from tests.cli.calling import call, good
from tests.labelling.test_walk import WAITING, answer_all, new
from tests.labelling.truth import write_photos
from tests.patience import patience
from tests.stage import assert_same, clear, outcome, processes, said, wait_for

FIRST = ("--set", "protocol.initial=8")
"""Of a budget below 40 images, `new` takes half for the first ones; of both campaigns they are to be the same."""


def let_it_end(place: Workspace) -> None:
    """Answer whatever it asks for until it is done."""
    for _ in range(9):
        if (state := wait(place, "photos", timeout=patience())) == "done":
            return
        assert state == "labelling", said(place)
        answer_all(place.home.folder)
    raise AssertionError(f"it asks for ever\n{said(place)}")


@pytest.mark.slow
def test_with_a_worker_killed_it_leaves_the_bytes_of_one_that_had_the_budget_from_the_beginning(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos")
    (photos / "labels.csv").unlink()
    longer = ("--budget", "24", "--set", "protocol.epochs=[2, 2, 2, 2, 2]")
    whole = new(tmp_path / "whole", photos, *FIRST, *longer, "--start")
    place = new(tmp_path / "home", photos, *FIRST, "--start")
    try:
        let_it_end(whole)
        let_it_end(place)
        assert json.loads(good(place, "extend", "photos", "--add", "8", "--json"))["budget"] == 24
        (worker,) = wait_for(lambda: processes(place, "campaigns.worker"), on_failure=lambda: said(place))
        worker.send_signal(signal.SIGKILL)
        assert wait(place, "photos", timeout=patience()) == "labelling", said(place)
        assert call(place, "wait", "photos").code == WAITING
        let_it_end(place)
        rows = [find_campaign(home, "photos") for home in (place, whole)]
        assert_same(outcome(place, rows[0]), outcome(whole, rows[1]), log=said(place))
        for home in (place, whole):
            assert json.loads(good(home, "verify", "photos", "--json"))["is_same"]
    finally:
        clear(place)
        clear(whole)
