"""Names and ids: of campaigns, jobs, criteria."""

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from campaigns.errors import UsageError

CampaignId = NewType("CampaignId", str)
JobId = NewType("JobId", str)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a campaign or data set may be called: safe in a path, a shell, a terminal and a spreadsheet."""

# A name with its six hex digits, or a job with its criterion, which a plugin may have named.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def checked_name(name: str) -> str:
    """Return the name itself if it can be one.

    Raises:
        UsageError: it could not stand in a path, a shell or a terminal as it is.
    """
    if not NAME.fullmatch(name) or name.endswith("."):
        raise UsageError(
            f"{name!r} cannot be a name",
            hint="use 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first",
        )
    return name


def checked_id(id_: str) -> str:
    """Return the id itself if it can be a folder's name: a campaign's or a job's, as a file names it.

    Raises:
        ValueError: no id of ours looks like that.
    """
    if not _ID.fullmatch(id_) or id_.endswith("."):
        raise ValueError(f"{id_[:80]!r} is not an id")
    return id_


def new_campaign_id(name: str) -> CampaignId:
    """Return a folder name that no other campaign has had, even one of the same name deleted before."""
    return CampaignId(f"{name}.{secrets.token_hex(3)}")


class JobKind(StrEnum):
    """What one worker process runs."""

    FULL = "full"
    BASELINE = "baseline"
    ARM = "arm"
    SCORE = "score"
    """A part of the pool of a baseline or of an arm, where that is long; only while their round waits for it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One unit of work of a campaign, as planned."""

    kind: JobKind
    trial: int | None = None
    """Counted from 0; None for the full model, which belongs to no trial."""
    criterion: str | None = None
    """Only an arm has one, and who scores for it."""
    round: int | None = None
    """Whose pool is scored; only of who scores, like the next."""
    shard: int | None = None
    """Which of the files of its scores is made, from 0."""

    @property
    def id(self) -> JobId:
        """Name of the job and of its folder: `full`, `baseline-t0`, `arm-t0-ag`, `score-t0-ag-r2-s7`."""
        parts: list[str] = [self.kind]
        if self.trial is not None:
            parts.append(f"t{self.trial}")
        if self.criterion is not None:
            parts.append(self.criterion)
        if self.round is not None:
            parts += [f"r{self.round}", f"s{self.shard}"]
        return JobId("-".join(parts))

    @property
    def needs(self) -> "Job | None":
        """The job that has to be done before this one may start."""
        return Job(JobKind.BASELINE, self.trial) if self.kind is JobKind.ARM else None

    @property
    def asking(self) -> "Job":
        """The job whose round a job works on: of one that scores the baseline or the arm that waits, else itself."""
        if self.kind is not JobKind.SCORE:
            return self
        return Job(JobKind.BASELINE if self.criterion is None else JobKind.ARM, self.trial, self.criterion)

    def scoring(self, round_: int, shard: int) -> "Job":
        """Return the job that scores a part of the pool of one of this job's rounds."""
        return Job(JobKind.SCORE, self.trial, self.criterion, round_, shard)
