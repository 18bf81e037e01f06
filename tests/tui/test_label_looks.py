"""What the screen to label on shows, at every size, in ASCII, and when there is nothing left to ask for."""

import pytest

from campaigns.core.answers import Opinion
from campaigns.services.labelling.label import Spoken, answer
from campaigns.services.labelling.requests import next_images
from campaigns.services.workspace import Workspace
from tests.tui.desk import answers, labelling, ready, screen
from tests.tui.waiting import seen, until


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)], ids=lambda size: "x".join(map(str, size)))
async def test_it_works_at_every_size(photos: Workspace, size: tuple[int, int]) -> None:
    async with labelling(photos, size) as pilot:
        first = await ready(pilot)
        await pilot.press("z", "right", "z", "z", "y", "enter")
        await ready(pilot, but=first)
        assert list(answers(photos)[0].says.values()) == [Opinion.YES]


async def test_in_ascii_backspace_has_a_name(photos: Workspace) -> None:
    async with labelling(photos, is_ascii=True) as pilot:
        await until(pilot, lambda: "bksp undo" in seen(pilot))
        assert seen(pilot).isascii()


async def test_the_last_answer_is_told_when_nothing_is_left_to_ask_for(photos: Workspace) -> None:
    asked = [each.image for each in next_images(photos, "photos").images]
    answer(photos, "photos", [Spoken(image, {}, is_rest_no=True) for image in asked[:-1]], by="anna")
    async with labelling(photos) as pilot:
        last = await ready(pilot)
        await until(pilot, lambda: "last: " in seen(pilot))
        assert last not in seen(pilot).split("last: ")[1]
        await pilot.press("1", "enter")
        await until(pilot, lambda: screen(pilot).asked is None)
        await until(pilot, lambda: f"last: {last} " in seen(pilot))
