"""A folder of photographs that grows, shrinks and changes while people label it."""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from campaigns.core.answers import Answer
from campaigns.core.ids import Job, JobKind
from campaigns.datasets import campaign_data
from campaigns.datasets.files import file_mark
from campaigns.errors import BadData, Damaged, WaitingForLabels
from campaigns.home.answers import append
from campaigns.home.intake import read_intakes
from campaigns.home.labels import RoundLabels, read_labels
from campaigns.home.scores import read_scores
from campaigns.home.tested import read_tested
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.clean import clean
from campaigns.services.labelling.label import Spoken
from campaigns.services.labelling.label import answer as speak
from campaigns.services.labelling.requests import next_images
from campaigns.services.labelling.subject import Subject
from campaigns.services.results.gallery import Gallery
from campaigns.services.verify.frozen import STORE
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.labelling.truth import IMAGES, answer, asking, data_of, label_until_done, requests_of, write_photos
from tests.stage import assert_same, outcome, perform_job, tiny

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")
ADDED = 60


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody copies photographs so slowly here that a look could see half of one."""
    monkeypatch.setattr(campaign_data, "SETTLED_SECONDS", 0.0)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "photos")


@pytest.fixture
def row(place: Workspace, photos: Path) -> CampaignRow:
    """A campaign whose baseline is done."""
    row = tiny(place, *asking(photos), name="asked")
    label_until_done(place, row, BASELINE)
    return row


def add(photos: Path, count: int = ADDED) -> list[str]:
    """Copy photographs of the folder under new names, with their labels; the new ids."""
    header, *lines = (photos / "labels.csv").read_text(encoding="utf-8").splitlines()
    labels = dict(line.split(",", 1) for line in lines)
    added = {}
    for name in sorted(labels)[:count]:
        new = f"late/{Path(name).name}"
        (photos / "late").mkdir(exist_ok=True)
        shutil.copy(photos / name, photos / new)
        added[new] = labels[name]
    table = [header, *(f"{name},{signs}" for name, signs in (labels | added).items())]
    (photos / "labels.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    return sorted(added)


def kept_labels(place: Workspace, row: CampaignRow, job: Job, number: int) -> RoundLabels:
    kept = read_labels(place.home.campaign(row.id).job(job.id).round(number).labels)
    assert kept is not None
    return kept


def notes(place: Workspace, row: CampaignRow, job: Job) -> str:
    return "\n".join(
        path.read_text() for path in place.home.campaign(row.id).job(job.id).attempts.glob("*/journal.jsonl")
    )


def pooled(place: Workspace, row: CampaignRow, job: Job, number: int) -> list[str]:
    """Return the images that a round scored."""
    ids = Subject.open(place, row.name).dataset.train.ids
    return [ids[row] for row in read_scores(place.home.campaign(row.id).job(job.id).round(number).scores).rows]


def require_verified(place: Workspace, row: CampaignRow) -> None:
    """Raise AssertionError unless its folder is what it says; no station has told the store of rounds here."""
    differences = verify_campaign(place, row.name).differences
    assert [each for each in differences if each.where != STORE] == []


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
