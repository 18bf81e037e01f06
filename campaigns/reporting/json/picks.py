"""What a round sends for labelling, and how far the criteria agree about its pool, as JSON objects."""

from campaigns.home.picks import Pick, PickedRound
from campaigns.reporting.json.campaigns import Record
from campaigns.selection.agreement import Agreement


def picks_record(picked: PickedRound, *, trial: int, labelled: int) -> Record:
    """Return what a round sends, with all that is known of each image."""
    return pool_record(picked, trial=trial, labelled=labelled) | {
        "picks": [pick_record(pick, place) for place, pick in enumerate(picked.picks, 1)]
    }


def pool_record(picked: PickedRound, *, trial: int, labelled: int) -> Record:
    """Return what the criteria think of a round's pool; `labelled` counts images with labels when it chose."""
    return {
        "trial": trial,
        "criterion": picked.criterion,
        "round": picked.round,
        "labelled": labelled,
        "n": picked.n,
        "pool": picked.pool,
        "is_collapsed": picked.is_collapsed,
        "criteria": list(picked.criteria),
        "agreement": agreement_record(picked.agreement),
    }


def agreement_record(agreement: Agreement) -> Record:
    """Return the tables of T criteria by themselves: counts out of `n`, but for tau, in [-1, 1]."""
    return {
        "overlap": agreement.overlap.tolist(),
        "votes": agreement.votes.tolist(),
        "kendall": agreement.kendall.tolist(),
    }


def pick_record(pick: Pick, place: int) -> Record:
    """Return one image with its place among the picks, from 1."""
    return {
        "place": place,
        "image": pick.image,
        "value": pick.value,
        "list": pick.list,
        "turn": pick.turn,
        "ranks": dict(pick.ranks),
        "votes": pick.votes,
        "probabilities": list(pick.probabilities),
    }
