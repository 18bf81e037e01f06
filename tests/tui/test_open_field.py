"""A backbone of another library in the form for a new campaign: it is typed, and what is said of it is true."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from alwsl_tui.tui.widgets.open_field import OpenField
from campaigns.services.workspace import Workspace
from tests.tui.test_new import Bare, choose, ready, said, screen, text, until, value, write, wrong

KEY = "model.backbone"


def backbone(pilot: Pilot[None]) -> OpenField:
    return screen(pilot).query_one(OpenField)


def shown(pilot: Pilot[None]) -> tuple[str, bool]:
    """What the list says, and whether the line below it is there."""
    field = backbone(pilot)
    label = str(field.query_one("SelectCurrent #label").render())
    return label, field.query_one(Input).display


@pytest.mark.slow
async def test_one_that_a_recipe_names_stands_there_and_can_be_started(place: Workspace) -> None:
    async with Bare(place).run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        assert shown(pilot) == ("tiny            four convolutions", False)
        backbone(pilot).fill("torchvision:squeezenet1_1")
        assert shown(pilot) == ("another, of torchvision or timm …", True)
        assert value(pilot, KEY) == "torchvision:squeezenet1_1"
        backbone(pilot).fill("tiny")
        assert shown(pilot) == ("tiny            four convolutions", False)


@pytest.mark.slow
async def test_one_that_is_typed_is_looked_up_and_a_mistake_in_it_stands_below(place: Workspace) -> None:
    async with Bare(place).run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        choose(pilot, KEY, "")
        await until(pilot, lambda: pilot.app.focused is backbone(pilot).query_one(Input))
        write(pilot, KEY, "torchvision:squeezenet1")
        await wrong(pilot, KEY, "did you mean 'squeezenet1_1'?")
        write(pilot, KEY, "torchvision:squeezenet1_1")
        await ready(pilot)
        assert said(pilot) == {}
        assert "wildcat torchvision:squeezenet1_1" in text(pilot, "size")
        assert "--set model.backbone=torchvision:squeezenet1_1" in text(pilot, "command")
        choose(pilot, KEY, "tiny")
        await ready(pilot)
        assert "model.backbone" not in text(pilot, "command")
        assert not backbone(pilot).query_one(Input).display


@pytest.mark.slow
async def test_nothing_is_looked_up_while_letters_are_typed(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library is asked in a thread: a name of timm may take it seconds."""
    from threading import current_thread, main_thread

    from campaigns.learning.zoo import from_torchvision

    asked: list[bool] = []
    find = from_torchvision.find

    def noted(name: str) -> object:
        asked.append(current_thread() is main_thread())
        return find(name)

    monkeypatch.setattr(from_torchvision, "find", noted)
    async with Bare(place).run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        choose(pilot, KEY, "")
        await until(pilot, lambda: pilot.app.focused is backbone(pilot).query_one(Input))
        await pilot.press(*"torchvision:squeezenet1_1")
        await until(pilot, lambda: value(pilot, KEY) == "torchvision:squeezenet1_1")
        await ready(pilot)
        assert asked
        assert not any(asked)


@pytest.mark.slow
async def test_what_a_model_of_ones_own_still_needs_stands_at_the_model(place: Workspace) -> None:
    async with Bare(place).run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        choose(pilot, "model.kind", "module")
        told = await wrong(pilot, "model.kind", "(type model.module=… into 'also' below)")
        assert told.startswith('model.module: is ""; should be package.module:function, of an installed package')
        write(pilot, "overrides", "model.module=tests.learning.own_head:SoftHead")
        await wrong(pilot, "overrides", "no installed package brings 'tests'")
        await until(pilot, lambda: said(pilot).keys() == {"overrides"})
