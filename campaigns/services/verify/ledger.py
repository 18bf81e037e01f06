"""What a verification writes down: what it compared, what differs, what it could not look at."""

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.core.differences import differing

MOST_OF_A_FILE = 3
"""Differences of one file that are listed; the others are counted."""
LAST_DIGITS = 1e-9
"""Relative difference of two numbers that another processor may make."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that is not as it should be."""

    where: str
    """The file, below the campaign's folder, or `the store`."""
    what: str
    """Which part of it."""
    expected: str
    """What follows from everything else."""
    found: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} is {self.found}, expected {self.expected}"


@dataclass(slots=True)
class Ledger:
    """Collected while looking; one for each thread that looks."""

    root: Path
    """Folder of the campaign."""
    differences: list[Discrepancy] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    """By what was looked at: how many, or for `bytes` how much."""
    unchecked: Counter[str] = field(default_factory=Counter)
    """By why it could not be looked at: how many."""

    def differ(self, path: Path | str, what: str, expected: object, actual: object) -> None:
        """Write down that something is not as it should be."""
        self.differences.append(Discrepancy(self.name(path), what, _shown(expected), _shown(actual)))

    def demand(self, path: Path | str, what: str, expected: object, actual: object) -> bool:
        """Write it down unless both are the same; True when they are."""
        is_same = type(expected) is type(actual) and expected == actual
        if not is_same:
            self.differ(path, what, expected, actual)
        return is_same

    def demand_all(self, path: Path | str, expected: object, actual: object) -> None:
        """Compare two JSON values part by part; of many differences the first are written down."""
        parts = list(differing(expected, actual))
        for what, wanted, had in parts[:MOST_OF_A_FILE]:
            self.differ(path, what, wanted, f"{_shown(had)}{_digits(wanted, had)}")
        if len(parts) > MOST_OF_A_FILE:
            self.differ(path, "the rest", "the same", f"different in {len(parts) - MOST_OF_A_FILE} more places")

    def name(self, path: Path | str) -> str:
        """Return the path below the campaign's folder."""
        if isinstance(path, Path):
            return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
        return path

    def add(self, other: "Ledger") -> None:
        """Take over what another one has."""
        self.differences += other.differences
        self.checked += other.checked
        self.unchecked += other.unchecked


def _digits(expected: object, actual: object) -> str:
    if (
        isinstance(expected, float)
        and isinstance(actual, float)
        and math.isclose(expected, actual, rel_tol=LAST_DIGITS)
    ):
        return " (only the last digits, which another processor may round otherwise)"
    return ""


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 200 else f"{text[:200]}…"
