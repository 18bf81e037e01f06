"""What a round sends for labelling, and why: the criterion's choice, with every criterion's view of each image."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.core.events import Picked
from campaigns.core.files import write_json
from campaigns.core.picks import read_picks
from campaigns.datasets.dataset import UNKNOWN
from campaigns.learning.checkpoints import load_tensors, save_maps
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import class_maps
from campaigns.selection.agnostic import agnostic_picks
from campaigns.selection.agreement import agreement
from campaigns.selection.collapse import is_collapsed, is_flat
from campaigns.selection.criteria import CRITERIA, PAPER
from campaigns.selection.rankings import places_among
from campaigns.selection.scores import Scores
from campaigns.selection.select import select
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
    agreed = agreement(list(pool.tops.values()), n)
    said: dict[str, Any] = {
        "schema": 1,
        "criterion": criterion,
        "round": round_.number,
        "n": n,
        "pool": len(pool.rows),
        "agreement": {
            "criteria": list(PAPER),
            "overlap": agreed.overlap.tolist(),
            "votes": agreed.votes.tolist(),
            "kendall": [[round(float(tau), 6) for tau in row] for row in agreed.kendall],
        },
        "picks": [],
    }
    said |= _collapse(pool, criterion, round_.number, journal)
    chosen = np.empty(0, np.int64)
    if criterion is not None:
        chosen, said["picks"] = _explained(setting, round_, pool, n, criterion)
    round_.seconds["select"] = time.perf_counter() - began + sum(pool.seconds.values())
    round_.seconds.update({f"rank {name}": seconds for name, seconds in pool.seconds.items()})
    write_json(round_.paths.picks, said)
    journal.say(Picked(round_.number, len(chosen), round_.seconds["select"]))
    return pool.rows[chosen]


def _collapse(pool: Pool, criterion: str | None, number: int, journal: Journal) -> dict[str, Any]:
    """What `picks.json` says besides when the model tells no image from another: then it is noise that is picked."""
    if is_collapsed(pool.scores):
        text = "the model has collapsed: its scores are the same for every image of the pool, so any order is noise"
        journal.note(f"round {number}: {text}; lower training.lr, or train for longer", is_warning=True)
        return {"collapsed": True}
    if criterion in PAPER and is_flat(criterion, pool.scores):
        text = f"{criterion} is the same for every image of the pool, so what it picks is the order of the data set"
        journal.note(f"round {number}: {text}", is_warning=True)
    return {}


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


def _explained(
    setting: Setting, round_: Round, pool: Pool, n: int, criterion: str
) -> tuple[Ints, list[dict[str, Any]]]:
    """Pool indices of the picks, and for each what a person may want to know of it."""
    chosen, found = _chosen(setting, round_, pool, n, criterion)
    scores = pool.scores.take(chosen)
    if criterion in CRITERIA and criterion != "random":
        found["value"] = [float(value) for value in CRITERIA[criterion].values(scores)]
    ranks = {name: places_among(CRITERIA[name].keys(pool.scores), chosen) + 1 for name in PAPER}
    found["ranks"] = [{name: int(rank[at]) for name, rank in ranks.items()} for at in range(len(chosen))]
    found["votes"] = [sum(rank <= n for rank in one.values()) for one in found["ranks"]]
    found["probabilities"] = [[round(float(p), 4) for p in row] for row in scores.probs]
    images = [setting.dataset.train.ids[int(row)] for row in pool.rows[chosen]]
    facts = [{"image": image} | {key: found[key][at] for key in found} for at, image in enumerate(images)]
    return chosen, facts


def _chosen(setting: Setting, round_: Round, pool: Pool, n: int, criterion: str) -> tuple[Ints, dict[str, list[Any]]]:
    """Pool indices of the picks; for AG also which list brought each, and at which turn."""
    if criterion in pool.tops:
        return pool.tops[criterion], {}
    on_duplicate = setting.recipe.criteria.on_duplicate
    if criterion == "ag":
        began = time.perf_counter()
        agnostic = agnostic_picks(list(pool.tops.values()), n, on_duplicate=on_duplicate)
        round_.seconds["rank ag"] = time.perf_counter() - began + sum(pool.seconds.values())
        lists = [PAPER[int(list_)] for list_ in agnostic.lists]
        return agnostic.images, {"list": lists, "turn": [int(turn) for turn in agnostic.turns]}
    truth = setting.dataset.train.labels[pool.rows]
    assert not (truth == UNKNOWN).any(), "the simulated oracle knows every label of its pool"
    rng = np.random.default_rng((*round_.entropy, 2))
    return select(criterion, pool.scores, n, rng=rng, truth=truth), {}
