"""Every point of a curve is measured by what people have said of the test images by now, not only by then."""

from pathlib import Path

import pytest

from campaigns.core.answers import Answer
from campaigns.core.ids import Job, JobKind
from campaigns.home.answers import append
from campaigns.home.evaluation import Evaluation
from campaigns.reporting.series import Result
from campaigns.services.repair.repair import repair_home
from campaigns.services.results.curves import load_curves
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.labelling.truth import answer, asking, label_until_done, order_of_tests, write_photos
from tests.stage import tiny

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
