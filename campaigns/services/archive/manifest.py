"""What an archive of a campaign holds: its list of contents, and the only names that may stand in it."""

import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from campaigns.core.fingerprint import Fingerprint
from campaigns.core.ids import JobKind, checked_id
from campaigns.core.plan import Plan
from campaigns.errors import Damaged, Mistake
from campaigns.home.paths import CampaignPaths
from campaigns.home.records import decode, read_record, require_schema
from campaigns.home.score_list import SHARD_NAME
from campaigns.recipe import MAX_BYTES

SCHEMA = 1
MANIFEST = "manifest.json"
"""First file of an archive."""
MOST_MANIFEST_BYTES = 1 << 25
"""Enough for 150 000 files; a campaign of a hundred arms with six rounds each has 5 000."""
MOST_JSON_BYTES = 1 << 28
"""Of a JSON file of a campaign, as in a home."""
ANSWERS = "answers.jsonl"
"""What people said of the images of a campaign's data set; in an archive beside the campaign's own files."""
MOST_ANSWERS_BYTES = 1 << 30
"""A hundred thousand answers about eighty classes have a fifth of it."""
MODELS = ("model.safetensors", "checkpoint.pt")
"""What may be left out: it can be made again."""
NEEDED = ("campaign.json", "recipe.toml", "split.json")
EXTENSIONS = "extensions.json"
"""Only of a campaign that was extended; `choice.json` of a round likewise."""
ATTEMPT = ("task.json", "journal.jsonl", "worker.log", "exit.json", "verdict.json")
ROUND = (
    "round.json", "choice.json", "evaluation.json", "picks.json", "maps.safetensors", "scores.safetensors",
    "scores.json", "labels.safetensors", "tested.safetensors", *MODELS,
)  # fmt: skip
SCORING = f"jobs/{JobKind.SCORE}-"
"""Where jobs that score for others have their folders: only while a round waits for them."""
_NUMBER = "(?:0|[1-9][0-9]{0,5})"
_JOB = re.compile(
    rf"jobs/(?P<job>[A-Za-z0-9][A-Za-z0-9._-]{{0,199}})/"
    rf"(?:attempts/{_NUMBER}/(?:{'|'.join(map(re.escape, ATTEMPT))})"
    rf"|rounds/(?P<round>{_NUMBER})/(?:{'|'.join(map(re.escape, ROUND))}|{SHARD_NAME}))"
)
_INTAKE = re.compile(rf"intakes/{_NUMBER}\.json")
"""Lists of the photographs that a campaign found in its folder, look by look."""
_SUM = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file."""

    path: str
    """Below the campaign's folder, with slashes; or ANSWERS, which lie elsewhere in a home."""
    bytes: int
    sha256: str
    modified: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The list of contents of an archive."""

    schema: int
    program: str
    """Version that wrote it."""
    campaign: str
    """Id."""
    name: str
    exported: float
    """Seconds since the epoch."""
    dataset: str
    """Its name; the data themselves are not carried."""
    fingerprint: Fingerprint
    """Of the data set's images and of its labels."""
    left_out: tuple[str, ...]
    """Names of files that the campaign had in its rounds and the archive has not."""
    files: tuple[Entry, ...]
    """In the order in which they stand in the archive."""

    @property
    def bytes(self) -> int:
        """Of all files together."""
        return sum(entry.bytes for entry in self.files)

    def content(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def manifest_of(content: bytes) -> Manifest:
    """Read the list of contents in these bytes.

    Raises:
        ValueError: they are none, or a newer program's.
    """
    require_schema(content, SCHEMA)
    manifest = decode(Manifest, content)
    checked_id(manifest.campaign)
    return manifest


def wrong_entries(manifest: Manifest, *, most: int) -> Iterator[Mistake]:
    """Yield everything in a list of contents that no campaign has; `most` bytes are all that the archive can hold."""
    listed: set[str] = set()
    for entry in manifest.files:
        if _most_bytes(entry.path) is None:
            yield Mistake(repr(entry.path[:200]), "is no file of a campaign")
        elif entry.path.casefold() in listed:
            yield Mistake(repr(entry.path), "is listed twice")
        elif not 0 <= entry.bytes <= min(most, _most_bytes(entry.path) or most):
            yield Mistake(repr(entry.path), f"cannot have {entry.bytes} bytes")
        elif not _SUM.fullmatch(entry.sha256):
            yield Mistake(repr(entry.path), "has no hash")
        elif not math.isfinite(entry.modified) or not 0 <= entry.modified < 1 << 34:
            yield Mistake(repr(entry.path), "was modified at no time")
        listed.add(entry.path.casefold())
    for name in NEEDED:
        if name not in listed:
            yield Mistake(repr(name), "is missing")
    if manifest.bytes > most:
        yield Mistake("all files", f"would be {manifest.bytes} bytes, and the archive has {most}")


def strangers(manifest: Manifest, plan: Plan) -> Iterator[Mistake]:
    """Yield files of jobs and rounds that the plan has not."""
    jobs = {job.id: plan.rounds(job) for job in plan.jobs}
    last = plan.schedule.last
    for entry in manifest.files:
        match = _JOB.fullmatch(entry.path)
        if match is None:
            continue
        if match["job"] not in jobs:
            yield Mistake(repr(entry.path), "is of a job that the campaign has not")
        elif match["round"] is not None and int(match["round"]) > last:
            yield Mistake(repr(entry.path), f"is of a round beyond {last}")


def files_of(paths: CampaignPaths, left_out: tuple[str, ...]) -> list[Path]:
    """Return every file of a campaign that is carried: those frozen first, then jobs in order of their names."""
    first = [paths.folder / name for name in (*NEEDED, EXTENSIONS)]
    intakes = sorted(paths.intakes.glob("*.json"))
    rest = sorted(path for part in ("attempts", "rounds") for path in paths.jobs.glob(f"*/{part}/*/*"))
    return [
        path
        for path in (*first, *intakes, *rest)
        if path.is_file()
        and path.name not in left_out
        and not path.relative_to(paths.folder).as_posix().startswith(SCORING)
        and _most_bytes(path.relative_to(paths.folder).as_posix()) is not None
    ]


def left_out(paths: CampaignPaths) -> tuple[str, ...]:
    """Return names of the files that a campaign came here without; none when it was made here."""
    try:
        manifest = read_record(Manifest, paths.carried, schema=SCHEMA, most_bytes=MOST_MANIFEST_BYTES)
    except Damaged:
        return ()
    return () if manifest is None else tuple(name for name in MODELS if name in manifest.left_out)


def _most_bytes(path: str) -> int | None:
    """Return how large a file of a campaign may be; 0 for any size, None when no campaign has such a file."""
    if path in NEEDED:
        if path == "recipe.toml":
            return MAX_BYTES
        return 0 if path == "split.json" else MOST_JSON_BYTES
    if path == EXTENSIONS:
        return MAX_BYTES
    if path == ANSWERS:
        return MOST_ANSWERS_BYTES
    if _INTAKE.fullmatch(path):
        return 0
    if not _JOB.fullmatch(path):
        return None
    return MOST_JSON_BYTES if path.endswith(".json") else 0
