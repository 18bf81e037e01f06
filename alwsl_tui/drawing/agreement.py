"""How far criteria agree, in a sentence, and how that drifts from round to round."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise

from rich.cells import cell_len
from rich.text import Text

from alwsl_tui.drawing.bars import histogram, sparkline
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.units import plural
from campaigns.core.text import printable
from campaigns.services.results.agreement import AgreementOf

NONE = "No round has picked yet: the first agreement appears when a baseline has scored the pool."


class Measure(StrEnum):
    """What a cell of the table of criteria says."""

    OVERLAP = "overlap"
    """Images that both want."""
    RANKS = "rank correlation"
    """Kendall's tau over the images that one or both want."""


def sentence(one: AgreementOf, criterion: str, pair: tuple[int, int], measure: Measure) -> str:
    """What is seen of one round in the table's cell `pair`, and how the votes fall; one sentence."""
    first, second = (printable(one.picked.criteria[at]) for at in pair)
    where = f"round {one.picked.round} of {printable(criterion)}, trial {one.trial}"
    if one.picked.criterion is None:
        where = f"round {one.picked.round} of trial {one.trial}, which its arms share"
    if pair[0] == pair[1]:
        said = f"{first} wants {one.picked.n} of the {plural(one.picked.pool, 'image')} in the pool"
    elif measure is Measure.OVERLAP:
        shared = int(one.agreement.overlap[pair])
        wanted = plural(one.picked.n, "image")
        said = f"of {wanted} each criterion wants, {first} and {second} share {shared or 'none'}"
    else:
        tau, either = float(one.agreement.kendall[pair]), 2 * one.picked.n - int(one.agreement.overlap[pair])
        said = f"{first} and {second} order the {plural(either, 'image')} that either wants {_order(tau)}"
    return f"{where}: {said}; {100 * lone(one):.0f} % of all wanted images have one vote."


def _order(tau: float) -> str:
    words = ((0.5, "alike"), (0.1, "somewhat alike"), (-0.1, "unlike"))
    word = next((word for least, word in words if tau >= least), "against each other")
    return f"{word} (tau {tau:.2f})"


def chosen(rounds: Sequence[AgreementOf], one: AgreementOf | None, arm: str) -> str:
    """What the keys have turned to, in one line: an arm, in words, and `one` of its rounds."""
    text = f"criterion {printable(arm)}"
    if one is None:
        return text
    first, newest = rounds[0].picked.round, rounds[-1].picked.round
    shown = one.picked.round
    return f"{text}   round {shown}, " + ("the newest" if shown == newest else f"of {first} to {newest}")


def lone(one: AgreementOf) -> float:
    """Share of the images that one criterion alone wants, among those that any wants; in [0, 1]."""
    return float(one.agreement.votes[0]) / max(1, int(one.agreement.votes.sum()))


def shared(one: AgreementOf) -> float:
    """Mean share of its images that a criterion has in common with another; in [0, 1]."""
    return _mean(one.agreement.overlap.tolist()) / max(1, one.picked.n)


def tau(one: AgreementOf) -> float:
    """Mean of Kendall's tau over all pairs, in [-1, 1]."""
    return _mean(one.agreement.kendall.tolist())


def _mean(table: Sequence[Sequence[float]]) -> float:
    pairs = [table[row][column] for row in range(len(table)) for column in range(row)]
    return sum(pairs) / max(1, len(pairs))


def votes(one: AgreementOf, *, width: int, palette: Palette, is_ascii: bool) -> Text:
    """How many images have one vote, two, and so on (Figures 14 and 15 of the paper)."""
    counts: list[int] = one.agreement.votes.tolist()
    labels = [plural(votes, "vote") for votes in range(1, len(counts) + 1)]
    text = Text().append(f"wanted by any: {plural(sum(counts), 'image')}\n", palette.muted)
    return text.append_text(histogram(labels, counts, width=width, palette=palette, is_ascii=is_ascii))


def drift(rounds: Sequence[AgreementOf], measure: Measure, *, width: int, palette: Palette, is_ascii: bool) -> Text:
    """Agreement and lone votes from the first round to the last, a line each; nothing to tell before there are two."""
    if len(rounds) < 2:
        return Text("one round so far: nothing to compare", palette.muted)

    def percent(value: float) -> str:
        return f"{100 * value:.0f}"

    if measure is Measure.OVERLAP:
        agreed = _drifted("shared", [shared(one) for one in rounds], percent, "%")
    else:
        agreed = _drifted("tau", [tau(one) for one in rounds], lambda value: f"{value:.2f}", "")
    lonely = _drifted("one vote", [lone(one) for one in rounds], percent, "%")
    text = Text().append(f"from round {rounds[0].picked.round} to {rounds[-1].picked.round}", palette.muted)
    for name, values, ends in (agreed, lonely):
        arrow = ends.replace("→", "->") if is_ascii else ends
        room = max(2, width - 9 - cell_len(arrow) - 2)
        text.append(f"\n{name:<9}", palette.muted)
        text.append(sparkline(shortened(values, room), is_ascii=is_ascii), palette.accent)
        text.append(f"  {arrow}", palette.text)
    return text


def _drifted(
    name: str, values: Sequence[float], written: Callable[[float], str], unit: str
) -> tuple[str, Sequence[float], str]:
    return name, values, f"{written(values[0])} → {written(values[-1])} {unit}".strip()


def shortened(values: Sequence[float], count: int) -> tuple[float, ...]:
    """At most `count` values, each the mean of its share."""
    if len(values) <= count:
        return tuple(values)
    edges = [round(at * len(values) / count) for at in range(count + 1)]
    return tuple(sum(values[a:b]) / (b - a) for a, b in pairwise(edges))
