"""The class maps of picks, kept for a person to look at."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from campaigns.core.ids import JobId
from campaigns.home.files import read_json
from campaigns.home.scores import read_scores
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.stage import perform, tiny

Rich = tuple[Workspace, CampaignRow]


@pytest.mark.parametrize("round_", [0, 1])
def test_the_maps_are_those_that_the_picks_were_chosen_by(rich: Rich, round_: int) -> None:
    place, row = rich
    folder = place.home.campaign(row.id)
    paths = folder.job(JobId("arm-t0-sepmin")).round(round_)
    scored = folder.job(JobId("baseline-t0")).round(0) if round_ == 0 else paths
    maps = load_file(paths.maps)["maps"]
    pool = read_scores(scored.scores)
    scores, rows = pool.scores, pool.rows
    ids = [f"shape-{at:07}" for at in rows]
    at = [ids.index(pick["image"]) for pick in read_json(paths.picks)["picks"]]
    assert maps.dtype == np.float16
    np.testing.assert_allclose(maps.max((2, 3)), scores.peak[at], rtol=2e-3, atol=2e-3)
    np.testing.assert_allclose(maps.min((2, 3)), scores.trough[at], rtol=2e-3, atol=2e-3)


def test_more_maps_than_a_round_keeps_are_left_out(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    row = tiny(place, 'criteria.names=["unc"]')
    monkeypatch.setattr("campaigns.worker.picking.MAPS_BYTES", 1)
    perform(place, row)
    paths = place.home.campaign(row.id).job(JobId("arm-t0-unc")).round(0)
    assert len(load_file(paths.maps)["maps"]) == 1
    assert len(read_json(paths.picks)["picks"]) == 6
