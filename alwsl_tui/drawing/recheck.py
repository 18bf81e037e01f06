"""What stands around a photograph that a person is asked about once more, and what their answer changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.text import Text

from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.units import plural
from campaigns.core.recheck import Suspicion
from campaigns.core.text import printable
from campaigns.services.desk.desk import DeskView
from campaigns.services.labelling.recheck import ChangedLabel

WORDS = {
    Suspicion.CONTRADICTED: "that a model was sure are otherwise",
    Suspicion.DISPUTED: "that people disagree about",
    Suspicion.UNREPEATED: "that you answered otherwise the second time",
}


def head(view: DeskView, *, width: int, palette: Palette, is_ascii: bool = False) -> Text:
    """Draw the campaign, how many images are left to be asked about once more, and who is asked."""
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f" {printable(view.name)} ", f"bold {palette.text}").append("* " if is_ascii else "✎ ", palette.accent)
    text.append("once more   ", palette.muted).append(f"{len(view.wanted.images)} left   ", f"bold {palette.text}")
    by = printable(view.by)
    room = width - cell_len(text.plain) - cell_len(by) - 1
    return text.append(" " * max(0, room)).append(by, palette.muted) if room >= 0 else text


def nothing() -> str:
    """Say that nothing is left to be asked once more."""
    return "No answer is in doubt that you have not been asked about once more.\nescape leads back."


def counted(causes: Mapping[Suspicion, int]) -> str:
    """Say how many images are asked about once more, and why; not which for which reason."""
    counts = Counter(causes)
    if not counts.total():
        return "no answer is in doubt"
    parts = [f"{counts[cause]} {words}" for cause, words in WORDS.items() if counts[cause]]
    return f"{plural(counts.total(), 'image')} to look at once more: {', '.join(parts)}"


def outcome(image: str, changed: Sequence[ChangedLabel]) -> str:
    """Say what an answer changed of an image's labels: `a.jpg: bus was no, is yes`."""
    return f"{printable(image)}: {_changes(changed)}"


def brief_outcome(image: str, changed: Sequence[ChangedLabel], *, is_ascii: bool = False) -> str:
    """Say the same where there is little room: `a.jpg: bus no → yes`."""
    arrow = "->" if is_ascii else "→"
    told = ", ".join(f"{printable(each.name)} {each.was} {arrow} {each.now}" for each in changed)
    return f"{printable(image)}: {told or 'as before'}"


def _changes(changed: Iterable[ChangedLabel]) -> str:
    return ", ".join(f"{printable(each.name)} was {each.was}, is {each.now}" for each in changed) or "as before"
