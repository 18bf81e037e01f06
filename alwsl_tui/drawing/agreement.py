"""How far criteria agree, in a sentence, and how that drifts from round to round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rich.cells import cell_len
from rich.text import Text

from alwsl_tui.drawing.bars import histogram, sparkline
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.units import plural
from campaigns.core.plan import Plan
from campaigns.core.text import printable
from campaigns.services.results.agreement import AgreementOf

NONE = "No agreement yet. It appears when a baseline has scored the pool."


@dataclass(frozen=True, slots=True)
class RankedRounds:
    """The rounds of one arm that have ranked their pools."""

    plan: Plan
    trial: int
    criterion: str
    rounds: tuple[AgreementOf, ...]


class Measure(StrEnum):
    """What a cell of the table of criteria says."""

    OVERLAP = "overlap"
    """Images that both want."""
    RANKS = "rank correlation"
    """Kendall's tau over the images that one or both want."""


def sentence(agreement: AgreementOf, criterion: str, pair: tuple[int, int], measure: Measure) -> str:
    """Describe one round in a sentence: what the table's cell `pair` shows of it, and how the votes fall."""
    first, second = (printable(agreement.picked.criteria[at]) for at in pair)
    where = f"round {agreement.picked.round} of {printable(criterion)}, trial {agreement.trial}"
    if agreement.picked.criterion is None:
        where = f"round {agreement.picked.round} of trial {agreement.trial}, which its arms share"
    if pair[0] == pair[1]:
        finding = f"{first} wants {agreement.picked.n} of the {plural(agreement.picked.pool, 'image')} in the pool"
    elif measure is Measure.OVERLAP:
        shared = int(agreement.tables.overlap[pair])
        finding = (
            f"of {plural(agreement.picked.n, 'image')} each criterion wants, "
            f"{first} and {second} share {shared or 'none'}"
        )
    else:
        tau = float(agreement.tables.kendall[pair])
        either = 2 * agreement.picked.n - int(agreement.tables.overlap[pair])
        finding = f"{first} and {second} order the {plural(either, 'image')} that either wants {_order(tau)}"
    return f"{where}: {finding}; {100 * lone(agreement):.0f} % of all wanted images have one vote."


def _order(tau: float) -> str:
    words = ((0.5, "alike"), (0.1, "somewhat alike"), (-0.1, "unlike"))
    word = next((word for least, word in words if tau >= least), "against each other")
    return f"{word} (tau {tau:.2f})"


def chosen(rounds: Sequence[AgreementOf], agreement: AgreementOf | None, arm: str) -> str:
    """Return what the keys have selected, in one line: the arm `arm`, and which of its rounds."""
    text = f"criterion {printable(arm)}"
    if agreement is None:
        return text
    return f"{text}   round {agreement.picked.round}/{rounds[-1].picked.round}"


def lone(agreement: AgreementOf) -> float:
    """Return the share of wanted images that a single criterion wants; in [0, 1]."""
    return float(agreement.tables.votes[0]) / max(1, int(agreement.tables.votes.sum()))


def shared(agreement: AgreementOf) -> float:
    """Return the mean share of its images that a criterion has in common with another; in [0, 1]."""
    return _mean(agreement.tables.overlap.tolist()) / max(1, agreement.picked.n)


def tau(agreement: AgreementOf) -> float:
    """Return the mean of Kendall's tau over all pairs, in [-1, 1]."""
    return _mean(agreement.tables.kendall.tolist())


def _mean(table: Sequence[Sequence[float]]) -> float:
    pairs = [table[row][column] for row in range(len(table)) for column in range(row)]
    return sum(pairs) / max(1, len(pairs))


def extremes(rounds: Sequence[AgreementOf], *, width: int, palette: Palette) -> Text:
    """Tell of the newest round which two criteria share most images and which the fewest, and the mean, a line each.

    The mean stands beside that of the first round. Empty where a round has one criterion alone.
    """
    newest, text = rounds[-1], Text(no_wrap=True, end="")
    names, table = [printable(name) for name in newest.picked.criteria], newest.tables.overlap.tolist()
    pairs = [(int(table[row][column]), -row, -column) for row in range(len(names)) for column in range(row)]
    for title, pick in (("most", max), ("fewest", min)) if pairs else ():
        count, row, column = pick(pairs)
        both = f"{names[-column]} and {names[-row]}"
        text.append(f"{title:<9}", palette.muted).append(f"{both}  ", palette.text)
        text.append(f"{count} of {newest.picked.n}\n", palette.accent)
    if pairs:
        text.append(f"{'mean':<9}", palette.muted).append(f"{100 * shared(newest):.0f} %", palette.text)
        before = f", {100 * shared(rounds[0]):.0f} % in round {rounds[0].picked.round}" if len(rounds) > 1 else ""
        text.append(before, palette.muted)
    lines = text.split("\n")
    for line in lines:
        line.truncate(width)
    return Text("\n", no_wrap=True, end="").join(lines)


def votes(agreement: AgreementOf, *, width: int, palette: Palette, is_ascii: bool, lines: int = 1) -> Text:
    """Draw how many images have one vote, two votes, and so on (Figures 14 and 15 of the paper), in `lines` each."""
    counts: list[int] = agreement.tables.votes.tolist()
    labels = [plural(number, "vote") for number in range(1, len(counts) + 1)]
    text = Text().append(f"wanted by any: {plural(sum(counts), 'image')}\n", palette.muted)
    return text.append_text(histogram(labels, counts, width=width, palette=palette, is_ascii=is_ascii, lines=lines))


def drift(rounds: Sequence[AgreementOf], measure: Measure, *, width: int, palette: Palette, is_ascii: bool) -> Text:
    """Draw agreement and lone votes from the first round to the last, a line each; one round alone has no drift."""
    if len(rounds) < 2:
        return Text("only one round so far", palette.muted)

    def percent(value: float) -> str:
        return f"{100 * value:.0f}"

    if measure is Measure.OVERLAP:
        agreed = _drifted("shared", [shared(agreement) for agreement in rounds], percent, "%")
    else:
        agreed = _drifted("tau", [tau(agreement) for agreement in rounds], lambda value: f"{value:.2f}", "")
    lonely = _drifted("one vote", [lone(agreement) for agreement in rounds], percent, "%")
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
    """Return at most `count` values, each the mean of its share of `values`."""
    if len(values) <= count:
        return tuple(values)
    edges = [round(at * len(values) / count) for at in range(count + 1)]
    return tuple(sum(values[a:b]) / (b - a) for a, b in pairwise(edges))
