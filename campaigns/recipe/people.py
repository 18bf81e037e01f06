"""The protocol of a campaign that people label for: what is asked for when, and what a recipe of it looks like."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, TypeGuard

PEOPLE = "people"
"""Names the recipe of it where a shipped one is named."""
BUDGET, BATCH = 300, 30
MOST_ROUNDS = 10_000
"""A number typed by mistake must not fill the memory."""
FIRST = 20
"""Images that are labelled before the first round; as many test images with them."""
MOST_TEST, TEST_SHARE = 100, 5
"""Images set aside for testing where nobody says how many: one in so many, MOST_TEST at most."""
TESTED_A_BATCH = 10
"""Test images that are asked for with every later batch."""
EPOCHS = 100
"""Of every round, at most, where models do not train until their loss has converged."""

_TREE: Mapping[str, Any] = {
    "about": "People label what the criterion asks for",
    "oracle": "human",
    "model": {"kind": "weldon", "backbone": "efficientnet_lite0", "training": "frozen", "image_size": 224},
    "training": {"until": "converged"},
    "protocol": {"budget": BUDGET, "batch": BATCH, "trials": 1, "full": False},
    "criteria": {"names": ["ag"]},
}


def people_tree() -> dict[str, Any]:
    """Return everything of a recipe but its data."""
    return deepcopy(dict(_TREE))


def with_rounds(protocol: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table `protocol` of a recipe with the rounds that its budget makes, unless it says them itself."""
    tree = dict(protocol)
    budget, batch = tree.get("budget"), tree.get("batch") or BATCH
    if not _is_count(budget) or not _is_count(batch) or "add" in tree:
        return tree
    initial = tree.setdefault("initial", min(FIRST, max(1, budget // 2)))
    if not _is_count(initial) or initial >= budget:
        return tree
    if (budget - initial) // batch > MOST_ROUNDS:
        return tree
    tree["add"] = batches(budget - initial, batch)
    tree.setdefault("epochs", [EPOCHS] * (len(tree["add"]) + 1))
    return tree


def batches(images: int, batch: int) -> list[int]:
    """Return so many images in batches, of which the last one may be smaller."""
    whole, rest = divmod(images, batch)
    return [batch] * whole + [rest] * (rest > 0)


def tests_before(round_: int, of: int) -> int:
    """Return how many test images, of so many, are asked for before a round trains; they count from the first on."""
    return min(of, FIRST + TESTED_A_BATCH * round_)


def test_images_of(images: int) -> int:
    """Return how many of so many images are set aside for testing where nobody says."""
    return min(MOST_TEST, images // TEST_SHARE)


def _is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and value > 0
