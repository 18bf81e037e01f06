"""Campaigns that people label for and that are done, without a station; and longer ones."""

import shutil
from pathlib import Path

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import JobState
from campaigns.home.exit import Ending, Exit
from campaigns.home.extensions import Extensions
from campaigns.home.paths import RoundPaths
from campaigns.services.campaigns.extend import Extended, extend
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.campaigns import get_campaign, move_job
from campaigns.store.rows import CampaignRow
from tests.labelling.truth import asking, label_until_done, write_photos
from tests.stage import attended, tiny

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")
ADDED = (6, 6)
"""Images of each round by which the tests extend a campaign of two rounds."""
LONGER = ("protocol.add=[6, 6, 6, 6]", "protocol.epochs=[2, 2, 2, 2, 2]")
"""Overrides of a campaign that had all of these rounds from the beginning."""


def copy_of(place: Workspace, folder: Path) -> Workspace:
    """Return the same home elsewhere; no file is a link, for answers are appended."""
    shutil.copytree(place.home.folder, folder)
    return open_workspace(folder)


def made(place: Workspace, *overrides: str) -> CampaignRow:
    """Return a campaign `asked` of which nobody has said anything; the photographs lie beside the home."""
    photos = write_photos(place.home.folder.parent / "photos")
    return tiny(place, *asking(photos), 'criteria.names=["ag"]', *overrides, name="asked")


def let_end(place: Workspace, row: CampaignRow, *jobs: Job, first: int = 1) -> None:
    """Run what is left of jobs, from their attempts `first` on, and let files and store say that they are done."""
    for job in jobs:
        last = first + label_until_done(place, row, job, first=first)
        Exit(Ending.DONE).write(place.home.campaign(row.id).job(job.id).attempt(last).exit)
        with place.store() as store:
            for state in (JobState.RUNNING, JobState.DONE):
                move_job(store, row.id, job.id, state)


def done(place: Workspace, *overrides: str) -> CampaignRow:
    """Return the same campaign once all of its rounds are complete."""
    row = made(place, *overrides)
    let_end(place, row, BASELINE, ARM)
    return row


def longer(place: Workspace, images: int = sum(ADDED)) -> Extended:
    """Extend it, as where a station is at work that does not look yet."""
    with attended(place):
        return extend(place, "asked", images=images)


def go_on_to_the_end(place: Workspace, row: CampaignRow, *, first: int = 20) -> None:
    """Run the rounds by which it was extended."""
    let_end(place, row, ARM, first=first)


def row_now(place: Workspace) -> CampaignRow:
    with place.store() as store:
        return get_campaign(store, "asked")


def round_of(place: Workspace, row: CampaignRow, number: int) -> RoundPaths:
    return place.home.campaign(row.id).job(ARM.id).round(number)


def extensions_of(place: Workspace, row: CampaignRow) -> tuple[int, ...]:
    return Extensions.read(place.home.campaign(row.id).extensions).add


def sealed_bytes(place: Workspace, row: CampaignRow) -> dict[str, tuple[bytes, int]]:
    """Return content and time of every file of every round."""
    folder = place.home.campaign(row.id).folder
    files = [path for path in folder.glob("jobs/*/rounds/*/*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
