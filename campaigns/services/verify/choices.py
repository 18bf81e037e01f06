"""Every choice of a trial drawn up again from the scores that were kept, and the labelled sets that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaigns.core.ids import Job, JobKind
from campaigns.core.plan import Plan
from campaigns.core.seeds import PICKS, entropy
from campaigns.datasets.campaign_data import CampaignData
from campaigns.datasets.dataset import Dataset, Labels
from campaigns.errors import Damaged
from campaigns.home.files import json_value, read_json
from campaigns.home.intake import Intake
from campaigns.home.labels import classes_in
from campaigns.home.paths import RoundPaths
from campaigns.home.picks import PickedRound, describe_choice, encode_picks, read_picks
from campaigns.home.scores import map_pool, scores_path
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.recipe import Recipe
from campaigns.selection.provenance import NOTHING, RankedPool, Terms, choose, needs_truth
from campaigns.services.verify.ledger import Ledger
from campaigns.services.verify.people import ClassHistory

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Basis:
    """What the choices of a campaign follow from, besides the scores."""

    plan: Plan
    recipe: Recipe
    split: FrozenSplit
    data: CampaignData | None
    """None where they are not here, or are not what they were."""
    intakes: tuple[Intake, ...]
    """Images that were found in a folder, look by look; none where images stay what they are."""
    left_out: tuple[str, ...]
    """Names of files that were not carried when the campaign was."""
    cleaned: frozenset[Path]
    """Files that somebody had freed."""
    history: ClassHistory = field(default_factory=lambda: ClassHistory((), 0))
    """Of the classes that people were asked about; nothing where nobody labels."""
    former_ends: frozenset[int] = frozenset()
    """Rounds that were the last of an arm until the campaign was extended: they may not have chosen yet."""
    names: dict[int, str] = field(default_factory=dict)
    """Without the data: the id of every row that a pick has named so far."""
    rows: dict[str, int] = field(default_factory=dict)
    """The same, the other way round."""

    @property
    def dataset(self) -> Dataset | None:
        """All images of the campaign; None as `data`."""
        return None if self.data is None else self.data.dataset

    @property
    def may_skip(self) -> bool:
        """Images that cannot be read are left out, and nobody has written down which."""
        return self.recipe.data.on_unreadable == "skip"

    @property
    def is_human(self) -> bool:
        """People label: each round keeps the labels that it began with."""
        return self.split.labels is LabelSource.HUMAN

    def classes(self, files: RoundPaths) -> tuple[str, ...]:
        """Return the classes of a round, where it was not an arm's that begins with its baseline's."""
        return classes_in(files.labels) or self.plan.classes

    def lacking(self, files: RoundPaths) -> dict[str, str]:
        """Return names of files that a round may lack, each with what became of them."""
        carried = dict.fromkeys(self.left_out, "models that were left out when the campaign was exported")
        freed = {path.name: "models that were freed by `clean`" for path in self.cleaned if path.parent == files.folder}
        return carried | freed

    @property
    def images(self) -> int:
        """Of the training split."""
        return self.split.train if self.dataset is None else len(self.dataset.train)

    def images_at(self, intake: int) -> int:
        """Return how many images the training split had after an intake."""
        return sum(len(each.train.ids) for each in self.intakes[: intake + 1]) if self.intakes else self.images

    @property
    def tests(self) -> int:
        """Of the test split, in the end."""
        return sum(len(each.test.ids) for each in self.intakes) if self.intakes else self.plan.test_images

    @cached_property
    def known(self) -> Ints | None:
        """Rows of the training split that have labels; None without the data."""
        return None if self.dataset is None else np.flatnonzero(self.dataset.train.known)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Of every image of the training split, or of those that picks have named."""
        return self.rows if self.dataset is None else {id_: at for at, id_ in enumerate(self.dataset.train.ids)}

    def initial(self, trial: int) -> Ints | None:
        """Return the rows of a trial's initial set; None without the data."""
        if self.dataset is None:
            return None
        return np.array([self.row_of[id_] for id_ in self.split.initial[trial] if id_ in self.row_of], np.int64)

    def terms(self, criterion: str, trial: int, round_: int, pool: Ints) -> Terms:
        """Return what a worker gave the criterion besides the scores."""
        key = (*entropy(self.recipe.protocol.seed, trial, criterion, round_), PICKS)

        def truth() -> Labels:
            assert self.dataset is not None
            return self.dataset.train.labels[pool]

        return Terms(self.recipe.criteria.on_duplicate, lambda: np.random.default_rng(key), truth)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A pool as a round scored it."""

    path: Path
    ranked: RankedPool
    rows: Ints


@dataclass(frozen=True, slots=True)
class Key:
    """One choice: whose, and in which round."""

    job: Job
    trial: int
    round: int
    n: int

    @property
    def criterion(self) -> str | None:
        """None for a baseline, which picks nothing."""
        return self.job.criterion if self.job.kind is JobKind.ARM else None


def view(ledger: Ledger, basis: Basis, files: RoundPaths, n: int) -> View | None:
    """Return the pool that a round scored; None, and a line in the ledger, when there is none to be had."""
    path = scores_path(files)
    try:
        scored = map_pool(files)
        ranked = RankedPool.of(scored.scores, n)
        rows, classes = scored.rows, len(basis.classes(files))
        if ranked.scores.classes != classes:
            raise ValueError(f"they are of {ranked.scores.classes} classes, not {classes}")
        if not (np.diff(rows) > 0).all() or rows[0] < 0 or rows[-1] >= basis.images:
            raise ValueError(f"their pool is no ascending rows of a data set of {basis.images} images")
    except (OSError, ValueError) as error:
        if path.exists():
            ledger.differ(path, "the scores", "those of a pool", str(error))
        ledger.unchecked["choices whose scores are not to be had"] += 1
        return None
    ledger.checked["scores"] += len(ranked.scores)
    return View(path, ranked, rows)


def check_first_pool(ledger: Ledger, basis: Basis, pool: View, trial: int) -> None:
    """Compare the pool of a baseline with everything that has labels and is not in the initial set."""
    initial, rows = basis.initial(trial), pool.rows
    if initial is None or basis.known is None:
        wanted = basis.plan.train_images - basis.plan.schedule.initial
        if len(rows) != wanted and not basis.may_skip:
            ledger.differ(pool.path, "the pool", f"{wanted} images", f"{len(rows)} images")
        return
    expected = np.setdiff1d(basis.known, initial, assume_unique=True)
    if basis.may_skip:
        expected = expected[np.isin(expected, rows)]
    check_pool(ledger, pool, expected)


def check_pool(ledger: Ledger, pool: View, expected: Ints) -> None:
    """Compare a pool with the rows it has to be."""
    if np.array_equal(pool.rows, expected):
        return
    if len(pool.rows) != len(expected):
        ledger.differ(pool.path, "the pool", f"{len(expected)} images", f"{len(pool.rows)} images")
        return
    at = int(np.flatnonzero(pool.rows != expected)[0])
    ledger.differ(pool.path, f"row {at} of the pool", f"image {expected[at]}", f"image {pool.rows[at]}")


def check_rest(ledger: Ledger, pool: View, before: Ints, picked: int) -> None:
    """Compare a pool with the one before, less so many images, where nobody knows which were picked."""
    if not np.isin(pool.rows, before).all() or len(pool.rows) != len(before) - picked:
        ledger.differ(pool.path, "the pool", f"that of the round before without {picked} images", "another one")


def check_choice(ledger: Ledger, basis: Basis, path: Path, pool: View, key: Key) -> Ints | None:
    """Compare what a round says of its choice with what follows from the scores; return rows it picked, if known."""
    try:
        picked = read_picks(path)
    except (Damaged, OSError) as error:
        ledger.differ(path, "the picks", "as a round writes them", str(error))
        return None
    if picked is None:
        return None  # told already
    criterion = key.criterion
    if needs_truth(criterion) and basis.dataset is None:
        ledger.unchecked[f"choices of {criterion}, which follow from labels that are not here"] += 1
        return None
    try:
        terms = basis.terms(criterion or "", key.trial, key.round, pool.rows)
        choice = NOTHING if criterion is None else choose(criterion, pool.ranked, terms)
    except ValueError as error:
        ledger.differ(path, "the choice", "one that can be made", str(error))
        return None
    rows = pool.rows[choice.images]
    images = _names(ledger, basis, path, rows, picked)
    _compare(ledger, path, describe_choice(criterion, key.round, pool.ranked, choice, images))
    ledger.checked["choices"] += criterion is not None
    ledger.checked["picks"] += len(rows)
    ledger.checked["tables of agreement"] += 1
    return _recorded(basis, picked, rows)


def _compare(ledger: Ledger, path: Path, expected: PickedRound) -> None:
    content = encode_picks(expected)
    if path.read_bytes() == content:
        return
    before = len(ledger.differences)
    # Not the types: what the file holds besides is a difference too.
    ledger.demand_all(path, json_value(content), read_json(path))
    if len(ledger.differences) == before:
        ledger.differ(path, "its bytes", "as a round writes them", "the same content, written otherwise")


def _names(ledger: Ledger, basis: Basis, path: Path, rows: Ints, picked: PickedRound) -> list[str]:
    """Return ids of the rows: the data set's; without it, those of the picks so far, which must be one each."""
    if basis.dataset is not None:
        return [basis.dataset.train.ids[int(row)] for row in rows]
    ids = [*picked.images, *(f"row {row}" for row in rows[len(picked.picks) :])]
    names = []
    for row, id_ in zip(rows.tolist(), ids, strict=False):
        name = basis.names.setdefault(row, id_)
        if name == id_ and basis.rows.setdefault(id_, row) != row:
            ledger.differ(path, f"image {row} of the data set", "one that no other pick calls so", id_)
        names.append(name)
    ledger.unchecked["names of picks, since the data set is not here (one image has one name everywhere)"] += len(rows)
    return names


def _recorded(basis: Basis, picked: PickedRound, rows: Ints) -> Ints:
    """Return rows that the round really went on with: one difference is told once, not in every round that follows."""
    ids = picked.images
    if basis.dataset is None or not all(id_ in basis.row_of for id_ in ids):
        return rows
    return np.array([basis.row_of[id_] for id_ in ids], np.int64)
