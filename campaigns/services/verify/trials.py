"""One trial of a campaign looked over: its baseline, then every arm, round by round."""

import numpy as np

from campaigns.core.ids import Job, JobId, JobKind
from campaigns.home.evaluation import Evaluation
from campaigns.home.paths import CampaignPaths, RoundPaths
from campaigns.home.round import SealedRound
from campaigns.services.verify.choices import (
    Basis,
    Ints,
    Key,
    View,
    check_choice,
    check_first_pool,
    check_pool,
    check_rest,
    view,
)
from campaigns.services.verify.files import PICKS, check_evaluation, check_files, check_maps, check_open, needed
from campaigns.services.verify.ledger import Ledger
from campaigns.services.verify.people import check_classes, check_measured, labels_of, pool_of

CompleteRounds = dict[tuple[JobId, int], tuple[SealedRound, Evaluation | None]]
"""What every complete round says of itself, and its evaluation; by job and number."""


def check_full(basis: Basis, paths: CampaignPaths) -> tuple[Ledger, CompleteRounds]:
    """Check the fully supervised model."""
    ledger, complete = Ledger(paths.folder), CompleteRounds()
    job = Job(JobKind.FULL)
    for number in basis.plan.rounds(job) if basis.plan.has_full else ():
        _check_round(ledger, basis, paths, job, number, complete)
    return ledger, complete


def check_trial(basis: Basis, paths: CampaignPaths, trial: int) -> tuple[Ledger, CompleteRounds]:
    """Check a baseline and all arms that begin with it."""
    ledger, complete = Ledger(paths.folder), CompleteRounds()
    job = Job(JobKind.BASELINE, trial)
    n, files = basis.plan.schedule.picks(0), paths.job(job.id).round(0)
    first = None
    if _check_round(ledger, basis, paths, job, 0, complete) is not None:
        first = view(ledger, basis, files, n)
        if first is not None:
            if basis.is_human:
                _check_open_pool(ledger, basis, files, first)
            else:
                check_first_pool(ledger, basis, first, trial)
            check_choice(ledger, basis, files.picks, first, Key(job, trial, 0, n))
    for criterion in basis.plan.criteria:
        _check_arm(ledger, basis, paths, Job(JobKind.ARM, trial, criterion), first, complete)
    return ledger, complete


def _check_arm(
    ledger: Ledger, basis: Basis, paths: CampaignPaths, job: Job, first: View | None, complete: CompleteRounds
) -> None:
    assert job.trial is not None
    schedule, folder = basis.plan.schedule, paths.job(job.id)
    pool, picked = (None, None) if first is None else (first.rows, np.empty(0, np.int64))
    for number in schedule.rounds:
        files, n = folder.round(number), schedule.picks(number)
        sealed = _check_round(ledger, basis, paths, job, number, complete)
        # The last round of before an extension is complete, and may have to choose yet.
        has_ended = sealed is not None and number in basis.former_ends and PICKS not in sealed.sha256
        if sealed is None or has_ended:
            later = [folder.round(later) for later in schedule.rounds[number + 1 :]]
            if has_ended or not files.done.exists():  # else it cannot be read: told already
                _check_later(ledger, later)
            return
        if not n:
            continue
        scored = first if number == 0 else view(ledger, basis, files, n)
        if scored is None:
            pool, picked = None, None
            continue
        if number and basis.is_human:
            _check_open_pool(ledger, basis, files, scored)
        elif number:
            _check_chain(ledger, scored, pool, picked, schedule.picks(number - 1))
        picked = check_choice(ledger, basis, files.picks, scored, Key(job, job.trial, number, n))
        pool = scored.rows
        check_maps(ledger, files.maps, picks=n, classes=scored.ranked.scores.classes)


def _check_open_pool(ledger: Ledger, basis: Basis, files: RoundPaths, scored: View) -> None:
    """Compare what a round scored with what people had left of the images when it began."""
    if (labels := labels_of(ledger, files)) is not None:
        images = basis.images_at(labels.intake)
        check_pool(ledger, scored, pool_of(labels, images, scored.rows, may_skip=basis.may_skip))


def _check_chain(ledger: Ledger, scored: View, pool: Ints | None, picked: Ints | None, n: int) -> None:
    """Compare what a round scored with what the round before left of its pool."""
    if pool is None:
        ledger.unchecked["pools whose round before has no scores"] += 1
    elif picked is None:
        check_rest(ledger, scored, pool, n)
    else:
        check_pool(ledger, scored, pool[~np.isin(pool, picked)])


def _check_round(
    ledger: Ledger, basis: Basis, paths: CampaignPaths, job: Job, number: int, complete: CompleteRounds
) -> SealedRound | None:
    """Check a round's files; return what it says of itself, None when it is not complete or does not say."""
    files, plan = paths.job(job.id).round(number), basis.plan
    if not files.done.exists():
        if files.folder.is_dir():
            check_open(ledger, files)
        return None
    is_choosing = job.kind is JobKind.ARM and number in basis.former_ends and not files.choice.exists()
    wanted = needed(job, number, picks=plan.schedule.picks(number) > 0 and not is_choosing)
    sealed = check_files(ledger, files, wanted, basis.lacking(files), is_choosing=is_choosing)
    if sealed is None:
        return None
    labelled = plan.train_images if job.kind is JobKind.FULL else plan.schedule.labelled(number)
    may_be_fewer = basis.may_skip or basis.is_human
    if not (may_be_fewer and 0 < sealed.labelled <= labelled):
        ledger.demand(files.done, "labelled", labelled, sealed.labelled)
    has_model = job.kind is not JobKind.ARM or number > 0
    metric, path, classes = plan.yardstick.metric, files.evaluation, basis.classes(files)
    measured = None
    if has_model:
        measured = check_evaluation(ledger, path, classes, metric=metric, tests=basis.tests, may_skip=may_be_fewer)
    if measured is not None and basis.is_human:
        check_measured(ledger, files, measured, metric=metric)
        check_classes(ledger, files, basis.split, plan.classes, basis.history)
    complete[job.id, number] = (sealed, measured)
    return sealed


def _check_later(ledger: Ledger, later: list[RoundPaths]) -> None:
    """Check that nothing is complete behind a round that is not, or that has chosen nothing."""
    for after in later:
        if after.done.exists():
            ledger.differ(after.done, "the round", "none, since the one before is not complete", "there")
