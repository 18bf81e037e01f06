"""Jobs that score the parts of a long pool: made when a round asks for them, and cleared away when it goes on."""

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from campaigns.core.events import Scored
from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadDisk, Damaged
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import HomePaths, JobPaths
from campaigns.home.score_request import ScoreRequest
from campaigns.station.ingest import new_events
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import AttemptRow, JobRow
from campaigns.store.scoring import add_scoring, end_scoring
from campaigns.store.store import Store


def job_of(store: Store, attempt: AttemptRow) -> Job:
    """Return the job of an attempt, as planned."""
    return next(row.job for row in list_jobs(store, attempt.campaign) if row.job.id == attempt.job)


def add_wanted(home: HomePaths, store: Store, attempt: AttemptRow) -> None:
    """Add the jobs that score what a round waits for, whose attempt has ended."""
    job = job_of(store, attempt)
    for path in _requests(home.campaign(attempt.campaign).job(job.id)):
        request = _read(path)
        if request is not None:
            add_scoring(store, attempt.campaign, [job.scoring(request.round, shard) for shard in request.missing])


def placed(home: HomePaths, store: Store, attempt: AttemptRow, ending: Exit | None) -> Exit | None:
    """Put what a job has scored into the round that waits for it; return how it ended, which that may change."""
    if not attempt.job.startswith(JobKind.SCORE) or ending is None or ending.ending is not Ending.DONE:
        return ending
    job, paths = job_of(store, attempt), home.campaign(attempt.campaign)
    assert job.round is not None
    assert job.shard is not None
    made = paths.job(job.id).round(job.round).score_shard(job.shard)
    wanted = paths.job(job.asking.id).round(job.round).score_shard(job.shard)
    try:
        # Killed in between, the next station comes by here again, and finds it in its place.
        made.replace(wanted)
    except FileNotFoundError:
        return ending  # what is not there is asked for again
    except OSError as error:
        return Exit(Ending.DISK, BadDisk.exit_code, f"{made} cannot be put beside its round: {error}")
    return ending


def clear_scoring(home: HomePaths, store: Store, row: JobRow) -> None:
    """Forget the jobs that scored for this one, which goes on, with all that they left but how long it took them."""
    if row.job.kind not in (JobKind.BASELINE, JobKind.ARM):
        return
    paths = home.campaign(row.campaign)
    seconds = 0.0
    for id_ in end_scoring(store, row.campaign, row.job):
        seconds += _seconds(paths.job(id_))
        shutil.rmtree(paths.job(id_).folder, ignore_errors=True)
    for path in _requests(paths.job(row.job.id)):
        request = _read(path)
        if request is None or not seconds:
            path.unlink(missing_ok=True)  # whoever is not content with what is there asks again
        else:
            replace(request, missing=(), seconds=request.seconds + seconds).write(path)


def forget_requests(home: HomePaths, attempt: AttemptRow) -> None:
    """Remove what a job that is done had asked for: a node that has no part in the home removes its own copy."""
    for path in _requests(home.campaign(attempt.campaign).job(attempt.job)):
        path.unlink(missing_ok=True)


def _requests(job: JobPaths) -> list[Path]:
    return sorted(job.folder.glob("rounds/*/scoring.json"))


def _read(path: Path) -> ScoreRequest | None:
    with suppress(Damaged):  # spoilt or gone: the next attempt asks again
        return ScoreRequest.read(path)
    return None


def _seconds(job: JobPaths) -> float:
    """Return how long the attempts at a job say that they took to score."""
    total = 0.0
    for journal in sorted(job.attempts.glob("*/journal.jsonl")):
        with suppress(ValueError):  # what was spoilt counts as nothing
            events, _ = new_events(journal, 0)
            total += sum(each.event.seconds for each in events if isinstance(each.event, Scored))
    return total
