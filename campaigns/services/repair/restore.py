"""Putting one campaign back into the store from what its folder says. Saying it again changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from campaigns.core.execution import executor_of
from campaigns.core.ids import CampaignId, JobId, JobKind
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.errors import AlwslError, Mistake
from campaigns.home.charter import Charter
from campaigns.home.paths import CampaignPaths
from campaigns.recipe import plan_now
from campaigns.services.repair import from_folder
from campaigns.services.repair.from_folder import FoundAttempt
from campaigns.store.attempts import end_attempt, ingest, list_attempts, list_rounds
from campaigns.store.campaigns import (
    add_campaign,
    is_name_taken,
    list_jobs,
    put_plan,
    set_executor,
    set_intent,
)
from campaigns.store.rescue import Counts, counts, put_attempt, put_job_state, put_round
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow
from campaigns.store.store import Store


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
    is_longer: bool = False
    """The store did not know that it was extended."""


def restore(
    store: Store, paths: CampaignPaths, row: CampaignRow, unreadable: list[Mistake], *, is_new: bool
) -> Restored:
    """Restore one campaign; doing it again changes nothing."""
    id_ = row.id
    before = counts(store, id_)
    before_name, name = row.name, _free_name(store, row.name) if is_new else row.name
    plan = plan_now(paths, row.plan)
    is_longer = not is_new and plan != row.plan
    row = replace(row, name=name, plan=plan)
    if is_new:
        add_campaign(store, row)
    elif is_longer:
        put_plan(store, id_, plan)
    jobs = {row.job.id: row for row in list_jobs(store, id_) if row.job.kind is not JobKind.SCORE}
    states = _tell_attempts(store, paths, jobs, unreadable)
    for job_id in jobs:
        is_whole = _tell_rounds(store, paths, row, job_id, unreadable)
        if job_id not in states and is_new and is_whole:
            states[job_id] = JobState.DONE
        elif not is_whole and paths.extensions.exists() and states.get(job_id, jobs[job_id].state) is JobState.DONE:
            states[job_id] = JobState.WAITING  # it was done until the campaign was extended
    for job_id, state in states.items():
        put_job_state(store, jobs[job_id], state)
    if is_new:
        _rest(store, id_)
    renamed_from = before_name if name != before_name else ""
    return Restored(name, id_, is_new, counts(store, id_) - before, renamed_from, is_longer)


def _tell_attempts(
    store: Store, paths: CampaignPaths, jobs: Mapping[JobId, JobRow], unreadable: list[Mistake]
) -> dict[JobId, JobState]:
    """Tell the store all attempts again; return what became of those jobs whose last word it did not know."""
    heard = {(row.job, row.number): row for row in list_attempts(store, CampaignId(paths.folder.name))}
    attempts = list(from_folder.attempts(paths, {id_: row.job for id_, row in jobs.items()}))
    last = {attempt.row.job: attempt.row.number for attempt in attempts}
    states: dict[JobId, JobState] = {}
    for attempt in attempts:
        job, row = attempt.row.job, heard.get((attempt.row.job, attempt.row.number))
        # A store of an earlier day says that it runs; its end is here to read. What nobody saw end is a station's.
        is_over = attempt.is_judged or attempt.row.number < last[job]
        if row is None or (row.state is AttemptState.RUNNING and is_over):
            row, states[job] = attempt.row, attempt.job_state
        else:
            states.pop(job, None)  # the store knows a later one, and what became of the job
        _tell(store, attempt, row)
        if attempt.bad_lines:
            path = paths.job(job).attempt(attempt.row.number).journal
            unreadable.append(Mistake(str(path), f"{attempt.bad_lines} damaged lines were passed over"))
    return states


def _tell(store: Store, attempt: FoundAttempt, how: AttemptRow) -> None:
    """Tell the store an attempt again, from its first word to its last, and that it stands as `how` says."""
    put_attempt(store, replace(how, activity="starting"))
    ingest(store, attempt.row, attempt.events, offset=attempt.row.journal_offset)
    if how.state is not AttemptState.RUNNING and how.ended is not None:
        end_attempt(store, how, how.state, at=how.ended, code=how.exit_code, last_words=how.last_words)


def _tell_rounds(
    store: Store, paths: CampaignPaths, row: CampaignRow, job_id: JobId, unreadable: list[Mistake]
) -> bool:
    """Tell the store complete rounds that no journal speaks of any more; return whether the job has all its rounds."""
    job = next(job for job in row.plan.jobs if job.id == job_id)
    numbers = row.plan.rounds(job)
    complete = [number for number in numbers if paths.job(job_id).round(number).done.exists()]
    known = {done.number for done in list_rounds(store, row.id) if done.job == job_id and done.done}
    for number in complete:
        if number in known:
            continue
        try:
            recorded = from_folder.round_said(paths.job(job_id).round(number), number, row.plan.classes)
        except AlwslError as error:
            unreadable.append(Mistake(str(paths.job(job_id).round(number).folder), error.message))
            continue
        put_round(store, row.id, job_id, recorded)
    return len(complete) == len(numbers)


def _rest(store: Store, campaign: CampaignId) -> None:
    """Nobody has asked anything of a campaign that was restored: what is not done waits until somebody does."""
    states, attempts = {row.state for row in list_jobs(store, campaign)}, list_attempts(store, campaign)
    has_begun = bool(attempts) or states != {JobState.WAITING}
    if attempts:  # no other file says what ran it
        set_executor(store, campaign, executor_of(attempts[-1].slot))
    intent = Intent.RUN if states == {JobState.DONE} else Intent.PAUSE if has_begun else Intent.NEW
    set_intent(store, campaign, intent)


def row_of(charter: Charter) -> CampaignRow:
    """Return the row of a campaign of which nobody has asked anything yet."""
    return CampaignRow(
        CampaignId(charter.id), charter.name, charter.recipe, charter.about, charter.dataset, charter.model,
        charter.plan, charter.created, Intent.NEW, None,
    )  # fmt: skip


def _free_name(store: Store, name: str) -> str:
    number, free = 1, name
    while is_name_taken(store, free):
        number += 1
        free = f"{name[:56]}-{number}"
    return free
