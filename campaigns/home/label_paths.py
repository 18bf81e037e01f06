"""Where the labels that people gave for one data set lie."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LabelPaths:
    """What people said of the images of one data set; outlives every campaign on it."""

    folder: Path

    @property
    def answers(self) -> Path:
        """Every answer, one a line, only ever appended to."""
        return self.folder / "answers.jsonl"

    @property
    def lock(self) -> Path:
        """Held while somebody appends."""
        return self.folder / "answers.lock"

    @property
    def imports(self) -> Path:
        """The folder of what was imported, each file whole, named after its hash."""
        return self.folder / "imports"
