"""Why an image was picked, in words and bars. Pure functions of what `services.evidence` knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.units import COLLAPSED, plural
from campaigns.core.plan import Plan
from campaigns.core.states import CampaignState, JobState
from campaigns.core.text import printable
from campaigns.home.picks import Pick
from campaigns.selection.criteria import REGISTRY, Criterion
from campaigns.services.results.evidence import Evidence, RoundEvidence, Waiting
from campaigns.services.results.picks import RoundKey

TRUTH = {1: ("✓", "present"), -1: ("·", "absent"), 0: ("?", "difficult")}
ASCII_TRUTH = {1: ("+", "present"), -1: (".", "absent"), 0: ("?", "difficult")}
EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, slots=True)
class Look:
    """How a card is drawn."""

    columns: int
    """Cells of a line, at least 30."""
    palette: Palette
    is_ascii: bool = False


def heading(key: RoundKey, plan: Plan, evidence: RoundEvidence | None, palette: Palette) -> Text:
    """Say which round this is, how many picks of how many images, and whether their order means anything."""
    trial, round_ = _up_to(plan.trials - 1), _up_to(plan.schedule.last - 1)
    text = f"{key.criterion}   trial {key.trial}{trial}   round {key.round}{round_}"
    picked = None if evidence is None else evidence.picked
    if picked is not None:
        text += f"   {plural(len(picked.picks), 'pick')} from a pool of {picked.pool}"
    worry = f"   {COLLAPSED}" if picked is not None and picked.is_collapsed else ""
    return Text.assemble(printable(text), (worry, palette.bad), no_wrap=True)


def because(evidence: Evidence, criterion: str) -> str:
    """Say in one plain sentence why this image was picked."""
    return reason(evidence.pick, criterion, n=evidence.n, pool=evidence.pool)


def reason(pick: Pick, criterion: str, *, n: int, pool: int) -> str:
    """Say the same of a pick from a pool of so many images, of which each criterion would send `n`."""
    leads = pick.list or (criterion if criterion in pick.ranks else min(pick.ranks, key=lambda name: pick.ranks[name]))
    is_wanted = pick.ranks[leads] <= n
    rank = (
        f"{leads} ranks it {ordinal(pick.ranks[leads])} of {pool}"
        if is_wanted
        else (f"its best rank is {ordinal(pick.ranks[leads])} of {pool}, by {leads}")
    )
    if is_wanted and (meaning := _says(leads)):
        rank += f": {meaning}"
    reasons = [rank, f"{pick.votes} of {len(pick.ranks)} criteria would pick it"]
    if pick.list is not None:
        reasons.append(f"{criterion} took it from the list of {pick.list} (turn {pick.turn})")
    elif criterion not in pick.ranks:
        value = f"{criterion} picked it" if pick.value is None else f"{criterion} gives it {number(pick.value)}"
        reasons.insert(0, _says(criterion) or value)
    return printable("; ".join(reasons))


def _says(criterion: str) -> str:
    """Return what being picked by a criterion means; nothing for one of another package, which is not loaded for it."""
    rule = REGISTRY.ours.get(criterion)
    return "" if rule is None else rule.says


def why_none(waiting: Waiting) -> str:
    """Say why a round has not picked yet: a fact, then what to do about it, if anything."""
    wanted = f"Round {waiting.key.round} of {waiting.key.job.id} has no picks yet"
    if waiting.state is JobState.RUNNING:
        at = "" if waiting.at in {None, waiting.key.round} else f" in round {waiting.at}"
        most = "at most " if waiting.is_open_ended else ""
        epoch = f", epoch {waiting.epoch} of {most}{waiting.epochs}" if waiting.activity == "training" else ""
        return printable(f"{wanted}: its worker is {waiting.activity or 'starting'}{at}{epoch}.")
    if waiting.state is JobState.FAILED:
        return f"{wanted}: its job failed. See the log, then press R to retry."
    if waiting.campaign is CampaignState.NEW:
        return f"{wanted}: the campaign has not started. Press S to start it."
    if waiting.campaign.is_over:
        return f"{wanted}: the campaign is {waiting.campaign}. Press S to continue."
    return printable(f"{wanted}: its job is waiting{f' ({waiting.reason})' if waiting.reason else ''}.")


def title(evidence: Evidence, look: Look, *, is_brief: bool) -> Text:
    """Name the image and its place; briefly, its votes as well, which `facts` then leave out."""
    text = Text(printable(evidence.pick.image), f"bold {look.palette.accent}", end="")
    text.append(f"   pick {evidence.place} of {evidence.of}", f"not bold {look.palette.muted}")
    if is_brief:
        pick = evidence.pick
        text.append(f"   {pick.votes} of {plural(len(pick.ranks), 'vote')}", f"not bold {look.palette.text}")
    return text


def facts(evidence: Evidence, criterion: str, look: Look, *, is_brief: bool = False) -> Text:
    """Draw value, ranks and votes of the image; briefly, what the sentence above says is left out."""
    muted, text = look.palette.muted, Text()
    pick = evidence.pick
    if pick.value is not None:
        text.append("value   ", muted).append(number(pick.value))
        rule = REGISTRY.ours.get(criterion)
        text.append(
            f"  {rule.formula}; {rule.direction} is picked first\n" if isinstance(rule, Criterion) else "\n", muted
        )
    text.append_text(_ranks(evidence, look))
    if is_brief:
        text.rstrip()
        return text
    text.append("votes   ", muted).append(f"{pick.votes} of {len(pick.ranks)}")
    text.append(f" rank it in their top {evidence.n}", muted)
    text.append(f": {', '.join(map(printable, evidence.voters))}" if evidence.voters else "")
    if pick.list is not None:
        text.append("\nag      ", muted).append(f"from the list of {printable(pick.list)}, turn {pick.turn}")
    return text


def map_line(evidence: Evidence, at: int, kept: int, *, is_brief: bool = False) -> str:
    """Describe the class map at a position, counted from 0, or say why there is none."""
    name = printable(evidence.classes[at])
    if evidence.maps is None:
        if kept:
            return f"no class maps: the round kept them for its first {plural(kept, 'pick')} only"
        return "no class maps: the round kept none"
    low, high = float(evidence.maps[at].min()), float(evidence.maps[at].max())
    separation = f"map of {name}: separation {number(high - low)}"
    if not is_brief:
        separation += f" = {number(high)} - {number(low, is_bracketed=True)}"
    positions = evidence.maps[at].size
    regions = [f"top {evidence.top} of {positions} outlined"]
    if evidence.bottom:
        regions.append(f"bottom {evidence.bottom} dotted")
    return f"{separation}; {', '.join(regions)}"


LIKELY, TELLING = 0.5, 2
"""Probability from which on a class is likely; and how many of the likeliest and the best separated tell something."""


def telling(evidence: Evidence, truth: Sequence[int] | None, at: int) -> tuple[int, ...]:
    """Return the places of classes with something to say, the likeliest first: present, likely, well separated, shown.

    `truth` as in `bars`; the one at `at` is always among them.
    """
    shares, spreads = evidence.pick.probabilities, evidence.separation
    every = range(len(shares))
    chosen = {at, *(place for place in every if shares[place] >= LIKELY)}
    chosen |= {place for place in every if truth is not None and truth[place] >= 0}
    chosen |= set(sorted(every, key=lambda place: -shares[place])[:TELLING])
    chosen |= set(sorted(every, key=lambda place: -(spreads[place] or 0.0))[: TELLING if any(spreads) else 0])
    return tuple(sorted(chosen, key=lambda place: (-shares[place], place)))


def folded_away(evidence: Evidence, shown: Sequence[int]) -> str:
    """Say how many classes are not shown, and how likely the likeliest of them is; nothing where all are."""
    rest = [share for place, share in enumerate(evidence.pick.probabilities) if place not in set(shown)]
    if not rest:
        return ""
    return f"{len(rest)} other{'s' * (len(rest) > 1)}, at most {max(rest):.2f}"


def bars(
    evidence: Evidence, truth: Sequence[int] | None, at: int, look: Look, *, places: Sequence[int] | None = None
) -> Text:
    """Draw a line a class: its probability as a bar, whether it is present, its separation; highlight the one at `at`.

    `truth` is 1 there, -1 not there, 0 difficult; None where nobody knows yet. `places` are the classes to draw, in
    this order; all of them where it is None.
    """
    name_width = min(max(cell_len(printable(name)) for name in evidence.classes), max(8, look.columns // 3))
    room = max(4, look.columns - name_width - (15 if evidence.maps is not None else 9))
    signs = ASCII_TRUTH if look.is_ascii else TRUTH
    lines = []
    for place in range(len(evidence.classes)) if places is None else places:
        name, share, spread = evidence.classes[place], evidence.pick.probabilities[place], evidence.separation[place]
        lit = place == at
        label = truth[place] if truth is not None else None
        sign, style = (signs[label][0] if label in signs else " "), _sign_style(label, look.palette)
        line = Text(no_wrap=True).append((">" if look.is_ascii else "▸") if lit else " ", look.palette.accent)
        line.append(_cut(printable(name), name_width), f"bold {look.palette.accent}" if lit else "").append(" ")
        line.append(sign, style).append(" ").append_text(_bar(share, room, look, is_there=label == 1))
        line.append(f" {share:4.2f}", "bold" if share >= 0.5 else "")
        line.append(f" {spread:5.1f}" if spread is not None else "", look.palette.muted)
        lines.append(line)
    return Text("\n").join(lines)


def beside(text: Text, columns: int, *, width: int) -> Text:
    """Lay lines out in so many columns, read downwards, each `width` cells wide."""
    lines = text.split("\n", allow_blank=True)
    rows = -(-len(lines) // columns)
    joined = []
    for at in range(rows):
        parts = [line.copy() for line in lines[at::rows]]
        for part in parts[:-1]:
            part.truncate(width, pad=True)
        joined.append(Text(no_wrap=True).join(parts))
    return Text("\n").join(joined)


def legend(look: Look, *, has_maps: bool) -> Text:
    """Explain the columns of `bars`."""
    signs = ASCII_TRUTH if look.is_ascii else TRUTH
    meanings = "  ".join(f"{sign} {word}" for sign, word in signs.values())
    return Text(meanings + ("   last column: separation" if has_maps else ""), look.palette.muted)


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `11th`."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def number(value: float | None, *, is_bracketed: bool = False) -> str:
    """Format two or more significant digits; empty for None; a negative number in brackets after a minus."""
    if value is None:
        return ""
    size = abs(value)
    digits = f"{value:.1f}" if size >= 100 else f"{value:.2f}" if size >= 0.1 or not size else f"{value:.2g}"
    return f"({digits})" if is_bracketed and value < 0 else digits


def _ranks(evidence: Evidence, look: Look) -> Text:
    """Draw as many criteria in a line as there is room for; those that want the image stand out."""
    ranks = {name: f"{printable(name)} {ordinal(rank)}" for name, rank in evidence.pick.ranks.items()}
    width = max(cell_len(rank) for rank in ranks.values()) + 2
    in_line = max(1, (look.columns - 8) // width)
    if sum(cell_len(rank) + 2 for rank in ranks.values()) + cell_len(f"of {evidence.pool}") <= look.columns - 8:
        width, in_line = 0, len(ranks)  # all in one line: they need not stand below each other
    text = Text("ranks   ", look.palette.muted)
    for at, (name, rank) in enumerate(ranks.items()):
        text.append("\n" + " " * 8 if at and at % in_line == 0 else "", "")
        text.append(rank, f"bold {look.palette.accent}" if name in evidence.voters else look.palette.text)
        text.append(" " * max(2, width - cell_len(rank)))
    return text.append(f"of {evidence.pool}\n", look.palette.muted)


def _bar(share: float, room: int, look: Look, *, is_there: bool) -> Text:
    colour = look.palette.good if is_there else look.palette.series[0]
    if look.is_ascii:
        full = round(share * room)
        return Text("#" * full + "-" * (room - full), colour)
    eighths = round(share * room * 8)
    full, rest = divmod(eighths, 8)
    drawn = "█" * full + (EIGHTHS[rest] if rest else "")
    return Text(drawn, colour).append("·" * (room - len(drawn)), look.palette.surface)


def _sign_style(label: int | None, palette: Palette) -> str:
    return {1: f"bold {palette.good}", 0: palette.warning}.get(label if label is not None else -1, palette.muted)


def _cut(name: str, width: int) -> str:
    return set_cell_size(name, width) if cell_len(name) <= width else f"{set_cell_size(name, width - 1)}…"


def _up_to(last: int) -> str:
    return f"/{last}" if last else ""
