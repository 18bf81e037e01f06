"""A campaign that people label for is given a larger budget after it was done."""

import shutil
from pathlib import Path

import pytest

from campaigns.core.states import CampaignState
from campaigns.errors import WaitingForLabels
from campaigns.home.extensions import Extension, Extensions
from campaigns.services.campaigns.extend import extend
from campaigns.services.monitor.progress import state_of
from campaigns.services.repair.repair import repair_home
from campaigns.services.station.list import Kept, load_campaigns
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.labelling.extending import (
    ADDED,
    ARM,
    BASELINE,
    LONGER,
    copy_of,
    extensions_of,
    go_on_to_the_end,
    longer,
    made,
    round_of,
    row_now,
    sealed_bytes,
)
from tests.labelling.growing import require_verified
from tests.labelling.truth import label_until_done, requests_of
from tests.services.backups import lose_store
from tests.services.tampering import told
from tests.stage import assert_same, attended, outcome, perform_job

LAST = 2
"""The last round before the extension."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, CampaignRow]:
    """A home whose campaign had all four rounds from the beginning."""
    place = open_workspace(tmp_path_factory.mktemp("whole") / "home")
    row = made(place, *LONGER)
    for job in (BASELINE, ARM):
        label_until_done(place, row, job)
    return place, row


def state(place: Workspace) -> CampaignState:
    with place.store() as store:
        return state_of(store, row_now(place))


def test_it_leaves_the_bytes_of_a_campaign_that_had_all_rounds_from_the_beginning(
    here: Workspace, whole: tuple[Workspace, CampaignRow]
) -> None:
    row = row_now(here)
    before = sealed_bytes(here, row)
    frozen = {path: path.read_bytes() for path in here.home.campaign(row.id).folder.glob("*.*") if path.is_file()}
    extended = longer(here)
    assert (extended.add, extended.was_cut_off, state(here)) == (ADDED, False, CampaignState.RUNNING)
    assert extended.campaign.plan == whole[1].plan
    require_verified(here, row)
    go_on_to_the_end(here, row)
    assert_same(outcome(here, row), outcome(*whole))
    after = sealed_bytes(here, row)
    assert {name: after[name] for name in before} == before, "nothing that was sealed is written again"
    assert {path: path.read_bytes() for path in frozen} == frozen, "nor what was frozen"
    assert "jobs/arm-t0-ag/rounds/2/choice.json" in after
    require_verified(here, row)
    repair_home(here)
    assert told(verify_campaign(here, "asked")) == ""
    assert state(here) is CampaignState.DONE


def test_killed_at_any_step_of_the_late_choice_it_leaves_the_same_bytes(
    here: Workspace, whole: tuple[Workspace, CampaignRow], tmp_path: Path
) -> None:
    row = row_now(here)
    longer(here)
    with pytest.raises(WaitingForLabels, match=r"\(round 3\)"):
        perform_job(here, row, ARM, attempt=20)
    steps = ("choice.json", "maps.safetensors", "picks.json", "scores.safetensors")
    for at, _ in enumerate(steps):
        place = copy_of(here, tmp_path / f"killed-{at}")
        for name in steps[: at + 1]:  # what a worker writes last is what a kill leaves out first
            (round_of(place, row, LAST).folder / name).unlink()
        require_verified(place, row)
        assert requests_of(place, row) == [], "nobody is asked for a choice that is not complete"
        go_on_to_the_end(place, row, first=21)
        assert_same(outcome(place, row), outcome(*whole))


def test_the_next_batch_is_asked_for_and_a_damaged_choice_is_made_again(here: Workspace) -> None:
    row = row_now(here)
    longer(here)
    with pytest.raises(WaitingForLabels):
        perform_job(here, row, ARM, attempt=20)
    (request,) = requests_of(here, row)
    assert (request.round, len(request.images)) == (LAST + 1, ADDED[0])
    files = round_of(here, row, LAST)
    expected = {path.name: path.read_bytes() for path in (files.picks, files.done)}
    text = files.picks.read_text(encoding="utf-8")
    files.picks.unlink()
    files.picks.write_text(text.replace("0.", "0.1", 1), encoding="utf-8")
    with pytest.raises(WaitingForLabels):
        perform_job(here, row, ARM, attempt=21)
    assert {path.name: path.read_bytes() for path in (files.picks, files.done)} == expected
    require_verified(here, row)


def test_a_model_that_was_freed_is_made_again(here: Workspace, whole: tuple[Workspace, CampaignRow]) -> None:
    row = row_now(here)
    round_of(here, row, LAST).model.unlink()
    longer(here)
    go_on_to_the_end(here, row)
    assert_same(outcome(here, row), outcome(*whole))
    require_verified(here, row)


def test_a_store_that_is_made_again_knows_of_it(here: Workspace) -> None:
    row = row_now(here)
    plan = longer(here).campaign.plan
    lose_store(here)
    repair_home(here)
    assert (row_now(here).plan, state(here)) == (plan, CampaignState.PAUSED)
    assert told(verify_campaign(here, "asked")) == ""
    go_on_to_the_end(here, row)
    lose_store(here)
    repair_home(here)
    assert row_now(here).plan == plan
    assert told(verify_campaign(here, "asked")) == ""


def cut_off(place: Workspace) -> CampaignRow:
    """Leave what an `extend` leaves that is killed before the store knows of it."""
    row = row_now(place)
    Extensions((Extension(1764374400.0, ADDED),)).write(place.home.campaign(row.id).extensions)
    return row


def test_cut_off_before_the_store_knew_it_is_finished_and_nothing_is_added_twice(here: Workspace) -> None:
    row = cut_off(here)
    extended = longer(here)
    assert (extended.was_cut_off, extended.add, extensions_of(here, row)) == (True, ADDED, ADDED)
    assert extended.campaign.plan.schedule.budget == row.plan.schedule.budget + sum(ADDED)
    require_verified(here, row)


def test_repair_finishes_one_that_was_cut_off(here: Workspace) -> None:
    row = cut_off(here)
    (restored,) = repair_home(here).restored
    assert restored.is_longer
    assert row_now(here).plan.schedule.budget == row.plan.schedule.budget + sum(ADDED)
    assert state(here) is not CampaignState.DONE
    require_verified(here, row)


def test_extended_twice_it_has_the_rounds_of_both(here: Workspace, whole: tuple[Workspace, CampaignRow]) -> None:
    row = row_now(here)
    for at, n in enumerate(ADDED):
        longer(here, n)
        go_on_to_the_end(here, row, first=20 + 10 * at)
    assert extensions_of(here, row) == ADDED
    assert row_now(here).plan == whole[1].plan
    assert_same(outcome(here, row), outcome(*whole))
    require_verified(here, row)


def test_files_that_vouch_for_another_choice_are_told(here: Workspace) -> None:
    row = row_now(here)
    longer(here)
    go_on_to_the_end(here, row)
    shutil.copy(round_of(here, row, LAST + 1).picks, round_of(here, row, LAST).picks)
    where = {each.where for each in verify_campaign(here, "asked").differences}
    assert "jobs/arm-t0-ag/rounds/2/picks.json" in where


def test_damaged_extensions_are_told(here: Workspace) -> None:
    row = row_now(here)
    longer(here)
    here.home.campaign(row.id).extensions.write_text("{", encoding="utf-8")
    where = [each.where for each in verify_campaign(here, "asked").differences]
    assert "extensions.json" in where


def test_a_list_that_was_read_before_knows_of_it(here: Workspace) -> None:
    kept = Kept()
    with attended(here):
        (before,) = load_campaigns(here, kept=kept)
        extend(here, "asked", images=sum(ADDED))
        (after,) = load_campaigns(here, kept=kept)
    assert (before.state, after.state) == (CampaignState.DONE, CampaignState.RUNNING)
    assert after.row.plan.schedule.budget == before.row.plan.schedule.budget + sum(ADDED)
