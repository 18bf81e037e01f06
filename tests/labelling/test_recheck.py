"""Answers that are asked for once more, by commands: what may be a mistake, and a share of all."""

import json
from collections.abc import Sequence

import msgspec
import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.labels import Label
from campaigns.core.recheck import Suspicion
from campaigns.home.picks import read_picks, write_picks
from campaigns.services.labelling.foresight import last_foresights
from campaigns.services.labelling.leases import own_images
from campaigns.services.labelling.recheck import own_rechecks
from campaigns.services.labelling.subject import Subject
from campaigns.services.repair.repair import repair_home
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good, refused
from tests.labelling.truth import asking, label_until_done, write_photos
from tests.stage import tiny

ARM = Job(JobKind.ARM, 0, "ag")


@pytest.fixture
def row(place: Workspace) -> CampaignRow:
    """A campaign that Anna labelled to its end."""
    row = tiny(place, *asking(write_photos(place.home.folder.parent / "photos")), name="photos")
    for job in (Job(JobKind.BASELINE, 0), ARM):
        label_until_done(place, row, job)
    repair_home(place)
    return row


def let_model_be_sure(place: Workspace, row: CampaignRow, *, place_of: int = 0) -> tuple[str, str, Label]:
    """Let the model of round 0 have been sure of the opposite of a label; its image, class and label."""
    path = place.home.campaign(row.id).job(ARM.id).round(0).picks
    picked = read_picks(path)
    assert picked is not None
    pick = picked.picks[place_of]
    name = row.plan.classes[0]
    label = Subject.open(place, "photos").labelling().images[pick.image].labels[name]
    sure = msgspec.structs.replace(pick, probabilities=(0.01 if label is Label.YES else 0.99, *pick.probabilities[1:]))
    picks = (*picked.picks[:place_of], sure, *picked.picks[place_of + 1 :])
    write_picks(path, msgspec.structs.replace(picked, picks=picks))
    return pick.image, name, label


def listed(place: Workspace, by: str) -> Sequence[str]:
    return [each.image for each in own_rechecks(place, "photos", by=by).images]


def test_what_a_sure_model_contradicts_is_asked_once_more_and_the_last_word_counts(
    place: Workspace, row: CampaignRow
) -> None:
    assert "no answer is in doubt" in good(place, "label", "photos", "--recheck", "--by", "anna")
    image, name, label = let_model_be_sure(place, row)
    told = good(place, "label", "photos", "--recheck", "--next", "--by", "anna")
    assert told.splitlines() == [
        "1 image to look at once more: 1 that a model was sure are otherwise",
        f"{image}  asked once more: label it as if you had never seen it",
    ]
    other = "no" if label is Label.YES else "yes"
    words = ("label", "photos", "--recheck", "--answer", image, f"{name}={other}", "--by", "anna")
    assert good(place, *words).splitlines() == [f"{image}: {name} was {label}, is {other}"]
    assert Subject.open(place, "photos").labelling().images[image].labels[name] == Label(other)
    assert listed(place, "anna") == []
    assert f"{image} is not asked about once more" in refused(place, 2, *words).err


def test_who_confirms_an_answer_is_not_asked_again_and_others_are(place: Workspace, row: CampaignRow) -> None:
    image, name, label = let_model_be_sure(place, row)
    told = json.loads(good(place, "label", "photos", "--recheck", "--json", "--by", "anna"))
    assert (told["kind"], told["causes"]["contradicted"]) == ("rechecks", 1)
    assert [each["image"] for each in told["images"]] == [image]
    words = ("--recheck", "--answer", image, f"{name}={label}", "--by", "anna", "--json")
    answered = json.loads(good(place, "label", "photos", *words))
    assert answered["images"] == [{"image": image, "changes": []}]
    assert listed(place, "anna") == []
    assert listed(place, "ben") == [image]
    good(place, "label", "photos", "--undo", "--by", "anna")
    assert listed(place, "anna") == [image]


def test_what_two_people_dispute_is_asked_of_both(place: Workspace, row: CampaignRow) -> None:
    images = Subject.open(place, "photos").labelling().images
    image, name = next(
        (image, name) for image, each in images.items() for name, label in each.labels.items() if label is Label.YES
    )
    good(place, "label", "photos", "--answer", image, f"{name}=no", "--by", "ben")
    rechecks = own_rechecks(place, "photos", by="anna")
    assert [each.image for each in rechecks.images] == [image]
    assert rechecks.causes == {Suspicion.DISPUTED: 1}
    assert listed(place, "ben") == [image]
    told = good(place, "label", "photos", "--recheck", "--answer", image, f"{name}=no", "--by", "anna")
    assert told.strip() == f"{image}: {name} was disputed, is no"
    assert listed(place, "ben") == []


def test_a_share_is_asked_twice_and_how_often_one_said_the_same_is_told(place: Workspace, row: CampaignRow) -> None:
    assert "Nobody has answered" in good(place, "label", "photos", "--kappa")
    due = own_images(place, "photos", by="anna", repeats=1).images
    answered = Subject.open(place, "photos").labelling().images
    assert {each.image for each in due} == set(answered)
    some = own_images(place, "photos", by="anna", repeats=0.3).images
    assert 0 < len(some) < len(due)
    image, other = (each.image for each in due[:2])
    name = row.plan.classes[0]
    opposite = "no" if answered[image].labels[name] is Label.YES else "yes"
    words = [image, f"{name}={opposite}", other, f"{name}={answered[other].labels[name]}"]
    good(place, "label", "photos", "--repeats", "1", "--answer", *words, "--by", "anna")
    left = {each.image for each in own_images(place, "photos", by="anna", repeats=1).images}
    assert left == set(answered) - {image, other}
    assert not own_images(place, "photos", by="anna").images
    told = good(place, "label", "photos", "--kappa", "--by", "anna").splitlines()
    assert told[0] == "anna, with yourself"
    assert told[1].split()[:4] == [name, "1", "of", "2"]
    (record,) = json.loads(good(place, "label", "photos", "--kappa", "--json"))["repeats"]
    assert (record["person"], record["classes"][0]["same"]) == ("anna", 1)
    assert listed(place, "anna") == [image], "what was not repeated is in doubt"
    assert own_rechecks(place, "photos", by="anna").causes == {Suspicion.UNREPEATED: 1}


def test_after_a_batch_it_is_said_how_far_the_model_foresaw_it(place: Workspace, row: CampaignRow) -> None:
    (last,) = last_foresights(Subject.open(place, "photos"))
    told = f"round 2: model agreed in {last.agreed} of {last.decisions} decisions"
    for words in (("label", "photos", "--next"), ("show", "photos"), ("label", "photos")):
        assert told in good(place, *words)
    image = own_images(place, "photos", by="anna", repeats=1).images[0].image
    assert told in good(place, "label", "photos", "--answer", image, "rest=no", "--by", "ben")
    shown = json.loads(good(place, "label", "photos", "--json"))["foresight"]
    assert [(each["round"], each["decisions"]) for each in shown] == [(2, last.decisions)]


def test_what_a_model_said_follows_a_class_that_is_renamed(place: Workspace, row: CampaignRow) -> None:
    image, name, label = let_model_be_sure(place, row)
    (before,) = last_foresights(Subject.open(place, "photos"))
    good(place, "classes", "rename", "photos", name, "renamed")
    (after,) = last_foresights(Subject.open(place, "photos"))
    assert [each.name for each in after.classes] == ["renamed", *(each.name for each in before.classes[1:])]
    assert (after.decisions, after.agreed) == (before.decisions, before.agreed)
    assert listed(place, "anna") == [image]
    other = "no" if label is Label.YES else "yes"
    told = good(place, "label", "photos", "--recheck", "--answer", image, f"renamed={other}", "--by", "anna")
    assert told.strip() == f"{image}: renamed was {label}, is {other}"


def test_a_recheck_is_not_mixed_with_other_wishes(place: Workspace, row: CampaignRow) -> None:
    for wish in ("--enough", "--undo", "--kappa"):
        assert "--recheck asks once more" in refused(place, 2, "label", "photos", "--recheck", wish).err
