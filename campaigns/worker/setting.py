"""What every round of a job works with: recipe, data, inputs, a fresh model for each round."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from campaigns.core.events import Started
from campaigns.core.ids import JobKind
from campaigns.core.seeds import entropy
from campaigns.datasets.campaign_data import CampaignData, open_campaign_data
from campaigns.datasets.dataset import Dataset
from campaigns.errors import BadData, BadRecipe, Mistake, NoDevice
from campaigns.home.hosts import node_name
from campaigns.home.paths import CampaignPaths, HomePaths
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.home.task import Task
from campaigns.learning.device import choose_device, describe, node_kind, prepare, require_devices
from campaigns.learning.inputs import Inputs, joined
from campaigns.learning.models import MapModel
from campaigns.learning.setup import new_model, open_inputs, readable_rows
from campaigns.oracle.dataset import DatasetOracle
from campaigns.oracle.human import HumanOracle
from campaigns.oracle.oracle import Oracle, RevealedLabels
from campaigns.recipe import DataSpec, Recipe, RunSpec, recipe_now
from campaigns.worker.intake import take_in
from campaigns.worker.journal import Journal
from campaigns.worker.peers import Peers
from campaigns.worker.stops import OtherNode

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything a job needs that does not change from round to round."""

    recipe: Recipe
    data: CampaignData
    oracle: Oracle
    """Knows the labels of what the campaign chooses."""
    split: FrozenSplit
    home: HomePaths
    paths: CampaignPaths
    device: torch.device
    threads: int
    train: Inputs
    test: Inputs
    usable: Ints
    """Rows of the training split that can be read and have labels, or may be given some, in the data set's order."""
    testable: Ints
    """Rows of the test split, likewise."""
    peers: Peers | None = None
    """The processes that train each fit together with this one; None where it trains alone."""

    @property
    def dataset(self) -> Dataset:
        """All images of the campaign."""
        return self.data.dataset

    @property
    def processes(self) -> int:
        """Processes that train each fit, each on a device of its own."""
        return 1 if self.peers is None else self.peers.size

    @property
    def device_name(self) -> str:
        """The processor or card that computes, as far as bytes may depend on it."""
        return node_kind(self.device)

    @property
    def scoring_batch(self) -> int:
        """Images of a batch that is only looked at: a CPU's caches like small ones."""
        return 64 if self.device.type == "cuda" else 16

    def entropy(self, *key: int | str) -> tuple[int, ...]:
        """Return randomness of this campaign for one purpose."""
        return entropy(self.recipe.protocol.seed, *key)

    def initial(self, trial: int) -> Ints:
        """Return rows of a trial's initial set, in the order it was drawn, those that are usable.

        Raises:
            BadData: so many images were left out that the pool runs out before the schedule ends.
        """
        drawn = self.rows(self.split.initial[trial])
        initial = drawn[np.isin(drawn, self.usable)]
        asked, left = sum(self.recipe.protocol.add), len(self.usable) - len(initial)
        if asked > left:
            raise BadData(
                f"the schedule adds {asked} images, the pool has only {left} that can be read",
                hint="mend the images that were left out, or create a new campaign with a lower protocol.add",
            )
        return initial

    def rows(self, ids: Sequence[str]) -> Ints:
        """Return rows of the training split with these ids, in their order. Holds no table of a split of millions."""
        wanted = set(ids)
        row = {id_: at for at, id_ in enumerate(self.dataset.train.ids) if id_ in wanted}
        return np.array([row[id_] for id_ in ids], np.int64)

    def pool(self, told: RevealedLabels) -> Ints:
        """Return rows that may still be asked for, in the data set's order."""
        is_hidden = np.ones(len(self.dataset.train), np.bool_)
        is_hidden[told.rows] = False
        is_hidden[told.set_aside] = False
        is_hidden[self.data.train_at(self.intake(told)) :] = False
        return self.usable[is_hidden[self.usable]]

    def tested(self, told: RevealedLabels) -> Ints:
        """Return rows of the test split that a round is measured on, in the data set's order."""
        return self.testable[self.testable < self.data.tests_at(self.intake(told))]

    def intake(self, told: RevealedLabels) -> int:
        """Return the last intake that a round knows of: images that came later are not there for it."""
        return self.data.last if told.intake is None else told.intake

    def new_model(self, entropy: tuple[int, ...], *, classes: int) -> MapModel:
        """Build a model of so many classes that has not trained, on the device."""
        return new_model(self.recipe, classes, entropy=entropy, device=self.device)


def open_setting(task: Task, journal: Journal) -> Setting:
    """Open data and device, and fill the caches of pixels or features that the recipe asks for.

    Raises:
        BadRecipe: the recipe leaves open how to compute.
        BadData: the data changed since the campaign was created, or an image cannot be read.
        NoDevice: the device is not there.
        NoWeights: the backbone's weights are not.
    """
    home = HomePaths(task.home)
    paths = home.campaign(task.campaign)
    recipe = recipe_now(paths).at_node(node_name())
    _require_decided(recipe.run)
    split = FrozenSplit.read(paths.split)
    prepare(task.threads, recipe.run.deterministic)
    device = _device(task, recipe, journal)
    count = 1 if task.job.kind is JobKind.SCORE else recipe.run.gpus_per_fit
    require_devices(device, count)
    kind = node_kind(device)
    journal.say(Started(str(device), task.threads, describe(device), kind, node_name()))
    _require_kind(task, kind, journal)
    data = take_in(_as_created(recipe.data, split, home, paths), recipe, split, paths, journal)
    dataset, is_human = data.dataset, split.labels is LabelSource.HUMAN
    train, test = _prepared(recipe, data, home, device, journal)

    warn = partial(journal.note, is_warning=True)

    def readable(part: Inputs, of: str) -> Ints:
        rows = readable_rows(getattr(dataset, of), part, on_unreadable=recipe.data.on_unreadable, warn=warn)
        known: NDArray[np.bool_] = getattr(dataset, of).known
        return rows if is_human else rows[known[rows]]

    usable, testable = readable(train, "train"), readable(test, "test")
    oracle: Oracle = DatasetOracle(dataset.train, dataset.classes)
    if is_human:
        oracle = HumanOracle(paths, task.job, data, split, home.labels(dataset.name), warn)
    peers = None if count == 1 else Peers(home.folder, task.campaign, task.threads, device, count)
    return Setting(
        recipe, data, oracle, split, home, paths, device, task.threads, train, test,
        usable=usable, testable=testable, peers=peers,
    )  # fmt: skip


def _require_kind(task: Task, kind: str, journal: Journal) -> None:
    """Raise OtherNode where the trial has to go on on another kind of node; where it only began on one, say so."""
    if not task.kind or task.kind == kind:
        return
    differs = f"this node is {kind}, the trial began on {task.kind}"
    if task.is_kind_firm:
        raise OtherNode(f'{node_name()} refuses it: {differs} (run.mixed = "refuse")')
    journal.note(f"{differs}: its numbers may differ in the last digits", is_warning=True)


def _as_created(spec: DataSpec, split: FrozenSplit, home: HomePaths, paths: CampaignPaths) -> CampaignData:
    """Open the data of a campaign.

    Raises:
        BadData: they are not there, or changed since the campaign was created.
    """
    is_human = split.labels is LabelSource.HUMAN
    retry = f"alwsl-tui retry {paths.folder.name.rpartition('.')[0]}"
    try:
        data = open_campaign_data(home, paths, spec, split)
    except BadData as error:
        if not is_human:
            raise
        raise BadData(
            error.message,
            mistakes=error.mistakes,
            hint=f"answers given so far are kept; mount the disk or put the folder back, then: {retry}",
        ) from error
    if unlike := data.unlike(split):
        dataset = data.dataset
        raise BadData(
            f"the {' and '.join(unlike)} of {dataset.name} are not what they were when the campaign was created"
            f"{f', in {spec.root} on {node_name()}' if spec.each else ''}"
            f"{_difference(split, dataset) if is_human else ''}",
            hint=f"answers given so far are kept; put the photographs back as they were, then: {retry}"
            if is_human
            else "put images and labels back as they were, or create a new campaign on the new ones",
        )
    return data


def _difference(split: FrozenSplit, dataset: Dataset) -> str:
    """Say how a folder of photographs differs from what a campaign was created on, as far as its split tells."""
    tests = set(split.test_order or ())
    before, now = split.train + len(tests), len(dataset.train) + len(dataset.test)
    if before != now:
        return f": there were {before} photographs, now there are {now}"
    if tests == set(dataset.test.ids):
        return f": there are {now} photographs as before, but some were renamed or replaced"
    return f": there are {now} photographs as before, but not the same ones"


def _prepared(
    recipe: Recipe, data: CampaignData, home: HomePaths, device: torch.device, journal: Journal
) -> tuple[Inputs, Inputs]:
    """Open what models read of both splits, and say how long that took: features may take longer than all training."""
    what = "features" if recipe.model.training == "frozen" else "pixels"
    with journal.preparing(what, len(data.dataset.train) + len(data.dataset.test)):
        parts = [
            open_inputs(recipe, part, home=home, device=device, working=journal.working, tell=journal.note)
            for part in data.parts
        ]
    return joined([train for train, _ in parts]), joined([test for _, test in parts])


def _device(task: Task, recipe: Recipe, journal: Journal) -> torch.device:
    """Return the device that the station says; where it may, do without a GPU that PyTorch cannot use, aloud."""
    if task.device != "cuda":
        return choose_device("cpu")
    try:
        return choose_device("cuda")
    except NoDevice as error:
        if recipe.run.device == "cuda":
            raise
        journal.note(f"computes on the CPU, although there is a GPU: {error}", is_warning=True)
        return choose_device("cpu")


def _require_decided(run: RunSpec) -> None:
    """Raise BadRecipe if a frozen recipe leaves to its worker what decides bytes."""
    mistakes = [Mistake("run.precision", "is auto")] if run.precision == "auto" else []
    mistakes += [] if run.threads else [Mistake("run.threads", "is 0")]
    if mistakes:
        raise BadRecipe(
            "the campaign's recipe leaves open how to compute, which is decided when a campaign is created",
            mistakes=mistakes,
            hint="create a new campaign from it: alwsl-tui new --recipe FILE",
        )
