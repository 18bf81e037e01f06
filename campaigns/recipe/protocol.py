"""The protocol for any data set: the paper's, in shares of the images there are.

A recipe of the shelf is written for one published data set. This one is made from a count, for data that nobody has
published.
"""

from collections.abc import Sequence
from itertools import pairwise

from campaigns.errors import BadRecipe
from campaigns.recipe.reading import SHIPPED, Tree, shipped, toml_of

PROTOCOL = "protocol"
"""Names it where a shipped recipe is named."""
MULTIPLES = (1, 2, 3, 4, 5, 10)
"""Budgets of the paper, in initial sets: 100 to 1000 images of VOC 2007."""
SHARE = 50
"""The paper's initial set is one image in so many."""
LEAST_SET = 10
"""Images of an initial set below which it says more about luck than about a criterion."""
MOST_ROUNDS_SHARE = 8
"""Of a pool so small that LEAST_SET is too much of it, the initial set is one image in so many."""
PAPER_EPOCHS = (35, 25)
"""Of all rounds but the last two, and of those."""
PAPER_TRIALS, MANY_TRIALS = 3, 10
SMALL_POOL = 10_000
"""Images up to which a frozen backbone affords MANY_TRIALS: three trials cannot tell anything apart (p is 0.25)."""
STEPS, MOST_EPOCHS = 6000, 100
"""Steps for which the head of a frozen backbone trains where somebody wants epochs, and epochs at most for them."""
FULL_EPOCHS = 20
FROZEN = {"backbone": "efficientnet_lite0", "training": "frozen", "image_size": 224}
"""What a processor can carry: the head alone is trained, on features that are computed once."""


def budgets_of(images: int) -> tuple[int, ...]:
    """Return how many of `images` are labelled after each round: the paper's shares, or of a small pool up to half.

    Raises:
        BadRecipe: there are fewer than two.
    """
    if images < 2:
        raise BadRecipe(
            f"no protocol can be made from {images} labelled training image{'s' if images != 1 else ''}: "
            "a round chooses among several",
            hint="label more images, or lower data.test_share if too many are held out for the test set",
        )
    unit = max(round(images / SHARE), min(LEAST_SET, images // MOST_ROUNDS_SHARE), 1)
    within = [unit * multiple for multiple in MULTIPLES if 2 * unit * multiple <= images]
    return tuple(within) if len(within) > 1 else (unit, 2 * unit)


def protocol_tree(images: int, *, kind: str, is_frozen: bool) -> Tree:
    """Return everything of a recipe but its data, for a pool of that many labelled images and a kind of model.

    Raises:
        BadRecipe: as `budgets_of`.
    """
    budgets = budgets_of(images)
    tree = _paper(kind)
    tree["protocol"] = {
        "initial": budgets[0],
        "add": [after - before for before, after in pairwise(budgets)],
        "epochs": _epochs(budgets, is_frozen=is_frozen),
        "trials": MANY_TRIALS if is_frozen and images <= SMALL_POOL else PAPER_TRIALS,
        "full_epochs": _trained(images, FULL_EPOCHS) if is_frozen else FULL_EPOCHS,
        "report_at": list(budgets[-2:]),
    }
    if is_frozen:
        tree["model"] |= FROZEN
        tree["training"] = {"until": "converged"}
    return tree


def is_in_paper_shares(images: int) -> bool:
    """Return whether the budgets are the paper's shares of so many images, and not those of a small pool."""
    return images // SHARE >= LEAST_SET


def _paper(kind: str) -> Tree:
    """Return model and criteria of the paper; of a model that is not in it, the kind alone."""
    source = f"voc2007-{kind}"
    known = source in shipped()
    tree = toml_of(SHIPPED / f"{source if known else 'voc2007-wildcat'}.toml")
    return {"model": tree["model"] if known else {"kind": kind}, "criteria": tree["criteria"]}


def _epochs(budgets: Sequence[int], *, is_frozen: bool) -> list[int]:
    early, late = PAPER_EPOCHS
    paper = [late if at >= len(budgets) - 2 and at else early for at in range(len(budgets))]
    return [_trained(n, epochs) if is_frozen else epochs for n, epochs in zip(budgets, paper, strict=True)]


def _trained(images: int, least: int) -> int:
    """Return epochs in which a head on frozen features is trained: as many steps for few images as for many."""
    return max(least, min(MOST_EPOCHS, STEPS // -(-images // 16)))
