"""What a kind of data set is: how its files are laid out, how it is opened, fetched and checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.datasets.dataset import Dataset
from campaigns.datasets.fetch import Source
from campaigns.datasets.official import Published
from campaigns.recipe import DataSpec

OF_TABLES = frozenset({
    "labels", "split", "separator", "skip_missing", "minus_one", "encoding", "image", "class_column", "nothing",
    "empty_cell",
})  # fmt: skip
"""Keys of `[data]` that say how a table of labels is read."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What an opener may need."""

    root: Path
    """The folder it lies in; of no meaning to one that is drawn."""
    spec: DataSpec
    splits: tuple[str, str]
    """Training split and test split: what the recipe says, else what the protocols use."""
    indexes: Path
    """Where compact copies of large files of labels may be kept."""

    @property
    def bounds(self) -> Path:
        """The folder that links may lead anywhere in, and not out of."""
        return Path(self.root.anchor) if self.spec.follow_links else self.root

    @property
    def needs_files(self) -> bool:
        """Otherwise a missing image is met when it is opened, and left out like one that is damaged."""
        return self.spec.on_unreadable == "stop"


@dataclass(frozen=True, slots=True)
class DrawnImages:
    """How much there is of a data set that is drawn rather than stored."""

    counts: Callable[[DataSpec], tuple[int, int]]
    """Images of the training and of the test split."""
    glimpse: Callable[[DataSpec, int], DataSpec]
    """The same data with as few images as say what there is to say, of the test split so many at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of data set."""

    name: str
    title: str
    """For a person: `PASCAL VOC 2007`."""
    open: Callable[[OpenRequest], Dataset]
    """Raises BadData with every mistake in the folder."""
    train: str = "train"
    """Training split that the protocols use."""
    test: str = "test"
    files: tuple[str, ...] = ()
    """What has to lie in its folder; nothing when it is drawn."""
    find: Callable[[Path], Path] | None = None
    """The folder below the given one that it lies in. Raises BadData where nothing is laid out so. None: it is drawn,
    and then `drawn` is there."""
    find_loosely: Callable[[Path], Path] | None = None
    """The same for a layout that other programs write; asked only where no kind is laid out as published."""
    drawn: DrawnImages | None = None
    is_data_set: bool = True
    """The name is that of one data set, which a recipe may name; otherwise of a layout, and `data add` gives names."""
    is_last: bool = False
    """It is laid out so loosely that it counts only where no other kind is recognised."""
    source: Source | None = None
    """Where it is published; None when there is nothing that we could fetch."""
    unread: frozenset[str] = frozenset()
    """Keys of `[data]` that a person may give and that mean nothing here."""
    published: Mapping[str, Published] = field(default_factory=dict)
    """What a whole split holds, by its name."""

    def __str__(self) -> str:
        return self.name
