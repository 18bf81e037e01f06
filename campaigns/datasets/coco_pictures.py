"""What a person is told where the pictures of a COCO are not where they were looked for."""

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from campaigns.datasets.coco_layout import YEARS, Annotations, looked_in
from campaigns.datasets.files import Files, missing

MOST_FILES = 100_000
"""That are looked through for a picture of the same name."""
SHOWN = 4
"""Folders that are named."""


def absence_hint(sources: Sequence[Annotations], files: Sequence[Files], root: Path) -> str:
    """Return what to do about pictures that are missing: where they were looked for, and where one like it lies."""
    for source, some in zip(sources, files, strict=True):
        if not (absent := missing(some)):
            continue
        name = some.names[absent[0]]
        folders = [folder.relative_to(root).as_posix() for folder in looked_in(source, root)]
        shown = ", ".join("the folder itself" if folder == "." else f"{folder}/" for folder in folders[:SHOWN])
        shown += f" and {len(folders) - SHOWN} more" * (len(folders) > SHOWN)
        looked = f"{name} of {source.annotations.name} was looked for in {shown}"
        if (like := _like(root, name)) is not None:
            return (
                f"{looked}; {like} has this name: move the pictures into {source.name}/, or write their paths, such as "
                f"{like}, as file_name"
            )
        published = "unpack images and annotations of the same year into this folder"
        way = published if source.name.endswith(YEARS) else f"put the pictures of this file into {source.name}/"
        return f"{looked}; no file of this name lies in {root}: {way}"
    return "give annotations that count, of the same categories in both files, and the pictures that they are of"


def _like(root: Path, name: str) -> str | None:
    """Return the path of a picture of that name below a folder; None when there is none among the first files."""
    last = name.rpartition("/")[2]
    paths = (Path(folder) / file for folder, _, files in os.walk(root) for file in files)
    return next((p.relative_to(root).as_posix() for p in islice(paths, MOST_FILES) if p.name == last), None)
