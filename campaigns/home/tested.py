"""`tested.safetensors`: what a round's model says of every test image, so that labels of later days measure it, too.

Where classes have changed it also holds what the model says of images that it trained on without a label of some class:
by that people are asked about them.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, require_stamp, stamp
from campaigns.home.files import replacing

Tested = tuple[NDArray[np.int64], NDArray[np.float32]]
"""(t,) rows of a split, and (t, C) logits of the same."""
_TESTED, _ASKED = ("rows", "logits"), ("asked_rows", "asked_logits")


def write_tested(path: Path, tested: Tested, asked: Tested | None = None) -> None:
    """Replace the file; `asked` is of the training split."""
    with replacing(path) as draft:
        arrays: dict[str, NDArray[Any]] = {}
        for names, part in ((_TESTED, tested), (_ASKED, asked)):
            if part is not None:
                arrays |= {
                    names[0]: np.ascontiguousarray(part[0]),
                    names[1]: np.ascontiguousarray(part[1], np.float32),
                }
        draft.write_bytes(save(arrays, metadata=METADATA))
        stamp(draft)


def read_tested(path: Path) -> Tested | None:
    """Return what is in the file of the test split; None when there is no file.

    Raises:
        BadData: it is not what was written.
    """
    return _read(path, _TESTED) if path.exists() else None


def read_asked(path: Path) -> Tested | None:
    """Return what is in the file of the training split; None when there is no file, or nothing of that in it.

    Raises:
        BadData: it is not what was written.
    """
    return _read(path, _ASKED) if path.exists() else None


def _read(path: Path, names: tuple[str, str]) -> Tested | None:
    try:
        require_stamp(path)
        with safe_open(path, "np") as file:
            if names == _ASKED and _ASKED[0] not in file.keys():  # noqa: SIM118 (it is no mapping)
                return None
            rows, logits = file.get_tensor(names[0]), file.get_tensor(names[1])
        if rows.dtype != np.int64 or logits.dtype != np.float32 or logits.shape[:1] != rows.shape:
            raise ValueError("its logits do not fit its rows")
    except (ValueError, SafetensorError) as error:
        raise BadData(
            f"{path} is damaged: {error}", hint="delete its round's folder: `alwsl-tui run` makes it again"
        ) from error
    return rows, logits
