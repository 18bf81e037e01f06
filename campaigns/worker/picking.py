"""What a round sends for labelling, and why: the criterion's choice, with every criterion's view of each image."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.core.events import Picked
from campaigns.core.seeds import PICKS
from campaigns.datasets.dataset import UNKNOWN, Labels
from campaigns.home.files import write_json
from campaigns.home.picks import read_picks
from campaigns.learning.checkpoints import load_tensors, save_maps
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import class_maps
from campaigns.selection.collapse import is_flat
from campaigns.selection.criteria import CRITERIA, PAPER
from campaigns.selection.provenance import NOTHING, RankedPool, Terms, account, choose
from campaigns.selection.question import Choice
from campaigns.selection.scores import Scores
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

    scores: Scores
    rows: Ints
    """Rows of the training split, in the order of the scores."""
    tops: dict[str, Ints]
    """Pool indices of the first n, best first, of each criterion of the paper."""
    seconds: dict[str, float]
    """How long each of them took."""

    @classmethod
    def seen(cls, scores: Scores, rows: Ints, n: int) -> "Pool":
        """The pool as each criterion of the paper sees it."""
        tops, seconds = {}, {}
        for name in PAPER:
            began = time.perf_counter()
            tops[name] = CRITERIA[name].top(scores, n)
            seconds[name] = time.perf_counter() - began
        return cls(scores, rows, tops, seconds)


def pick(setting: Setting, round_: Round, pool: Pool, n: int, *, criterion: str | None, journal: Journal) -> Ints:
    """Rows of the training split that `criterion` sends for labelling, in order; leaves `picks.json`.

    A baseline has no criterion of its own: it picks nothing and leaves what the criteria would pick.
    """
    began = time.perf_counter()
    ranked = RankedPool(pool.scores, n, pool.tops)
    choice = NOTHING if criterion is None else _chosen(setting, round_, pool, ranked, criterion)
    rows = pool.rows[choice.images]
    ids = setting.dataset.train.ids
    said = account(criterion, round_.number, ranked, choice, [ids[int(row)] for row in rows])
    _warn(said, pool, journal)
    round_.seconds["select"] = time.perf_counter() - began + sum(pool.seconds.values())
    round_.seconds.update({f"rank {name}": seconds for name, seconds in pool.seconds.items()})
    write_json(round_.paths.picks, said)
    journal.say(Picked(round_.number, len(rows), round_.seconds["select"]))
    return rows


def _warn(said: dict[str, Any], pool: Pool, journal: Journal) -> None:
    """Tells when the model tells no image from another: then it is noise that is picked."""
    number, criterion = said["round"], said["criterion"]
    if said.get("collapsed"):
        text = "the model has collapsed: its scores are the same for every image of the pool, so any order is noise"
        journal.note(f"round {number}: {text}; lower training.lr, or train for longer", is_warning=True)
    elif criterion in PAPER and is_flat(criterion, pool.scores):
        text = f"{criterion} is the same for every image of the pool, so what it picks is the order of the data set"
        journal.note(f"round {number}: {text}", is_warning=True)


def keep_maps(setting: Setting, round_: Round, model: MapModel, rows: Ints, journal: Journal) -> None:
    """Leaves the class maps of the first picks, as many as `MAPS_BYTES` hold, for a person to look at."""
    if not len(rows) or usable(round_.paths.maps, lambda: load_tensors(round_.paths.maps), journal) is not None:
        return
    one = class_maps(model, setting.train, rows[:1])
    save_maps(round_.paths.maps, class_maps(model, setting.train, rows[: max(1, MAPS_BYTES // one.nbytes)]))


def picked(setting: Setting, round_: Round) -> Ints | None:
    """Rows that the round sent for labelling, as it left them; None when it has not yet."""
    said = read_picks(round_.paths.picks)
    return None if said is None else setting.rows([pick["image"] for pick in said["picks"]])


def _chosen(setting: Setting, round_: Round, pool: Pool, ranked: RankedPool, criterion: str) -> Choice:
    """What the criterion picks; for AG also how long that took, its lists included."""

    def truth() -> Labels:
        found = setting.dataset.train.labels[pool.rows]
        assert not (found == UNKNOWN).any(), "the simulated oracle knows every label of its pool"
        return found

    terms = Terms(setting.recipe.criteria.on_duplicate, lambda: np.random.default_rng((*round_.entropy, PICKS)), truth)
    began = time.perf_counter()
    choice = choose(criterion, ranked, terms)
    if criterion == "ag":
        round_.seconds["rank ag"] = time.perf_counter() - began + sum(pool.seconds.values())
    return choice
