"""Room on the disk of a home: which jobs wait for it, and what they are told."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from campaigns.core.ids import CampaignId, JobId
from campaigns.errors import NoRoom
from campaigns.home.disk import Room
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import HomePaths
from campaigns.store.pauses import Pause

if TYPE_CHECKING:
    from campaigns.recipe import Recipe

FLOOR = 32 << 20
"""Bytes that have to be free before any worker starts: for the store, the logs, and what others write meanwhile."""
COPIES = 5
"""Of a model that lie there at once while it trains: two checkpoints with its momenta, and the model."""
FIRST_REST, LONGEST_REST = 10.0, 600.0
"""Seconds that a job rests after the disk took no more although there seems to be room, as with a quota, or after
another worker was at it; doubled."""


def room_for(home: HomePaths, recipe: "Recipe") -> Room:
    """Room of the home, and what a worker of that recipe needs to get from one checkpoint to the next.

    Raises:
        OSError: the home is not there.
    """
    weights = recipe.model.weights_mib << 20 if recipe.model.training == "finetune" else 0
    return Room.at(home.folder, FLOOR + COPIES * weights)


def resting(pauses: Mapping[tuple[CampaignId, JobId], Pause], campaign: CampaignId, *, now: float) -> dict[JobId, str]:
    """Return the jobs of a campaign that were stopped a moment ago, and why they wait: the disk took no more although
    there seems to be room, or another worker holds them.

    `now` in seconds since the epoch.
    """
    reasons = {}
    for (owner, job), pause in pauses.items():
        rest = min(LONGEST_REST, FIRST_REST * 2 ** min(pause.times - 1, 10))
        # The distance, because a clock may have been set back meanwhile.
        left = rest - abs(now - pause.ended)
        if owner == campaign and left > 0:
            reasons[job] = f"{pause.why}, it tries again in {left:.0f} s"
    return reasons


def unsaid(code: int | None, room: Room | None) -> Exit | None:
    """Return the last words of a worker that left none because the disk took none; None when that is not why.

    `code` is what it ended with; None when nobody knows.
    """
    is_short = room is not None and not room.is_enough
    if code == NoRoom.exit_code or (code is None and is_short):
        return Exit(Ending.FULL, NoRoom.exit_code, f"no room for its last words: {room}" if is_short else _NO_WORDS)
    return None


_NO_WORDS = "the disk took no more, not even its last words"
