"""From a folder of photographs to models, by commands alone; a real station, real workers."""

import json
from pathlib import Path

import pytest

from campaigns.home.answers import read_answers
from campaigns.home.labels import read_labels
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.wait import wait
from campaigns.services.results.curves import load_curves
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, has_station, open_workspace
from tests.cli.calling import call, good, refused
from tests.labelling.reading import wanted_names
from tests.labelling.truth import write_photos
from tests.patience import patience
from tests.stage import clear, said, wait_for

CLASSES = ("disc", "square", "cross")
QUICK = tuple(
    word
    for override in (
        "model.backbone=tiny", "model.weights=none", "model.image_size=32", "training.until=epochs", "run.threads=1",
        "protocol.epochs=[2, 2, 2]",
    )
    for word in ("--set", override)
)  # fmt: skip
WAITING = 7


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    root = write_photos(tmp_path / "photos")
    (root / "labels.csv").unlink()
    return root


def new(home: Path, photos: Path, *more: str) -> Workspace:
    words = ("--folder", str(photos), "--classes", ",".join(CLASSES), "--budget", "16", "--batch", "4", "--test", "30")
    good(home, "new", *words, *QUICK, *more)
    return open_workspace(home)


def answer_all(home: Path) -> None:
    words = [word for image in wanted_names(home) for word in (image, f"{CLASSES[len(image) % 3]}=yes,rest=no")]
    good(home, "label", "photos", "--answer", *words, "--by", "anna")


def labelled_tests(place: Workspace) -> int:
    """Return how many test images the last measured round of the one arm had labels of; the baseline is its first."""
    row = find_campaign(place, "photos")
    folders = [place.home.campaign(row.id).job(job.id) for job in row.plan.jobs]
    rounds = [folder.round(number) for number in range(9) for folder in folders]
    labels = read_labels([each.labels for each in rounds if each.done.exists() and each.labels.exists()][-1])
    assert labels is not None
    return len(labels.test_rows)


def settled(place: Workspace) -> str:
    return wait(place, "photos", timeout=patience())


@pytest.mark.slow
def test_a_folder_of_photographs_is_labelled_by_commands_alone(home: Path, photos: Path) -> None:
    place = new(home, photos)
    try:
        good(home, "start", "photos")
        assert settled(place) == "labelling", said(place)
        assert "waits for labels: 0 of 28 (round 0)" in good(home, "queue")
        wait_for(lambda: not has_station(place) or None, on_failure=lambda: said(place))
        assert call(home, "wait", "photos").code == WAITING
        counts: list[int] = []
        for _ in range(2):
            answer_all(home)
            assert settled(place) == "labelling", said(place)
            counts.append(labelled_tests(place))
            assert load_curves(place, "photos").tested == counts[-1]
        assert counts[0] < counts[1]
        first = wanted_names(home)[-1]
        good(home, "label", "photos", "--answer", first, "skip=damaged")
        good(home, "label", "photos", "--undo")
        assert first in wanted_names(home)
        good(home, "label", "photos", "--answer", first, "disc=unsure,rest=no")
        good(home, "label", "photos", "--enough")
        assert settled(place) == "done", said(place)
        assert verify_campaign(place, "photos").differences == ()
        told = json.loads(good(home, "predict", "photos", str(photos / "yard/000.png"), "--json"))
        assert set(told["thresholds"]) == set(CLASSES)
        whole = json.loads(good(home, "predict", "photos", "--json"))
        assert len(whole["predictions"]) == 200
        answers = len(read_answers(place.home.labels("photos")))
        good(home, "delete", "photos", "--yes")
        assert len(read_answers(place.home.labels("photos"))) == answers
    finally:
        clear(place)


@pytest.mark.slow
def test_a_class_comes_and_a_label_is_corrected_between_two_rounds(home: Path, photos: Path) -> None:
    place = new(home, photos)
    try:
        good(home, "start", "photos")
        assert settled(place) == "labelling", said(place)
        first = wanted_names(home)[-1]
        answer_all(home)
        assert settled(place) == "labelling", said(place)
        answer_all(home)
        assert settled(place) == "labelling", said(place)
        before = json.loads(good(home, "rounds", "photos", "--json"))["rounds"]
        assert [list(each["per_class"]) for each in before] == [list(CLASSES)] * 2
        good(home, "classes", "add", "photos", "ring", "--by", "anna")
        good(home, "label", "photos", "--answer", first, f"{CLASSES[0]}=no,ring=yes", "--by", "anna")
        left = json.loads(good(home, "label", "photos", "--next", "--class", "ring", "--json"))
        assert left["unasked"] == len(read_answers(place.home.labels("photos"))) - 3  # a change, two on one image
        words = [word for image in wanted_names(home) for word in (image, "ring=yes,rest=no")]
        good(home, "label", "photos", "--answer", *words, "--by", "anna")
        assert settled(place) == "done", said(place)
        rounds = json.loads(good(home, "rounds", "photos", "--json"))["rounds"]
        assert rounds[:2] == before
        assert list(rounds[2]["per_class"]) == [*CLASSES, "ring"]
        assert verify_campaign(place, "photos").differences == ()
        for number, classes in ((1, CLASSES), (2, (*CLASSES, "ring"))):
            told = json.loads(
                good(home, "predict", "photos", str(photos / "yard/000.png"), "--round", str(number), "--json")
            )
            assert set(told["thresholds"]) == set(classes)
            assert len(told["predictions"][0]["probabilities"]) == len(classes)
        good(home, "model", "export", "photos", "--out", str(home / "ring.safetensors"))
        assert "ring" in good(home, "model", "show", str(home / "ring.safetensors"))
        good(home, "report", "photos", "--out", str(home / "report"))
    finally:
        clear(place)


@pytest.mark.parametrize(
    ("words", "code", "fact"),
    [
        (("yard/000.png", "dog=yes"), 3, "there is no class 'dog' in this campaign"),
        (("yard/9999.png", "disc=yes"), 3, "photos has no image 'yard/9999.png'"),
        (("yard/000.png", "disc=maybe"), 2, "'disc=maybe' is no answer"),
        (("yard/000.png", "skip=damaged,disc=yes"), 2, "both skipped and answered"),
        (("yard/000.png",), 2, "an answer is an image and what it shows"),
    ],
)
def test_a_wrong_answer_is_refused_and_nothing_is_written(
    home: Path, photos: Path, words: tuple[str, ...], code: int, fact: str
) -> None:
    place = new(home, photos)
    good_words = () if len(words) == 1 else ("yard/001.png", "rest=no")
    assert fact in refused(home, code, "label", "photos", "--answer", *good_words, *words).err
    assert not place.home.labels("photos").answers.exists()


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (("--classes", "disc"), "two or more are needed"),
        (("--classes", "disc,cross,disc"), "'disc' cannot be a class: there is a class of that name"),
        (("--classes", "disc,cross,Disc"), "'Disc' cannot be a class: it looks like the class 'disc'"),
        (("--classes", "disc,cross\u202e"), "cannot be a class: it has characters that a terminal cannot show"),
        (("--classes", "disc,rest"), "'rest' cannot be a class"),
        (("--classes", "disc,cross", "--budget", "9999"), "the budget is more than there are"),
        (("--classes", "disc,cross", "--test", "200"), "200 of 200 images cannot be set aside"),
        (("--classes", "disc,cross", "--set", 'criteria.names=["adv"]'), "adv chooses by labels"),
    ],
)
def test_a_campaign_that_cannot_be_labelled_for_is_not_made(
    home: Path, photos: Path, words: tuple[str, ...], fact: str
) -> None:
    assert fact in refused(home, 3, "new", "--folder", str(photos), *words).err
    assert "photos" not in good(home, "list")


def test_looking_at_what_is_asked_for_changes_nothing(home: Path, photos: Path) -> None:
    place = new(home, photos)
    listed = good(home, "--readonly", "label", "photos", "--next")
    assert "0 of 28 (round 0)" in listed
    assert "only" in refused(home, 2, "--readonly", "label", "photos", "--undo").err
    assert not place.home.labels("photos").answers.exists()


def test_all_of_a_small_folder_may_be_labelled_where_nobody_says_how_many(home: Path, photos: Path) -> None:
    told = good(home, "new", "--folder", str(photos), "--classes", "disc,cross")
    assert "people label 160 images to train on, 20 of them first, and up to 40 to test on" in told
    assert "1 trial × 1 criterion (ag)" in told


def test_a_folder_without_an_image_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    words = ("--folder", str(tmp_path / "empty"), "--classes", "disc,cross")
    assert "holds no image" in refused(home, 3, "new", *words).err


def test_nobody_labels_for_a_campaign_whose_labels_the_data_set_has(home: Path) -> None:
    good(home, "new", "--recipe", "smoke")
    assert "nobody labels for smoke" in refused(home, 3, "label", "smoke", "--answer", "a.png", "disc=yes").err


@pytest.mark.slow
def test_photographs_that_have_gone_stop_a_campaign_and_retry_goes_on_when_they_are_back(
    home: Path, photos: Path, tmp_path: Path
) -> None:
    place = new(home, photos)
    try:
        good(home, "start", "photos")
        assert settled(place) == "labelling", said(place)
        asked = {entry["image"] for entry in json.loads(good(home, "label", "photos", "--next", "--json"))["images"]}
        gone = [path for path in (photos / "yard").iterdir() if f"yard/{path.name}" not in asked]
        (tmp_path / "elsewhere").mkdir()
        for path in gone:
            path.rename(tmp_path / "elsewhere" / path.name)
        answer_all(home)
        assert settled(place) == "failed", said(place)
        assert f"{len(gone)} of 200 photographs are not in the folder any more" in good(home, "show", "photos")
        for path in gone:
            (tmp_path / "elsewhere" / path.name).rename(path)
        good(home, "retry", "photos")
        assert settled(place) == "labelling", said(place)
        assert "(round 1)" in good(home, "queue")
        assert verify_campaign(place, "photos").differences == ()
    finally:
        clear(place)
