"""Letting a screen go on until something holds."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual.pilot import Pilot, WaitForScreenTimeout

from tests.patience import Deadline


async def rest(pilot: Pilot[Any], seconds: float) -> None:
    """Let the screen go on for a while; Textual's own also waits for a notice that goes meanwhile and never answers."""
    with suppress(WaitForScreenTimeout):
        await pilot.pause(seconds)


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Lets the screen go on until the condition holds; else fails with what is on the screen."""
    deadline = Deadline()
    while not condition():
        deadline.require_time(lambda: seen(pilot))
        await rest(pilot, deadline.pause())


async def settled(pilot: Pilot[Any]) -> None:
    """Lets the screen go on until it has stayed the same for several looks: a layout that follows the size of a part is
    found after the part has been drawn once.
    """
    deadline, last, calm = Deadline(), "", 0
    while calm < 5:
        deadline.require_time(lambda: seen(pilot))
        await rest(pilot, deadline.pause())
        now = seen(pilot)
        calm, last = (calm + 1 if now == last else 0), now


def seen(pilot: Pilot[Any]) -> str:
    """What is on the screen, as text."""
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)
