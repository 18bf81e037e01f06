"""A folder of photographs that grows while people label it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadData, Damaged, WaitingForLabels
from campaigns.home.intake import read_intakes
from campaigns.home.tested import read_tested
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.clean import clean
from campaigns.services.labelling.label import Spoken
from campaigns.services.labelling.label import answer as speak
from campaigns.services.labelling.requests import next_images
from campaigns.services.labelling.subject import Subject
from campaigns.services.results.gallery import Gallery
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.labelling.growing import ADDED, ARM, BASELINE, add, kept_labels, notes, pooled, require_verified
from tests.labelling.truth import IMAGES, answer, asking, data_of, label_until_done, requests_of, write_photos
from tests.stage import assert_same, outcome, perform_job, tiny

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def row(place: Workspace, photos: Path) -> CampaignRow:
    """A campaign whose baseline is done."""
    row = tiny(place, *asking(photos), name="asked")
    label_until_done(place, row, BASELINE)
    return row


def test_photographs_that_are_added_join_the_pool_and_the_test_set_from_the_next_round_on(
    place: Workspace, photos: Path, row: CampaignRow
) -> None:
    before = outcome(place, row)
    first = Subject.open(place, row.name).dataset
    added = add(photos)
    label_until_done(place, row, ARM)
    assert_same({name: outcome(place, row)[name] for name in before}, before)
    data = Subject.open(place, row.name).dataset
    assert data.train.ids[: len(first.train)] == tuple(first.train.ids)
    assert data.test.ids[: len(first.test)] == tuple(first.test.ids)
    joined = set(added) & set(data.train.ids)
    assert joined
    assert set(added) - joined == set(added) & set(data.test.ids)
    assert joined <= set(pooled(place, row, ARM, 1))
    assert not joined & set(pooled(place, row, BASELINE, 0))
    assert f"{len(added)} new photographs in the folder: {len(joined)} to choose from" in notes(place, row, ARM)
    tested = read_tested(place.home.campaign(row.id).job(ARM.id).round(1).tested)
    assert tested is not None
    assert len(tested[0]) == len(data.test)
    assert (kept_labels(place, row, BASELINE, 0).intake, kept_labels(place, row, ARM, 1).intake) == (0, 1)
    require_verified(place, row)


def test_photographs_that_are_added_before_the_first_start_join_like_any_other(place: Workspace, photos: Path) -> None:
    row = tiny(place, *asking(photos), name="asked")
    added = add(photos)
    label_until_done(place, row, BASELINE)
    assert [intake.images for intake in read_intakes(place.home.campaign(row.id).intakes)] == [IMAGES, ADDED]
    assert set(added) & set(pooled(place, row, BASELINE, 0))
    require_verified(place, row)


def test_a_campaign_of_an_older_version_is_taken_in_by_its_first_worker(
    place: Workspace, photos: Path, row: CampaignRow
) -> None:
    expected = outcome(place, row)
    intakes = read_intakes(place.home.campaign(row.id).intakes)
    old = tiny(open_workspace(place.home.folder.parent / "old"), *asking(photos), name="asked")
    older = open_workspace(place.home.folder.parent / "old")
    shutil.rmtree(older.home.campaign(old.id).intakes)
    label_until_done(older, old, BASELINE)
    assert read_intakes(older.home.campaign(old.id).intakes) == intakes
    assert_same(outcome(older, old), expected)


@pytest.mark.slow
def test_new_test_photographs_are_asked_for_once_each_behind_the_old_ones(place: Workspace, photos: Path) -> None:
    row = tiny(
        place, *asking(photos), "protocol.add=[4,4,4,4,4,4,4,4]", "protocol.epochs=[1,1,1,1,1,1,1,1,1]", name="asked"
    )
    label_until_done(place, row, BASELINE)
    asked: list[str] = []
    for attempt in range(1, 9):
        if attempt == 3:
            add(photos)
        with pytest.raises(WaitingForLabels):
            perform_job(place, row, ARM, attempt=attempt)
        (request,) = (request for request in requests_of(place, row) if request.job == ARM)
        asked += request.tests
        assert len(request.tests) <= 10
        answer(place, row, request.everything)
    perform_job(place, row, ARM, attempt=9)
    order = Subject.open(place, row.name).test_order
    begun = 20
    assert tuple(asked) == order[begun : begun + len(asked)]
    assert len(order) > len(data_of(place, row).test.ids) // 2
    require_verified(place, row)


@pytest.mark.slow
def test_a_round_that_goes_on_after_a_kill_knows_what_it_knew_when_it_began(
    place: Workspace, photos: Path, tmp_path: Path
) -> None:
    outcomes = []
    for is_disturbed in (False, True):
        home = open_workspace(tmp_path / f"home-{is_disturbed}")
        folder = write_photos(tmp_path / f"photos-{is_disturbed}")
        row = tiny(home, *asking(folder), name="asked")
        label_until_done(home, row, BASELINE)
        with pytest.raises(WaitingForLabels):
            perform_job(home, row, ARM)
        (request,) = (request for request in requests_of(home, row) if request.job == ARM)
        answer(home, row, request.everything)
        with pytest.raises(WaitingForLabels):
            perform_job(home, row, ARM, attempt=2)
        round_ = home.home.campaign(row.id).job(ARM.id).round(1)
        if is_disturbed:
            add(folder)
            for path in round_.folder.iterdir():
                if path != round_.labels:
                    path.unlink()
            shutil.rmtree(home.home.fits)
            with pytest.raises(WaitingForLabels):
                perform_job(home, row, ARM, attempt=3)
            assert len(read_intakes(home.home.campaign(row.id).intakes)) == 2
        outcomes.append({name: content for name, content in outcome(home, row).items() if "/rounds/1/" in name})
    assert_same(*outcomes)


def test_what_was_computed_of_the_first_photographs_is_not_computed_again(
    place: Workspace, photos: Path, row: CampaignRow
) -> None:
    caches = {path.name: path.stat().st_mtime_ns for path in place.home.pixels.iterdir() if path.suffix == ".u8"}
    add(photos)
    label_until_done(place, row, ARM)
    after = {path.name: path.stat().st_mtime_ns for path in place.home.pixels.iterdir() if path.suffix == ".u8"}
    assert {name: after[name] for name in caches} == caches
    assert len(after) == 2 * len(caches)
    assert clean(place, is_dry_run=True).caches == ()


def test_two_jobs_that_look_at_once_take_the_same_in(place: Workspace, photos: Path) -> None:
    row = tiny(place, *asking(photos), 'criteria.names=["ag","random"]', name="asked")
    label_until_done(place, row, BASELINE)
    add(photos)
    label_until_done(place, row, ARM)
    label_until_done(place, row, Job(JobKind.ARM, 0, "random"))
    assert [intake.images for intake in read_intakes(place.home.campaign(row.id).intakes)] == [IMAGES, ADDED]
    require_verified(place, row)


def test_screens_that_are_open_know_what_was_taken_in_since(place: Workspace, photos: Path, row: CampaignRow) -> None:
    subject, gallery = Subject.open(place, row.name), Gallery(place, row.name)
    assert subject.images
    assert gallery.dataset
    added = add(photos)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM)
    new = next(image for image in added if image in Subject.open(place, row.name).dataset.train.ids)
    assert subject.path(new) == photos / new
    assert gallery.path(new) == photos / new
    assert gallery.rows([new]).tolist() == [subject.dataset.train.ids.index(new)]
    assert {wanted.image for wanted in next_images(place, row.name).images} <= set(subject.images)


def test_a_photograph_may_be_answered_about_before_it_is_taken_in(
    place: Workspace, photos: Path, row: CampaignRow
) -> None:
    (new,) = add(photos, 1)
    speak(place, row.name, [Spoken(new, is_rest_no=True)], by="anna")
    label_until_done(place, row, ARM)
    require_verified(place, row)


def test_an_archive_carries_what_was_taken_in(place: Workspace, photos: Path, row: CampaignRow, tmp_path: Path) -> None:
    added = add(photos)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM)
    archive, elsewhere = tmp_path / "asked.tar", open_workspace(tmp_path / "elsewhere")
    export_campaign(place, row.name, archive)
    photos.rename(tmp_path / "moved")
    assert import_campaign(elsewhere, archive, folder=tmp_path / "moved").has_data
    assert read_intakes(elsewhere.home.campaign(row.id).intakes) == read_intakes(place.home.campaign(row.id).intakes)
    require_verified(elsewhere, row)
    subject = Subject.open(elsewhere, row.name)
    assert set(added) <= set(subject.images)
    next((tmp_path / "moved").glob("late/*")).unlink()
    with pytest.raises(BadData, match="are not those that the campaign was made with"):
        import_campaign(open_workspace(tmp_path / "third"), archive, folder=tmp_path / "moved")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_text("{}", encoding="utf-8"), "0.json is damaged"),
        (lambda path: path.write_text(path.read_text().replace("yard/000", "yard/999")), "its checksum is wrong"),
        (lambda path: path.rename(path.with_name("7.json")), "it is missing, and there is 7.json"),
        (lambda path: path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 99})), "a newer version"),
    ],
)
def test_a_list_of_what_was_taken_in_that_is_damaged_is_named(
    place: Workspace, row: CampaignRow, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(place.home.campaign(row.id).intakes / "0.json")
    with pytest.raises(Damaged, match=words):
        perform_job(place, row, ARM)
    assert not verify_campaign(place, row.name).is_same
