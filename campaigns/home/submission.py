"""`engine.json`: what an engine calls an attempt that was handed to it, as the station notes it beside the task.

It is written before the engine is asked, with the name alone: a station that is killed while it asks finds the attempt
again by that name, which is never given twice.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from campaigns.home.records import read_record, require_times, write_record

SCHEMA = 1
_WORD = re.compile(r"[A-Za-z0-9._+-]{0,240}")
_CLUSTER = re.compile(r"[A-Za-z0-9._+:/\[\]-]{0,200}")


@dataclass(frozen=True, slots=True)
class Submission:
    """One attempt in the hands of an engine."""

    engine: str
    """`slurm` or `ray`."""
    name: str
    """What the attempt is called there; no other one ever is."""
    submitted: float
    """Seconds since the epoch, by the station's clock."""
    job: str = ""
    """The engine's number for it; numbers come again. Empty until the engine has given one."""
    cluster: str = ""
    """Which of several clusters has it, Ray's by its address; empty for the only one."""

    def write(self, path: Path) -> None:
        """Write it to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "Submission | None":
        """Return what a file says; None where no engine was asked.

        Raises:
            Damaged: no station wrote it.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check)

    def to_text(self) -> str:
        """Return it in one line, for whoever keeps it elsewhere."""
        return " ".join((self.engine, self.job or "-", self.cluster or "-", f"{self.submitted:.3f}", self.name))

    @classmethod
    def from_text(cls, text: str) -> "Submission":
        """Return the submission in a text that `to_text` made.

        Raises:
            ValueError: it is none.
        """
        words = text.split(" ")
        if len(words) != 5:
            raise ValueError(f"{text[:60]!r} names no attempt of an engine")
        engine, job, cluster, submitted, name = words
        submission = cls(engine, name, float(submitted), job.replace("-", ""), "" if cluster == "-" else cluster)
        submission.check()
        return submission

    def check(self) -> None:
        """Raise ValueError unless its words are such as an engine's commands may be given."""
        require_times(self.submitted)
        for word, form in ((self.engine, _WORD), (self.name, _WORD), (self.job, _WORD), (self.cluster, _CLUSTER)):
            if not form.fullmatch(word) or word.startswith("-"):
                raise ValueError(f"{word[:60]!r} cannot be the name or number of an attempt")
        if not (self.engine and self.name) or (self.job and not self.job.isdecimal()):
            raise ValueError(f"{self.job[:60]!r} is not the number of an attempt, or it has no name")
