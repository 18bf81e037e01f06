"""Models that leave their campaign: which one is meant, what it says of itself, and writing it to a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadData, NameTaken, NotNow, UsageError
from campaigns.home.cleaned import Cleaned
from campaigns.home.errand import Errand, RoundOf
from campaigns.home.files import write_text
from campaigns.home.labels import classes_of_round
from campaigns.home.model_file import ModelDescription, read_description
from campaigns.home.paths import CampaignPaths
from campaigns.home.typed_paths import expanded
from campaigns.recipe.tasks import TASKS
from campaigns.reporting.model_card import model_card
from campaigns.services.results.curves import load_curves
from campaigns.services.results.errands import Progress, answered
from campaigns.services.results.picks import arm_of
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import CampaignRow

SUFFIX = ".safetensors"
FORMS = (SUFFIX, ".onnx", ".pt2")
"""How files of models end, by form."""


@dataclass(frozen=True, slots=True)
class ModelOf:
    """A model that a campaign trained."""

    campaign: CampaignRow
    job: Job
    round: int
    source: RoundOf
    classes: tuple[str, ...]
    """What it tells apart."""


@dataclass(frozen=True, slots=True)
class WrittenModel:
    """A model file that was just written."""

    file: Path
    card: Path
    bytes: int
    """Of the file."""
    description: ModelDescription


def find_model(
    workspace: Workspace,
    name: str,
    *,
    criterion: str | None = None,
    trial: int | None = None,
    round_: int | None = None,
) -> ModelOf:
    """Return the model that is meant: of the arm and round that are named, else the one with the most labelled images.

    That is the fully supervised one where a campaign has one, trained for the most epochs; else, of the leading
    criterion's arm in trial 0, the last complete round.

    Raises:
        NoSuchName: there is no such campaign, or the campaign has no such criterion.
        UsageError: there is no such trial or round.
        NotNow: no such round is complete yet, or its model was freed.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    paths = workspace.home.campaign(row.id)
    is_named = criterion is not None or trial is not None or round_ is not None
    full, last = Job(JobKind.FULL), len(row.plan.full_counts) - 1
    if not is_named and row.plan.has_full and _is_there(paths, full, last):
        return _model(workspace, row, full, last)
    arm = arm_of(row, criterion, trial or 0)
    if round_ is not None and not 0 <= round_ <= row.plan.schedule.last:
        raise UsageError(f"there is no round {round_}", hint=f"rounds are 0 to {row.plan.schedule.last}")
    rounds = range(row.plan.schedule.last, -1, -1) if round_ is None else [round_]
    for number in rounds:
        # Round 0 of an arm trains nothing: it picks by what its trial's baseline scored.
        job = arm if number else Job(JobKind.BASELINE, arm.trial)
        if _is_there(paths, job, number):
            return _model(workspace, row, job, number)
        if round_ is not None and paths.job(job.id).round(number).done.exists():
            raise _freed(paths, job, number, name)
    what = f"round {round_} of {arm.id}" if round_ is not None else "a round"
    raise NotNow(f"{row.name} has no model yet: {what} is not complete", hint=f"see: alwsl-tui rounds {name}")


def is_file(model: str) -> bool:
    """Return whether a person means a model file rather than a campaign."""
    return model.endswith(SUFFIX) or "/" in model


def export_model(
    workspace: Workspace,
    model: ModelOf,
    file: Path,
    *,
    is_replacing: bool = False,
    progress: Progress = lambda _what, _done, _of: None,
    tell: Callable[[str], None] = lambda _text: None,
) -> WrittenModel:
    """Write a model, in the form that its file's name ends in, and its card, `FILE.md`.

    It holds backbone, head, classes, thresholds chosen on the test set, and where it comes from.

    Raises:
        NameTaken: one of the files exists, and is not to be replaced.
        UsageError: the file's name ends in no form that is written.
        BadInput: the data set, the weights of the backbone or the model are not what they were, or not there.
        OutOfMemory: there is too little memory.
    """
    if file.suffix not in FORMS:
        raise UsageError(f"{file} has to end in {', '.join(FORMS)}", hint=f"for example {model.campaign.name}{SUFFIX}")
    card = file.with_name(f"{file.name}.md")
    for path in (file, card):
        if path.exists() and not is_replacing:
            raise NameTaken(f"{path} exists", hint="replace it with --force, or name another with --out")
    file.parent.mkdir(parents=True, exist_ok=True)
    description: ModelDescription | None = None
    for answer in answered(Errand(source=model.source, out=file.absolute())):
        description = answer.description or description
        if answer.working is not None:
            progress(*answer.working)
        if answer.note is not None:
            tell(answer.note)
    assert description is not None
    task = TASKS[description.task]
    text = model_card(file, description, _curve(workspace, model), yardstick=task.yardstick, link=task.link)
    write_text(card, text)
    return WrittenModel(file, card, file.stat().st_size, description)


def show_model(file: Path) -> ModelDescription:
    """Return what a model file says of itself; torch is not needed for it.

    Raises:
        BadData: there is no such file, it is damaged or no model file, or nobody here knows its task.
    """
    description = read_description(expanded(file))
    if description.task not in TASKS:
        raise BadData(
            f"{file} needs the task {description.task!r}, which is not installed here",
            hint="install the package that brings it, or update alwsl-tui",
        )
    return description


def _curve(workspace: Workspace, model: ModelOf) -> list[tuple[int, float | None]]:
    """Return labelled images and mean average precision of the arm that the model is of, else of the leading one."""
    criterion = model.job.criterion or model.campaign.plan.leading
    (curve,) = load_curves(workspace, model.campaign.name, criteria=[criterion]).curves
    return [(point.labelled, point.mean) for point in curve.points]


def _model(workspace: Workspace, row: CampaignRow, job: Job, number: int) -> ModelOf:
    classes = classes_of_round(workspace.home.campaign(row.id), job, number, row.plan.classes)
    return ModelOf(row, job, number, RoundOf(workspace.home.folder.absolute(), row.id, job.id, number), classes)


def _is_there(paths: CampaignPaths, job: Job, number: int) -> bool:
    files = paths.job(job.id).round(number)
    return files.done.exists() and files.model.exists()


def _freed(paths: CampaignPaths, job: Job, number: int, name: str) -> NotNow:
    model = paths.job(job.id).round(number).model
    name_of = model.relative_to(paths.folder).as_posix()
    is_cleaned = name_of in Cleaned.read_or_nothing(paths.cleaned).files
    why = "was freed by `clean`" if is_cleaned else "no longer exists"
    return NotNow(f"the model of round {number} of {job.id} {why}", hint=f"take another round: alwsl-tui rounds {name}")
