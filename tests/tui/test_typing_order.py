"""What is typed faster than it is handled goes where it would have gone, had each key waited for the one before."""

import random
from collections.abc import Sequence
from threading import Event

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.events import Key, MouseDown, MouseUp
from textual.pilot import Pilot
from textual.widgets import Input, Static

from alwsl_tui.tui.questions import AskOne, AskText
from alwsl_tui.tui.screens.label import LabelScreen
from alwsl_tui.tui.typing_order import InOrder
from alwsl_tui.tui.widgets.line import Line
from campaigns.core.answers import Opinion
from campaigns.services.workspace import Workspace
from tests.patience import patience
from tests.tui.desk import answers, labelling, ready, screen
from tests.tui.waiting import until


def burst(app: App[None], *keys: str, apart: float = 0.0) -> None:
    """Type keys so fast that all of them have come before the first is handled; `apart` is in seconds, as they say."""
    for at, key in enumerate(keys):
        event = Key(key, key if len(key) == 1 else "/" if key == "slash" else None)
        event.time += at * apart
        app.post_message(event)


class Desk(InOrder):
    """A line that Enter leaves, a question of several, one of a text, and a log of what each key came to."""

    BINDINGS = [  # noqa: RUF012
        Binding("slash", "line"), Binding("s", "one"), Binding("t", "text"), Binding("n,y,r,k", "note"),
        Binding("enter", "note"), Binding("z", "mount"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.log_of_keys: list[str] = []

    def compose(self) -> ComposeResult:
        yield Line(select_on_focus=False, id="first")
        yield Line(select_on_focus=False, id="other")
        yield Static(id="place")

    def action_line(self) -> None:
        self.query_one("#first", Line).value = ""
        self.query_one("#first", Line).focus()

    def action_one(self) -> None:
        self.push_screen(AskOne("Which?", [("a", "a"), ("b", "b"), ("c", "c")]), self._chosen)

    def action_text(self) -> None:
        self.push_screen(AskText("What?"), self._chosen)

    async def action_mount(self) -> None:
        await self.query_one("#place").remove_children()
        await self.query_one("#place").mount(Static("new"))
        self.log_of_keys.append("mounted")

    def action_note(self) -> None:
        self.log_of_keys.append("noted")

    def _chosen(self, answer: str | None) -> None:
        self.log_of_keys.append(f"answer {answer}")

    def on_input_submitted(self, event: Line.Submitted) -> None:
        if event.input in list(self.screen_stack[0].query(Input)):  # that of a question may have gone by now
            self.log_of_keys.append(f"line {event.value}")
            self.set_focus(None)


KEYS = ("slash", "s", "t", "n", "y", "r", "k", "enter", "down", "backspace", "escape", "z", "home")


async def _idle(pilot: Pilot[None], app: Desk) -> None:
    await until(pilot, lambda: not app._typed and not app._is_under_way)


@pytest.mark.parametrize("seed", range(8))
async def test_a_burst_comes_to_what_the_same_keys_come_to_one_by_one(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alwsl_tui.tui.typing_order.LONGEST", patience())  # a busy machine may stand still for a while
    draw = random.Random(seed)
    drawn = [draw.choice(KEYS) for _ in range(70)]
    keys = [key for at, key in enumerate(drawn) if at == 0 or key != drawn[at - 1]]  # none is held
    logs: list[Sequence[str]] = []
    for at_once in (1, len(keys)):
        app = Desk()
        async with app.run_test() as pilot:
            await until(pilot, lambda app=app: app.focused is not None)  # type: ignore[misc]
            for at in range(0, len(keys), at_once):
                burst(app, *keys[at : at + at_once])
                await pilot.pause()
                await _idle(pilot, app)
            logs.append([*app.log_of_keys, type(app.screen).__name__, *(line.value for line in app.screen.query(Line))])
    assert logs[0] == logs[1]


async def test_a_key_that_is_held_opens_one_question_and_closes_one() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.focused is not None)
        app.set_focus(None)
        burst(app, "s", "s", "s", "enter", "enter", "enter", "y", "y", apart=0.2)
        await until(pilot, lambda: app.query_one("#first", Line).value == "yy")  # Textual gives it the focus again
        assert app.log_of_keys == ["answer a"]


async def test_a_key_that_is_pressed_twice_is_not_held() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.focused is not None)
        app.set_focus(None)
        burst(app, "t", "t", "enter", apart=0.03)
        await until(pilot, lambda: app.log_of_keys == ["answer t"])


async def test_a_key_that_is_pressed_a_second_time_in_a_while_is_not_held() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.focused is not None)
        app.set_focus(None)
        burst(app, "t", "t", "enter", apart=0.4)
        await until(pilot, lambda: app.log_of_keys == ["answer t"])


async def test_letters_behind_an_enter_wait_for_the_question_that_a_thread_lets_go() -> None:
    app = Desk()
    may_end, asked = Event(), list[str]()

    def look(value: str) -> None:
        asked.append(value)
        may_end.wait(patience())

    async with app.run_test() as pilot:
        await until(pilot, lambda: app.focused is not None)
        app.push_screen(AskText("Where?", check=look), lambda text: app.push_screen(AskText(f"{text}?"), app._chosen))
        await until(pilot, lambda: isinstance(app.screen, AskText) and app.focused is not None)
        burst(app, "a", "enter", "b", "enter")
        await until(pilot, lambda: asked == ["a"])
        may_end.set()
        await until(pilot, lambda: app.log_of_keys == ["answer b"])


async def test_a_click_waits_for_the_letters_before_it() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.focused is app.query_one("#first"))
        x, y, *_ = app.query_one("#other").region
        burst(app, "a", "b", "left")
        for kind in (MouseDown, MouseUp):
            app.post_message(kind(None, x + 1, y, 0, 0, 1, False, False, False, x + 1, y))
        burst(app, "y")
        await until(pilot, lambda: app.query_one("#other", Line).value == "y")
        assert app.query_one("#first", Line).value == "ab"


async def test_a_key_that_never_ends_keeps_others_for_a_while_and_leaving_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("alwsl_tui.tui.typing_order.LONGEST", 0.1)
    app = Desk()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.focused is not None)
        app.set_focus(None)
        monkeypatch.setattr(app, "_wait_behind", lambda *_: None)
        burst(app, "n", "y", "r")
        await until(pilot, lambda: app.log_of_keys == ["noted"] * 3)
        monkeypatch.setattr("alwsl_tui.tui.typing_order.LONGEST", patience())
        burst(app, "n", "ctrl+q")
        await until(pilot, lambda: not app.is_running)


async def test_a_class_is_found_and_marked_however_fast_its_letters_come(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        classes = screen(pilot).marking.classes
        wanted = {classes[2]: Opinion.NO, classes[3]: Opinion.YES}
        burst(pilot.app, "slash", *classes[2], "enter", "n", "slash", *classes[3], "enter")
        await until(pilot, lambda: screen(pilot).marking.says == wanted and pilot.app.focused is None)
        burst(pilot.app, "backspace", "backspace", "backspace", "1", "enter")
        await ready(pilot, but=first)
        (answer,) = answers(photos)
        assert (answer.image, answer.says, answer.is_rest_no) == (first, {classes[0]: Opinion.YES}, True)


async def test_a_question_is_answered_by_keys_that_come_before_it_is_drawn(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        burst(pilot.app, "s", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabelScreen) and answers(photos))
        await ready(pilot, but=first)
        (answer,) = answers(photos)
        assert (answer.image, answer.skip) == (first, "damaged")
