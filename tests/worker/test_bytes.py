"""The same campaign gives the same bytes, wherever and however often it is run."""

import pytest

from campaigns.core.events import Prepared, Working
from campaigns.core.ids import Job, JobKind
from campaigns.services.workspace import Workspace
from campaigns.station.ingest import new_events
from campaigns.store.rows import CampaignRow
from tests.stage import assert_same, outcome, perform, perform_job, said, tiny

Finished = tuple[Workspace, CampaignRow]


def test_worker_processes_and_this_process_leave_the_same_bytes(finished: Finished, place: Workspace) -> None:
    again = tiny(place, name="another-name")
    perform(place, again)
    assert_same(outcome(place, again), outcome(*finished), log=said(finished[0]))


def test_the_order_in_which_arms_run_does_not_matter(finished: Finished, place: Workspace) -> None:
    row = tiny(place)
    baseline, *others = row.plan.jobs
    for job in [baseline, *others[::-1]]:
        perform_job(place, row, job)
    assert_same(outcome(place, row), outcome(*finished), log=said(finished[0]))


def test_a_job_that_is_done_again_changes_nothing(place: Workspace) -> None:
    row = tiny(place, 'criteria.names=["ag"]', "protocol.full=false")
    perform(place, row)
    before = outcome(place, row)
    for job in row.plan.jobs:
        perform_job(place, row, job, attempt=2)
    assert_same(outcome(place, row), before)


def test_a_round_of_which_files_were_lost_is_made_again_from_what_is_there(place: Workspace) -> None:
    row = tiny(place, 'criteria.names=["ag"]', "protocol.full=false")
    perform(place, row)
    before = outcome(place, row)
    arm = Job(JobKind.ARM, 0, "ag")
    for number, lost in enumerate(("model", "evaluation", "scores", "picks"), start=2):
        round_ = place.home.campaign(row.id).job(arm.id).round(1)
        getattr(round_, lost).unlink()
        round_.done.unlink()
        perform_job(place, row, arm, attempt=number)
        assert_same(outcome(place, row), before, log=lost)


def test_another_seed_is_another_campaign(finished: Finished, place: Workspace) -> None:
    row = tiny(place, "protocol.seed=1", "protocol.full=false", 'criteria.names=["random"]')
    perform(place, row)
    found, expected = outcome(place, row), outcome(*finished)
    same = [name for name in found if found[name] == expected[name]]
    assert same == []


def test_a_criterion_more_changes_nothing_for_the_others(rich: Finished, place: Workspace) -> None:
    row = tiny(place, 'criteria.names=["ag"]', "protocol.full=false")
    perform(place, row)
    expected = outcome(*rich)
    assert_same(outcome(place, row), {name: expected[name] for name in outcome(place, row)})


def test_frozen_features_are_made_once_for_a_home(place: Workspace) -> None:
    frozen = ("model.training=frozen", "protocol.full=false", 'criteria.names=["ag"]')
    first = tiny(place, *frozen, name="first")
    perform(place, first)
    made = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in place.home.features.iterdir()}
    second = tiny(place, *frozen, name="second")
    perform(place, second)
    journal = place.home.campaign(first.id).job(Job(JobKind.BASELINE, 0).id).attempt(1).journal
    events = [recorded.event for recorded in new_events(journal, 0)[0]]
    (ready,) = (event for event in events if isinstance(event, Prepared))
    assert Working("features of train", 0, 60) in events
    assert (ready.what, ready.images) == ("features", 90)
    assert ready.seconds > 0
    assert len(made) == 4  # train and test, each with the states of its rows
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in place.home.features.iterdir()} == made
    assert not place.home.pixels.exists()
    assert_same(outcome(place, second), outcome(place, first))


@pytest.mark.slow
def test_pixels_that_are_not_cached_are_the_same_pixels(finished: Finished, place: Workspace) -> None:
    row = tiny(place, "run.pixel_cache_gib=0.0")
    perform(place, row)
    assert not place.home.pixels.exists()
    assert_same(outcome(place, row), outcome(*finished))
