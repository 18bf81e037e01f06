"""Screens that are driven from coroutines."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from alwsl_tui.tui.guards import put_right
from campaigns.services.workspace import Workspace
from tests.labelling.truth import asking, write_photos
from tests.patience import patience
from tests.stage import tiny


@pytest.fixture(autouse=True)
def _put_right() -> None:
    """Let screens without the program around them be as in it, whichever test comes first."""
    put_right()


@pytest.fixture(autouse=True)
def _patient_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a pilot wait as long as the tests do for a screen that is busy; by itself it gives up after 30 seconds."""
    assert Pilot._wait_for_screen.__defaults__ == (30.0,)
    monkeypatch.setattr(Pilot._wait_for_screen, "__defaults__", (patience(),))


@pytest.fixture
def photos(place: Workspace, tmp_path: Path) -> Workspace:
    """A home with a campaign that people label for."""
    tiny(place, *asking(write_photos(tmp_path / "photos")), name="photos")
    return place
