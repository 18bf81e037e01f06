"""A campaign that sets nothing aside for testing: it trains, asks and predicts, and says what is not known."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alwsl_tui.drawing.curves import curves_text
from campaigns.core.answers import Answer, Opinion
from campaigns.core.foresight import ForeseenClass, foreseen
from campaigns.core.ids import Job, JobKind
from campaigns.core.labels import Label, LabelledImage, resolve
from campaigns.errors import WaitingForLabels
from campaigns.home.answers import append
from campaigns.home.picks import read_picks
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.labelling.foresight import campaign_foresights, last_foresights
from campaigns.services.labelling.subject import Subject
from campaigns.services.repair.repair import repair_home
from campaigns.services.results.curves import load_curves
from campaigns.services.results.findings import findings
from campaigns.services.workspace import Workspace, open_workspace
from tests.cli.calling import good
from tests.labelling.test_walk import CLASSES, QUICK
from tests.labelling.truth import Truth, requests_of, write_photos
from tests.stage import perform_job

ARM = Job(JobKind.ARM, 0, "ag")
UNKNOWN = "there is no mAP, no curve and no forecast"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A campaign that tests nothing, done."""
    photos, home = write_photos(tmp_path / "photos"), tmp_path / "home"
    words = ("--folder", str(photos), "--classes", ",".join(CLASSES), "--budget", "16", "--batch", "4", "--test", "0")
    assert UNKNOWN in good(home, "new", *words, *QUICK)
    place, truth = open_workspace(home), Truth.read(photos / "labels.csv")
    row = find_campaign(place, "photos")
    waits = []
    for job in row.plan.jobs:
        for attempt in range(1, 5):
            try:
                perform_job(place, row, job, attempt=attempt)
            except WaitingForLabels:
                (request,) = (request for request in requests_of(place, row) if request.job == job)
                assert request.tests == ()
                waits.append(len(request.images))
                append(place.home.labels("photos"), [_true_answer(truth, image) for image in request.images])
            else:
                break
    assert waits == [8, 4, 4]
    repair_home(place)
    return place


def _true_answer(truth: Truth, image: str) -> Answer:
    says = {name: Opinion.YES for name in CLASSES if name in truth.present[image]}
    return Answer(1764374400.0, "anna", image, None, says, is_rest_no=True, classes=CLASSES)


@pytest.mark.slow
def test_what_is_not_known_is_said_and_the_rest_works(place: Workspace, tmp_path: Path) -> None:
    assert UNKNOWN in good(place, "show", "photos")
    shown = json.loads(good(place, "show", "photos", "--json"))
    assert (shown["forecast"], shown["result"]["curves"][0]["points"]) == (None, [])
    assert [each["round"] for each in shown["foresight"]] == [1, 2]
    assert "nothing is tested" in good(place, "label", "photos", "--next")
    assert "as it follows from scores, seeds and hashes" in good(place, "verify", "photos")
    for form in ("html", "json", "csv", "latex", "png"):
        good(place, "report", "photos", "--format", form, "--out", tmp_path / form)
    assert UNKNOWN in (tmp_path / "html/photos.html").read_text(encoding="utf-8")
    drawn = curves_text(load_curves(place, "photos"), width=100, height=18, is_coloured=False)
    assert "no class can be averaged" in drawn
    assert findings(place, "photos").headline[0].startswith("No image is set aside for testing")
    photo = str(tmp_path / "photos/yard/000.png")
    told = json.loads(good(place, "predict", "photos", photo, "--json"))
    assert set(told["thresholds"].values()) == {0.5}
    good(place, "model", "export", "photos", "--out", tmp_path / "m.safetensors")
    assert "not tested: thresholds are 0.5" in good(place, "model", "show", tmp_path / "m.safetensors")
    good(place, "export", "photos", tmp_path / "a.zip")
    elsewhere = tmp_path / "elsewhere"
    good(elsewhere, "import", tmp_path / "a.zip")
    assert json.loads(good(elsewhere, "show", "photos", "--json"))["foresight"] == shown["foresight"]


def test_the_last_batch_is_foreseen_by_the_model_that_had_not_trained_on_it(place: Workspace) -> None:
    subject = Subject.open(place, "photos")
    picked = read_picks(place.home.campaign(subject.row.id).job(ARM.id).round(1).picks)
    assert picked is not None
    labels = subject.labelling().images
    pairs = [
        (labels[pick.image].labels[name] is Label.YES, share >= 0.5)
        for pick in picked.picks
        for name, share in zip(CLASSES, pick.probabilities, strict=True)
    ]
    (last,) = last_foresights(subject)
    assert (last.round, last.images, last.decisions) == (2, 4, 12)
    assert last.agreed == sum(said == likely for said, likely in pairs)
    assert sum(each.missed for each in last.classes) == sum(said and not likely for said, likely in pairs)
    first, second = campaign_foresights(place, "photos", has_changes=True)
    assert first.changed is None
    assert second.changed is not None
    assert 0 <= second.changed <= 1


def test_only_yes_and_no_are_decisions() -> None:
    labels = {
        "a": LabelledImage({"car": Label.YES, "cat": Label.NO}),
        "b": LabelledImage({"car": Label.UNSURE, "cat": Label.DISPUTED}),
        "c": LabelledImage({"car": Label.YES}),
        "d": LabelledImage({}, skips=("damaged",)),
    }
    labelling = replace(resolve([]), images=labels)
    shares = {image: {"car": 0.2, "cat": 0.2} for image in "abcde"}
    assert foreseen(shares, labelling, ("car", "cat")) == (
        ForeseenClass("car", images=2, agreed=0, present=2, missed=2),
        ForeseenClass("cat", images=1, agreed=1, present=0, missed=0),
    )
