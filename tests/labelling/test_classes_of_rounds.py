"""Classes that changed while people labelled: what rounds have of them, and what is shown, carried and verified."""

import json
from pathlib import Path

import pytest

from campaigns.core.answers import ClassChange, Opinion, TakesBack
from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadData, WaitingForLabels
from campaigns.home.answers import append, read_answers
from campaigns.home.evaluation import Evaluation
from campaigns.home.labels import classes_of_round, read_labels
from campaigns.home.scores import read_scores
from campaigns.home.split import FrozenSplit
from campaigns.home.tested import read_asked
from campaigns.reporting.json_report import report
from campaigns.services.desk.desk import Desk
from campaigns.services.labelling.backfill import own_backfill
from campaigns.services.labelling.classes import add_classes, asked_classes, rename_class, retire_class
from campaigns.services.labelling.label import Spoken, answer
from campaigns.services.repair.repair import repair_home
from campaigns.services.report.collect import dossier
from campaigns.services.results.compare import compare_campaigns
from campaigns.services.results.curves import load_curves
from campaigns.services.results.evidence import evidence, round_evidence
from campaigns.services.results.picks import RoundKey
from campaigns.services.results.rounds import load_rounds
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good
from tests.labelling.truth import answer as answer_truly
from tests.labelling.truth import (
    asking,
    data_of,
    label_until_done,
    order_of_tests,
    requests_of,
    write_photos,
)
from tests.stage import perform_job, tiny

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


@pytest.fixture
def changed(place: Workspace, row: CampaignRow) -> CampaignRow:
    """A campaign whose classes changed between its first request and its second: its rounds are done."""
    tests = order_of_tests(place, row)
    answer_truly(place, row, tests)
    label_until_done(place, row, BASELINE)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM, attempt=20)
    first, second = row.plan.classes[:2]
    add_classes(place, "asked", ["bicycle"])
    rename_class(place, "asked", first, "renamed")
    retire_class(place, "asked", second)
    spoken = [Spoken(image, {"bicycle": Opinion.NO if at > 6 else Opinion.YES}) for at, image in enumerate(tests)]
    answer(place, "asked", spoken, by="anna")
    (request,) = requests_of(place, row)
    answer(place, "asked", [Spoken(image, {"bicycle": Opinion.YES}, is_rest_no=True) for image in request.images])
    label_until_done(place, row, ARM)
    repair_home(place)
    return row


def later(row: CampaignRow) -> tuple[str, ...]:
    """Return the classes after they changed."""
    return ("renamed", *row.plan.classes[2:], "bicycle")


def test_each_round_keeps_its_classes_and_all_of_them_verify(place: Workspace, changed: CampaignRow) -> None:
    paths, planned = place.home.campaign(changed.id), changed.plan.classes
    wanted = {(BASELINE, 0): planned, (ARM, 0): planned, (ARM, 1): later(changed), (ARM, 2): later(changed)}
    for (job, number), classes in wanted.items():
        files = paths.job(job.id).round(number)
        assert classes_of_round(paths, job, number, planned) == classes
        if (evaluation := Evaluation.read(files.evaluation)) is not None:
            assert tuple(evaluation.per_class) == classes
        if files.scores.exists():
            assert read_scores(files.scores).scores.classes == len(classes)
    rounds = load_rounds(place, "asked").rounds
    assert {(row.job, row.number): tuple(row.by_class(planned)) for _, row in rounds} == {
        (BASELINE.id, 0): planned, (ARM.id, 1): later(changed), (ARM.id, 2): later(changed)
    }  # fmt: skip
    found = verify_campaign(place, "asked")
    assert found.differences == ()
    assert found.checked["classes of rounds"] == 3


def test_a_round_whose_classes_nobody_asked_about_is_found(place: Workspace, changed: CampaignRow) -> None:
    lines = read_answers(place.home.labels(changed.dataset))
    added = next(e.number for e in lines if isinstance(e.statement, ClassChange) and e.statement.adds)
    append(place.home.labels(changed.dataset), [TakesBack(0.0, "anna", added)])
    assert verify_campaign(place, "asked").differences == (), "what was taken back later counted when the rounds began"
    path = place.home.labels(changed.dataset).answers
    path.write_text(path.read_text("utf-8").replace('"adds":"bicycle"', '"adds":"unicycle"'), "utf-8")
    told = {each.where for each in verify_campaign(open_workspace(place.home.folder), "asked").differences}
    assert told == {f"jobs/{ARM.id}/rounds/{number}/labels.safetensors" for number in (1, 2)}


def test_a_model_says_what_it_knows_of_images_that_were_not_asked(place: Workspace, changed: CampaignRow) -> None:
    files = place.home.campaign(changed.id).job(ARM.id).round(2)
    asked, labels = read_asked(files.tested), read_labels(files.labels)
    assert asked is not None
    assert labels is not None
    rows, logits = asked
    assert logits.shape == (len(rows), len(later(changed)))
    assert 0 < len(rows) < len(labels.rows), "those of the first request were not asked about bicycles, others were"
    assert read_asked(place.home.campaign(changed.id).job(BASELINE.id).round(0).tested) is None
    left = own_backfill(place, "asked", "bicycle", most=100)
    shares = dict(zip(rows.tolist(), logits[:, -1].tolist(), strict=True))
    assert left.count == len(left.images) == len(rows)
    assert left.images[0].image == data_of(place, changed).train.ids[max(shares, key=lambda row: shares[row])]
    assert dict(Desk(place, "asked", by="anna").look().unasked) == {"bicycle": left.count}, "the renamed one is asked"
    rename_class(place, "asked", "bicycle", "bike")
    assert own_backfill(place, "asked", "bike", most=100).images == left.images


def test_whatever_shows_a_round_shows_its_classes(place: Workspace, changed: CampaignRow) -> None:
    planned, home = changed.plan.classes, place
    first = evidence(round_evidence(place, "asked", RoundKey("ag", 0, 0)), 1)
    second = evidence(round_evidence(place, "asked", RoundKey("ag", 0, 1)), 1)
    assert (first.classes, second.classes) == (planned, later(changed))
    assert len(second.pick.probabilities) == len(later(changed))
    assert second.maps is not None
    assert second.maps.shape[0] == len(later(changed))
    told = dossier(place, "asked", has_pictures=True)
    assert [point.classes for point in told.classes if point.criterion == "ag"] == [
        planned,
        later(changed),
        later(changed),
    ]
    record = report(told)
    assert [row.get("classes") for row in record["per_class"] if row["criterion"] == "ag"] == [
        None,
        list(later(changed)),
        list(later(changed)),
    ]
    shown = json.loads(good(home, "rounds", "asked", "--json"))["rounds"]
    assert [list(each["per_class"]) for each in shown] == [list(planned), *[list(later(changed))] * 2]


def test_a_mean_is_over_the_classes_of_all_rounds_and_the_others_are_named(
    place: Workspace, changed: CampaignRow
) -> None:
    curves = load_curves(place, "asked")
    assert set(curves.passing) == {changed.plan.classes[1], "bicycle"}
    assert set(curves.classes) <= {"renamed", *changed.plan.classes[2:]}
    assert curves.asked == len(later(changed))
    assert [len(curve.points) for curve in curves.curves if curve.criterion == "ag"] == [3]
    own = load_curves(place, "asked", classes=["bicycle"], criteria=["ag"]).curves[0]
    assert [point.labelled for point in own.points] == [point.labelled for point in curves.curves[0].points][1:]
    planned = len(changed.plan.classes)
    points = curves.curves[0].points
    assert points[0].decisions == points[0].labelled * planned
    assert points[1].decisions == points[0].decisions + (points[1].labelled - points[0].labelled) * len(later(changed))
    assert "Not in all rounds, so in no mean" in good(place, "show", "asked")
    compared = compare_campaigns(place, ["asked", "asked"])
    assert {bars.name for bars in compared.per_class} >= {"bicycle", *changed.plan.classes}


def test_a_campaign_whose_classes_changed_is_carried_with_them(
    place: Workspace, changed: CampaignRow, tmp_path: Path
) -> None:
    good(place, "export", "asked", str(tmp_path / "asked.tar"))
    other = open_workspace(tmp_path / "other")
    append(other.home.labels(changed.dataset), [ClassChange(1.0, "ben", adds="unicycle")])
    good(other.home.folder, "import", str(tmp_path / "asked.tar"))
    assert verify_campaign(other, "asked").differences == ()
    assert [each.name for each in asked_classes(other, "asked").classes][-1] == "bicycle"
    shown = json.loads(good(other.home.folder, "rounds", "asked", "--json"))["rounds"]
    assert list(shown[1]["per_class"]) == list(later(changed))


def test_a_new_campaign_on_the_same_images_begins_with_its_own_classes(place: Workspace, changed: CampaignRow) -> None:
    root, (first, second, *rest) = write_photos(place.home.folder.parent / "photos"), changed.plan.classes
    words = asking(root)

    def asks(*classes: str) -> tuple[str, ...]:
        return (*words[:-1], f"data.asked={json.dumps(classes)}")

    with pytest.raises(BadData, match="renamed while people labelled"):
        tiny(place, *asks(first, *rest), name="old")
    again = tiny(place, *asks("renamed", second, *rest), name="again")
    lines = read_answers(place.home.labels(changed.dataset))
    last = max(entry.when for entry in lines if isinstance(entry.statement, ClassChange))
    assert FrozenSplit.read(place.home.campaign(again.id).split).changed == last
    known = {each.name: each for each in asked_classes(place, "again").classes}
    assert list(known) == ["renamed", second, *rest]
    assert known["renamed"].yes > 0
    assert known[second].yes > 0, "what was said of a class stays when it is retired"
    told = add_classes(place, "again", ["tram"])
    assert [note for note in told.notes if "asked is on the same images" in note]
    assert [each.name for each in asked_classes(place, "asked").classes] == [*later(changed), "tram"]
    with pytest.raises(BadData, match="has a class of that name"):
        rename_class(place, "again", "tram", "bicycle")
