"""What a form of label files is: how it is told, read and written, and what it can carry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from campaigns.datasets.exchange.gathering import Gathering
from campaigns.datasets.exchange.label_file import LabelItem, Trait, WriteOptions
from campaigns.datasets.exchange.probe import Probe


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """What is written: items, and the classes that they speak of."""

    file: str
    """The name of the file that was asked for."""
    items: Sequence[LabelItem]
    """One an image, unless the form carries several people."""
    classes: tuple[str, ...]
    options: WriteOptions


@dataclass(frozen=True, slots=True, eq=False)
class LabelForm:
    """One form of label files."""

    name: str
    title: str
    """For a person: `CVAT for images 1.1`."""
    files: str
    """How its files are usually called."""
    is_form: Callable[[Probe], bool]
    read: Callable[[Probe, Gathering], Sequence[str] | None]
    """Takes every item and mistake into the gathering; returns the classes that the file lists, None when it lists
    none. Raises BadData for what is not read at all."""
    write: Callable[[LabelSheet], Mapping[str, str]] | None = None
    """Text by the name of a file, the first of which is the one that is asked for. Raises BadData for what the form
    cannot carry."""
    carries: frozenset[Trait] = frozenset()
    is_folder: bool = False
    """It is a folder rather than a file."""
    beside: tuple[str, ...] = ()
    """Further files that are written beside the one that is asked for."""
    has_parts: bool = False
    """A folder may hold several files of it, which are parts of one data set."""

    def __str__(self) -> str:
        return self.name
