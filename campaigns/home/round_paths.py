"""The paths of one round of one job."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RoundPaths:
    """One round of one job: what it learnt, what it scored, what it picked."""

    folder: Path

    @property
    def model(self) -> Path:
        """The trained weights."""
        return self.folder / "model.safetensors"

    @property
    def scores(self) -> Path:
        """Logits and map extrema of the pool, in pool order, with the pool itself."""
        return self.folder / "scores.safetensors"

    @property
    def picks(self) -> Path:
        """What the round sends for labelling, with provenance."""
        return self.folder / "picks.json"

    @property
    def maps(self) -> Path:
        """Class maps of the picked images, in the order of the picks."""
        return self.folder / "maps.safetensors"

    @property
    def labels(self) -> Path:
        """What people had said when the round began, which it trains on; only where people label."""
        return self.folder / "labels.safetensors"

    @property
    def tested(self) -> Path:
        """Logits of every test image, labelled or not; only where people label."""
        return self.folder / "tested.safetensors"

    @property
    def evaluation(self) -> Path:
        """Average precision by class on the test set."""
        return self.folder / "evaluation.json"

    @property
    def checkpoint(self) -> Path:
        """The epoch to continue from; gone once the round is done."""
        return self.folder / "checkpoint.pt"

    @property
    def done(self) -> Path:
        """Written last: says that the round is complete, with hashes and timings."""
        return self.folder / "round.json"

    @property
    def choice(self) -> Path:
        """Likewise, of what it chose later: it was its arm's last round until the campaign was extended."""
        return self.folder / "choice.json"
