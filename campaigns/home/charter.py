"""`campaign.json`: a campaign as it was created, so that a lost store can be rebuilt from the folders."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from campaigns.core.ids import NAME, checked_id
from campaigns.core.plan import Plan
from campaigns.home.files import damaged, read_json, write_json
from campaigns.home.typed import built, demand_times

SCHEMA = 1

T = TypeVar("T")


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
    frozen: str = field(default="", compare=False)
    """Hash of recipe and split as they were frozen; empty in a campaign of before this was kept."""

    def write(self, path: Path) -> None:
        """Keep it."""
        write_json(path, {"schema": SCHEMA} | asdict(self))

    @classmethod
    def read(cls, path: Path) -> "Charter | None":
        """The charter in a file; None when there is none.

        Raises:
            Damaged: it is none of this version.
        """
        found = read_kept(cls, path)
        if found is None:
            return None
        schedule = found.plan.schedule
        try:
            checked_id(found.id)
            demand_times(found.created)
            if not NAME.fullmatch(found.name):
                raise ValueError(f"{found.name[:80]!r} cannot be a name")
            if len(schedule.epochs) != len(schedule.add) + 1 or not found.plan.criteria:
                raise ValueError("its plan is none")
        except ValueError as error:
            raise damaged(path, error) from error
        return found


def read_kept(kind: type[T], path: Path) -> T | None:
    """Return what a file of a campaign's folder keeps; None when there is no such file."""
    said = read_json(path)
    if said is None:
        return None
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise damaged(path, f"it is not a {kind.__name__.lower()} of this version")
    try:
        return built(kind, said)
    except ValueError as error:
        raise damaged(path, error) from error
