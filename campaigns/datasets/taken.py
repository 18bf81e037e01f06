"""Images that a campaign took in, opened one by one: nobody looks through a folder of a hundred thousand for ten."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL.Image import Image

from campaigns.datasets import depth
from campaigns.datasets.formats import suffix_of
from campaigns.datasets.pictures import FULL_DEPTH, open_picture
from campaigns.home.intake import Intake
from campaigns.home.typed_paths import expanded
from campaigns.recipe import DataSpec


@dataclass(frozen=True)
class TakenPictures:
    """The photographs of a folder that people label, as far as its campaign has taken them in."""

    spec: DataSpec
    intakes: Sequence[Intake]

    @property
    def root(self) -> Path:
        """Where they lie."""
        return expanded(self.spec.root or "")

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Bytes of each of their files when it was taken in, by id; -1 where it could not be examined."""
        parts = [part for intake in self.intakes for part in (intake.train, intake.test)]
        return {id_: size for part in parts for id_, size in zip(part.ids, part.sizes, strict=True)}

    def is_there(self) -> bool:
        """Return whether anything lies in the folder: of a disk that is not mounted an empty one is left."""
        try:
            with os.scandir(self.root) as entries:
                return next(entries, None) is not None
        except OSError:
            return False

    def path(self, id_: str) -> Path:
        """Return the file of one of them."""
        return self.root / id_

    def picture(self, id_: str) -> Image | None:
        """Open one of them, RGB and upright.

        None where it takes a look at the others: its file is not as it was taken in, or how deep its grey is has to be
        told from all of them.

        Raises:
            BadData: it cannot be opened.
        """
        if self.spec.depth is None and suffix_of(id_) in depth.SUFFIXES:
            return None
        path = self.path(id_)
        try:
            is_same = path.stat().st_size == self.sizes[id_]
        except OSError:
            is_same = False
        if not is_same:
            return None
        bounds = Path(self.root.anchor) if self.spec.follow_links else self.root
        return open_picture(path, root=bounds, bits=self.spec.depth or FULL_DEPTH)
