"""What killed processes left is cleared away; what somebody is at, and every result, stays."""

import subprocess
import sys
import time
from pathlib import Path

from campaigns.core.states import AttemptState, JobState
from campaigns.home.drafts import draft_of
from campaigns.services.campaigns.delete import delete
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.workspace import Workspace
from campaigns.station.cleanup import moving, tidy
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.station import Station
from campaigns.store.attempts import add_attempt, list_attempts
from campaigns.store.campaigns import delete_campaign, list_jobs, move_job
from campaigns.store.rows import AttemptRow, CampaignRow
from tests.stage import tiny


def tidied(place: Workspace) -> list[str]:
    with place.store() as store:
        return tidy(place.home, store)


DRAFTS = """
import sys
from pathlib import Path
from campaigns.home.drafts import draft_of
print(draft_of(Path(sys.argv[1])), end="")
"""


def abandoned(path: Path) -> Path:
    """A draft of that file whose writer has died."""
    words = [sys.executable, "-c", DRAFTS, str(path)]
    draft = Path(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    draft.touch()
    return draft


def unfinished(place: Workspace, row: CampaignRow) -> AttemptRow:
    """An attempt that a station recorded before it was killed: no process was started."""
    job = row.plan.jobs[0].id
    attempt = AttemptRow(
        row.id, job, 1, AttemptState.RUNNING, "cpu", 1, handle=None, started=time.time(), ended=None,
        exit_code=None, last_words="", activity="starting", round=None, epoch=None, epochs=None, loss=None,
        journal_offset=0,
    )  # fmt: skip
    with place.store() as store:
        add_attempt(store, attempt)
        move_job(store, row.id, job, JobState.RUNNING)
    return attempt


def test_a_campaign_whose_making_was_killed_before_its_row_is_cleared_away(place: Workspace) -> None:
    row = tiny(place)
    paths = place.home.campaign(row.id)
    paths.unsettled.touch()
    with place.store() as store:
        delete_campaign(store, row.id)
    assert "never made, or is deleted" in "".join(tidied(place))
    assert not paths.folder.exists()
    assert tidied(place) == []


def test_a_campaign_whose_making_was_killed_after_its_row_is_one(place: Workspace) -> None:
    row = tiny(place)
    paths = place.home.campaign(row.id)
    paths.unsettled.touch()
    assert tidied(place) == []
    assert not paths.unsettled.exists()
    assert recipe_of(place, row.id).data.name == "shapes"


def test_folders_half_made_and_half_deleted_are_cleared_away(place: Workspace) -> None:
    row = tiny(place)
    for name in (".new-other.123456", ".deleted-third.123456"):
        (place.home.campaigns / name / "jobs").mkdir(parents=True)
    assert len(tidied(place)) == 2
    assert [path.name for path in place.home.campaigns.iterdir()] == [row.id]


def test_a_folder_without_a_row_that_nobody_was_making_stays(place: Workspace) -> None:
    row = tiny(place)
    with place.store() as store:
        delete_campaign(store, row.id)
    assert tidied(place) == []
    assert place.home.campaign(row.id).recipe.exists(), "repair may still want it"


def test_while_somebody_makes_a_campaign_nothing_is_cleared_away(place: Workspace) -> None:
    draft = place.home.campaigns / ".new-other.123456"
    draft.mkdir(parents=True)
    with moving(place.home):
        assert tidied(place) == []
    assert draft.exists()
    assert tidied(place)


def test_drafts_of_dead_processes_go_and_those_of_living_ones_stay(place: Workspace) -> None:
    row = tiny(place)
    folder = place.home.campaign(row.id).folder
    dead, living = abandoned(folder / "recipe.toml"), draft_of(folder / "recipe.toml")
    mine = place.home.folder / ".backup.4194305"
    for path in (living, mine):
        path.touch()
    assert str(dead) in "".join(tidied(place))
    assert (dead.exists(), living.exists(), mine.exists()) == (False, True, True)


def test_an_attempt_that_never_had_a_process_ends_and_does_not_count_against_its_job(place: Workspace) -> None:
    row = tiny(place)
    attempt = unfinished(place, row)
    paths = place.home.campaign(row.id).job(attempt.job).attempt(1)
    paths.folder.mkdir(parents=True)
    draft = abandoned(paths.folder / "task.json")
    with place.store() as store:
        station = Station.open(place.home, store, LocalExecutor())
        (live,) = station.live.values()
        live.adopted -= 60
        station.turn()
        (ended,), job = list_attempts(store), list_jobs(store)[0]
    assert (ended.state, job.state, job.lost) == (AttemptState.LOST, JobState.WAITING, 0)
    assert "never started" in ended.last_words
    assert not draft.exists()


def test_a_deletion_leaves_nothing(place: Workspace) -> None:
    row = tiny(place)
    delete(place, row.name)
    assert list(Path(place.home.campaigns).iterdir()) == []
