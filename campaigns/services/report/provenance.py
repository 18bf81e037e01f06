"""Where a campaign's figures come from: recipe, seed, data, machines, checksums."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from campaigns.core.events import Started
from campaigns.home.choice import sealed_round
from campaigns.home.files import plain
from campaigns.home.journal import from_line
from campaigns.home.paths import CampaignPaths
from campaigns.home.round import RoundFacts
from campaigns.home.split import FrozenSplit
from campaigns.recipe import Recipe
from campaigns.reporting.dossier import Provenance, Sealed
from campaigns.store.rows import AttemptRow, CampaignRow, RoundRow
from campaigns.version import VERSION

LONGEST_LINE = 1 << 16
"""Bytes of the first line of a journal at most."""


def provenance(
    paths: CampaignPaths,
    row: CampaignRow,
    recipe: Recipe,
    *,
    split: FrozenSplit,
    attempts: Sequence[AttemptRow],
    rounds: Sequence[RoundRow],
    notes: Sequence[str],
) -> Provenance:
    """Return what is on record of how a campaign came about.

    Raises:
        Damaged: what a round left is not what a worker writes.
    """
    platforms = Counter(
        words
        for attempt in attempts
        if (words := _platform(paths.job(attempt.job).attempt(attempt.number).journal)) is not None
    )
    sealed = list(_sealed(paths, row))
    return Provenance(
        recipe=_text(paths.recipe),
        program=VERSION,
        seed=recipe.protocol.seed,
        fingerprint=split.fingerprint,
        notes=tuple(notes),
        platforms=dict(platforms.most_common()),
        precisions=dict(Counter(facts.precision for facts, _ in sealed if facts.precision)),
        node_kinds=dict(Counter(facts.node_kind for facts, _ in sealed if facts.node_kind).most_common()),
        taken_over=sum(entry.reused_from is not None for entry in rounds),
        sums=tuple(entry for _, sums in sealed for entry in sums),
    )


def _text(path: Path) -> str:
    with plain(path) as file:
        return file.read().decode("utf-8", "backslashreplace")


def _platform(journal: Path) -> str | None:
    """Return what a worker ran on, from the first line of its journal; None when it said nothing."""
    try:
        with plain(journal) as file:
            line = file.readline(LONGEST_LINE)
        event = from_line(line.decode("utf-8", "backslashreplace")).event
    except (OSError, ValueError):  # an attempt that never began, or a journal that others have to mend
        return None
    return event.about or None if isinstance(event, Started) else None


def _sealed(paths: CampaignPaths, row: CampaignRow) -> Iterator[tuple[RoundFacts, list[Sealed]]]:
    """Yield of every complete round how its model came about, and its checksums."""
    for job in row.plan.jobs:
        for number in row.plan.schedule.rounds:
            sealed = sealed_round(paths.job(job.id).round(number))
            if sealed is not None:
                sums = [Sealed(job.id, number, file, sha) for file, sha in sealed.sha256.items()]
                yield sealed.facts, sums
