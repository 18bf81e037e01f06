"""The words that say what images are for: training, or testing."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

TRAIN = frozenset({"train", "training", "trn", ""})
HELD_OUT = ("test", "testing", "valid", "val", "validation", "dev")
"""Of several, the first is held out for the test."""
UNSAID = frozenset({"", "unassigned"})
"""Google's word for an image in no split, and none at all."""
SPELLINGS = MappingProxyType({"validate": "validation"})
"""Google's other word for it."""
MOST_SHOWN = 4


def are_split_words(cells: Collection[str]) -> bool:
    """Return whether cells, in any case, are words for splits, two or more, and nothing else but empty ones."""
    words = {cell.lower() for cell in cells} - {""}
    return len(words) > 1 and words <= TRAIN | set(HELD_OUT) and not words.isdisjoint(HELD_OUT)


def stated_splits(words: Mapping[str, str], complete: Collection[str]) -> tuple[dict[str, str] | None, list[str]]:
    """Return the split of each image by the words that a file states, and what a person should know of it.

    `complete` are the images with a label for every class: no other is tested on. None where the words leave open what
    is held out; then a note says so.
    """
    lower = {image: SPELLINGS.get(plain := word.strip().lower(), plain) for image, word in words.items()}
    stated = sorted(set(lower.values()) - UNSAID)
    if not stated:
        return None, []
    held_out = next((word for word in HELD_OUT if word in stated), None)
    strange = [word for word in stated if word not in TRAIN and word not in HELD_OUT]
    if held_out is None or strange or len(stated) == 1:
        shown = ", ".join(stated[:MOST_SHOWN])[:80]
        return None, [
            f"the file states a split ({shown}), which is not used: train and test have to be in it. A table with a "
            "column `split` says another one"
        ]
    test = {image for image, word in lower.items() if word == held_out}
    splits = {image: "test" if image in test and image in complete else "train" for image in words}
    rest = " and ".join(word for word in stated if word != held_out)
    notes = [f"the split that the file states is used: {held_out} is held out for testing, {rest} is for training"]
    if lacking := len(test - set(complete)):
        notes.append(f"{lacking} images of {held_out} lack a label for some class: they are no test images")
    return splits, notes
