"""A disk that is full or fails, wherever a worker is just then: it says so, and goes on to the same bytes."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.home.exit import Ending, Exit
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.faults.disk import FOREVER, Disk, Workers, assert_whole, failing_library, small_disk
from tests.stage import assert_same, outcome, perform, tiny

SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "run.precision=float32")
JOBS = (Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag"))
MOMENTS = int(os.environ.get("ALWSL_FAULTS", "24"))
"""Faults of each kind in the slow tests."""
SEED = int(os.environ.get("ALWSL_SEED", "1"))
NO_ROOM = 3
DISK_MIB = 24
LONG = (pytest.mark.slow, pytest.mark.long)
CALLS = 90
"""About as many times a worker of this campaign writes, syncs or reserves."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the campaign leaves on a disk that takes everything."""
    place = open_workspace(tmp_path_factory.mktemp("undisturbed"))
    row = tiny(place, *SMALL)
    perform(place, row)
    return outcome(place, row)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    found = Workers(failing_library(tmp_path_factory.mktemp("library")))
    yield found
    found.close()


def words(place: Workspace, row: CampaignRow, job: Job, attempt: int) -> str:
    paths = place.home.campaign(row.id).job(job.id).attempt(attempt)
    log = paths.log.read_text() if paths.log.exists() else ""
    return f"{job.id} attempt {attempt}, seed {SEED}: {Exit.read(paths.exit)}\n{log[-2000:]}"


def filled_up(workers: Workers, disk: Disk, *, moments: int) -> tuple[int, dict[str, bytes]]:
    """A campaign on a disk that is full now and then: how often that ended a worker, and what it left at its end."""
    rng, faults = np.random.default_rng(SEED), 0
    place = open_workspace(disk.folder / "home")
    row = tiny(place, *SMALL)
    folder = place.home.campaign(row.id).folder
    for job in JOBS:
        for attempt in range(1, 10 * moments):
            # The first ones hardly get anywhere, later ones ever further.
            disk.leave(int(rng.integers(0, 20_000 * (faults % moments + 1)))) if faults < moments else disk.clear()
            code = workers.run(place, row, job, attempt=attempt)
            assert_whole(folder)
            if code == 0:
                break
            disk.clear()
            assert code in {None, NO_ROOM}, words(place, row, job, attempt)
            said = Exit.read(place.home.campaign(row.id).job(job.id).attempt(attempt).exit)
            assert said is None or said.ending is Ending.FULL, said
            faults += 1
    return faults, outcome(place, row)


@pytest.mark.parametrize(("kind", "moments"), [
    ("tmpfs", 4),
    pytest.param("tmpfs", MOMENTS, marks=LONG),
    pytest.param("ext4", MOMENTS, marks=LONG),
])  # fmt: skip
def test_a_full_disk_tears_nothing_and_the_bytes_are_the_same(
    tmp_path: Path, workers: Workers, undisturbed: dict[str, bytes], kind: str, moments: int
) -> None:
    with small_disk(tmp_path, kind, DISK_MIB) as disk:
        faults, found = filled_up(workers, disk, moments=moments)
    assert faults >= moments
    assert_same(found, undisturbed)


def failed(workers: Workers, home: Path, *, rng: np.random.Generator, number: int) -> tuple[int, dict[str, bytes]]:
    """A campaign on a disk that fails at drawn calls, until a worker gets through in spite of it or unharmed."""
    ends, place = 0, open_workspace(home)
    row = tiny(place, *SMALL)
    folder = place.home.campaign(row.id).folder
    for job in JOBS:
        for attempt in range(1, 100):
            fault = {
                "FAULT_HOME": place.home.folder, "FAULT_AT": int(rng.integers(1, CALLS)), "FAULT_ERRNO": number,
                "FAULT_FOR": 1 if rng.random() < 0.5 else FOREVER,
            }  # fmt: skip
            code = workers.run(place, row, job, attempt=attempt, **fault)
            assert_whole(folder)
            if code == 0:
                break
            ends += 1
            assert code == NO_ROOM, f"{fault}\n{words(place, row, job, attempt)}"
            said = Exit.read(place.home.campaign(row.id).job(job.id).attempt(attempt).exit)
            assert said is None or said.ending is (Ending.DISK if number == errno.EIO else Ending.FULL), said
    return ends, outcome(place, row)


@pytest.mark.parametrize(("number", "moments"), [
    (errno.EIO, 4),
    pytest.param(errno.EIO, MOMENTS, marks=LONG),
    pytest.param(errno.EDQUOT, MOMENTS, marks=LONG),
    pytest.param(errno.EROFS, MOMENTS, marks=LONG),
])  # fmt: skip
def test_a_disk_that_fails_tears_nothing_and_the_bytes_are_the_same(
    tmp_path: Path, workers: Workers, undisturbed: dict[str, bytes], number: int, moments: int
) -> None:
    rng, ends, homes = np.random.default_rng(SEED), 0, 0
    while ends < moments:
        more, found = failed(workers, tmp_path / f"home{homes}", rng=rng, number=number)
        ends, homes = ends + more, homes + 1
        assert_same(found, undisturbed)


@pytest.mark.slow
def test_a_slow_disk_only_takes_longer(place: Workspace, workers: Workers, undisturbed: dict[str, bytes]) -> None:
    row = tiny(place, *SMALL)
    for job in JOBS:
        code = workers.run(place, row, job, attempt=1, FAULT_HOME=place.home.folder, FAULT_SLOW=5000)
        assert code == 0, words(place, row, job, 1)
    assert_same(outcome(place, row), undisturbed)
