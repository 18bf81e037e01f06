"""Every point of a curve is measured by what people have said of the test images by now, not only by then."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.answers import Answer
from campaigns.core.ids import Job, JobKind
from campaigns.core.percent import percent
from campaigns.datasets.files import file_mark
from campaigns.home.answers import append
from campaigns.home.evaluation import Evaluation
from campaigns.reporting.series import Result
from campaigns.services.repair.repair import repair_home
from campaigns.services.report.collect import dossier
from campaigns.services.results.compare import compare_campaigns
from campaigns.services.results.curves import load_curves
from campaigns.services.results.rounds import RoundsToday, load_rounds
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good
from tests.labelling.truth import (
    answer,
    asking,
    data_of,
    label_until_done,
    order_of_tests,
    true_answer,
    write_photos,
)
from tests.stage import perform_job, tiny

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


@pytest.fixture
def row(place: Workspace, tmp_path: Path) -> CampaignRow:
    return tiny(place, *asking(write_photos(tmp_path / "photos")), 'criteria.names=["ag"]', name="asked")


def curves_of(place: Workspace, row: CampaignRow) -> Result:
    """Return the curves, once the store knows the rounds that were performed in this process."""
    repair_home(place)
    return load_curves(place, row.name)


def frozen(place: Workspace, row: CampaignRow, job: Job, number: int) -> Evaluation:
    evaluation = Evaluation.read(place.home.campaign(row.id).job(job.id).round(number).evaluation)
    assert evaluation is not None
    return evaluation


def test_where_nothing_was_said_since_a_point_is_what_its_round_measured(place: Workspace, row: CampaignRow) -> None:
    answer(place, row, order_of_tests(place, row))
    for job in (BASELINE, ARM):
        label_until_done(place, row, job)
    result = curves_of(place, row)
    (curve,) = result.curves
    measured = [frozen(place, row, job, number) for job, number in ((BASELINE, 0), (ARM, 1), (ARM, 2))]
    assert set(result.classes) == set(measured[0].per_class)
    assert [point.mean for point in curve.points] == pytest.approx([each.value for each in measured], rel=1e-12)
    assert result.tested == len(order_of_tests(place, row))


def test_more_labels_of_test_images_make_earlier_points_those_that_they_would_have_given_then(
    place: Workspace, row: CampaignRow
) -> None:
    answer(place, row, order_of_tests(place, row)[:40])
    label_until_done(place, row, BASELINE)
    early = frozen(place, row, BASELINE, 0)
    answer(place, row, order_of_tests(place, row))
    late = curves_of(place, row)
    again = tiny(place, *asking(place.home.folder.parent / "photos"), 'criteria.names=["ag"]', name="again")
    label_until_done(place, again, BASELINE)
    told = frozen(place, again, BASELINE, 0)
    assert late.curves[0].points[0].mean == pytest.approx(told.value, rel=1e-12) != early.value
    assert frozen(place, row, BASELINE, 0) == early, "what a round measured stays"
    assert [each.where for each in verify_campaign(place, row.name).differences] == []


def test_a_test_image_that_was_set_aside_since_counts_no_more(place: Workspace, row: CampaignRow) -> None:
    tests = order_of_tests(place, row)
    answer(place, row, tests)
    label_until_done(place, row, BASELINE)
    append(place.home.labels(row.dataset), [Answer(1764374499.0, "anna", tests[0], None, skip="private")])
    assert curves_of(place, row).tested == len(tests) - 1


@pytest.mark.parametrize("is_longer", [True, False])
def test_a_test_image_in_whose_place_another_file_lies_counts_no_more(
    place: Workspace, row: CampaignRow, is_longer: bool
) -> None:
    photos, tests = place.home.folder.parent / "photos", order_of_tests(place, row)
    dataset = data_of(place, row)
    append(
        place.home.labels(row.dataset),
        [replace(true_answer(dataset, image), mark=file_mark(photos / image)) for image in tests],
    )
    label_until_done(place, row, BASELINE)
    assert curves_of(place, row).tested == len(tests)
    content = bytearray((photos / tests[0]).read_bytes())
    content[-1] ^= 1
    (photos / tests[0]).write_bytes(bytes(content) + b"more" * is_longer)
    (photos / tests[1]).rename(photos / "elsewhere")
    assert curves_of(place, row).tested == len(tests) - 1, "one that has gone may come back"


def test_report_comparison_and_rounds_say_what_curves_say(place: Workspace, row: CampaignRow) -> None:
    answer(place, row, order_of_tests(place, row)[:40])
    label_until_done(place, row, BASELINE)
    early = frozen(place, row, BASELINE, 0)
    answer(place, row, order_of_tests(place, row))
    (curve,) = curves_of(place, row).curves
    (ended,) = load_rounds(place, row.name).rounds
    today = load_rounds(place, row.name).today.rounds[BASELINE.id, 0]
    assert ended[1].value == early.value
    assert today.value == pytest.approx(curve.points[0].mean, rel=1e-12)
    (point,) = dossier(place, row.name, has_pictures=False).classes
    assert dict(zip(point.classes, point.means, strict=True)) == today.by_class(row.plan.classes) != early.per_class
    bars = compare_campaigns(place, [row.name]).per_class
    assert {bar.name: bar.values[0] for bar in bars} == today.by_class(row.plan.classes)
    assert f"{percent(today.value)}" in good(place, "rounds", row.name)
    assert "mAP % then" in good(place, "rounds", row.name)
    (told,) = json.loads(good(place, "rounds", row.name, "--json"))["rounds"]
    assert (told["value"], told["today"]["value"]) == (early.value, today.value)


def test_the_last_value_has_an_interval_over_test_images(place: Workspace, row: CampaignRow) -> None:
    answer(place, row, order_of_tests(place, row)[:60])
    label_until_done(place, row, BASELINE)
    few = curves_of(place, row)
    answer(place, row, order_of_tests(place, row))
    many = curves_of(place, row)
    for result in (few, many):
        assert result.interval is not None
        assert result.interval.low < result.curves[0].points[-1].mean < result.interval.high
    assert load_curves(place, row.name).interval == many.interval
    one_class = load_curves(place, row.name, classes=many.classes[:1])
    assert one_class.interval not in (None, many.interval)
    assert many.interval is not None
    low, high = many.interval.low, many.interval.high
    assert f"% ({100 * low:.1f}–{100 * high:.1f}) on {many.tested} test images" in good(place, "show", row.name)
    told = json.loads(good(place, "show", row.name, "--json"))
    assert told["forecast"]["bootstrap"] == {"low": low, "high": high, "level": 0.8}


def test_where_the_data_set_has_all_labels_nothing_is_measured_again(place: Workspace) -> None:
    row = tiny(place)
    perform_job(place, row, BASELINE)
    assert curves_of(place, row).interval is None
    assert load_rounds(place, row.name).today == RoundsToday()
