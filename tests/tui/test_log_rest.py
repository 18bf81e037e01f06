"""A log in which nothing happens is hardly ever asked; one that cannot be seen, never."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from alwsl_tui.tui.parts import pagedlog
from alwsl_tui.tui.parts.logview import LogView
from alwsl_tui.tui.parts.pager import Move
from tests.tui.logstage import Stage, numbered, seen, until
from tests.tui.waiting import rest

SECONDS = 0.5
"""In which a log that may grow is asked several times."""


class Counting(LogView):
    """Counts how often it is asked for a page."""

    asked = 0

    def ask(self, move: Move) -> None:
        self.asked += 1
        super().ask(move)


async def asked(app: Stage, pilot: Pilot[None]) -> int:
    """How often, in that time."""
    assert isinstance(app.view, Counting)
    before = app.view.asked
    await rest(pilot, SECONDS)
    return app.view.asked - before


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(pagedlog, "POLL", 0.02)
    app = Stage(None)
    app.view = Counting(numbered(tmp_path / "worker.log"))
    return app


async def test_a_log_whose_writer_has_ended_is_asked_rarely_and_still_followed(app: Stage) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: seen(app.view)[-1:] == ["  line 999"])
        assert await asked(app, pilot) > 2
        app.view.is_over = True
        await rest(pilot, SECONDS)  # one is under way
        assert await asked(app, pilot) <= 1
        assert app.view.path is not None
        with app.view.path.open("a") as file:
            file.write("after all\n")
        await until(pilot, lambda: seen(app.view)[-1:] == ["  after all"])


async def test_a_log_that_cannot_be_seen_is_not_asked_and_is_followed_once_it_can(app: Stage) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: seen(app.view)[-1:] == ["  line 999"])
        await app.push_screen(Screen[None]())
        await rest(pilot, SECONDS)
        assert await asked(app, pilot) == 0
        assert app.view.path is not None
        with app.view.path.open("a") as file:
            file.write("meanwhile\n")
        app.pop_screen()
        await until(pilot, lambda: seen(app.view)[-1:] == ["  meanwhile"])
