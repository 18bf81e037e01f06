"""Jobs that score the parts of a long pool: made when a round asks for them, and cleared away when it goes on."""

import shutil
from contextlib import suppress

from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadDisk, Damaged
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import HomePaths
from campaigns.home.score_request import ScoreRequest
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
    for path in sorted(home.campaign(attempt.campaign).job(job.id).folder.glob("rounds/*/scoring.json")):
        with suppress(Damaged):  # spoilt or gone: the next attempt asks again
            request = ScoreRequest.read(path)
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
    """Forget the jobs that scored for this one, which goes on, with all that they left."""
    if row.job.kind not in (JobKind.BASELINE, JobKind.ARM):
        return
    paths = home.campaign(row.campaign)
    for id_ in end_scoring(store, row.campaign, row.job):
        shutil.rmtree(paths.job(id_).folder, ignore_errors=True)
    for path in paths.job(row.job.id).folder.glob("rounds/*/scoring.json"):
        path.unlink(missing_ok=True)  # whoever is not content with what is there asks again
