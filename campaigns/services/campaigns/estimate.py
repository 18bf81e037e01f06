"""What a campaign would take, measured on campaigns that ran in the same home."""

from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.core.execution import Wish, device_of
from campaigns.core.ids import CampaignId, Job, JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import AttemptState
from campaigns.errors import BadRecipe
from campaigns.home.paths import CampaignPaths
from campaigns.home.score_list import is_shard
from campaigns.recipe import Recipe, load_recipe
from campaigns.services.campaigns.requirements import words_of
from campaigns.services.monitor.progress import FIRST_EPOCHS
from campaigns.services.workspace import Workspace
from campaigns.station.executors.opening import open_executor
from campaigns.station.machine import sane_threads
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.campaigns import list_campaigns
from campaigns.store.pace import pace
from campaigns.store.rows import AttemptRow, CampaignRow, RoundRow
from campaigns.store.store import Store


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a campaign would take, as far as this home knows; models it can take over from others are not deducted."""

    seconds: float | None
    """From its start to its end on this machine, when nothing else runs; None when nothing like it has run here."""
    seconds_from: str
    """The campaign it was measured on; empty when there is none."""
    disk_bytes: int | None
    """In the campaign's own folder: models, scores, picks, logs; caches of images come on top."""
    disk_from: str
    is_open_ended: bool = False
    """Models may end before their epochs do, and `seconds` is an upper limit."""


@dataclass(frozen=True, slots=True)
class Past:
    """What one campaign of this home took."""

    name: str
    image_size: int
    """Side of its images, in pixels."""
    device: str
    """`cpu` or `cuda`; empty when it ran on both, or never."""
    processes: int
    """Devices that each of its fits trained on."""
    seconds_per_image: float | None
    """Of one training step on one image, by one worker; None before enough epochs."""
    seconds_per_job: float
    """What a worker took beyond its images: to start, to open data, to extract features."""
    bytes_per_model: float | None
    """All that a round left but its scores; None before one is done."""
    bytes_per_score: float
    """Of one image under one class."""


class Estimator:
    """Remembers what the campaigns of a home took: each is measured once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._pasts: dict[CampaignId, Past | None] = {}

    def estimate(self, recipe: Recipe, plan: Plan) -> Estimate:
        """Estimate what a recipe takes by the newest campaign of the same model, for time also size and devices."""
        run = recipe.run
        threads = run.threads or sane_threads(run.gpus_per_fit)
        wish = Wish(run.device, threads, run.workers_per_gpu, processes=run.gpus_per_fit)
        capacity = open_executor().capacity(wish)
        device, workers = capacity.device, capacity.workers
        seconds, seconds_from, disk, disk_from = None, "", None, ""
        with self._workspace.store() as store:
            for past in self._like(store, words_of(recipe.model)):
                if disk is None and past.bytes_per_model is not None:
                    disk, disk_from = _disk(past, plan), past.name
                how = (past.image_size, past.device, past.processes)
                alike = how == (recipe.model.image_size, device, run.gpus_per_fit)
                if seconds is None and alike and past.seconds_per_image is not None:
                    seconds, seconds_from = _seconds(past, plan, workers), past.name
                if disk is not None and seconds is not None:
                    break
        return Estimate(seconds, seconds_from, disk, disk_from, plan.is_open_ended)

    def _like(self, store: Store, model: str) -> Iterator[Past]:
        for row in reversed(list_campaigns(store)):
            if row.model != model:
                continue
            if row.id not in self._pasts:
                self._pasts[row.id] = _past(self._workspace.home.campaign(row.id), store, row)
            past = self._pasts[row.id]
            if past is not None:
                yield past


def _past(paths: CampaignPaths, store: Store, row: CampaignRow) -> Past | None:
    """Return what a campaign took; None when its folder is gone."""
    try:
        recipe = load_recipe(paths.recipe)
    except BadRecipe:
        return None
    attempts, rounds = list_attempts(store, row.id), list_rounds(store, row.id)
    devices = {device_of(attempt.slot) for attempt in attempts}
    per_image = pace(store, row.id, skip=FIRST_EPOCHS)
    per_model, per_score = _bytes(paths, row.plan, rounds)
    return Past(
        row.name,
        recipe.model.image_size,
        devices.pop() if len(devices) == 1 else "",
        recipe.run.gpus_per_fit,
        per_image,
        _beyond(row.plan, attempts, rounds, per_image or 0.0),
        per_model,
        per_score,
    )


def _beyond(plan: Plan, attempts: list[AttemptRow], rounds: list[RoundRow], per_image: float) -> float:
    """Return the seconds a job took beyond its images: the mean of those that ran at once and trained everything."""
    jobs = {job.id: job for job in plan.jobs}
    reused = {row.job for row in rounds if row.reused_from is not None}
    inside = dict.fromkeys(jobs, 0.0)
    for row in rounds:  # what training took, not what the plan has: a model may have ended before its epochs did
        inside[row.job] += (row.train_seconds or 0.0) + per_image * plan.looking(jobs[row.job], row.number)
    overheads = [
        attempt.ended - attempt.started - inside[attempt.job]
        for attempt in attempts
        if attempt.state is AttemptState.DONE
        and attempt.number == 1
        and attempt.ended is not None
        and attempt.job in inside.keys() - reused  # who scores for another job does what is counted there
    ]
    return max(0.0, sum(overheads) / len(overheads)) if overheads else 0.0


def _bytes(paths: CampaignPaths, plan: Plan, rounds: list[RoundRow]) -> tuple[float | None, float]:
    """Return the bytes a finished round left apart from its scores, and the bytes of one score."""
    jobs = {job.id: job for job in plan.jobs}
    done = [(jobs[row.job], row.number) for row in rounds if row.done is not None]
    if not done:
        return None, 0.0
    scores = rest = 0
    for path in paths.folder.rglob("*"):
        is_scores = path.name == paths.job("").round(0).scores.name or is_shard(path.name)
        scores += path.lstat().st_size if is_scores else 0
        rest += 0 if is_scores else path.lstat().st_size
    scored = len(plan.classes) * sum(plan.scored(job, number) for job, number in done)
    return rest / len(done), scores / scored if scored else 0.0


def _disk(past: Past, plan: Plan) -> int:
    scored = len(plan.classes) * sum(plan.scored(job, number) for job in plan.jobs for number in plan.rounds(job))
    return round((past.bytes_per_model or 0.0) * plan.models + past.bytes_per_score * scored)


def _seconds(past: Past, plan: Plan, workers: int) -> float:
    """Return all work shared by the workers, but never less than the longest chain of jobs that wait for each other."""

    def alone(job: Job) -> float:
        return (past.seconds_per_image or 0.0) * plan.work(job) + past.seconds_per_job

    # Trials differ in nothing that takes time, so the first one's jobs speak for all.
    chains = [alone(job) + (alone(job.needs) if job.needs else 0.0) for job in plan.jobs if not job.trial]
    trials = sum(alone(job) for job in plan.jobs if job.kind is not JobKind.FULL and not job.trial) * plan.trials
    full = alone(Job(JobKind.FULL)) if plan.has_full else 0.0
    return max((trials + full) / workers, *chains)
