"""Screens that are driven from coroutines."""

import pytest
from textual.pilot import Pilot

from tests.patience import patience


@pytest.fixture(autouse=True)
def _patient_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a pilot wait as long as the tests do for a screen that is busy; by itself it gives up after 30 seconds."""
    assert Pilot._wait_for_screen.__defaults__ == (30.0,)
    monkeypatch.setattr(Pilot._wait_for_screen, "__defaults__", (patience(),))
