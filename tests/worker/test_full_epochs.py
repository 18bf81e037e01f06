"""The full model measured after several numbers of epochs: one training run with the bytes of several."""

import shutil
from pathlib import Path

import pytest

from campaigns.core.events import EpochDone, RoundStarted
from campaigns.core.ids import Job, JobKind
from campaigns.reporting.json.curves import result_record
from campaigns.services.campaigns.run import go_on
from campaigns.services.campaigns.wait import wait
from campaigns.services.results.curves import load_curves
from campaigns.services.results.model import find_model
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.station.ingest import new_events
from campaigns.store.rows import CampaignRow
from tests.patience import patience
from tests.stage import perform_job, tiny

FULL = Job(JobKind.FULL)
COUNTS = (2, 3, 5)
LIST = f"protocol.full_epochs={list(COUNTS)}"
SMALL = ("protocol.trials=1", 'criteria.names=["ag"]', "protocol.add=[6]", "protocol.epochs=[2, 2]")


@pytest.fixture
def workspaces(place: Workspace, tmp_path: Path) -> tuple[Workspace, Workspace]:
    """Two homes: in one alone, models would be taken over rather than trained."""
    return place, open_workspace(tmp_path / "elsewhere")


def files(place: Workspace, row: CampaignRow, number: int) -> tuple[bytes, bytes]:
    """Model and evaluation of a round of the full model."""
    paths = place.home.campaign(row.id).job(FULL.id).round(number)
    return paths.model.read_bytes(), paths.evaluation.read_bytes()


def epochs_done(place: Workspace, row: CampaignRow, attempt: int = 1) -> list[tuple[int, int]]:
    """Round and number of every epoch that an attempt trained."""
    journal = place.home.campaign(row.id).job(FULL.id).attempt(attempt).journal
    events = [recorded.event for recorded in new_events(journal, 0)[0]]
    return [(event.round, event.epoch) for event in events if isinstance(event, EpochDone)]


def test_one_run_gives_the_bytes_of_runs_of_their_own(workspaces: tuple[Workspace, Workspace]) -> None:
    place, elsewhere = workspaces
    several = tiny(place, *SMALL, LIST)
    perform_job(place, several, FULL)
    assert epochs_done(place, several) == [(0, 1), (0, 2), (1, 3), (2, 4), (2, 5)]
    for number, epochs in enumerate(COUNTS):
        alone = tiny(elsewhere, *SMALL, f"protocol.full_epochs={epochs}", name=f"alone{epochs}")
        perform_job(elsewhere, alone, FULL)
        assert files(place, several, number) == files(elsewhere, alone, 0)


@pytest.mark.slow
def test_a_round_whose_beginning_is_lost_begins_at_nothing_and_comes_to_the_same(
    workspaces: tuple[Workspace, Workspace],
) -> None:
    place, elsewhere = workspaces
    whole, broken = tiny(place, *SMALL, LIST), tiny(elsewhere, *SMALL, LIST)
    perform_job(place, whole, FULL)
    perform_job(elsewhere, broken, FULL)
    folder = elsewhere.home.campaign(broken.id).job(FULL.id)
    for number in (1, 2):
        shutil.rmtree(folder.round(number).folder)
    perform_job(elsewhere, broken, FULL, attempt=2)
    # Nothing was left for round 1; round 2 went on where it ended.
    assert epochs_done(elsewhere, broken, attempt=2) == [(1, 1), (1, 2), (1, 3), (2, 4), (2, 5)]
    assert [files(elsewhere, broken, n) for n in range(3)] == [files(place, whole, n) for n in range(3)]


def test_a_list_takes_over_models_of_single_numbers_and_gives_theirs_back(place: Workspace) -> None:
    alone, several = tiny(place, *SMALL, "protocol.full_epochs=3", name="alone"), tiny(place, *SMALL, LIST)
    perform_job(place, alone, FULL)
    perform_job(place, several, FULL)
    # Round 1 was there already, so round 2 has nothing to go on from.
    assert epochs_done(place, several) == [(0, 1), (0, 2), *((2, epoch) for epoch in range(1, 6))]


@pytest.mark.slow
def test_a_campaign_is_read_against_each_and_verified(place: Workspace) -> None:
    row = tiny(place, *SMALL, LIST)
    go_on(place, row.name)
    assert wait(place, row.name, timeout=patience()).is_over
    assert row.plan.full_epochs == COUNTS
    assert row.plan.models == 1 + 3 + 1
    result = load_curves(place, row.name)
    assert [epochs for epochs, _ in result.fulls] == [2, 3, 5]
    assert result.full == result.fulls[-1][1]
    record = result_record(result)
    assert list(record["full_by_epochs"]) == ["2", "3", "5"]
    point = record["curves"][0]["points"][-1]
    assert point["relative_percent_by_epochs"]["5"] == point["relative_percent"]
    assert point["relative_percent_by_epochs"]["2"] == 100 * point["mean"] / result.fulls[0][1]
    verification = verify_campaign(place, row.name)
    assert verification.is_same
    assert verification.unfinished == 0
    assert find_model(place, row.name).round == 2


def test_work_is_counted_once(place: Workspace) -> None:
    plan = tiny(place, *SMALL, LIST).plan
    assert [plan.training(FULL, number) for number in plan.rounds(FULL)] == [60 * 2, 60 * 1, 60 * 2]


def test_later_rounds_say_where_they_go_on(place: Workspace) -> None:
    row = tiny(place, *SMALL, LIST)
    perform_job(place, row, FULL)
    journal = place.home.campaign(row.id).job(FULL.id).attempt(1).journal
    begun = [entry.event for entry in new_events(journal, 0)[0] if isinstance(entry.event, RoundStarted)]
    assert [(event.round, event.epoch, event.epochs) for event in begun] == [(0, 0, 2), (1, 2, 3), (2, 3, 5)]
