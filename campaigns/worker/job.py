"""One job, from its first round to its last. Read top to bottom: this is what a campaign does."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadData
from campaigns.home.choice import has_chosen
from campaigns.home.locks import exclusive
from campaigns.home.paths import JobPaths
from campaigns.home.picks import read_picks
from campaigns.home.round import RoundFacts
from campaigns.home.scores import ScoredPool, read_pool, score_files
from campaigns.home.task import Task
from campaigns.learning.models import MapModel
from campaigns.oracle.oracle import Occasion
from campaigns.worker.journal import Journal
from campaigns.worker.measuring import evaluate
from campaigns.worker.mending import is_whole, require_own_model, unlike_sealed
from campaigns.worker.picking import Pool, keep_maps, pick, picked_rows
from campaigns.worker.rounds import Ints, Round, finish, loaded, seal, seal_choice, train
from campaigns.worker.scores import score, score_part
from campaigns.worker.setting import Setting, open_setting
from campaigns.worker.stops import Stopped, Stops


def run_job(task: Task, journal: Journal, stops: Stops) -> None:
    """Finish what is left of a job.

    Raises:
        Stopped: it was asked to stop, or an arm reached the round it may go to, or makes room for others.
        Superseded: another attempt has the job; nothing of it was written after that was seen.
        AlwslError: something is wrong that a person can mend.
    """
    setting = open_setting(task, journal)
    try:
        KINDS[task.job.kind](setting, task, journal, stops)
    finally:
        if setting.peers is not None:
            setting.peers.close()


def _full(setting: Setting, task: Task, journal: Journal, stops: Stops) -> None:
    """Train the fully supervised model that relative mAP is measured against; a round for each number of epochs.

    An epoch depends on its number alone, not on how many will follow. So one training run that pauses to be measured
    gives the bytes that runs of their own would.
    """
    counts = setting.recipe.full_epochs
    for number, epochs in enumerate(counts if isinstance(counts, tuple) else (counts,)):
        if number:
            stops.between_rounds()
        is_last = isinstance(counts, int) or epochs == counts[-1]
        occasion = _occasion(setting, task.job, number, fresh=len(setting.usable))
        heir = None if is_last else _job_paths(setting, task.job).round(number + 1)
        everything = replace(
            _round(setting, occasion, setting.usable, epochs=epochs, entropy=setting.entropy("full")), heir=heir
        )
        model = train(setting, everything, journal, stops)
        evaluate(setting, everything, model, journal)
        stops.require_job()
        finish(setting, everything, journal)


def _baseline(setting: Setting, task: Task, journal: Journal, stops: Stops, *, is_alone: bool = False) -> None:
    """Round 0 of a trial, shared by all its arms: they choose their first images by its scores.

    `is_alone` says that an arm does it again, and may not wait for other jobs to score its pool.
    """
    assert task.job.trial is not None
    schedule = setting.recipe.schedule
    initial = setting.initial(task.job.trial)
    first = _round(
        setting, _occasion(setting, task.job, 0, fresh=len(initial)), initial,
        epochs=schedule.epochs[0], entropy=setting.entropy(task.job.trial, "baseline", 0),
    )  # fmt: skip
    model = train(setting, first, journal, stops)
    evaluate(setting, first, model, journal)
    scored = score(setting, first, model, journal, stops, is_alone=is_alone)
    pool = Pool.ranked_by_all(scored, min(schedule.picks(0), len(scored.rows)))
    stops.require_job()
    pick(setting, first, pool, criterion=None, journal=journal)
    finish(setting, first, journal)


def _arm(setting: Setting, task: Task, journal: Journal, stops: Stops) -> None:
    """Run one criterion in one trial: pick, label, train again, until the schedule ends."""
    job, schedule = task.job, setting.recipe.schedule
    assert job.trial is not None
    assert job.criterion is not None
    asked, fresh = setting.initial(job.trial), 0
    for number in schedule.rounds:
        if number > (schedule.last if task.until_round is None else task.until_round):
            raise Stopped
        if task.turn_ends is not None and number > task.turn_ends:
            raise Stopped(f"makes room for other criteria after round {number - 1}; goes on when its turn comes")
        round_ = _round(
            setting, _occasion(setting, job, number, fresh=fresh), asked,
            epochs=schedule.epochs[number], entropy=setting.entropy(job.trial, job.criterion, number),
        )  # fmt: skip
        chosen = _arm_round(setting, task, round_, journal, stops)
        asked, fresh = np.concatenate([asked, chosen]), len(chosen)
        stops.between_rounds()


def _occasion(setting: Setting, job: Job, number: int, *, fresh: int) -> Occasion:
    # Round 0 of an arm is its baseline's, and so are its labels.
    asking = job.needs if number == 0 and job.needs is not None else job
    return Occasion(job.id, number, _job_paths(setting, asking).round(number), fresh)


def _round(setting: Setting, occasion: Occasion, asked: Ints, *, epochs: int, entropy: tuple[int, ...]) -> Round:
    """Return a round that trains on what is known of these images.

    Raises:
        WaitingForLabels: people have not answered yet.
    """
    # The one place where labels are asked for: what was chosen is known, and nothing of it has trained yet.
    told = setting.oracle.labels_of(asked, occasion)
    paths, facts = setting.paths.job(occasion.job).round(occasion.round), RoundFacts(node_kind=setting.device_name)
    return Round(occasion.round, told, epochs, entropy, paths, facts=facts)


def _arm_round(setting: Setting, task: Task, round_: Round, journal: Journal, stops: Stops) -> Ints:
    """Return rows that the round sends for labelling; none in the last one."""
    n = setting.recipe.schedule.picks(round_.number)
    is_done = is_whole(round_.paths, journal)
    if is_done and (n == 0 or has_chosen(round_.paths)):
        if round_.number:
            finish(setting, round_, journal)  # says again what may not have been heard
        rows = picked_rows(setting, round_)
        return np.empty(0, np.int64) if rows is None else rows
    if is_done:  # it was the last one until the campaign was extended, and so it has chosen nothing
        require_own_model(round_.paths, journal)
    if round_.number == 0:
        scored, model = _of_baseline(setting, task, round_, journal, stops)
    else:
        model = train(setting, round_, journal, stops)
        evaluate(setting, round_, model, journal)
        if n == 0:
            stops.require_job()
            finish(setting, round_, journal)
            return np.empty(0, np.int64)
        scored = score(setting, round_, model, journal, stops)
    n = min(n, len(scored.rows))
    stops.require_job()
    chosen = pick(setting, round_, Pool.ranked_by_all(scored, n), criterion=task.job.criterion, journal=journal)
    keep_maps(setting, round_, model, chosen, journal)
    stops.require_job()
    (seal_choice if round_.paths.done.exists() else seal)(round_, setting.split.labels)
    if round_.number:  # round 0 is the baseline's; the arm only picks from it
        finish(setting, round_, journal)
    return chosen


def _of_baseline(
    setting: Setting, task: Task, round_: Round, journal: Journal, stops: Stops
) -> tuple[ScoredPool, MapModel]:
    """Return the scored pool and the model of the baseline; where they are no more what they were, make them again."""
    job = task.job.needs
    assert job is not None
    paths = _job_paths(setting, job)
    first = paths.round(0)

    def needed() -> tuple[Path, ...]:
        return (*(score_files(first) or (first.scores,)), first.model)

    def read() -> tuple[ScoredPool, MapModel]:
        for path in unlike_sealed(first, needed()):
            raise BadData(f"{path} is not what its round left")
        return read_pool(first), loaded(first.model, setting.new_model((), classes=len(round_.classes)))

    try:
        return read()
    except BadData as error:
        journal.note(f"{error}: the baseline is done again", is_warning=True)
    # Its job is done, and nobody else would do it: one arm of its trial does, and the others find it mended.
    with exclusive(paths.lock):
        for path in unlike_sealed(first, needed()):
            path.unlink(missing_ok=True)
            first.done.unlink(missing_ok=True)  # on a card, what is made again may be other bytes: it is sealed anew
        # What that says belongs to another job: this one's log has it, its journal has not.
        _baseline(setting, replace(task, job=job), Journal(Path(os.devnull)), stops, is_alone=True)
    return read()


def _score(setting: Setting, task: Task, journal: Journal, stops: Stops) -> None:
    """Score a part of the pool of another job's round, which waits for it."""
    job, asking = task.job, task.job.asking
    assert asking.trial is not None
    assert job.round is not None
    assert job.shard is not None
    asked = setting.initial(asking.trial)
    for number in range(job.round):
        picked = read_picks(_job_paths(setting, asking).round(number).picks)
        if picked is None:
            raise BadData(f"{asking.id} has lost what it picked in round {number}", hint="run the campaign again")
        asked = np.concatenate([asked, setting.rows(picked.images)])
    round_ = _round(setting, _occasion(setting, asking, job.round, fresh=0), asked, epochs=0, entropy=())
    model = loaded(round_.paths.model, setting.new_model((), classes=len(round_.classes)))
    path = _job_paths(setting, job).round(job.round).score_shard(job.shard)
    path.parent.mkdir(parents=True, exist_ok=True)
    score_part(setting, round_, model, path, job.shard, journal=journal, stops=stops)


def _job_paths(setting: Setting, job: Job) -> JobPaths:
    return setting.paths.job(job.id)


KINDS: Mapping[JobKind, Callable[[Setting, Task, Journal, Stops], None]] = {
    JobKind.FULL: _full,
    JobKind.BASELINE: _baseline,
    JobKind.ARM: _arm,
    JobKind.SCORE: _score,
}
