"""The paper's claims in two campaigns that differ in one setting: which statements change with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.reporting.claims import Claim


@dataclass(frozen=True, slots=True)
class ClaimTwice:
    """One claim, and what came of it in each of two campaigns."""

    key: str
    text: str
    source: str
    first: Claim | None
    """None where the campaign has no such claim."""
    second: Claim | None

    @property
    def changes(self) -> bool:
        """Whether both campaigns have it and come to different verdicts."""
        return self.first is not None and self.second is not None and self.first.verdict != self.second.verdict


def claims_twice(first: Sequence[Claim], second: Sequence[Claim]) -> tuple[ClaimTwice, ...]:
    """Pair the claims of two campaigns by their keys, in the order of the first; what only one has stands there too."""
    firsts, seconds = ({claim.key: claim for claim in side} for side in (first, second))
    both = firsts | {key: claim for key, claim in seconds.items() if key not in firsts}
    return tuple(
        ClaimTwice(key, claim.text, claim.source, firsts.get(key), seconds.get(key)) for key, claim in both.items()
    )


def changed(pairs: Sequence[ClaimTwice]) -> str:
    """Say which statements change, in a sentence."""
    changing = [f"{pair.text} ({pair.first.verdict} → {pair.second.verdict})"
                for pair in pairs if pair.changes and pair.first is not None and pair.second is not None]  # fmt: skip
    if not changing:
        return "No statement changes between the settings."
    return f"{len(changing)} of {len(pairs)} statements change between the settings: {'; '.join(changing)}."
