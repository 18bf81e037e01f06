"""`campaign.json`: a campaign as it was created, so that a lost store can be rebuilt from the folders."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.core.ids import NAME, checked_id
from campaigns.core.plan import Plan
from campaigns.core.yardstick import as_written
from campaigns.home.records import plain, read_record, require_times, write_plain

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Charter:
    """A campaign as it was created: all of its row but what is asked of it."""

    id: str
    name: str
    recipe: str
    """Where it came from: the name of a shipped recipe, or a file."""
    about: str
    dataset: str
    model: str
    created: float
    """Seconds since the epoch."""
    plan: Plan
    frozen: str
    """Hash of recipe and split as they were frozen."""

    def write(self, path: Path) -> None:
        """Write it to a file."""
        content = plain(self, schema=SCHEMA)
        write_plain(path, content | {"plan": as_written(content["plan"])})

    @classmethod
    def read(cls, path: Path) -> "Charter | None":
        """Return the charter in a file; None when there is none.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check)

    def check(self) -> None:
        """Raise ValueError unless its id, name, time and plan can be those of a campaign."""
        checked_id(self.id)
        require_times(self.created)
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name[:80]!r} cannot be a name")
        schedule = self.plan.schedule
        if len(schedule.epochs) != len(schedule.rounds):
            raise ValueError(f"its plan is invalid: {len(schedule.epochs)} epochs for {len(schedule.rounds)} rounds")
        if not self.plan.criteria:
            raise ValueError("its plan is invalid: it has no criterion")
