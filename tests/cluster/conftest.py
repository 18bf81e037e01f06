"""A cluster for the tests of this folder, one for each module of them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.slurm_cluster import Cluster, lacking, started_cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A real Slurm; skips aloud where there can be none."""
    if why := lacking():
        pytest.skip(f"no Slurm can be started here: {why}")
    # A socket's path has room for a hundred letters, which the folder of a test may have already.
    with (
        tempfile.TemporaryDirectory(prefix="alwsl-slurm-", dir="/tmp") as folder,
        started_cluster(Path(folder)) as ours,
    ):
        yield ours
