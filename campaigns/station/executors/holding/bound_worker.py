"""`python -m …holding.bound_worker PARENT FOLDER`: become a worker that is bound to its parent.

When the parent dies, by whatever hand, the system kills the worker: an engine that is killed would leave it behind.
Before that, what a campaign needs beside its home is looked for on this machine: its images, and weights in a file.
"""

import ctypes
import os
import signal
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

from campaigns.errors import AlwslError
from campaigns.home.hosts import node_name
from campaigns.home.paths import AttemptPaths, CampaignPaths, HomePaths
from campaigns.home.split import FrozenSplit
from campaigns.home.task import Task

BOUND_WORKER = "campaigns.station.executors.holding.bound_worker"
"""This module, to be run."""
REFUSED = 79
"""Exit code: this machine has not got what the campaign needs; the last line that is printed says what."""
_PR_SET_PDEATHSIG = 1


def main(parent: int, folder: Path) -> int:
    """Become the worker; return only when this machine refuses it."""
    bind(parent)
    task = Task.read(AttemptPaths(folder).task)
    home = HomePaths(task.home)
    why = refusal(home, home.campaign(task.campaign))
    if not why:
        os.execv(sys.executable, [sys.executable, "-u", "-P", "-m", "campaigns.worker", str(folder)])  # noqa: S606
    print(why, flush=True)  # noqa: T201  the log is our stdout
    return REFUSED


def bind(parent: int) -> None:
    """Let the system kill this process when its parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before that was said
        os.kill(os.getpid(), signal.SIGKILL)


def refusal(home: HomePaths, campaign: CampaignPaths) -> str:
    """Return why a campaign cannot run on this machine, in one line; empty when it can, as far as is known."""
    recipe: dict[str, dict[str, object]] = {}
    with suppress(OSError, ValueError):  # the worker says what is wrong with it
        recipe = tomllib.loads(campaign.recipe.read_text(encoding="utf-8"))
    weights = recipe.get("model", {}).get("weights", "none")
    if isinstance(weights, str) and "/" in weights and not Path(weights).is_file():
        return f"there are no weights {weights}: put the file there, or run where it is"
    if "root" not in recipe.get("data", {}):  # drawn where it is needed
        return ""
    return _lack_of_data(home, campaign)


def _lack_of_data(home: HomePaths, campaign: CampaignPaths) -> str:
    from campaigns.datasets.campaign_data import open_campaign_data
    from campaigns.recipe import load_recipe

    name = ""
    try:
        spec = load_recipe(campaign.recipe).data.at_node(node_name())
        split = FrozenSplit.read(campaign.split)
        name = f"the data set {spec.name} is not here as the campaign was created on it"
        unlike = open_campaign_data(home, campaign, spec, split).unlike(split)
    except (AlwslError, OSError) as error:
        return f"{name}: {str(error).splitlines()[0]}"
    return f"{name}: its {' and '.join(unlike)} differ" if unlike else ""


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
