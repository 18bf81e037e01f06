"""What a round sends for labelling, and why: the criterion's choice, with every criterion's view of each image."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.core.events import Picked
from campaigns.core.files import read_json, write_json
from campaigns.datasets.dataset import UNKNOWN
from campaigns.selection.agnostic import agnostic_picks
from campaigns.selection.agreement import agreement
from campaigns.selection.criteria import CRITERIA, PAPER
from campaigns.selection.scores import Scores
from campaigns.selection.select import select
from campaigns.worker.journal import Journal
from campaigns.worker.rounds import Round
from campaigns.worker.setting import Setting

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pool:
    """A scored pool, with each criterion's ranking of it and how long that took."""

    scores: Scores
    rows: Ints
    """Rows of the training split, in the order of the scores."""
    rankings: dict[str, Ints]
    """Best first, of each criterion of the paper."""
    seconds: dict[str, float]

    @classmethod
    def ranked(cls, scores: Scores, rows: Ints) -> "Pool":
        """The pool as each criterion of the paper sees it."""
        rankings, seconds = {}, {}
        for name in PAPER:
            began = time.perf_counter()
            rankings[name] = CRITERIA[name].rank(scores)
            seconds[name] = time.perf_counter() - began
        return cls(scores, rows, rankings, seconds)


def pick(setting: Setting, round_: Round, pool: Pool, n: int, *, criterion: str | None, journal: Journal) -> Ints:
    """Rows of the training split that `criterion` sends for labelling, in order; leaves `picks.json`.

    A baseline has no criterion of its own: it picks nothing and leaves what the criteria would pick.
    """
    began = time.perf_counter()
    rankings = list(pool.rankings.values())
    agreed = agreement(rankings, n)
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
    chosen = np.empty(0, np.int64)
    if criterion is not None:
        chosen, said["picks"] = _explained(setting, round_, pool, n, criterion)
    round_.seconds["select"] = time.perf_counter() - began + sum(pool.seconds.values())
    round_.seconds.update({f"rank {name}": seconds for name, seconds in pool.seconds.items()})
    write_json(round_.paths.picks, said)
    journal.say(Picked(round_.number, len(chosen), round_.seconds["select"]))
    return pool.rows[chosen]


def picked(setting: Setting, round_: Round) -> Ints | None:
    """Rows that the round sent for labelling, as it left them; None when it has not yet."""
    said = read_json(round_.paths.picks)
    if said is None:
        return None
    row = {id_: at for at, id_ in enumerate(setting.dataset.train.ids)}
    return np.array([row[pick["image"]] for pick in said["picks"]], np.int64)


def _explained(
    setting: Setting, round_: Round, pool: Pool, n: int, criterion: str
) -> tuple[Ints, list[dict[str, Any]]]:
    """Pool indices of the picks, and for each what a person may want to know of it."""
    on_duplicate = setting.recipe.criteria.on_duplicate
    truth = setting.dataset.train.labels[pool.rows]
    assert not (truth == UNKNOWN).any(), "the simulated oracle knows every label of its pool"
    chosen = select(
        criterion,
        pool.scores,
        n,
        rng=np.random.default_rng((*round_.entropy, 2)),
        truth=truth,
        on_duplicate=on_duplicate,
    )
    facts: list[dict[str, Any]] = [{"image": setting.dataset.train.ids[int(row)]} for row in pool.rows[chosen]]
    if criterion in CRITERIA and criterion != "random":
        for fact, value in zip(facts, CRITERIA[criterion].values(pool.scores.take(chosen)), strict=True):
            fact["value"] = float(value)
    if criterion == "ag":
        agnostic = agnostic_picks(list(pool.rankings.values()), n, on_duplicate=on_duplicate)
        for fact, list_, turn in zip(facts, agnostic.lists, agnostic.turns, strict=True):
            fact.update(list=PAPER[int(list_)], turn=int(turn))
    places = {name: _places(ranking)[chosen] for name, ranking in pool.rankings.items()}
    for at, fact in enumerate(facts):
        fact["ranks"] = {name: int(place[at]) + 1 for name, place in places.items()}
        fact["votes"] = sum(rank <= n for rank in fact["ranks"].values())
        fact["probabilities"] = [round(float(p), 4) for p in pool.scores.take(chosen[at : at + 1]).probs[0]]
    return chosen, facts


def _places(ranking: Ints) -> Ints:
    """Place of each image in a ranking of all, from 0."""
    places = np.empty_like(ranking)
    places[ranking] = np.arange(len(ranking))
    return places
