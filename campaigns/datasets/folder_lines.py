"""The line of a table that labels an image, looked up when it has to be named to a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.datasets.folder_tables import TABLES
from campaigns.datasets.label_table import label_lines
from campaigns.datasets.table_reader import TableOptions


@dataclass(slots=True)
class LabelLines:
    """Where the labels of a folder's images stand. Tables are read again for it: hardly anybody asks."""

    root: Path
    paths: tuple[Path, ...]
    """The tables; none where names of folders are the labels."""
    images: Sequence[str]
    classes: Sequence[str] | None
    options: TableOptions
    _places: dict[str, str] | None = field(default=None, repr=False)

    def of(self, ids: Sequence[str]) -> Callable[[int], str]:
        """Return what says where the label of the image at a row of these ids stands: `labels.csv:7`."""
        return lambda row: self.place(ids[row])

    def place(self, image: str) -> str:
        """Return file and line of an image's label, or its file where no line is known."""
        if self._places is None:
            self._places = {}
            for path in self.paths:
                if path.suffix.lower() in TABLES:
                    lines = label_lines(path, images=self.images, classes=self.classes, options=self.options)
                    self._places |= {name: f"{path}:{number}" for name, number in lines.items()}
        return self._places.get(image, str(self.root / image))
