"""Which files of a job travel between a home and a node, by names that lead nowhere else."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from campaigns.home.drafts import is_draft
from campaigns.home.files import MOST_BYTES

MODEL, SCORES, CHECKPOINT = "model.safetensors", "scores.safetensors", "checkpoint.pt"
PICKS, EVALUATION, SEAL, CHOICE = "picks.json", "evaluation.json", "round.json", "choice.json"
LARGE_BYTES = 1 << 36
"""Of weights, scores or a checkpoint at most: 64 GiB."""
ROUND_FILES = {
    MODEL: LARGE_BYTES, SCORES: LARGE_BYTES, CHECKPOINT: LARGE_BYTES, "maps.safetensors": LARGE_BYTES,
    "labels.safetensors": LARGE_BYTES, "tested.safetensors": LARGE_BYTES, PICKS: MOST_BYTES,
    EVALUATION: MOST_BYTES, SEAL: 1 << 20, CHOICE: 1 << 20,
}  # fmt: skip
"""The files of a round that come home, and the bytes that each may have."""
_ROUND = re.compile(r"rounds/(?P<round>0|[1-9]\d{0,5})/(?P<name>[a-z]+\.[a-z]+)")
MOST_DEPTH = 12


def checked_path(text: str) -> PurePosixPath:
    """Return a path that leads below the folder it is joined to.

    Raises:
        ValueError: it does not.
    """
    path = PurePosixPath(text)
    parts = text.split("/")
    if path.is_absolute() or not 0 < len(parts) <= MOST_DEPTH or {"", ".", ".."} & set(parts) or "\0" in text:
        raise ValueError(f"{text[:80]!r} is not a path below a folder")
    return path


def round_and_name(text: str) -> tuple[int, str]:
    """Return the round and the name of a file that may come home.

    Raises:
        ValueError: no round has such a file.
    """
    match = _ROUND.fullmatch(text)
    if match is None or match["name"] not in ROUND_FILES:
        raise ValueError(f"{text[:80]!r} is not a file of a round")
    return int(match["round"]), match["name"]


def round_files(job: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of all rounds of a job that may travel: the path below the job, and where each lies."""
    for path in sorted(job.glob("rounds/*/*")):
        relative = path.relative_to(job).as_posix()
        if path.name in ROUND_FILES and _ROUND.fullmatch(relative) and path.is_file() and not path.is_symlink():
            yield relative, path


def plain_files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and below it, without drafts, locks, links and what is hidden."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts) or path.suffix == ".lock" or is_draft(path.name):
            continue
        if path.is_file() and not path.is_symlink():
            yield path
