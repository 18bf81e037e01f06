"""What a round sends for labelling, and why: the criterion's choice, with every criterion's view of each image."""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaigns.core.events import Picked
from campaigns.core.seeds import PICKS
from campaigns.datasets.dataset import UNKNOWN, Labels
from campaigns.home.maps import require_maps, write_maps
from campaigns.home.picks import PickedRound, describe_choice, read_picks, write_picks
from campaigns.home.scores import ScoredPool
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import class_maps
from campaigns.selection.collapse import is_flat
from campaigns.selection.criteria import CRITERIA, LISTS
from campaigns.selection.provenance import NOTHING, RankedPool, Terms, choose
from campaigns.selection.question import Choice
from campaigns.worker.journal import Journal
from campaigns.worker.mending import usable
from campaigns.worker.rounds import Round
from campaigns.worker.setting import Setting

Ints = NDArray[np.int64]

MAPS_BYTES = 1 << 25
"""Of class maps that a round keeps."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A scored pool, with what each criterion of the paper would pick from it."""

    scored: ScoredPool
    ranked: RankedPool
    seconds: dict[str, float]
    """How long each criterion's ranking took."""

    @classmethod
    def ranked_by_all(cls, scored: ScoredPool, n: int) -> "Pool":
        """Return the pool as each criterion of the paper sees it."""
        tops, seconds = {}, {}
        for name in LISTS[scored.scores.link]:
            began = time.perf_counter()
            tops[name] = CRITERIA[name].top(scored.scores, n)
            seconds[name] = time.perf_counter() - began
        return cls(scored, RankedPool(scored.scores, n, tops), seconds)


def pick(setting: Setting, round_: Round, pool: Pool, *, criterion: str | None, journal: Journal) -> Ints:
    """Return rows of the training split that `criterion` sends for labelling, in order; leave `picks.json`.

    A baseline has no criterion of its own: it picks nothing and leaves what the criteria would pick.
    """
    began = time.perf_counter()
    choice = NOTHING if criterion is None else _chosen(setting, round_, pool, criterion)
    rows = pool.scored.rows[choice.images]
    ids = setting.dataset.train.ids
    picked = describe_choice(criterion, round_.number, pool.ranked, choice, [ids[int(row)] for row in rows])
    _warn(picked, pool, journal)
    round_.seconds["select"] = time.perf_counter() - began + sum(pool.seconds.values())
    round_.seconds.update({f"rank {name}": seconds for name, seconds in pool.seconds.items()})
    write_picks(round_.paths.picks, picked)
    journal.say(Picked(round_.number, len(rows), round_.seconds["select"]))
    return rows


def _warn(picked: PickedRound, pool: Pool, journal: Journal) -> None:
    """Warn where the model tells no image from another: then it is noise that is picked."""
    number, criterion = picked.round, picked.criterion
    if picked.is_collapsed:
        text = "the model has collapsed: its scores are the same for every image of the pool, so any order is noise"
        journal.note(f"round {number}: {text}; lower training.lr, or train for longer", is_warning=True)
    elif criterion in LISTS[pool.scored.scores.link] and is_flat(criterion, pool.scored.scores):
        text = f"{criterion} is the same for every image of the pool, so what it picks is the order of the data set"
        journal.note(f"round {number}: {text}", is_warning=True)


def keep_maps(setting: Setting, round_: Round, model: MapModel, rows: Ints, journal: Journal) -> None:
    """Leave the class maps of the first picks, as many as `MAPS_BYTES` hold, for a person to look at."""
    if not len(rows) or usable(round_.paths.maps, partial(_kept, round_.paths.maps), journal):
        return
    map_of_first = class_maps(model, setting.train, rows[:1])
    write_maps(round_.paths.maps, class_maps(model, setting.train, rows[: max(1, MAPS_BYTES // map_of_first.nbytes)]))


def _kept(path: Path) -> bool:
    require_maps(path)
    return True


def picked_rows(setting: Setting, round_: Round) -> Ints | None:
    """Return the rows that the round sent for labelling, as it left them; None when it has not yet."""
    picked = read_picks(round_.paths.picks)
    return None if picked is None else setting.rows(picked.images)


def _chosen(setting: Setting, round_: Round, pool: Pool, criterion: str) -> Choice:
    """Return what the criterion picks; for AG also how long that took, its lists included."""

    def truth() -> Labels:
        labels = setting.dataset.train.labels[pool.scored.rows]
        assert not (labels == UNKNOWN).any(), "the simulated oracle knows every label of its pool"
        return labels

    terms = Terms(setting.recipe.criteria.on_duplicate, lambda: np.random.default_rng((*round_.entropy, PICKS)), truth)
    began = time.perf_counter()
    choice = choose(criterion, pool.ranked, terms)
    if criterion == "ag":
        round_.seconds["rank ag"] = time.perf_counter() - began + sum(pool.seconds.values())
    return choice
