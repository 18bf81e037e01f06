"""Where a round's scores lie: in one file, or, of a long pool, in several beside their list."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ScorePaths:
    """The files of scores in a round's folder."""

    folder: Path

    @property
    def scores(self) -> Path:
        """Logits and map extrema of the pool, in pool order, with the pool itself; where they are in one file."""
        return self.folder / "scores.safetensors"

    @property
    def score_list(self) -> Path:
        """The list of the files that they are in, where these are several."""
        return self.folder / "scores.json"

    @property
    def scoring(self) -> Path:
        """Which files of scores the round waits for; only while it does."""
        return self.folder / "scoring.json"

    def score_shard(self, number: int) -> Path:
        """Return one of several files of scores; they count from 0."""
        return self.folder / f"scores-{number}.safetensors"
