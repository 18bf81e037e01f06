"""Rebuilding the store of a home, or what is missing in it, from the folders of its campaigns. Nothing is deleted."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.ids import CampaignId
from campaigns.errors import AlwslError, BadDisk, Mistake, NoRoom, NotNow
from campaigns.home.disk import telling
from campaigns.home.locks import Held, exclusive
from campaigns.home.paths import CampaignPaths
from campaigns.services.monitor.presence import Attendance
from campaigns.services.repair import from_folder
from campaigns.services.repair.restore import Restored, restore, row_of
from campaigns.services.workspace import Workspace, ensure_station, folders, has_store, is_missing
from campaigns.station.cleanup import tidy
from campaigns.station.executors.opening import open_executor
from campaigns.station.waiting import queue_of
from campaigns.store.attempts import running_attempts
from campaigns.store.campaigns import campaign_names, get_campaign
from campaigns.store.copied import move_store
from campaigns.store.published import publish_soon
from campaigns.store.rescue import Counts, damage, set_aside
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store, open_store

STATION_SECONDS = 3.0
"""How long to wait for somebody who only looks whether a station is there."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair found, and did unless it was only to look."""

    store: str
    """What was wrong with the store, for a person; empty when it was there and sound."""
    set_aside: Path | None
    """Where the damaged store lies now."""
    restored: tuple[Restored, ...]
    unreadable: tuple[Mistake, ...]
    """What could not be read, and why."""
    folderless: tuple[str, ...]
    """Campaigns of the store whose folder is gone."""
    cleared: tuple[str, ...]
    """What killed commands had left."""
    running: int
    """Workers found alive."""
    moved: Path | None = None
    """Where the store lies now, which lay on a file system of the network."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What kind of a repair it is."""

    is_lost: bool
    """The store knew nothing at all."""
    is_tried: bool
    """What is done to the store is taken back."""
    is_dry_run: bool


class _OnlyLooked(Exception):
    """Takes back what was tried."""


def repair_home(workspace: Workspace, *, is_dry_run: bool = False) -> Repaired:
    """Bring the store to what the folders say; a damaged one is set aside first. With `is_dry_run` only look.

    Raises:
        NotNow: a station is at work, somebody is making or deleting a campaign, or this workspace only looks.
        KeptElsewhere: another host keeps the home.
        BadHome: a newer program wrote the store, or it cannot be opened for another reason than damage.
    """
    home = workspace.home
    if not is_dry_run:
        workspace.require_writing()
    elif is_missing(home.folder):
        return Repaired("there is none", None, (), (), (), (), 0)
    workspace.require_ours()
    with _alone(workspace):
        moved = None if is_dry_run else _moved_in(workspace)
        is_new, wrong = not has_store(home), damage(home.store)
        kept = set_aside(home.store) if wrong and not is_dry_run else None
        told = f"it is damaged: {wrong}" if wrong else "there is none" if is_new else ""
        is_elsewhere = is_dry_run and bool(told)
        with _opened(workspace, is_elsewhere=is_elsewhere) as store:
            there = {paths.folder.name for paths in folders(home)}
            if not told and there and not campaign_names(store):
                told = "it was empty"  # any command makes one where there is none
            kind = _Kind(is_lost=bool(told), is_tried=is_dry_run and not is_elsewhere, is_dry_run=is_dry_run)
            restored, unreadable = _restore_all(workspace, store, kind)
            folderless = tuple(name for id_, name in campaign_names(store).items() if id_ not in there)
            present = Attendance(home, has_station=False, is_starting=False)
            running = sum(not present.is_stranded(attempt) for attempt in running_attempts(store))
    cleared = _left_over(workspace) if is_dry_run else _cleared(workspace)
    if not is_dry_run:
        publish_soon(home, require_ours=workspace.require_ours)
    if not is_dry_run and _is_station_wanted(workspace):
        ensure_station(workspace)
    return Repaired(told, kept, tuple(restored), tuple(unreadable), folderless, tuple(cleared), running, moved)


def _moved_in(workspace: Workspace) -> Path | None:
    """Move a store that lies on a file system of the network to this host; return where it is now, None without one."""
    home = workspace.home
    inside = home.folder / home.store.name
    if inside == home.store or not inside.exists():
        return None
    move_store(inside, home.store)
    return home.store


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """No station works meanwhile, and nobody makes or deletes a campaign."""
    with telling(workspace.home.folder), ExitStack() as locks:
        try:
            locks.enter_context(exclusive(workspace.home.station_lock, wait=STATION_SECONDS))
        except Held as error:
            hint = "wait until `alwsl-tui list` shows nothing that runs, or pause what does"
            raise NotNow("a station is at work here", hint=hint) from error
        try:
            locks.enter_context(exclusive(workspace.home.moving_lock, wait=0))
        except Held as error:
            raise NotNow("a campaign is just being made or deleted", hint="run this again") from error
        yield


@contextmanager
def _opened(workspace: Workspace, *, is_elsewhere: bool) -> Iterator[Store]:
    """Open the home's store, made where there is none; where it is not to be touched, one that is thrown away."""
    path = workspace.home.store
    with (
        telling(path.parent),
        tempfile.TemporaryDirectory() as folder,
        open_store(Path(folder) / path.name if is_elsewhere else path) as store,
    ):
        yield store


def _is_station_wanted(workspace: Workspace) -> bool:
    """Return whether somebody has to hear a worker, or asked for something meanwhile: he took us for a station."""
    with workspace.store() as store:
        waiting = queue_of(workspace.home, store, open_executor())
        return bool(running_attempts(store)) or any(turn.slot for turn in waiting)


def _restore_all(workspace: Workspace, store: Store, kind: _Kind) -> tuple[list[Restored], list[Mistake]]:
    rows: list[tuple[CampaignPaths, CampaignRow]] = []
    unreadable: list[Mistake] = []
    known = campaign_names(store)
    for paths in folders(workspace.home):
        # Marked and without a row: a command was killed that made or deleted it. Where the store itself is lost, only
        # one with work in it can be a deletion.
        if paths.unsettled.exists() and paths.folder.name not in known and (not kind.is_lost or paths.jobs.exists()):
            continue
        try:
            if CampaignId(paths.folder.name) in known:
                rows.append((paths, get_campaign(store, paths.folder.name)))
            else:
                rows.append((paths, row_of(from_folder.charter(workspace.home, paths))))
        except AlwslError as error:
            unreadable.append(Mistake(str(paths.folder), "; next: ".join(filter(None, (str(error), error.hint)))))
        except OSError as error:
            unreadable.append(Mistake(str(paths.folder), str(error)))
    restored: list[Restored] = []
    for paths, row in sorted(rows, key=lambda pair: pair[1].created):  # the store lists them as they came
        try:
            with store.writing():
                is_new = row.id not in known
                outcome = restore(store, paths, row, unreadable, is_new=is_new)
                if kind.is_tried:
                    raise _OnlyLooked
        except _OnlyLooked:
            pass
        except (NoRoom, BadDisk):  # of the store
            raise
        except (AlwslError, OSError) as error:
            unreadable.append(Mistake(str(paths.folder), str(error)))
            continue
        if outcome.is_new or outcome.is_longer or outcome.added != Counts():
            restored.append(outcome)
        if not kind.is_dry_run:
            paths.unsettled.unlink(missing_ok=True)
    return restored, unreadable


def _left_over(workspace: Workspace) -> list[str]:
    folder = workspace.home.campaigns
    drafts = folder.glob(".[nd]e*-*") if folder.is_dir() else []
    return [f"a killed command left {path.name}" for path in sorted(drafts)]


def _cleared(workspace: Workspace) -> list[str]:
    with workspace.store() as store:
        return tidy(workspace.home, store)
