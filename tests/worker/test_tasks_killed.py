"""A campaign of another task whose worker is killed leaves the bytes of one that is not."""

from pathlib import Path

import pytest

from campaigns.services.workspace import Workspace, open_workspace
from tests.one_class import single, write_one_class_each
from tests.services.test_segment import segmenting
from tests.stage import assert_same, outcome, perform, perform_job, said
from tests.worker.test_models_in import ARM, kill_in_round_1

FEW = ("protocol.full=false", 'criteria.names=["ag"]', "training.batch_size=4")


@pytest.mark.slow
def test_single(place: Workspace, tmp_path: Path) -> None:
    root = write_one_class_each(tmp_path / "photos")
    row = single(place, root, *FEW)
    baseline, _ = row.plan.jobs
    perform_job(place, row, baseline)
    kill_in_round_1(place, row)
    perform_job(place, row, ARM, attempt=2)
    undisturbed = open_workspace(tmp_path / "undisturbed")
    other = single(undisturbed, root, *FEW)
    perform(undisturbed, other)
    assert_same(outcome(place, row), outcome(undisturbed, other), log=said(place))


@pytest.mark.slow
def test_segment(place: Workspace, tmp_path: Path) -> None:
    few = ("protocol.full=false", 'criteria.names=["pixent"]', "training.batch_size=2", "protocol.epochs=[2, 4, 4]")
    row = segmenting(place, *few)
    baseline, arm = row.plan.jobs
    perform_job(place, row, baseline)
    kill_in_round_1(place, row, arm)
    perform_job(place, row, arm, attempt=2)
    undisturbed = open_workspace(tmp_path / "undisturbed")
    other = segmenting(undisturbed, *few)
    perform(undisturbed, other)
    assert_same(outcome(place, row), outcome(undisturbed, other), log=said(place))
