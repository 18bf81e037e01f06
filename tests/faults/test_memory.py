"""A process that is refused memory: smaller pieces first, then a clear failure from which a retry goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.home.exit import Ending, Exit
from campaigns.home.task import Task
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.patience import patience
from tests.stage import assert_same, outcome, perform_job, tiny

SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "run.precision=float32", "protocol.epochs=[3, 2, 2]")
BASE = Job(JobKind.BASELINE, 0)
# Each thread that allocates reserves 64 MiB of addresses otherwise, and addresses are what is limited.
LEAN = os.environ | {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def scarce(mib: int) -> dict[str, object]:
    found = subprocess.run(
        [sys.executable, "-m", "tests.faults.scarce", str(mib)],
        capture_output=True, text=True, timeout=patience(), check=False, env=LEAN,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-3000:]
    return dict(json.loads(found.stdout))


@pytest.mark.slow
def test_training_and_scoring_go_on_in_smaller_pieces_when_the_system_refuses_memory() -> None:
    roomy, narrow = scarce(0), scarce(350)
    assert roomy["pieces"] == 1
    assert roomy["warned"] == []
    assert int(str(narrow["pieces"])) > 1
    assert narrow["warned"]
    assert narrow["loss"] == pytest.approx(roomy["loss"], rel=1e-5)
    assert narrow["logits"] == pytest.approx(roomy["logits"], rel=1e-3, abs=1e-5)


def starved(place: Workspace, row: CampaignRow, attempt: int, mib: int) -> tuple[int, Exit | None, str]:
    """The baseline, with so much memory above what it takes to begin; exit code, last words, log."""
    paths = place.home.campaign(row.id).job(BASE.id).attempt(attempt)
    Task(place.home.folder, row.id, BASE, attempt, "cpu", 1).write(paths.task)
    found = subprocess.run(
        [sys.executable, "-m", "tests.faults.starved", str(paths.folder), str(mib)],
        capture_output=True, text=True, timeout=patience(), check=False, env=LEAN,
    )  # fmt: skip
    return found.returncode, Exit.read(paths.exit), (found.stdout + found.stderr)[-3000:]


@pytest.mark.slow
def test_a_worker_that_is_refused_memory_ends_with_code_five_and_a_retry_does_the_rest(
    place: Workspace, tmp_path: Path
) -> None:
    row = tiny(place, *SMALL)
    code, said, log = starved(place, row, 1, 4)
    assert code == 5, log
    assert said is not None
    assert said.ending is Ending.FAILED
    assert said.code == 5
    assert said.error.startswith(("out of memory", "not even one image")), said
    assert "batch_size" in said.hint or "image_size" in said.hint
    perform_job(place, row, BASE, attempt=2)
    other = open_workspace(tmp_path / "undisturbed")
    calm = tiny(other, *SMALL)
    perform_job(other, calm, BASE)
    assert_same(outcome(place, row), outcome(other, calm))


@pytest.mark.slow
@pytest.mark.long
def test_however_little_memory_there_is_a_worker_either_ends_well_or_says_so(place: Workspace) -> None:
    """From less than it takes to open the data to enough: no crash, no hang, no other words."""
    row = tiny(place, *SMALL, "model.image_size=96", "training.batch_size=12")
    ends = []
    for attempt, mib in enumerate((1, 2, 8, 16, 24, 32, 48, 64, 80, 96, 128, 192, 256), 1):
        code, said, log = starved(place, row, attempt, mib)
        assert code in {0, 5}, log
        assert said is not None, log
        ends.append((mib, code))
    assert ends[0][1] == 5
    assert ends[-1][1] == 0, ends
