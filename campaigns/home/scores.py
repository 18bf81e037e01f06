"""A pool as one pass scored it, mapped from its files rather than read, and without torch.

It is `scores.safetensors`; of a long pool several such files, `scores-0.safetensors` and on, beside their list. Who
asks for the pool of a round need not know: `read_pool`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, digest, require_stamp, stamp
from campaigns.home.files import replacing
from campaigns.home.score_list import ScoreList, ScoreShard, is_shard, shard_number
from campaigns.home.score_paths import ScorePaths
from campaigns.selection.parts import PoolScores, ScoreParts
from campaigns.selection.scores import PIXELS, Indices, Link, Scores

NAMES = ("logits", "peak", "trough")
"""(N, C) float32 each, in the order of `selection.Scores`."""
ROWS = "pool"
"""(N,) int64: rows of the training split, in the order of the scores."""
PLACES = "pixels"
"""(N, 3) float32, only where the places of images were looked at."""
LINK = "link"
"""Of the header's metadata: what probabilities of the logits are; where it is missing, they are by sigmoid."""
KINDS = {"F32": np.float32, "I64": np.int64}
BLOCK = 8192
"""Rows that are written at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPool:
    """What a model says of every image that may be labelled."""

    scores: PoolScores
    rows: Indices
    """(N,): rows of the training split, in the order of the scores."""


def has_scores(paths: ScorePaths) -> bool:
    """Return whether a round has its pool's scores, in one file or in several."""
    return paths.scores.exists() or paths.score_list.exists()


def scores_path(paths: ScorePaths) -> Path:
    """Return the file by which a person knows a round's scores: they are in it, or it lists those that they are in."""
    return paths.score_list if paths.score_list.exists() and not paths.scores.exists() else paths.scores


def score_files(paths: ScorePaths) -> tuple[Path, ...]:
    """Return the files in which a round's scores are, as far as they are there; the list of several comes last.

    Raises:
        OSError: its folder cannot be read.
    """
    if scores_path(paths) == paths.scores:
        return (paths.scores,) if paths.scores.exists() else ()
    names = sorted((path.name for path in paths.folder.iterdir() if is_shard(path.name)), key=shard_number)
    return (*(paths.folder / name for name in names), paths.score_list)


def read_pool(paths: ScorePaths) -> ScoredPool:
    """Return the pool of a round, once the checksums of its files are right.

    Raises:
        BadData: a file is missing, or not what was written.
        OSError: one cannot be read.
    """
    if scores_path(paths) == paths.scores:
        return read_scores(paths.scores)
    try:
        for number, shard in enumerate(_listed(paths).shards):
            path = paths.score_shard(number)
            if digest(path) != shard.sha256:
                raise ValueError(f"{path.name} is not what the list has")
        return map_pool(paths)
    except (FileNotFoundError, ValueError) as error:
        raise BadData(
            f"{paths.score_list} or one of its files is missing or damaged: {error}",
            hint="delete its round's folder and run again",
        ) from error


def map_pool(paths: ScorePaths) -> ScoredPool:
    """Return the pool of a round without looking at checksums.

    Raises:
        ValueError: a file holds no scores, or those of its files do not fit each other.
        OSError: one is missing or cannot be read.
    """
    if scores_path(paths) == paths.scores:
        return map_scores(paths.scores)
    shards = []
    for number, shard in enumerate(_listed(paths).shards):
        part = map_scores(paths.score_shard(number))
        if len(part.rows) != shard.images:
            raise ValueError(f"{paths.score_shard(number).name} holds {len(part.rows)} images, not {shard.images}")
        shards.append(part)
    parts = [part for shard in shards for part in shard.scores.parts]
    return ScoredPool(ScoreParts(tuple(parts)), np.concatenate([shard.rows for shard in shards]))


def list_scores(paths: ScorePaths, count: int) -> None:
    """Write the list of the first `count` files of scores of a round: from then on they are its pool.

    Raises:
        ValueError: one of them holds no scores.
        OSError: one is missing or cannot be read.
    """
    files = [paths.score_shard(number) for number in range(count)]
    ScoreList(tuple(ScoreShard(len(map_scores(path).rows), digest(path)) for path in files)).write(paths.score_list)


def _listed(paths: ScorePaths) -> ScoreList:
    listed = ScoreList.read(paths.score_list)
    if listed is None:
        raise FileNotFoundError(f"{paths.score_list} is missing")
    return listed


def read_scores(path: Path) -> ScoredPool:
    """Return the pool in a file, once its checksum is right.

    Raises:
        BadData: the file is missing, or not what was written.
        OSError: it cannot be read.
    """
    try:
        require_stamp(path)
        return map_scores(path)
    except (FileNotFoundError, ValueError) as error:  # a disk that fails is not the file's fault
        raise BadData(
            f"{path} is missing or damaged: {error}", hint="delete its round's folder and run again"
        ) from error


def map_scores(path: Path) -> ScoredPool:
    """Return the pool in a file without looking at its checksum.

    Raises:
        ValueError: it holds no scores, or some that nobody computed: no numbers, or a maximum below its minimum.
        OSError: the file is missing or cannot be read.
    """
    try:
        with safe_open(path, "np") as file:  # checks the header, reads nothing else
            _require_scores({name: file.get_slice(name) for name in file.keys()})  # noqa: SIM118  it is no dictionary
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))

    def mapped(name: str) -> NDArray[Any]:
        entry = header[name]
        offset = 8 + size + entry["data_offsets"][0]
        return np.memmap(path, KINDS[entry["dtype"]], "r", offset, tuple(entry["shape"]))

    link = header.get("__metadata__", {}).get(LINK, "sigmoid")
    if link not in get_args(Link):
        raise ValueError(f"its probabilities are by {str(link)[:80]!r}, which this version does not know")
    pixels = mapped(PLACES) if PLACES in header else None
    return ScoredPool(Scores(*map(mapped, NAMES), link=cast(Link, link), pixels=pixels), np.asarray(mapped(ROWS)))


def write_scores(
    path: Path, values: NDArray[np.float32], rows: Indices, *, link: Link = "sigmoid", has_pixels: bool = False
) -> None:
    """Replace the file; `values` is (N, 3, C) in the order of NAMES, and may be larger than the memory.

    With `has_pixels` its last column, (N, 3), is what the places of each image say. It is a safetensors file: length
    and text of a JSON header, then the arrays one behind the other.
    """
    count, _, columns = values.shape
    classes = columns - has_pixels
    sizes = dict.fromkeys(NAMES, 4 * count * classes) | {ROWS: 8 * count}
    sizes |= {PLACES: 4 * count * len(PIXELS)} if has_pixels else {}
    metadata = METADATA if link == "sigmoid" else METADATA | {LINK: link}
    header: dict[str, Any] = {"__metadata__": metadata}
    at = 0
    for name, size in sizes.items():
        kind, shape = ("I64", [count]) if name == ROWS else ("F32", [count, len(PIXELS) if name == PLACES else classes])
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # arrays begin on a multiple of eight
    with replacing(path) as draft, draft.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for column in range(3):
            for first in range(0, count, BLOCK):
                file.write(np.ascontiguousarray(values[first : first + BLOCK, column, :classes]).tobytes())
        file.write(np.ascontiguousarray(rows, np.int64).tobytes())
        for first in range(0, count if has_pixels else 0, BLOCK):
            file.write(np.ascontiguousarray(values[first : first + BLOCK, :, classes]).tobytes())
        file.flush()
        stamp(draft)


def _require_scores(slices: dict[str, Any]) -> None:
    """Raise ValueError unless these are the arrays of scores."""
    if slices.keys() - {PLACES} != {*NAMES, ROWS}:
        raise ValueError("it holds no scores")
    shape = slices[NAMES[0]].get_shape()
    wanted = dict.fromkeys(NAMES, ("F32", shape)) | {
        ROWS: ("I64", shape[:1]),
        PLACES: ("F32", [*shape[:1], len(PIXELS)]),
    }
    if len(shape) != 2 or 0 in shape or any((s.get_dtype(), s.get_shape()) != wanted[n] for n, s in slices.items()):
        raise ValueError("its arrays are not scores")
