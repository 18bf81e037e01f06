"""A folder of photographs that changes while people label it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadData, WaitingForLabels
from campaigns.home.answers import read_answers
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.labelling.truth import IMAGES, answer, asking, requests_of
from tests.stage import perform_job, tiny

BASELINE = Job(JobKind.BASELINE, 0)


@pytest.fixture
def row(place: Workspace, photos: Path) -> CampaignRow:
    """A campaign whose first request is answered and whose baseline has not trained."""
    row = tiny(place, *asking(photos), name="asked")
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, BASELINE)
    (request, *_) = requests_of(place, row)
    answer(place, row, request.everything)
    return row


def unmount(photos: Path) -> None:
    shutil.rmtree(photos)
    photos.mkdir()


def take_most(photos: Path) -> None:
    for path in sorted(photos.glob("yard/*.png"))[: IMAGES // 2 + 1]:
        path.unlink()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (unmount, "holds no image"),
        (shutil.rmtree, "is not a folder"),
        (take_most, f"{IMAGES // 2 + 1} of {IMAGES} photographs are not in the folder any more, for example yard/000"),
    ],
)
def test_a_folder_that_is_not_there_stops_the_round_aloud_and_keeps_the_answers(
    place: Workspace, photos: Path, row: CampaignRow, tmp_path: Path, change: Callable[[Path], None], words: str
) -> None:
    shutil.copytree(photos, tmp_path / "as-it-was")
    before = read_answers(place.home.labels(row.dataset))
    change(photos)
    with pytest.raises(BadData, match=words) as caught:
        perform_job(place, row, BASELINE, attempt=2)
    assert caught.value.hint.startswith("answers given so far are kept")
    assert caught.value.hint.endswith("alwsl-tui retry asked")
    assert read_answers(place.home.labels(row.dataset)) == before
    shutil.rmtree(photos, ignore_errors=True)
    shutil.copytree(tmp_path / "as-it-was", photos)
    perform_job(place, row, BASELINE, attempt=3)
    assert place.home.campaign(row.id).job(BASELINE.id).round(0).done.exists()
