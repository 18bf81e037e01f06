"""What a worker does about a folder that changed since its campaign last looked: new photographs are taken in."""

from collections.abc import Collection
from itertools import islice

from campaigns.datasets.campaign_data import CampaignData, first_intake, may_grow, newcomers, seen_through
from campaigns.errors import BadData
from campaigns.home.intake import Intake, looking, read_intakes, write_intake
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit
from campaigns.recipe import Recipe
from campaigns.worker.journal import Journal

NAMED = 5
"""How many images a note lists."""


def take_in(
    data: CampaignData, recipe: Recipe, split: FrozenSplit, paths: CampaignPaths, journal: Journal
) -> CampaignData:
    """Return the data with what is new in their folder, which is written down, and say what else changed.

    A campaign whose images stay what they are is returned as it is.

    Raises:
        BadData: most of the images are not there: a disk that is not mounted is no reason to go on without them.
    """
    if not may_grow(recipe.data, split):
        return data
    with looking(paths.intakes):
        intakes = read_intakes(paths.intakes)
        today = data.dataset if data.today is None else data.today
        if not intakes:  # an older version made the campaign: it left this to the first worker
            intakes = (first_intake(today),)
            write_intake(paths.intakes, 0, intakes[0])
        data = seen_through(today, intakes, recipe.data, split)
        _require_there(data, paths)
        fresh, unsettled = newcomers(data)
        if fresh.images:
            write_intake(paths.intakes, len(intakes), fresh)
            data = seen_through(today, (*intakes, fresh), recipe.data, split)
    _tell(data, fresh, unsettled, journal)
    return data


def _require_there(data: CampaignData, paths: CampaignPaths) -> None:
    """Raise BadData if more than half of the images have gone."""
    taken = sum(intake.images for intake in data.intakes)
    if 2 * len(data.missing) > taken:
        raise BadData(
            f"{len(data.missing)} of {taken} photographs are not in the folder any more, "
            f"for example {min(data.missing)}",
            hint="answers given so far are kept; mount the disk or put the photographs back, "
            f"then: alwsl-tui retry {paths.folder.name.rpartition('.')[0]}",
        )


def _tell(data: CampaignData, fresh: Intake, unsettled: int, journal: Journal) -> None:
    if fresh.images:
        journal.note(
            f"{fresh.images} new photographs in the folder: {len(fresh.train.ids)} to choose from, "
            f"{len(fresh.test.ids)} to test on"
        )
    if unsettled:
        journal.note(f"{unsettled} more photographs are still being copied: the next round takes them in")
    if data.missing:
        journal.note(f"not in the folder any more, and not chosen: {_named(data.missing)}", is_warning=True)
    if data.replaced:
        journal.note(
            f"another file lies in the place of {_named(data.replaced)}: what people said of the one that was there "
            "does not count for it",
            is_warning=True,
        )


def _named(images: Collection[str]) -> str:
    names = ", ".join(islice(sorted(images), NAMED))
    return f"{names} and {len(images) - NAMED} more" if len(images) > NAMED else names
