"""Rebuilding the store of a home, or what is missing in it, from the folders of its campaigns. Nothing is deleted."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from campaigns.core.ids import CampaignId, JobId
from campaigns.core.keeping import Charter
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.errors import AlwslError, Mistake, NotNow
from campaigns.paths import CampaignPaths
from campaigns.services import salvage
from campaigns.services.campaigns import charter_of
from campaigns.services.salvage import FoundAttempt
from campaigns.services.workspace import Workspace, ensure_station
from campaigns.station.tidying import tidy
from campaigns.store.attempts import end_attempt, ingest, list_attempts, list_rounds, running_attempts
from campaigns.store.campaigns import add_campaign, campaign_names, get_campaign, is_name_taken, list_jobs, set_intent
from campaigns.store.rescue import Counts, counts, damage, put_attempt, put_job_state, put_round, set_aside
from campaigns.store.rows import AttemptRow, CampaignRow
from campaigns.store.store import Store, open_store

STATION_SECONDS = 3.0
"""How long to wait for somebody who only looks whether a station is there."""


@dataclass(frozen=True, slots=True)
class Restored:
    """One campaign that the store lacked, or lacked something of."""

    name: str
    id: CampaignId
    is_new: bool
    """The store did not know it at all."""
    added: Counts
    """Rows that were missing."""
    renamed_from: str = ""
    """The name it had; empty when it still has it."""


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


def lost(workspace: Workspace) -> list[str]:
    """Folders of campaigns that the store does not know, by name.

    Raises:
        BadHome: the store cannot be opened.
    """
    found = [paths.folder.name for paths in _folders(workspace) if not paths.unsettled.exists()]
    if not found:
        return []
    with workspace.store() as store:
        known = campaign_names(store)
    return [name for name in found if CampaignId(name) not in known]


def repair(workspace: Workspace, *, is_dry_run: bool = False) -> Repaired:
    """Bring the store to what the folders say; a damaged one is set aside first. With `is_dry_run` only look.

    Raises:
        NotNow: a station is at work, somebody is making or deleting a campaign, or this workspace only looks.
        BadHome: a newer program wrote the store, or it cannot be opened for another reason than damage.
    """
    workspace.demand_writing()
    home = workspace.home
    with _alone(workspace):
        is_missing, wrong = not home.store.exists(), damage(home.store)
        kept = set_aside(home.store) if wrong and not is_dry_run else None
        told = f"it is damaged: {wrong}" if wrong else "there is none" if is_missing else ""
        is_elsewhere = is_dry_run and bool(told)
        with _opened(workspace, is_elsewhere=is_elsewhere) as store:
            folders = {paths.folder.name for paths in _folders(workspace)}
            if not told and folders and not campaign_names(store):
                told = "it was empty"  # any command makes one where there is none
            kind = _Kind(is_lost=bool(told), is_tried=is_dry_run and not is_elsewhere, is_dry_run=is_dry_run)
            restored, unreadable = _restore_all(workspace, store, kind)
            folderless = tuple(name for id_, name in campaign_names(store).items() if id_ not in folders)
            running = len(running_attempts(store))
    cleared = _left_over(workspace) if is_dry_run else _cleared(workspace)
    if running and not is_dry_run:
        ensure_station(workspace)  # somebody has to hear what they say
    return Repaired(told, kept, tuple(restored), tuple(unreadable), folderless, tuple(cleared), running)


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """No station works meanwhile, and nobody makes or deletes a campaign."""
    try:
        with (
            FileLock(workspace.home.station_lock, timeout=STATION_SECONDS),
            workspace.home.moving_lock.open("ab") as file,
        ):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except Timeout as error:
        raise NotNow(
            "a station is at work here", hint="wait until `alwsl-tui list` shows nothing that runs, or pause what does"
        ) from error
    except BlockingIOError as error:
        raise NotNow("a campaign is just being made or deleted", hint="run this again") from error


@contextmanager
def _opened(workspace: Workspace, *, is_elsewhere: bool) -> Iterator[Store]:
    """The home's store; where that is not to be touched, an empty one that is thrown away."""
    if not is_elsewhere:
        with workspace.store() as store:
            yield store
        return
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / workspace.home.store.name) as store:
        yield store


def _folders(workspace: Workspace) -> list[CampaignPaths]:
    folder = workspace.home.campaigns
    names = sorted(path.name for path in folder.glob("*") if path.is_dir()) if folder.is_dir() else []
    return [workspace.home.campaign(name) for name in names if not name.startswith(".")]


def _restore_all(workspace: Workspace, store: Store, kind: _Kind) -> tuple[list[Restored], list[Mistake]]:
    charters: list[tuple[CampaignPaths, Charter]] = []
    unreadable: list[Mistake] = []
    known = campaign_names(store)
    for paths in _folders(workspace):
        # Marked and without a row: a command was killed that made or deleted it. Where the store itself is lost, only
        # one with work in it can be a deletion.
        if paths.unsettled.exists() and paths.folder.name not in known and (not kind.is_lost or paths.jobs.exists()):
            continue
        try:
            if CampaignId(paths.folder.name) in known:
                charters.append((paths, charter_of(get_campaign(store, paths.folder.name))))
            else:
                charters.append((paths, salvage.charter(workspace.home, paths)))
        except (AlwslError, OSError) as error:
            unreadable.append(Mistake(str(paths.folder), str(error)))
    restored: list[Restored] = []
    for paths, charter in sorted(charters, key=lambda pair: pair[1].created):  # the store lists them as they came
        try:
            with store.writing():
                is_new = charter.id not in known
                found = _restore(store, paths, charter, unreadable, is_new=is_new)
                if kind.is_tried:
                    raise _OnlyLooked
        except _OnlyLooked:
            pass
        except (AlwslError, OSError) as error:
            unreadable.append(Mistake(str(paths.folder), str(error)))
            continue
        if found.is_new or found.added != Counts():
            restored.append(found)
        if not kind.is_dry_run:
            paths.unsettled.unlink(missing_ok=True)
    return restored, unreadable


def _restore(
    store: Store, paths: CampaignPaths, charter: Charter, unreadable: list[Mistake], *, is_new: bool
) -> Restored:
    """One campaign; saying it again changes nothing."""
    id_ = CampaignId(charter.id)
    before = counts(store, id_)
    name = _free_name(store, charter.name) if is_new else charter.name
    if is_new:
        add_campaign(store, _row(charter, name))
    jobs = {row.job.id: row for row in list_jobs(store, id_)}
    heard = {(row.job, row.number): row for row in list_attempts(store, id_)}
    states: dict[JobId, JobState] = {}
    for found in salvage.attempts(paths, {id_: row.job for id_, row in jobs.items()}):
        row = heard.get((found.row.job, found.row.number))
        if row is None:
            states[found.row.job] = found.job_state
        else:
            states.pop(found.row.job, None)  # the store knows a later one, and what became of the job
        if row is None or row.state is not AttemptState.RUNNING:  # one that runs is its station's to hear
            _tell(store, found, row)
        if found.bad_lines:
            path = paths.job(found.row.job).attempt(found.row.number).journal
            unreadable.append(Mistake(str(path), f"{found.bad_lines} damaged lines were passed over"))
    for job_id in jobs:
        is_whole = _tell_rounds(store, paths, charter, job_id, unreadable)
        if job_id not in states and is_new and is_whole:
            states[job_id] = JobState.DONE
    for job_id, state in states.items():
        put_job_state(store, jobs[job_id], state)
    if is_new:
        _rest(store, id_)
    return Restored(name, id_, is_new, counts(store, id_) - before, charter.name if name != charter.name else "")


def _tell(store: Store, found: FoundAttempt, row: AttemptRow | None) -> None:
    """The store hears an attempt again, from its first word to its last."""
    if row is None:
        put_attempt(store, replace(found.row, activity="starting"))
    ingest(store, found.row, found.events, offset=found.row.journal_offset)
    how = row or found.row
    if how.state is not AttemptState.RUNNING and how.ended is not None:
        end_attempt(store, how, how.state, at=how.ended, code=how.exit_code, last_words=how.last_words)


def _tell_rounds(
    store: Store, paths: CampaignPaths, charter: Charter, job_id: JobId, unreadable: list[Mistake]
) -> bool:
    """The store hears of complete rounds that no journal speaks of any more; True when the job has all its rounds."""
    job = next(job for job in charter.plan.jobs if job.id == job_id)
    numbers = charter.plan.rounds(job)
    complete = [number for number in numbers if paths.job(job_id).round(number).done.exists()]
    known = {row.number for row in list_rounds(store, CampaignId(charter.id)) if row.job == job_id and row.done}
    for number in complete:
        if number in known:
            continue
        try:
            said = salvage.round_said(paths.job(job_id).round(number), number)
        except AlwslError as error:
            unreadable.append(Mistake(str(paths.job(job_id).round(number).folder), error.message))
            continue
        put_round(store, CampaignId(charter.id), job_id, said)
    return len(complete) == len(numbers)


def _rest(store: Store, campaign: CampaignId) -> None:
    """Nobody has asked anything of a campaign that was restored: what is not done waits until somebody does."""
    states = {row.state for row in list_jobs(store, campaign)}
    has_begun = bool(list_attempts(store, campaign)) or states != {JobState.WAITING}
    intent = Intent.RUN if states == {JobState.DONE} else Intent.PAUSE if has_begun else Intent.NEW
    set_intent(store, campaign, intent)


def _row(charter: Charter, name: str) -> CampaignRow:
    return CampaignRow(
        CampaignId(charter.id), name, charter.recipe, charter.about, charter.dataset, charter.model, charter.plan,
        charter.created, Intent.NEW, None,
    )  # fmt: skip


def _free_name(store: Store, name: str) -> str:
    number, free = 1, name
    while is_name_taken(store, free):
        number += 1
        free = f"{name[:56]}-{number}"
    return free


def _left_over(workspace: Workspace) -> list[str]:
    folder = workspace.home.campaigns
    found = folder.glob(".[nd]e*-*") if folder.is_dir() else []
    return [f"a killed command left {path.name}" for path in sorted(found)]


def _cleared(workspace: Workspace) -> list[str]:
    with workspace.store() as store:
        return tidy(workspace.home, store)
