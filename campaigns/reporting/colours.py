"""What reports are drawn with, on white paper and on a dark screen; the screens take colours and marks from here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours by what they are for; every one is `#rrggbb`."""

    paper: str
    text: str
    muted: str
    """Captions, axes; at least 4.5 of contrast with the paper, like the text and every one of `series`."""
    rule: str
    """Grid lines."""
    series: tuple[str, ...]
    """Ten, after Okabe and Ito (2008); a mark always goes with it."""
    heat: tuple[str, ...]
    """Ten from low to high, ever farther from the paper."""
    heat_ink: tuple[str, ...]
    """To write with on each of them."""
    cold: tuple[str, ...]
    """Ten of another hue, for what is below 0: ever farther from the paper, the farther from 0."""
    cold_ink: tuple[str, ...]


_ON_LIGHT, _ON_DARK = "#1b2126", "#fcfdfd"
LIGHT = Inks(
    "#ffffff", "#20262d", "#5a636e", "#e3e5e2",
    series=(
        "#0067a5", "#a84c00", "#00704f", "#a0387a", "#6f5c00",
        "#b3261e", "#4a4fc4", "#454c55", "#7a5030", "#006a75",
    ),
    heat=(
        "#f2f4ef", "#dbe8e2", "#c0dad5", "#a1c9c9", "#7fb4bc",
        "#5e9dad", "#41849c", "#2a6a88", "#194f70", "#0e3554",
    ),
    heat_ink=(
        "#1b2126", "#1b2127", "#1b2128", "#1b2129", "#1b212a",
        "#1b212b", "#000006", "#fcfdf7", "#fcfdf8", "#fcfdf9",
    ),
    cold=(
        "#f6f1ea", "#f2e2cf", "#edd0b0", "#e6bb8d", "#dda56b",
        "#d08d4b", "#bb7431", "#9c5b1f", "#784211", "#522a06",
    ),
    cold_ink=(
        "#1c2126", "#1c2127", "#1c2128", "#1c2129", "#1c212a",
        "#1c212b", "#000007", "#fcfdf4", "#fcfdf5", "#fcfdf6",
    ),
)  # fmt: skip
"""The inks of the heat differ by a hair, so that each can be told from the others and exchanged for a dark page's."""
DARK = Inks(
    "#151b23", "#d8dee6", "#98a3b0", "#2a333e",
    series=(
        "#56b4e9", "#f0a03c", "#2fbf94", "#e58fc0", "#f0e05a",
        "#f4764b", "#9aa5ff", "#c4ccd6", "#c6a277", "#7adfe0",
    ),
    heat=(
        "#17212c", "#193347", "#1a4761", "#1e5d78", "#2c758b",
        "#468f9b", "#6ba9aa", "#96c4bb", "#c5decf", "#f2f8e6",
    ),
    heat_ink=(*(_ON_DARK,) * 5, "#000000", *(_ON_LIGHT,) * 4),
    cold=(
        "#1d1a17", "#33261a", "#4a331d", "#644220", "#7f5426",
        "#9a6a33", "#b5834c", "#cda06f", "#e3c19d", "#f7e8d3",
    ),
    cold_ink=(*(_ON_DARK,) * 5, "#ffffff", *(_ON_LIGHT,) * 4),
)  # fmt: skip


SIGNS = "●▲■◆○△□▼✚✖★◀▶⬢◇⬠"
"""A letter for the mark of each criterion, in the order of `figures.board.MARKS`."""


_OURS = ("random", "unc", "ent", "mm", "sepsum", "sepmax", "sepmin", "ag", "vote", "adv")
_INSTEAD: Mapping[str, str] = {"margin": "unc", "entropy": "ent", "leastconf": "mm"}
"""Criteria that stand in no campaign beside the other, for which they stand where images show one class each."""
PLACES: Mapping[str, int] = {
    **{name: at for at, name in enumerate(_OURS)},
    **{name: _OURS.index(other) for name, other in _INSTEAD.items()},
}
"""Of each criterion of ours: it has the same colour and mark in every campaign, on screens and in reports."""


def places(criteria: Iterable[str]) -> dict[str, int]:
    """Return the place of each criterion among colours and marks; those that are not ours come behind, by name."""
    names = tuple(criteria)
    others = sorted(set(names) - PLACES.keys())
    return {name: PLACES[name] if name in PLACES else len(_OURS) + others.index(name) for name in names}


def sign(place: int) -> str:
    """Return the mark of the criterion at a place, as text."""
    return SIGNS[place % len(SIGNS)]


def names() -> Mapping[str, str]:
    """Return the custom property of a page for each colour of LIGHT: `#0067a5` is `--s0`."""
    variables = {LIGHT.paper: "--paper", LIGHT.text: "--text", LIGHT.muted: "--muted", LIGHT.rule: "--rule"}
    for letter, colours in _ramps(LIGHT):
        variables |= {colour: f"--{letter}{at}" for at, colour in enumerate(colours)}
    return variables


def _ramps(inks: Inks) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("s", inks.series), ("h", inks.heat), ("i", inks.heat_ink), ("c", inks.cold), ("j", inks.cold_ink)


def properties(inks: Inks) -> str:
    """Return the declarations that give these custom properties their values."""
    pairs = [("paper", inks.paper), ("text", inks.text), ("muted", inks.muted), ("rule", inks.rule)]
    for letter, colours in _ramps(inks):
        pairs += [(f"{letter}{at}", colour) for at, colour in enumerate(colours)]
    return "".join(f"--{name}:{colour};" for name, colour in pairs)


def shade(share: float) -> int:
    """Place in the heat of a share in [0, 1]; what lies outside is taken as the nearer end."""
    return max(0, min(9, int(share * 10)))
