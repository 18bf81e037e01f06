"""The walks of the README over more than one machine, as they are typed."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from campaigns.core.states import AttemptState
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts
from tests.cluster import cabled_hosts, ray_cluster
from tests.cluster.cabled_hosts import Host, connected_hosts
from tests.cluster.slurm_cluster import NODES, Cluster
from tests.patience import patience
from tests.stage import said

pytestmark = pytest.mark.slow

README = Path(__file__).parents[2] / "README.md"
SHELL = ("bash", "-euo", "pipefail", "-c")


def walk(name: str) -> str:
    """The commands below the comment of that name."""
    blocks = re.findall(rf"^<!-- walk: {name} -->\n```sh\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1, name
    return str(blocks[0])


def environment(place: Workspace, **more: str) -> dict[str, str]:
    """Where the program is installed, and the home is this one."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return dict(os.environ) | {"PATH": path, "ALWSL_HOME": str(place.home.folder)} | more


def require_ran(place: Workspace, executor: str, nodes: set[str]) -> None:
    """The campaign of the walk is done, by workers on these nodes."""
    row = find_campaign(place, "smoke")
    with place.store() as store:
        attempts = list_attempts(store, row.id)
    done = {attempt.job for attempt in attempts if attempt.state is AttemptState.DONE}
    assert done == {job.id for job in row.plan.jobs}, said(place)
    assert row.executor == executor
    assert {attempt.node for attempt in attempts} <= nodes


def test_two_machines_with_ray(place: Workspace) -> None:
    if why := ray_cluster.lacking() or cabled_hosts.lacking():
        pytest.skip(why)
    with (
        TemporaryDirectory(prefix="alwsl-ray-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        connected_hosts() as hosts,
    ):
        first, second = (hosts.up(name) for name in ("n1", "n2"))
        for host in (first, second):
            # Ray asks by which way the world is reached for an address that others reach.
            host.run("ip", "route", "add", "default", "via", hosts.address)
        told = typed(first, f"{walk('ray head')}\necho\nenv", environment(place, RAY_TMPDIR=f"{folder}/1"))
        token = dict(line.split("=", 1) for line in told.splitlines() if line.startswith("RAY_AUTH_"))
        assert sorted(token) == ["RAY_AUTH_MODE", "RAY_AUTH_TOKEN"]
        joining = walk("ray node").replace("HEAD", first.address)
        typed(second, joining, environment(place, RAY_TMPDIR=f"{folder}/2", **token))
        typed(first, walk("ray"), environment(place, RAY_TMPDIR=f"{folder}/1", **token))
        require_ran(place, "ray:auto", {"n1", "n2"})


def typed(host: Host, commands: str, env: Mapping[str, str]) -> str:
    return host.run(*SHELL, commands, env=env)


def test_an_account_on_a_cluster(cluster: Cluster, place: Workspace) -> None:
    done = subprocess.run(
        [*SHELL, walk("slurm")], capture_output=True, text=True, timeout=patience(), check=False,
        stdin=subprocess.DEVNULL, env=environment(place),
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{cluster.said()}"
    require_ran(place, "slurm", set(NODES))
