"""A list of images that some program wrote: one a line, or the column of images of a CSV."""

import csv
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaigns.datasets.columns import IMAGES
from campaigns.datasets.table_encoding import decoded
from campaigns.datasets.table_text import separator_of
from campaigns.errors import BadData
from campaigns.home.files import bounded

MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class ImageList:
    """Those of a pool's images that a file names."""

    images: frozenset[str]
    others: tuple[str, ...]
    """Names in it that are none of the pool's, in its order."""


def read_image_list(path: Path, pool: Collection[str]) -> ImageList:
    """Return which images of a pool a file names: one a line, or in the first column or the one called `image`.

    Raises:
        BadData: it cannot be read as text.
    """
    try:
        text, _ = decoded(bounded(path, MOST_BYTES))
        lines, separator = [line.strip() for line in text.splitlines() if line.strip()], separator_of(text)
        # Each by itself: a quote that does not close, as in the name of a file, is nothing to the next line.
        cells = [next(csv.reader([line], delimiter=separator, skipinitialspace=True)) for line in lines]
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        hint = "give a list of images, one a line, or a CSV that names them in its first column"
        raise BadData(f"cannot read {path}: {reason}", hint=hint) from error
    known = {unicodedata.normalize("NFC", image): image for image in pool}
    column, is_headed = _column(cells[0] if cells else [])
    named: set[str] = set()
    others: list[str] = []
    for line, row in list(zip(lines, cells, strict=True))[is_headed:]:
        # A name with a comma in it stands in a list of names as it is.
        names = (line, row[column].strip() if column < len(row) else "")
        image = next((known[key] for name in names if (key := unicodedata.normalize("NFC", name)) in known), None)
        if image is None:
            others.append(names[1] or line)
        else:
            named.add(image)
    return ImageList(frozenset(named), tuple(others))


def _column(first: Sequence[str]) -> tuple[int, bool]:
    """Return the place of the images by the first line, and whether that line is a head."""
    lower = [cell.strip().lower() for cell in first]
    return next(((lower.index(name), True) for name in IMAGES if name in lower), (0, False))
