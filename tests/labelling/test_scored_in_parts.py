"""Campaigns that people label for, whose pools are scored in parts: also the round that was the last one."""

from pathlib import Path

import pytest

from campaigns.core.ids import Job
from campaigns.home.scores import score_files
from campaigns.learning import score_files as learning
from campaigns.learning.score_files import cut
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from campaigns.worker import scores
from campaigns.worker.stops import ScoresWanted
from tests.labelling.extending import ARM, BASELINE, LONGER, let_end, longer, made, round_of
from tests.labelling.growing import require_verified
from tests.labelling.truth import label_until_done
from tests.stage import outcome
from tests.worker.parts_stage import let_go_on, score_what_is_wanted

SHARD = 16


def go_on(place: Workspace, row: CampaignRow, job: Job, *, first: int) -> int:
    """Run a job to its end; the number of an attempt that it has not had."""
    while True:
        try:
            label_until_done(place, row, job, first=first)
            return first + 20
        except ScoresWanted:
            first += 20
            assert score_what_is_wanted(place, row, job)
            let_go_on(place, row, job)


def test_extended_it_leaves_the_bytes_of_one_whose_pools_are_in_one_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "SHARD", SHARD)
    whole = open_workspace(tmp_path / "whole" / "home")
    undisturbed = made(whole, *LONGER)
    for job in (BASELINE, ARM):
        label_until_done(whole, undisturbed, job)
    monkeypatch.setattr(scores, "cut", lambda images, _most: cut(images, SHARD))
    place = open_workspace(tmp_path / "parts" / "home")
    row = made(place)
    for job in (BASELINE, ARM):
        let_end(place, row, job, first=go_on(place, row, job, first=1))
    longer(place)
    require_verified(place, row)
    let_end(place, row, ARM, first=go_on(place, row, ARM, first=200))
    expected = {name: content for name, content in outcome(whole, undisturbed).items() if "scores" not in name}
    left = outcome(place, row)
    assert {name: left[name] for name in expected} == expected
    for number in range(1, 4):
        assert score_files(round_of(place, row, number))[-1].name == "scores.json"
    require_verified(place, row)
