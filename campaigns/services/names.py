"""What can be named, for the completion of a command line: imports little, reads quickly, changes nothing."""

from pathlib import Path

import campaigns
from campaigns.home.paths import HomePaths, default_home
from campaigns.home.typed_paths import expanded
from campaigns.store import names


def campaign_names(home: Path | None) -> list[str]:
    """Return the campaigns of a home, else of the user's own."""
    return names.campaign_names(_store(home))


def dataset_names(home: Path | None) -> list[str]:
    """Return the data sets that were added to a home."""
    return names.dataset_names(_store(home))


def job_names(home: Path | None, campaign: str) -> list[str]:
    """Return the jobs of a campaign."""
    return names.job_names(_store(home), campaign)


def recipe_names() -> list[str]:
    """Return the shipped recipes, and `protocol`, which is made for any data set."""
    # The package of recipes knows them, too, and takes a third of a second to import.
    return [*sorted(path.stem for path in (Path(campaigns.__file__).parent / "recipes").glob("*.toml")), "protocol"]


def brought_names(group: str) -> list[str]:
    """Return what installed packages bring of a group of entry points."""
    from importlib.metadata import entry_points  # it takes longer than the rest of a completion

    return sorted(entry_points(group=group).names)


def _store(home: Path | None) -> Path:
    try:
        return HomePaths(expanded(home or default_home()).absolute()).store
    except RuntimeError:  # there is no such user
        return Path()
