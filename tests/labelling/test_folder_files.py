"""Photographs of a folder that people label which go, are replaced, or are still being copied."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from campaigns.core.answers import Answer
from campaigns.datasets import campaign_data
from campaigns.datasets.files import file_mark
from campaigns.errors import WaitingForLabels
from campaigns.home.answers import append
from campaigns.home.intake import read_intakes
from campaigns.services.labelling.label import Spoken
from campaigns.services.labelling.label import answer as speak
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.labelling.growing import ARM, BASELINE, add, kept_labels, notes, pooled, require_verified
from tests.labelling.truth import asking, data_of, label_until_done, requests_of
from tests.stage import perform_job, tiny

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def row(place: Workspace, photos: Path) -> CampaignRow:
    """A campaign whose baseline is done."""
    row = tiny(place, *asking(photos), name="asked")
    label_until_done(place, row, BASELINE)
    return row


def test_a_photograph_that_has_gone_is_not_chosen_and_comes_back(
    place: Workspace, photos: Path, row: CampaignRow, tmp_path: Path
) -> None:
    gone = pooled(place, row, BASELINE, 0)[0]
    shutil.move(photos / gone, tmp_path / "elsewhere.png")
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM)
    label_first(place, row)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM, attempt=2)
    assert f"not in the folder any more, and not chosen: {gone}" in notes(place, row, ARM)
    assert gone not in pooled(place, row, ARM, 1)
    shutil.move(tmp_path / "elsewhere.png", photos / gone)
    label_first(place, row)
    perform_job(place, row, ARM, attempt=3)
    subject = Subject.open(place, row.name)
    assert subject.dataset.train.ids.index(gone) not in kept_labels(place, row, ARM, 2).set_aside
    require_verified(place, row)


def label_first(place: Workspace, row: CampaignRow) -> None:
    """Say of all that an arm waits for that nothing is on it: a table that names lost photographs is no truth."""
    (request,) = (request for request in requests_of(place, row) if request.job == ARM)
    speak(place, row.name, [Spoken(image, is_rest_no=True) for image in request.everything], by="anna")


@pytest.mark.parametrize("is_longer", [True, False])
def test_labels_of_a_photograph_are_not_those_of_another_file_in_its_place(
    place: Workspace, photos: Path, row: CampaignRow, is_longer: bool
) -> None:
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM)
    images = label_marked(place, row, photos)
    replaced = images[0]
    content = bytearray((photos / replaced).read_bytes())
    content[-1] ^= 1
    (photos / replaced).write_bytes(bytes(content) + b"more" * is_longer)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM, attempt=2)
    ids = Subject.open(place, row.name).dataset.train.ids
    kept = kept_labels(place, row, ARM, 1)
    assert replaced not in [ids[at] for at in kept.rows]
    assert replaced in [ids[at] for at in kept.set_aside]
    assert set(images[1:]) <= {ids[at] for at in kept.rows}
    assert "another file lies in the place of" in notes(place, row, ARM)
    assert replaced in notes(place, row, ARM)
    require_verified(place, row)


def label_marked(place: Workspace, row: CampaignRow, photos: Path) -> Sequence[str]:
    """Answer what an arm waits for as somebody who looks at the files."""
    (request,) = (request for request in requests_of(place, row) if request.job == ARM)
    classes = data_of(place, row).classes
    answers = [
        Answer(1764374402.0, "anna", image, file_mark(photos / image), is_rest_no=True, classes=classes)
        for image in request.everything
    ]
    append(place.home.labels(row.dataset), answers)
    return request.images


def test_what_is_still_being_copied_waits_for_the_next_look(
    place: Workspace, photos: Path, row: CampaignRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_data, "SETTLED_SECONDS", 1e6)
    add(photos, 3)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM)
    assert "3 more photographs are still being copied" in notes(place, row, ARM)
    assert len(read_intakes(place.home.campaign(row.id).intakes)) == 1


@pytest.mark.parametrize("is_written", [False, True])
def test_a_file_server_whose_clock_is_ahead_keeps_no_photograph_waiting(
    place: Workspace, photos: Path, row: CampaignRow, monkeypatch: pytest.MonkeyPatch, is_written: bool
) -> None:
    monkeypatch.setattr(campaign_data, "SETTLED_SECONDS", 2.0)
    first, *others = add(photos, 3)
    subject = Subject.open(place, row.name)
    data = campaign_data.open_campaign_data(place.home, subject.paths, subject.recipe.data, subject.split)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if is_written:
            (photos / first).write_bytes((photos / first).read_bytes() + b"more")

    intake, moving = campaign_data.newcomers(data, clock=lambda: time.time() - 3600, pause=pause)
    taken = {*intake.train.ids, *intake.test.ids}
    assert (taken, moving) == ((set(others), 1) if is_written else ({first, *others}, 0))
    assert pauses == [2.0]
