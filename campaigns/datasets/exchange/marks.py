"""How forms that know labels only as present carry the other opinions: an attribute on the label.

A label without one of these attributes is a yes. `unsure` is unsure; `no` a no that was said expressly; `open` means
that nobody has said anything of the class, although the image has labels.
"""

from collections.abc import Mapping, Sequence

from campaigns.core.answers import Opinion
from campaigns.datasets.exchange.gathering import LabelDraft, opinions
from campaigns.datasets.exchange.label_file import LabelItem

UNSURE, NO, OPEN = "unsure", "no", "open"
MARKS = (UNSURE, NO, OPEN)


def mark_of(attributes: Mapping[str, object]) -> str:
    """Return the mark that a label's attributes bear; empty for a plain label, which is a yes."""
    lower = {str(name).lower(): value for name, value in attributes.items()}
    return next((mark for mark in MARKS if str(lower.get(mark, "")).lower() in {"true", "1", "yes"}), "")


def marked_labels(item: LabelItem, classes: Sequence[str]) -> list[tuple[str, str]]:
    """Return the labels of an item with their marks: all that a reader who takes the rest for no has to be told.

    An image of which every class is a no bears one express no, for in these forms an image without labels says
    nothing.
    """
    labels = item.labels
    if not labels:
        return []
    words = {Opinion.YES: "", Opinion.UNSURE: UNSURE}
    shown = [(name, words[opinion]) for name, opinion in labels.items() if opinion in words]
    shown += [(name, OPEN) for name in classes if name not in labels]
    return shown or [(next(iter(labels)), NO)]


def marked_draft(
    image: str, where: str, labels: list[tuple[str, str]], offered: tuple[str, ...] | None, **others: object
) -> LabelDraft:
    """Return the draft of an image with labels and their marks; the rest is a no."""
    by_mark = {mark: [name for name, its in labels if its == mark] for mark in ("", *MARKS)}
    says = opinions(by_mark[""], unsure=by_mark[UNSURE], no=by_mark[NO])
    left_open = frozenset(opinions(by_mark[OPEN]))
    says = {name: opinion for name, opinion in says.items() if name not in left_open}
    return LabelDraft(image, where, says, True, offered, left_open, **others)  # type: ignore[arg-type]
