"""What a recipe says to Slurm: its table `run.slurm`."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from campaigns.recipe.heads import Count
from campaigns.recipe.section import Section

OURS = frozenset({
    "array", "chdir", "error", "export", "input", "job-name", "no-requeue", "ntasks", "open-mode", "output",
    "parsable", "requeue", "test-only", "wait", "wrap",
    "D", "J", "W", "a", "e", "i", "n", "o",
})  # fmt: skip
"""Options of `sbatch` that the station gives itself, or that would keep it from finding its jobs again."""

Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f-][^\x00-\x1f]*$")]


class SlurmSpec(Section):
    """Where in a cluster, for how long, and whatever else the site wants to know."""

    partition: Word | None = None
    """`sbatch --partition`; the cluster's own when absent."""
    time: Annotated[str, Field(pattern=r"^(\d+-)?\d+(:\d+){0,2}$")] | None = None
    """`sbatch --time`, as `04:00:00`: a job that takes longer goes on from its checkpoint in the next one."""
    extra: tuple[str, ...] = ()
    """Further options of `sbatch`, one each: `--account=x`, `--gres=gpu:h100:1`."""
    jobs: Count = 100
    """Jobs that Slurm is given at once; the others wait in the campaign."""

    @field_validator("extra")
    @classmethod
    def _options_that_are_not_ours(cls, extra: tuple[str, ...]) -> tuple[str, ...]:
        for option in extra:
            name = option.lstrip("-").partition("=")[0]
            if not option.startswith("-") or not name or not option.isprintable():
                raise _wrong(f"{option!r} is no option: write --NAME=VALUE, one in each text")
            short = "" if option.startswith("--") else name[:1]
            if name in OURS or short in OURS:
                raise _wrong(f"{option!r} is the program's own to say: leave it out")
        return extra

    @property
    def options(self) -> tuple[str, ...]:
        """All of it, as `sbatch` is told."""
        where = () if self.partition is None else (f"--partition={self.partition}",)
        limit = () if self.time is None else (f"--time={self.time}", *self._warning())
        return (*where, *limit, *self.extra)

    def _warning(self) -> tuple[str, ...]:
        """Tell workers of a short job not before they have begun."""
        seconds = _seconds(self.time or "")
        return (f"--signal=B:TERM@{max(1, seconds // 2)}",) if seconds < 240 else ()


def _seconds(limit: str) -> int:
    """Return a limit of Slurm's in seconds: minutes, minutes:seconds, hours:minutes:seconds, and days before those."""
    days, _, rest = limit.rpartition("-")
    parts = [int(part) for part in rest.split(":")]
    # Behind days the first is hours; alone, two are minutes and seconds, and one is minutes.
    units = (3600, 60, 1) if days or len(parts) == 3 else (60, 1)
    return int(days or 0) * 86400 + sum(part * unit for part, unit in zip(parts, units, strict=False))


def _wrong(text: str) -> PydanticCustomError:
    return PydanticCustomError("slurm", "{text}", {"text": text})
