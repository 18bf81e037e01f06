"""What holds for every campaign that people label for."""

from pathlib import Path

import pytest

from campaigns.core.answers import Answer, Opinion, RequestClosing
from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadRecipe, WaitingForLabels
from campaigns.home.answers import append
from campaigns.home.labels import read_labels
from campaigns.home.picks import read_picks
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.labelling.truth import (
    answer,
    asking,
    data_of,
    label_until_done,
    order_of_tests,
    requests_of,
    sizes,
    write_photos,
)
from tests.stage import assert_same, outcome, perform, perform_job, tiny

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


def asked(place: Workspace, *overrides: str, name: str = "asked") -> CampaignRow:
    root = write_photos(place.home.folder.parent / "photos")
    return tiny(place, *asking(root), *overrides, name=name)


def test_answers_equal_to_the_labels_of_the_data_set_give_the_bytes_of_its_oracle(place: Workspace) -> None:
    simulated = tiny(place, *sizes(write_photos(place.home.folder.parent / "photos")), name="simulated")
    perform(place, simulated)
    people = asked(place)
    answer(place, people, order_of_tests(place, people))
    waits = [label_until_done(place, people, job) for job in people.plan.jobs]
    assert waits[:2] == [1, 2], "a baseline waits once, an arm of two rounds twice"
    values = outcome(place, people)["jobs/arm-t0-ag/rounds/2/evaluation.json"]
    assert b"null" not in values, "every class is counted"
    assert_same(outcome(place, people), outcome(place, simulated))


def test_the_order_of_answers_within_a_request_changes_nothing(place: Workspace, tmp_path: Path) -> None:
    outcomes = []
    for seed in (1, 2):
        home = open_workspace(tmp_path / str(seed))
        row = asked(home)
        for job in (BASELINE, ARM):
            label_until_done(home, row, job, seed=seed)
        outcomes.append(outcome(home, row))
    assert_same(*outcomes)


def test_no_test_image_is_ever_picked_and_all_are_scored_in_every_round(place: Workspace) -> None:
    row = asked(place)
    for job in (BASELINE, ARM):
        label_until_done(place, row, job)
    tests = set(data_of(place, row).test.ids)
    picked = [read_picks(path) for path in place.home.campaign(row.id).jobs.glob("*/rounds/*/picks.json")]
    assert {image for round_ in picked if round_ for image in round_.images}.isdisjoint(
        tests - set(data_of(place, row).train.ids)
    )
    for number in (1, 2):
        assert place.home.campaign(row.id).job(ARM.id).round(number).tested.exists()


def test_what_nobody_answered_of_a_closed_request_goes_back_to_the_pool(place: Workspace) -> None:
    row = asked(place)
    label_until_done(place, row, BASELINE)
    with pytest.raises(WaitingForLabels, match=r"0 of .* \(round 1\)"):
        perform_job(place, row, ARM)
    (request,) = (request for request in requests_of(place, row) if request.job == ARM)
    answer(place, row, [*request.tests, *request.images[:2]])
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM, attempt=2)
    append(place.home.labels(row.dataset), [RequestClosing(1764374400.0, "anna", request.id)])
    with pytest.raises(WaitingForLabels, match=r"\(round 2\)"):
        perform_job(place, row, ARM, attempt=3)
    files = place.home.campaign(row.id).job(ARM.id).round(1)
    kept = read_labels(files.labels)
    assert kept is not None
    assert len(kept.rows) == 12 + 2
    picked = read_picks(files.picks)
    assert picked is not None
    assert picked.pool == len(data_of(place, row).train) - len(kept.rows)


def test_skipped_and_unsure_images_leave_the_pool_and_train_nothing(place: Workspace) -> None:
    row = asked(place)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, BASELINE)
    (request, *_) = requests_of(place, row)
    skipped, unsure, *others = request.images
    classes = data_of(place, row).classes
    append(
        place.home.labels(row.dataset),
        [
            Answer(1764374400.0, "anna", skipped, None, skip="private"),
            Answer(1764374400.0, "anna", unsure, None, dict.fromkeys(classes, Opinion.UNSURE)),
        ],
    )
    answer(place, row, [*request.tests, *others])
    perform_job(place, row, BASELINE, attempt=2)
    kept = read_labels(place.home.campaign(row.id).job(BASELINE.id).round(0).labels)
    assert kept is not None
    ids = data_of(place, row).train.ids
    assert sorted(ids[row] for row in kept.set_aside) == sorted((skipped, unsure))
    assert [ids[row] for row in kept.rows] == others


def test_a_round_keeps_the_labels_that_it_began_with(place: Workspace) -> None:
    row = asked(place)
    label_until_done(place, row, BASELINE)
    path = place.home.campaign(row.id).job(BASELINE.id).round(0).labels
    before = path.read_bytes()
    image = data_of(place, row).train.ids[int(read_labels(path).rows[0])]  # type: ignore[union-attr]
    append(
        place.home.labels(row.dataset), [Answer(1764374401.0, "anna", image, None, is_rest_no=True, classes=("red",))]
    )
    perform_job(place, row, BASELINE, attempt=9)
    assert path.read_bytes() == before


def test_a_corrected_label_is_another_fit(place: Workspace) -> None:
    first, second = asked(place), asked(place, name="again")
    label_until_done(place, first, BASELINE)
    corrected = first_trained(place, first)
    append(place.home.labels(first.dataset), [Answer(1764374401.0, "anna", corrected, None, skip="damaged")])
    perform_job(place, second, BASELINE)
    models = [place.home.campaign(row.id).job(BASELINE.id).round(0).model.read_bytes() for row in (first, second)]
    assert models[0] != models[1]


def first_trained(place: Workspace, row: CampaignRow) -> str:
    kept = read_labels(place.home.campaign(row.id).job(BASELINE.id).round(0).labels)
    assert kept is not None
    return str(data_of(place, row).train.ids[int(kept.rows[0])])


@pytest.mark.parametrize(
    ("override", "words"),
    [("protocol.full=true", "people label no full model"), ("criteria.names=['ag','adv']", "adv")],
)
def test_what_needs_every_label_is_refused(place: Workspace, override: str, words: str) -> None:
    with pytest.raises(BadRecipe, match=words):
        asked(place, override)
