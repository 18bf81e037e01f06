"""Anything is killed at any time while a cluster runs the campaign: the bytes are those of this machine."""

import sys
import tempfile
from pathlib import Path
from random import SystemRandom

import pytest

from campaigns.core.execution import SLURM
from campaigns.torture.run import Effort, torture_apart
from campaigns.torture.targets import ProcessKind
from tests.cluster.ray_cluster import lacking, started_ray
from tests.cluster.slurm_cluster import Cluster
from tests.patience import patience

pytestmark = [pytest.mark.slow, pytest.mark.long]

PROGRAM = (sys.executable, "-m", "alwsl_tui.entry")
SEED = 7
"""Of the short test, which draws the same kills every time."""
FEW, MANY = 3, 20
"""Kills of each kind of process."""


def require_nothing_lost(executor: str, kills: int, seed: int) -> None:
    told: list[str] = []
    report, folder = torture_apart(PROGRAM, Effort(seed, max(600.0, patience()), kills), told.append, executor)
    assert report.losses == (), "\n".join([f"seed {seed}, kept: {folder}", *told, *report.losses])
    # The nursery forks only those workers that run on this machine.
    assert all(count >= kills for kind, count in report.kills.items() if kind is not ProcessKind.NURSERY), report


@pytest.mark.timeout(1800)
def test_on_slurm_nothing_is_lost(cluster: Cluster) -> None:
    assert cluster.conf.exists()
    require_nothing_lost(SLURM, FEW, SEED)


@pytest.mark.timeout(3600)
def test_on_slurm_nothing_is_lost_by_many_kills(cluster: Cluster) -> None:
    assert cluster.conf.exists()
    require_nothing_lost(SLURM, MANY, SystemRandom().randrange(10**6))


@pytest.mark.timeout(3600)
def test_on_ray_nothing_is_lost_by_many_kills() -> None:
    if why := lacking():
        pytest.skip(why)
    with (
        tempfile.TemporaryDirectory(prefix="alwsl-ray-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        started_ray(Path(folder)) as cluster,
    ):
        require_nothing_lost(cluster.executor, MANY, SystemRandom().randrange(10**6))
