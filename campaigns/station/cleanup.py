"""Clearing away what killed processes left: drafts of files, campaigns half made or half deleted."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from campaigns.core.ids import CampaignId
from campaigns.home.drafts import is_abandoned
from campaigns.home.locks import Held, exclusive, shared
from campaigns.home.paths import CampaignPaths, HomePaths
from campaigns.store.campaigns import campaign_names
from campaigns.store.store import Store


@contextmanager
def moving(home: HomePaths) -> Iterator[None]:
    """While campaigns are made or deleted: nobody takes what is half done for what a killed process left."""
    with shared(home.moving_lock):
        yield


def tidy(home: HomePaths, store: Store) -> list[str]:
    """Clear a home of what nobody works on any more; return what was done, a line each. Results are never touched."""
    folders = (home.campaigns.glob("*/"), home.labels().folder.glob("*/"))
    places = [home.folder, home.fits, home.indexes, home.campaigns, *chain.from_iterable(folders)]
    return [*_settled(home, store), *sweep(places)]


def sweep(folders: Iterable[Path]) -> list[str]:
    """Remove drafts in these folders, not below them, whose writers are gone; return a line for each."""
    done = []
    for folder in folders:
        for path in folder.glob(".*"):
            if is_abandoned(path.name) and path.is_file():
                path.unlink(missing_ok=True)
                done.append(f"removed a draft of a killed process: {path}")
    return done


def sweep_job(folder: Path) -> list[str]:
    """Remove the drafts that a job's dead workers left among its attempts and rounds."""
    return sweep([*folder.glob("attempts/*/"), *folder.glob("rounds/*/")])


def _settled(home: HomePaths, store: Store) -> list[str]:
    """End what was begun: the store says which campaigns there are."""
    try:
        with exclusive(home.moving_lock, wait=0):
            return list(_settle(home, store))
    except Held:  # somebody makes or deletes a campaign: the next station looks again
        return []


def _settle(home: HomePaths, store: Store) -> Iterator[str]:
    known = campaign_names(store)
    for paths in map(CampaignPaths, home.campaigns.glob("*/")):
        name = paths.folder.name
        if name.startswith((".new-", ".deleted-")):
            shutil.rmtree(paths.folder)
            yield f"cleared away what a killed command left: {name}"
        elif paths.unsettled.exists() and CampaignId(name) not in known:
            paths.folder.replace(paths.trash)
            shutil.rmtree(paths.trash)
            yield f"cleared away a campaign that was never made, or is deleted: {name}"
        else:
            paths.unsettled.unlink(missing_ok=True)
