"""Which images and labels a recipe is about: its section `[data]`."""

import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Field

from campaigns.core.ids import NAME
from campaigns.recipe.heads import Count
from campaigns.recipe.section import Section

NODE = re.compile(r"[A-Za-z0-9*?][A-Za-z0-9*?._-]{0,254}")
"""The name of a node, or a pattern for several."""
_Node = Annotated[str, Field(pattern=f"^{NODE.pattern}$")]
_Folder = Annotated[str, Field(pattern="^/")]


class DataSpec(Section):
    """Which images, which labels."""

    name: Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
    """`voc2007`, `voc2012`, `coco`, `shapes`, or a name given to `data add`."""
    root: str | None = None
    """The folder the data set lies in; when absent, what `data add` registered."""
    each: Annotated[dict[_Node, _Folder], Field(max_length=1000)] | None = None
    """Nodes on which it lies in another folder, by name or by a pattern such as `gpu*`; elsewhere it is `root`."""
    train: str | None = None
    """Training split; when absent, the one the protocols use (voc2007: trainval, voc2012: train, coco: train)."""
    test: str | None = None
    """Test split; when absent, the one the protocols use (voc2007: test, voc2012: val, coco: val)."""
    on_unreadable: Literal["stop", "skip"] = "stop"
    """An image that cannot be decoded stops the campaign, or is left out by name."""
    keep_crowd: bool = True
    """coco: crowd annotations count as the class being there, as in the authors' line of code."""
    keep_unannotated: bool = False
    """coco: keep images without a single annotation, as images of nothing."""
    labels: str | None = None
    """folder: the CSV of labels; when absent, `labels.csv` in the root."""
    split: str | None = None
    """folder: the column that says the split, or `COLUMN=VALUE` with the value of the test split; `-`: none."""
    separator: Annotated[str, Field(min_length=1, max_length=8)] | None = None
    """folder: what separates the labels in a cell; when absent, told from the CSV."""
    skip_missing: bool = False
    """folder: leave out lines of images that are not there."""
    minus_one: Literal["absent", "unknown"] | None = None
    """folder: what `-1` means in a CSV that holds `0` too."""
    encoding: str | None = None
    """folder: the encoding of the CSV, such as `gbk`; when absent, told from its bytes."""
    image: str | None = None
    """folder: the column that names images; when absent, told from the names of the columns."""
    class_column: str | None = None
    """folder: the column whose cells name classes; when absent, told from the names of the columns."""
    nothing: str | None = None
    """folder: what a cell of classes says where there is none, such as `No Finding`; an empty one always does."""
    empty_cell: Literal["absent", "unknown"] | None = None
    """folder: what an empty cell of a column for a class means; when absent, not yet labelled, and beside nothing but
    `x` or ticks absent."""
    test_share: Annotated[float, Field(ge=0, lt=1)] = 0.3
    """Share of labelled images held out for the test set. folder: when the CSV has no `split` column; coco: when there
    is a single file of annotations. 0 only with `asked`: nothing is tested then."""
    classes: str | None = None
    """voc2007, voc2012, folder: a file that lists the classes; when absent, they are those that have labels.
    folder: when absent, `classes.txt` if it is there."""
    asked: tuple[Annotated[str, Field(min_length=1)], ...] | None = None
    """folder: the classes that people are asked about; tables of labels in the folder are then not read."""
    depth: Annotated[int, Field(ge=8, le=16)] | None = None
    """Bits that grey pictures of 16 bits use; when absent, measured once for the whole data set."""
    follow_links: bool = False
    """Links are followed wherever they lead; otherwise only inside the data set's folder."""
    images: Count = 1000
    """shapes: size of the training split."""
    test_images: Count = 400
    """shapes: size of the test split."""
    size: Annotated[int, Field(ge=16, le=1024)] = 64
    """shapes: side of a drawn picture, in pixels."""

    def __hash__(self) -> int:  # of a frozen model, pydantic's own stumbles over the table
        return hash(self.model_dump_json())

    def at_node(self, node: str) -> Self:
        """Return the same data where they lie on a node: as the pattern says that leaves least open.

        Files that the recipe names below the folder lie below the other one.
        """
        each = self.each or {}
        fitting = [pattern for pattern in each if pattern == node or fnmatchcase(node, pattern)]
        if not fitting or self.root is None:
            return self
        pattern = max(fitting, key=lambda name: (name == node, len(name.replace("*", ""))))
        moved = {
            key: _moved(file, self.root, each[pattern]) for key in ("labels", "classes") if (file := getattr(self, key))
        }
        return self.model_copy(update=moved | {"root": each[pattern]})


def _moved(file: str, root: str, to: str) -> str:
    path = PurePosixPath(file)
    return str(PurePosixPath(to) / path.relative_to(root)) if path.is_relative_to(root) else file
