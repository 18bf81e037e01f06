"""`tested.safetensors`: what a round's model says of every test image, so that labels of later days measure it, too."""

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
"""(t,) rows of the test split, and (t, C) logits of the same."""


def write_tested(path: Path, rows: NDArray[np.int64], logits: NDArray[np.float32]) -> None:
    """Replace the file."""
    with replacing(path) as draft:
        arrays: dict[str, NDArray[Any]] = {
            "rows": np.ascontiguousarray(rows),
            "logits": np.ascontiguousarray(logits, np.float32),
        }
        draft.write_bytes(save(arrays, metadata=METADATA))
        stamp(draft)


def read_tested(path: Path) -> Tested | None:
    """Return what is in the file; None when there is none.

    Raises:
        BadData: it is not what was written.
    """
    if not path.exists():
        return None
    try:
        require_stamp(path)
        with safe_open(path, "np") as file:
            rows, logits = file.get_tensor("rows"), file.get_tensor("logits")
        if rows.dtype != np.int64 or logits.dtype != np.float32 or logits.shape[:1] != rows.shape:
            raise ValueError("its logits do not fit its rows")
    except (ValueError, SafetensorError) as error:
        raise BadData(
            f"{path} is damaged: {error}", hint="delete its round's folder: `alwsl-tui run` makes it again"
        ) from error
    return rows, logits
