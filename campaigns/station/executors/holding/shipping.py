"""What a job needs goes to a node that does not share the home."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from campaigns.errors import Damaged
from campaigns.home.charter import Charter
from campaigns.home.checksums import digest
from campaigns.home.paths import HomePaths
from campaigns.home.records import decode
from campaigns.home.task import Task
from campaigns.station.executors.holding.files import plain_files, round_files
from campaigns.station.executors.holding.talk import PIECE, Hold, LackingFiles, WantedFiles, to_bytes

HASHING = 900.0
"""Seconds that a node may take to hash what it has of a job."""
TAKING = 120.0
"""Seconds that a piece may take."""
GROWING = "people label this campaign, in a folder that may grow: it needs nodes that share the home"


def unshippable(home: HomePaths, task: Task) -> str:
    """Return why a job cannot be done away from its home; empty when it can."""
    # A worker that finds new photographs writes that down for all jobs of the campaign, under a lock of the home.
    return GROWING if any(home.campaign(task.campaign).intakes.glob("*")) else ""


def needed(home: HomePaths, task: Task) -> dict[str, Path]:
    """Return the files that a job needs, by their path below the home."""
    return {path.relative_to(home.folder).as_posix(): path for path in _needed(home, task)}


def _needed(home: HomePaths, task: Task) -> Iterator[Path]:
    campaign = home.campaign(task.campaign)
    yield from (path for path in plain_files(campaign.folder) if path.parent == campaign.folder)
    jobs = [task.job] if task.job.needs is None else [task.job, task.job.needs]
    for job in jobs:
        yield from (path for _, path in round_files(campaign.job(job.id).folder))
    with suppress(Damaged):
        charter = Charter.read(campaign.charter)
        if charter is not None and (answers := home.labels(charter.dataset).answers).exists():
            yield answers


def ship(home: HomePaths, task: Task, hold: Hold) -> int:
    """Give a node all that a job needs and that is not there yet; return how many bytes went.

    Raises:
        HoldSilent, HoldGone, HoldFailed: as `Hold.ask`.
        ValueError: the node answers what is no list of files.
        OSError: a file cannot be read.
    """
    files = needed(home, task)
    facts = {name: (path.stat().st_size, digest(path)) for name, path in files.items()}
    answer = hold.ask("lacking", to_bytes(WantedFiles(facts)), seconds=HASHING)
    lacking = [name for name in decode(LackingFiles, answer).names if name in files]
    return sum(_send(name, files[name], facts[name][1], hold) for name in lacking)


def _send(name: str, path: Path, sha256: str, hold: Hold) -> int:
    offset = 0
    with path.open("rb") as file:
        while True:
            content = file.read(PIECE)
            is_last = len(content) < PIECE
            hold.ask("take", name, offset, content, sha256 if is_last else "", seconds=TAKING)
            offset += len(content)
            if is_last:
                return offset
