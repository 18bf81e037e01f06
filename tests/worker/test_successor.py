"""A worker that is born late leaves its job to the attempt that was made since."""

import subprocess
import sys

from campaigns.core.ids import Job, JobKind
from campaigns.home.task import Task
from campaigns.services.workspace import Workspace
from tests.patience import patience
from tests.stage import tiny

BASE = Job(JobKind.BASELINE, 0)


def test_a_worker_whose_job_was_given_to_another_leaves_it_alone(place: Workspace) -> None:
    row = tiny(place)
    job = place.home.campaign(row.id).job(BASE.id)
    paths = job.attempt(1)
    Task(place.home.folder, row.id, BASE, 1, "cpu", 1).write(paths.task)
    job.attempt(2).folder.mkdir()
    command = [sys.executable, "-m", "campaigns.worker", str(paths.folder)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=patience(), check=False)
    assert "another attempt has the job by now" in found.stdout
    assert not paths.process.exists()
    assert not paths.journal.exists()
    assert not job.round(0).folder.exists()
