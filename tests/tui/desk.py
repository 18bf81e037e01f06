"""The screen to label on, opened on a real campaign with real photographs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.screens.label import LabelScreen
from campaigns.core.answers import Answer
from campaigns.home.answers import read_answers
from campaigns.services.workspace import Workspace
from tests.tui.waiting import until


@asynccontextmanager
async def labelling(
    place: Workspace, size: tuple[int, int] = (120, 40), **manners: object
) -> AsyncIterator[Pilot[None]]:
    """The screen as `alwsl-tui label photos` opens it, its first photograph drawn."""
    chosen = Manners(campaign="photos", is_labelling=True, by="anna", images=Images.BLOCKS, **manners)  # type: ignore[arg-type]
    async with AlwslApp(place, chosen).run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, LabelScreen))
        await ready(pilot)
        yield pilot


def screen(pilot: Pilot[None]) -> LabelScreen:
    assert isinstance(pilot.app.screen, LabelScreen)
    return pilot.app.screen


async def ready(pilot: Pilot[None], but: str = "") -> str:
    """Wait until an image can be answered and its time is counted, another one than that; its id."""

    def is_ready() -> bool:
        label = screen(pilot)
        is_timed = label.asked is not None and label.asked is label._timed
        return is_timed and label.is_ready and label.asked is not None and label.asked.image != but

    await until(pilot, is_ready)
    asked = screen(pilot).asked
    assert asked is not None
    return asked.image


def has_answered(pilot: Pilot[None]) -> bool:
    """Whether the screen knows of an answer that can be taken back."""
    view = screen(pilot).content
    return view is not None and view.last is not None


def answers(place: Workspace) -> list[Answer]:
    statements = [entry.statement for entry in read_answers(place.home.labels("photos"))]
    return [statement for statement in statements if isinstance(statement, Answer)]
