import pytest

from campaigns.errors import NoSuchName
from campaigns.services.results.rounds import training
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow


def test_a_round_knows_the_loss_of_each_epoch_and_the_tries_at_its_job(
    finished: tuple[Workspace, CampaignRow],
) -> None:
    place, row = finished
    job = row.plan.jobs[-1]
    found = training(place, row.name, job=job.id, round_=1)
    assert (found.job, found.round) == (job.id, 1)
    assert len(found.losses) == row.plan.schedule.epochs[1]
    assert all(loss > 0 for loss in found.losses)
    assert {one.job for one in found.attempts} == {job.id}


def test_a_round_that_has_not_begun_has_no_losses(finished: tuple[Workspace, CampaignRow]) -> None:
    place, row = finished
    assert training(place, row.name, job="full", round_=7).losses == ()


def test_a_job_that_the_campaign_has_not_is_refused(finished: tuple[Workspace, CampaignRow]) -> None:
    place, row = finished
    with pytest.raises(NoSuchName):
        training(place, row.name, job="arm-t9-ag", round_=0)
