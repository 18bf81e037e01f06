"""What a person's own times are used for: measured on the screen, kept with the answers, told by everything."""

from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from alwsl_tui.drawing.units import age
from alwsl_tui.tui.parts import answering
from alwsl_tui.tui.screens import label
from campaigns.core.answers import Answer
from campaigns.core.ids import Job, JobKind
from campaigns.home.answers import append, read_answers
from campaigns.services.repair.repair import repair_home
from campaigns.services.results.curves import load_curves
from campaigns.services.workspace import Workspace
from tests.labelling.truth import asking, data_of, label_until_done, true_answer, write_photos
from tests.stage import tiny
from tests.tui.desk import labelling, ready, screen
from tests.tui.waiting import seen, until

ABSENCE = 300.0
SECONDS = (2.0, 3.0, 5.0, 8.0, 13.0, 21.0)


class Clock:
    """Time as a script has it pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


def seconds_in_file(place: Workspace) -> list[float | None]:
    entries = read_answers(place.home.labels("photos"))
    return [entry.statement.seconds for entry in entries if isinstance(entry.statement, Answer)]


async def test_pace_and_time_left_are_of_the_times_in_the_file_and_an_absence_is_none_of_them(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny(place, *asking(write_photos(tmp_path / "photos")), name="photos")
    clock = Clock()
    for module in (answering, label):
        monkeypatch.setattr(module, "time", clock)
    async with labelling(place) as pilot:
        image = await ready(pilot)
        for seconds in SECONDS:
            if seconds == SECONDS[-1]:
                clock.now += ABSENCE
                await pilot.press("1")
            clock.now += seconds
            await pilot.press("enter")
            image = await ready(pilot, but=image)
        assert seconds_in_file(place) == list(SECONDS)
        pace = median(SECONDS)
        await until(pilot, lambda: f"{pace:.1f} s an image" in seen(pilot))
        view = screen(pilot).content
        assert view is not None
        progress = view.wanted.progress
        assert progress.answered == len(SECONDS)
        assert f"{age(pace * (progress.asked - progress.answered))} left" in seen(pilot)


def test_what_the_next_labels_cost_is_by_the_times_of_the_person_who_asks(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = tiny(place, *asking(write_photos(tmp_path / "photos")), name="asked")
    label_until_done(place, row, Job(JobKind.BASELINE, 0))
    repair_home(place)
    dataset = data_of(place, row)
    images = iter(dataset.train.ids)
    for by, factor in (("anna", 1.0), ("ben", 10.0)):
        timed = [replace(true_answer(dataset, next(images), by=by), seconds=factor * s) for s in SECONDS]
        append(place.home.labels("photos"), timed)
    for by, expected in (("anna", median(SECONDS)), ("ben", 10 * median(SECONDS)), ("cem", None)):
        monkeypatch.setenv("LOGNAME", by)
        assert load_curves(place, "asked").seconds == expected
