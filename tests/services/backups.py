"""Homes as a backup brings them back, and as a bad day leaves them."""

import json
import shutil
from pathlib import Path
from typing import Any

from campaigns.services.repair.repair import Repaired
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rescue import Counts
from campaigns.store.rows import CampaignRow
from campaigns.store.store import BESIDE
from tests.cli.calling import good

Finished = tuple[Workspace, CampaignRow]
SHOWN = (["show"], ["rounds"], ["picks", "--round", "0"], ["picks", "--round", "1", "--criterion", "random"])
"""Commands whose JSON must not depend on where the store came from."""


def copied(place: Workspace, folder: Path) -> Workspace:
    """The same home elsewhere, as a backup of its folders brings it back: without a store."""
    names = {place.home.store.name + ending for ending in BESIDE}
    shutil.copytree(place.home.folder, folder, ignore=lambda _folder, found: names & set(found))
    return open_workspace(folder)


def lose_store(place: Workspace) -> None:
    """Somebody deletes it."""
    for ending in BESIDE:
        place.home.store.with_name(place.home.store.name + ending).unlink(missing_ok=True)


def shown(place: Workspace, name: str) -> list[Any]:
    """What everybody is shown of a campaign."""
    return [json.loads(good(place, command, name, *more, "--json")) for command, *more in SHOWN]


def only(found: Repaired) -> Counts:
    """What the one campaign lacked."""
    (one,) = found.restored
    return one.added
