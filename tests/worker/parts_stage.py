"""What a station does about a long pool, step by step in this process: no station, no engine."""

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState
from campaigns.home.exit import Ending, Exit
from campaigns.services.workspace import Workspace
from campaigns.station.scoring import add_wanted, clear_scoring, placed
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import AttemptRow, CampaignRow
from tests.stage import perform_job


def attempt_of(row: CampaignRow, job: Job) -> AttemptRow:
    return AttemptRow(
        row.id, job.id, 1, AttemptState.RUNNING, "cpu", 1, handle=None, started=0.0, ended=None, exit_code=None,
        last_words="", activity="", round=None, epoch=None, epochs=None, loss=None, journal_offset=0,
    )  # fmt: skip


def score_what_is_wanted(place: Workspace, row: CampaignRow, job: Job) -> list[Job]:
    """As a station would have it: the jobs that a round waits for, each in its turn, and what they leave placed."""
    with place.store() as store:
        add_wanted(place.home, store, attempt_of(row, job))
        jobs = [each.job for each in list_jobs(store, row.id) if each.job.kind is JobKind.SCORE]
        for each in jobs:
            perform_job(place, row, each)
            ending = Exit(Ending.DONE)
            assert placed(place.home, store, attempt_of(row, each), ending) == ending
    return jobs


def let_go_on(place: Workspace, row: CampaignRow, job: Job) -> None:
    """As a station that starts the job whose pool is scored."""
    with place.store() as store:
        clear_scoring(place.home, store, next(each for each in list_jobs(store, row.id) if each.job == job))
