"""The screen for a new campaign: mistakes stand where they were made, and only what is right can be started."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Button, Input, Select, SelectionList, Static

from alwsl_tui.tui.screens.new import NewScreen
from alwsl_tui.tui.screens.recipe_form import RecipeForm
from alwsl_tui.tui.widgets.fields import Field, id_of
from campaigns.core.states import CampaignState
from campaigns.services.campaigns.choice import CampaignChoice, command_of
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.data import add
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace
from tests.cli.calling import left_behind
from tests.cli.folders import photos, write_recipe
from tests.stage import TINY, tiny
from tests.tui import waiting

SIZES = [(80, 24), (120, 40), (200, 60)]


class Bare(App[None]):
    """An application that has this screen alone."""

    def __init__(self, place: Workspace, source: str | None = "smoke", *, is_readonly: bool = False) -> None:
        super().__init__()
        self.new = NewScreen(place, source=source, is_readonly=is_readonly)
        self.answers: list[str | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.new, self.answers.append)


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    """Let the screen go on until it is so."""
    await pilot.pause()  # what was just written has arrived
    await waiting.until(pilot, is_so)


def screen(pilot: Pilot[None]) -> NewScreen:
    app = pilot.app
    assert isinstance(app, Bare)
    return app.new


def text(pilot: Pilot[None], name: str) -> str:
    return str(screen(pilot).query_one(f"#{name}", Static).content)


def said(pilot: Pilot[None]) -> dict[str, str]:
    """Mistakes by the key of the field they stand at."""
    return {field.key: field.mistake for field in screen(pilot).query(Field) if field.mistake}


def button(pilot: Pilot[None], name: str = "start") -> Button:
    return screen(pilot).query_one(f"#{name}", Button)


async def ready(pilot: Pilot[None]) -> None:
    """Wait until what is chosen now can be started, not what was chosen a moment ago."""
    new = screen(pilot)

    def is_so() -> bool:
        if new._draft is None or new._is_unread or button(pilot).disabled or text(pilot, "state") != "ready":
            return False
        return new._draft.command == command_of(new._workspace, new._form.choice, is_started=True)

    await until(pilot, is_so)


async def wrong(pilot: Pilot[None], key: str, message: str = "") -> str:
    """What is said at a field, once it says so; nothing can be started then."""

    def is_so() -> bool:
        is_barred = button(pilot).disabled and button(pilot, "create").disabled
        return is_barred and key in said(pilot) and message in said(pilot)[key]

    await until(pilot, is_so)
    return said(pilot)[key]


def write(pilot: Pilot[None], key: str, value: str) -> None:
    screen(pilot).query_one(f"#{id_of(key)} Input", Input).value = value


def choose(pilot: Pilot[None], key: str, option: str) -> None:
    screen(pilot).query_one(f"#{id_of(key)} Select", Select).value = option


def value(pilot: Pilot[None], key: str) -> str:
    return screen(pilot).query_one(f"#{id_of(key)} Input", Input).value


MISTAKES = (
    ("protocol.add", "9000, 20", "adds 9020", "20, 30"),
    ("protocol.add", "many", "should be a whole number", "20, 30"),
    ("protocol.epochs", "1", "1 numbers for 3 rounds", "2, 2, 2"),
    ("name", "a b", "cannot be a name", "a-b"),
    ("name", "tiny", "there is a campaign 'tiny' already", "tiny-2"),
    ("model.weights", "/nowhere.pth", "there is no file", "none"),
    ("overrides", "protocol.trails=3", "did you mean 'trials'?", "protocol.trials=3"),
    ("overrides", "words", "should be key=value", ""),
)
"""Key, what is written there, what is said of it, what mends it: one after the other in the same form."""


@pytest.mark.slow
async def test_a_mistake_stands_at_its_field_until_it_is_mended(place: Workspace) -> None:
    tiny(place)
    async with Bare(place).run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        for key, bad, message, good in MISTAKES:
            write(pilot, key, bad)
            await wrong(pilot, key, message)
            write(pilot, key, good)
            await ready(pilot)
            assert said(pilot) == {}


@pytest.mark.slow
async def test_a_protocol_follows_the_data_and_leaves_alone_what_a_person_changed(
    place: Workspace, tmp_path: Path
) -> None:
    add(place, "yard", photos(tmp_path / "yard", 60))
    async with Bare(place, "protocol").run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        form = screen(pilot).query_one(RecipeForm)
        assert not form.is_filled
        choose(pilot, "run.device", "cpu")
        await until(pilot, lambda: value(pilot, "protocol.initial") == "20")
        write(pilot, "protocol.trials", "4")
        choose(pilot, "data.name", "yard")
        await until(pilot, lambda: value(pilot, "protocol.add") == "5, 5, 5")
        await ready(pilot)
        assert value(pilot, "protocol.trials") == "4"
        await until(pilot, lambda: "yard-wildcat" in text(pilot, "size"))
        await until(pilot, lambda: "5, 10, 15, 20 of 40 labelled images" in text(pilot, "notes"))
        await until(pilot, lambda: "new --dataset yard --model wildcat" in text(pilot, "command"))


async def test_starting_makes_the_campaign_and_answers_with_its_name(place: Workspace) -> None:
    app = Bare(place)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        write(pilot, "name", "mine")
        write(pilot, "overrides", " ".join(f"'{override}'" for override in TINY))
        await ready(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.answers == ["mine"])
    assert find_campaign(place, "mine").plan.schedule.initial == 12
    assert watch(place, "mine").state in {CampaignState.RUNNING, CampaignState.DONE}


@pytest.mark.slow
async def test_creating_only_starts_nothing(place: Workspace) -> None:
    app = Bare(place)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: app.answers == ["smoke"])
    assert watch(place, "smoke").state is CampaignState.NEW
    assert find_campaign(place, "smoke").plan == create_campaign(place, "smoke", name="same").campaign.plan


@pytest.mark.slow
async def test_escape_makes_nothing(place: Workspace) -> None:
    app = Bare(place)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.answers == [None])
    assert left_behind(place) == []


async def test_keys_do_nothing_while_something_is_wrong(place: Workspace) -> None:
    app = Bare(place)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        write(pilot, "name", "a b")
        await pilot.press("ctrl+s")  # before anybody has looked at the new name
        await wrong(pilot, "name")
        await pilot.press("ctrl+s", "ctrl+n")
        await pilot.pause()
    assert app.answers == []
    assert left_behind(place) == []


@pytest.mark.slow
async def test_a_reader_can_plan_but_not_make(place: Workspace) -> None:
    app = Bare(place, is_readonly=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "4 jobs" in text(pilot, "size"))
        assert button(pilot).disabled
        await pilot.press("ctrl+s", "ctrl+n")
        await pilot.pause()
    assert left_behind(place) == []


@pytest.mark.slow
async def test_only_what_differs_is_in_the_command_line(place: Workspace) -> None:
    async with Bare(place).run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        assert "--set" not in text(pilot, "command")
        write(pilot, "protocol.trials", "2")
        screen(pilot).query_one("#field-criteria-names SelectionList", SelectionList).toggle("unc")
        await until(pilot, lambda: "--set" in text(pilot, "command") and "9 jobs" in text(pilot, "size"))
        form = screen(pilot).query_one(RecipeForm)
        assert form.choice.overrides == ("protocol.trials=2", 'criteria.names=["ag", "random", "unc"]')


@pytest.mark.slow
async def test_another_recipe_fills_the_fields_anew(place: Workspace) -> None:
    async with Bare(place).run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        screen(pilot).query_one("#field-shelf Select", Select).value = "coco-weldon"
        await wrong(pilot, "data.name", "nobody has said where")
        form = screen(pilot).query_one(RecipeForm)
        # What is wrong with a recipe is told as soon as it is read, its name a moment later.
        await until(pilot, lambda: form.choice.name == "coco-weldon")
        assert (form.choice.source, form.choice.overrides) == ("coco-weldon", ())
        await until(pilot, lambda: "alwsl-tui data add coco" in text(pilot, "hint"))
        screen(pilot).query_one("#field-shelf Select", Select).value = "demo"
        await ready(pilot)
        await until(pilot, lambda: form.choice.name == "demo")


@pytest.mark.slow
async def test_a_recipe_of_ones_own_is_read_from_its_file(place: Workspace, tmp_path: Path) -> None:
    path = write_recipe(tmp_path / "mine.toml", photos(tmp_path / "photos"))
    app = Bare(place, str(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        write(pilot, "recipe", str(tmp_path / "other.toml"))
        await wrong(pilot, "recipe", "No such file")
        write(pilot, "recipe", str(path))
        await ready(pilot)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: app.answers == ["mine"])


async def test_names_of_files_are_no_markup_and_no_orders(place: Workspace, tmp_path: Path) -> None:
    async with Bare(place, f"{tmp_path}/[red]\x1b[2J.toml").run_test(size=(120, 40)) as pilot:
        await wrong(pilot, "recipe")
        told = screen(pilot).query_one("#field-recipe .wrong", Static)
        await until(pilot, lambda: "[red]\\x1b[2J" in str(told.content))


def is_seen(new: NewScreen) -> bool:
    return new.focused is not None and new.region.contains_region(new.focused.region)


@pytest.mark.parametrize(
    "size", [SIZES[0], *(pytest.param(size, marks=pytest.mark.long) for size in SIZES[1:])], ids=str
)
@pytest.mark.slow
async def test_everything_can_be_reached_with_tab_alone(place: Workspace, size: tuple[int, int]) -> None:
    async with Bare(place).run_test(size=size) as pilot:
        await ready(pilot)
        reached = set()
        for _ in range(40):
            await pilot.press("tab")
            focused = screen(pilot).focused
            assert focused is not None
            await until(pilot, lambda: is_seen(screen(pilot)))
            reached.add(focused)
        controls = {field.control() for field in screen(pilot).query(Field) if field.display}
        assert controls <= reached
        assert {button(pilot), button(pilot, "create"), button(pilot, "cancel")} <= reached


@pytest.mark.slow
async def test_the_command_line_can_be_copied(place: Workspace) -> None:
    async with Bare(place).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("alwsl-tui new --recipe smoke"))


async def test_a_draft_of_an_earlier_choice_that_ends_later_takes_nothing_away(place: Workspace) -> None:
    async with Bare(place).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        new = screen(pilot)
        draft, choice = new._draft, new._form.choice
        assert draft is not None
        counts, late = NewScreen.Drafted(choice, draft), NewScreen.Drafted(CampaignChoice("other"), draft)
        assert counts.can_replace(NewScreen.Drafted(choice, draft))
        assert not counts.can_replace(late)
        new._draft = None
        new.post_message(counts)
        new.post_message(late)
        await until(pilot, lambda: new._draft is not None)
