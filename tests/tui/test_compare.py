"""The screen that shows campaigns side by side."""

from collections.abc import Iterator
from functools import partial

import pytest
from textual.app import App
from textual.messages import Update
from textual.pilot import Pilot
from textual.widget import Widget

from alwsl_tui.drawing.compare import label, together
from alwsl_tui.drawing.legend import NAME_WIDTH
from alwsl_tui.tui.actions import Place, command_line, facts_of
from alwsl_tui.tui.messages import Failed, Left
from alwsl_tui.tui.screens.compare import SECTIONS, CompareScreen
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.widgets.chart import CurveChart
from campaigns.reporting.series import Curve, Point, Result
from campaigns.services.campaigns.delete import delete
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.stage import tiny
from tests.tui.waiting import seen, settled, until

Finished = tuple[Workspace, CampaignRow]


class Host(App[None]):
    """An application with one screen."""

    def __init__(self, place: Workspace, names: tuple[str, ...]) -> None:
        super().__init__()
        self.place, self.names = place, names
        self.has_left = False
        self.errors: list[str] = []

    def get_default_screen(self) -> CompareScreen:
        return CompareScreen(self.place, self.names)

    def on_left(self, _message: Left) -> None:
        self.has_left = True

    def on_failed(self, message: Failed) -> None:
        self.errors.append(str(message.error))

    @property
    def chart(self) -> CurveChart:
        return self.screen.query_one(CurveChart)


@pytest.fixture
def pair(finished: Finished) -> Iterator[tuple[Workspace, tuple[str, str]]]:
    """A finished campaign, and one with another rate and other criteria that has not begun."""
    place, row = finished
    names = 'criteria.names=["ag", "unc"]' if row.plan.criteria != ("ag", "unc") else 'criteria.names=["ag", "mm"]'
    other = tiny(place, "training.lr=0.25", names, name="second")
    yield place, (row.name, other.name)
    delete(place, other.name)


async def test_on_a_large_screen_curves_recipes_and_classes_are_seen_at_once(
    pair: tuple[Workspace, tuple[str, str]],
) -> None:
    place, names = pair
    app = Host(place, names)
    async with app.run_test(size=(140, 40)) as pilot:
        texts = (*names, "done", "new", "training.lr", "0.25", "Average precision by class")
        await until(pilot, lambda: app.chart.sheet is not None and all(text in seen(pilot) for text in texts))
        assert app.chart.result is not None
        assert [curve.criterion for curve in app.chart.result.curves] == [label(name, "ag") for name in names]
        assert not app.errors


@pytest.mark.slow
async def test_on_a_small_screen_tab_turns_from_section_to_section(pair: tuple[Workspace, tuple[str, str]]) -> None:
    app = Host(*pair)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.chart.sheet is not None)

        def shown() -> list[str]:
            return [name for name in SECTIONS if app.screen.query_one(f"#{name}", Widget).size]

        await until(pilot, lambda: shown() == ["curves"] and app.focused is app.chart)
        await pilot.press("tab")
        await until(pilot, lambda: "training.lr" in seen(pilot) and shown() == ["differences"])
        await pilot.press("tab")
        await until(pilot, lambda: "Average precision by class" in seen(pilot))
        await pilot.press("tab")
        await until(pilot, lambda: shown() == ["curves"] and app.focused is app.chart)
        await pilot.press("shift+tab")
        await until(pilot, lambda: shown() == ["classes"])


async def test_a_section_has_its_lines_although_another_part_is_painted_just_then(
    pair: tuple[Workspace, tuple[str, str]],
) -> None:
    app = Host(*pair)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.chart.sheet is not None)
        await settled(pilot)
        assert isinstance(app.screen, CompareScreen)
        app.screen.post_message(Update(app.chart))
        app.screen.action_section(1)
        await until(pilot, lambda: "training.lr" in seen(pilot))


def tells(pilot: Pilot[None], criterion: str, *, is_everywhere: bool) -> bool:
    """Whether it is on the screen, and whether somebody does not have it."""
    text = seen(pilot)
    return f"by {criterion}" in text and ("no such criterion" in text) is not is_everywhere


async def test_a_key_turns_to_the_next_criterion_and_says_who_does_not_have_it(
    pair: tuple[Workspace, tuple[str, str]],
) -> None:
    place, names = pair
    app = Host(place, names)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "by ag" in seen(pilot))
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        plans = [find_campaign(place, name).plan for name in names]
        every = list(dict.fromkeys(name for plan in plans for name in plan.criteria))
        at = every.index("ag")
        for wanted in (*every[at + 1 :], *every[: at + 1]):
            await pilot.press("c")
            is_everywhere = all(wanted in plan.criteria for plan in plans)
            await until(pilot, partial(tells, pilot, wanted, is_everywhere=is_everywhere))
            assert screen.criterion == wanted


async def test_curves_turn_from_per_cent_of_the_full_model_to_map(finished: Finished) -> None:
    place, row = finished
    app = Host(place, (row.name, row.name))
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "% of the full model" in seen(pilot))
        await pilot.press("a")
        await until(pilot, lambda: "mAP, %" in seen(pilot) and "The recipes are identical." in seen(pilot))


async def test_the_command_line_names_all_campaigns_and_escape_leaves(
    pair: tuple[Workspace, tuple[str, str]],
) -> None:
    place, names = pair
    app = Host(place, names)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "by ag" in seen(pilot))
        action = actions_of(Place.COMPARE)[0]
        facts = facts_of([app.screen])
        assert command_line(action, facts) == f"alwsl-tui compare {' '.join(names)} --criterion ag"
        await pilot.press("escape")
        await until(pilot, lambda: app.has_left)


async def test_a_campaign_that_is_gone_is_said_once(finished: Finished) -> None:
    app = Host(finished[0], (finished[1].name, "gone"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.errors)
        assert len(app.errors) == 1


def test_each_campaign_is_measured_against_its_own_full_model() -> None:
    half = Result(("cat",), (), 0.5, (Curve("ag", (Point(10, (0.25,)),)),))
    whole = Result(("cat",), (), 1.0, (Curve("ag", (Point(10, (0.25,)),)),))
    found = together([half, whole], ("a", "b"), "ag", is_absolute=False)
    assert [found.relative(curve.points[0].mean) for curve in found.curves] == [50, 25]
    found = together([half, whole], ("a", "b"), "ag", is_absolute=True)
    assert found.full is None
    assert [curve.points[0].mean for curve in found.curves] == [0.25, 0.25]


def test_a_campaign_without_the_criterion_keeps_its_place() -> None:
    one = Result(("cat",), (), None, (Curve("ag", (Point(10, (0.25,)),)),))
    none = Result(("cat",), (), None, ())
    found = together([none, one], ("a", "b"), "ag", is_absolute=False)
    assert [curve.points != () for curve in found.curves] == [False, True]


def test_a_long_name_of_a_campaign_leaves_room_for_the_criterion() -> None:
    assert label("a-campaign-of-a-long-name", "sepmin").endswith(" sepmin")
    assert len(label("a-campaign-of-a-long-name", "sepmin")) <= NAME_WIDTH
