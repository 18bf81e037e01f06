"""A line takes keys in the order in which they come, however fast."""

import pytest
from textual.app import ComposeResult
from textual.events import Key
from textual.keys import _character_to_key

from alwsl_tui.tui.typing_order import InOrder
from alwsl_tui.tui.widgets.line import Line
from tests.tui.waiting import until


class Desk(InOrder):
    """One line, and what was handed in."""

    def __init__(self) -> None:
        super().__init__()
        self.handed: list[str] = []

    def compose(self) -> ComposeResult:
        yield Line("before", select_on_focus=False)

    def on_input_submitted(self, event: Line.Submitted) -> None:
        self.handed.append(event.value)


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (("ctrl+u", "a", "b"), "ab"),
        (("home", "a", "b"), "abbefore"),
        (("backspace", "a"), "befora"),
        (("left", "a"), "beforae"),
        (("ctrl+w", "a"), "a"),
        (("home", "ctrl+k", "x", "y"), "xy"),
    ],
)
async def test_no_letter_overtakes_the_key_before_it(keys: tuple[str, ...], left: str) -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        await until(pilot, lambda: isinstance(desk.focused, Line))
        for key in keys:
            desk.post_message(Key(_character_to_key(key) if len(key) == 1 else key, key if len(key) == 1 else None))
        await until(pilot, lambda: desk.query_one(Line).value == left)


async def test_enter_hands_in_what_stood_there_when_it_came() -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        await until(pilot, lambda: isinstance(desk.focused, Line))
        for key in ("a", "enter", "b"):
            desk.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: desk.query_one(Line).value == "beforeab" and desk.handed)
        assert desk.handed == ["beforea"]
