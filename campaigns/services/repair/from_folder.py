"""What the folder of one campaign says of it, without a store: its charter, its attempts, its rounds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from campaigns.core.events import Evaluated, Event, Picked, Reused, RoundDone, RoundStarted, Scored
from campaigns.core.ids import NAME, CampaignId, Job, JobId, checked_id
from campaigns.core.states import AttemptState, JobState
from campaigns.datasets.campaign_data import open_campaign_data
from campaigns.errors import AlwslError, Damaged
from campaigns.home.charter import Charter
from campaigns.home.choice import sealed_round
from campaigns.home.evaluation import Evaluation
from campaigns.home.exit import Ending, Exit
from campaigns.home.files import damaged
from campaigns.home.journal import Recorded, from_line
from campaigns.home.paths import AttemptPaths, CampaignPaths, HomePaths, RoundPaths
from campaigns.home.round import SealedRound
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.home.task import Task
from campaigns.home.verdict import AttemptVerdict
from campaigns.recipe import Recipe, load_recipe
from campaigns.services.campaigns.freeze import frozen_sum
from campaigns.services.campaigns.requirements import Facts, facts_of, plan_of, words_of
from campaigns.station.executors.opening import is_at_work, open_executor
from campaigns.store.rows import AttemptRow

T = TypeVar("T")
Place = TypeVar("Place")

ENDINGS: Mapping[Ending, tuple[AttemptState, JobState]] = {
    Ending.DONE: (AttemptState.DONE, JobState.DONE),
    Ending.STOPPED: (AttemptState.STOPPED, JobState.WAITING),
    Ending.FAILED: (AttemptState.FAILED, JobState.FAILED),
    Ending.BUSY: (AttemptState.STOPPED, JobState.WAITING),
    Ending.FULL: (AttemptState.STOPPED, JobState.WAITING),
    Ending.LABELS: (AttemptState.STOPPED, JobState.WAITING),
    Ending.SCORES: (AttemptState.STOPPED, JobState.WAITING),
    Ending.ELSEWHERE: (AttemptState.STOPPED, JobState.WAITING),
    Ending.DISK: (AttemptState.LOST, JobState.WAITING),
}
"""What a station makes of a worker's last words, whatever they are."""


@dataclass(frozen=True, slots=True)
class FoundAttempt:
    """One attempt, as its folder has it."""

    row: AttemptRow
    job_state: JobState
    """What it made of its job."""
    events: tuple[Recorded, ...]
    bad_lines: int
    """Of its journal, passed over."""
    is_judged: bool = False
    """A station saw it end and said how."""


def charter(home: HomePaths, paths: CampaignPaths) -> Charter:
    """Return a campaign as it was created: from its charter, else from recipe, split and data.

    Raises:
        AlwslError: its folder has too little of it, or what it has is damaged.
    """
    id_ = paths.folder.name
    name = id_.rpartition(".")[0]
    kept = _or_none(Charter.read, paths.charter)
    if kept is not None and kept.id == id_:
        return kept
    try:
        checked_id(id_)
        if not NAME.fullmatch(name):
            raise ValueError(f"{id_!r} is not an id")
    except ValueError as error:
        hint = f"give it back the name it had{f', {kept.id}' if kept else ''}"
        raise Damaged(f"it is not named as a campaign's folder is: {error}", hint=hint) from error
    recipe, split = load_recipe(paths.recipe), FrozenSplit.read(paths.split)
    return Charter(
        id_, name, str(paths.recipe), recipe.about, recipe.data.name, words_of(recipe.model),
        paths.recipe.stat().st_mtime, plan_of(recipe, _facts(home, paths, recipe, split)), frozen_sum(paths),
    )  # fmt: skip


def _facts(home: HomePaths, paths: CampaignPaths, recipe: Recipe, split: FrozenSplit) -> Facts:
    """Return facts of the data, when they are what they were; else as the first round that was measured shows them."""
    try:
        data = open_campaign_data(home, paths, recipe.data, split)
    except AlwslError as error:
        lacking: AlwslError | None = error
    else:
        lacking = None
        if not data.unlike(split):
            return facts_of(data.parts[0], is_human=split.labels is LabelSource.HUMAN)
    for path in sorted(paths.jobs.glob("*/rounds/*/evaluation.json")):
        evaluation = Evaluation.read(path)
        if evaluation is not None:
            labelled = split.train - len(split.unlabelled)
            # People may have changed the classes since.
            classes = tuple(recipe.data.asked or evaluation.per_class)
            return Facts(recipe.data.name, classes, labelled, evaluation.images, ())
    why = lacking.message if lacking else f"the data of {recipe.data.name} are not what they were"
    raise Damaged(
        f"{paths.folder} has no {paths.charter.name}, and nothing was measured in it yet: {why}",
        hint="put the data back where they were, then run this again",
    )


def attempts(paths: CampaignPaths, jobs: Mapping[JobId, Job]) -> Iterator[FoundAttempt]:
    """Return every attempt that the folder has, those of a job in their order, else as they were started."""
    dated = []
    for id_ in jobs:
        latest = 0.0
        for number in _numbers(paths.job(id_).attempts):
            attempt = _attempt(paths.job(id_).attempt(number), CampaignId(paths.folder.name), id_, number)
            latest = max(latest, attempt.row.started)  # a clock that was set back does not turn their order round
            dated.append((latest, attempt))
    return (attempt for _, attempt in sorted(dated, key=lambda pair: pair[0]))


def round_said(files: RoundPaths, number: int, planned: tuple[str, ...]) -> list[Recorded]:
    """Return what a worker must have said of a complete round, from the files it left there.

    `planned` are the classes that the campaign was created with.

    Raises:
        Damaged: they are not what a worker leaves.
    """
    sealed = sealed_round(files)
    if sealed is None:
        raise damaged(files.done, "it is missing")
    at = files.done.stat().st_mtime
    evaluation = Evaluation.read(files.evaluation)
    events = _events(sealed, evaluation, number, planned)
    return [Recorded(n, at, event) for n, event in enumerate(events, 1)]


def _events(
    sealed: SealedRound, evaluation: Evaluation | None, number: int, planned: tuple[str, ...]
) -> Iterator[Event]:
    seconds, labelled = sealed.seconds, sealed.labelled
    yield RoundStarted(number, labelled, epochs=0)
    if sealed.facts.reused_from is not None:
        yield Reused(number, sealed.facts.reused_from)
    if evaluation is not None:
        per_class, classes = tuple(evaluation.per_class.values()), tuple(evaluation.per_class)
        yield Evaluated(
            number, evaluation.value, per_class, seconds.get("evaluate", 0.0), evaluation.metric,
            None if classes == planned else classes,
        )  # fmt: skip
    if "score" in seconds:
        yield Scored(number, images=0, seconds=seconds["score"])
    if "select" in seconds:
        yield Picked(number, images=0, seconds=seconds["select"])
    yield RoundDone(number, labelled)


def _numbers(folder: Path) -> list[int]:
    return sorted(int(path.name) for path in folder.glob("*") if path.name.isdecimal() and path.is_dir())


def _attempt(paths: AttemptPaths, campaign: CampaignId, job: JobId, number: int) -> FoundAttempt:
    lines = list(_journal(paths.journal))
    events = tuple(line for line in lines if line is not None)
    task, handle = _or_none(Task.read, paths.task), _or_none(open_executor().recall, paths)
    last = max((path.stat().st_mtime for path in paths.folder.iterdir()), default=0.0)
    first = min((path.stat().st_mtime for path in (paths.task, paths.folder) if path.exists()), default=0.0)
    row = AttemptRow(
        campaign, job, number, AttemptState.RUNNING, slot=(task.slot or task.device) if task else "cpu",
        threads=task.threads if task else 1, handle=handle,
        started=task.started or first if task else first, ended=None,
        exit_code=None, last_words="", activity="starting", round=None, epoch=None, epochs=None, loss=None,
        journal_offset=_whole(paths.journal),
    )  # fmt: skip
    verdict = _or_none(AttemptVerdict.read, paths.verdict)
    if verdict is None and not paths.exit.exists() and is_at_work(handle, paths):
        return FoundAttempt(row, JobState.RUNNING, events, len(lines) - len(events))
    how = verdict or _judged(paths, ended=last)
    ended = replace(
        row, state=how.state, ended=how.ended, exit_code=how.exit_code, last_words=how.last_words, activity=""
    )
    return FoundAttempt(ended, how.job, events, len(lines) - len(events), is_judged=verdict is not None)


def _judged(paths: AttemptPaths, *, ended: float) -> AttemptVerdict:
    """Return what a station would have said of an attempt that it did not see end."""
    exit_ = _or_none(Exit.read, paths.exit)
    if exit_ is None:
        return AttemptVerdict(
            AttemptState.LOST, ended, None, "its process is gone, and no station saw it go", JobState.WAITING
        )
    state, job = ENDINGS[exit_.ending]
    words = exit_.words or ("stopped as asked" if state is AttemptState.STOPPED else "")
    code = None if exit_.ending is Ending.ELSEWHERE else exit_.code  # as a station judges it
    return AttemptVerdict(state, ended, code, words, job)


def _or_none(read: Callable[[Place], T | None], place: Place) -> T | None:
    """Return what is read there; None where it is damaged or gone: what it belongs to is worth restoring without it."""
    try:
        return read(place)
    except Damaged:
        return None


def _journal(path: Path) -> Iterator[Recorded | None]:
    """Yield each whole line of a journal; None for one that is not what a worker writes."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return
            try:
                yield from_line(line.decode())
            except ValueError:
                yield None


def _whole(path: Path) -> int:
    """Return the bytes of a journal up to the end of its last whole line."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(len(line) for line in file if line.endswith(b"\n"))
