"""Commands that ask something of a campaign, and how those that wait for it leave."""

import shutil

import pytest

from campaigns.core.states import CampaignState
from campaigns.home.paths import JobPaths
from campaigns.services.campaigns.find import campaign_exists
from campaigns.services.workspace import Workspace
from tests.cli.calling import QUICK, begin, call, good, is_training, left_behind, state_of, stop, wait_until
from tests.patience import patience
from tests.stage import processes, said, tiny, wait_for

S = CampaignState
LONG = ("protocol.epochs=[4000, 2, 2]", "protocol.full=false")
"""A baseline that outlives every question a test may ask."""


def test_a_new_campaign_is_a_plan_and_the_next_command(place: Workspace) -> None:
    found = call(place, "new", "--recipe", "smoke", "--json").json("campaign")
    assert found["next"] == "alwsl-tui run smoke"
    assert (found["plan"]["jobs"], found["plan"]["models"], found["plan"]["budget"]) == (4, 6, 80)
    text = good(place, "new", "--recipe", "smoke", "--name", "second")
    assert text.splitlines()[-1] == "next: alwsl-tui run second"
    assert "40 → 60 → 80 images" in text
    assert "4 jobs, 6 models to train" in text
    assert state_of(place, "second") is S.NEW
    assert processes(place, "campaigns.station") == []


def test_a_name_decides_also_where_a_campaign_is_called_like_its_recipe(place: Workspace) -> None:
    good(place, "new", "--recipe", "smoke")
    second = ("run", "smoke", "--name", "second", "--set", "protocol.trials=0")
    assert "recipe smoke.toml has 1 mistake" in call(place, *second).err, "it would be made anew"
    assert "the recipe of smoke is frozen" in call(place, *second[:2], *second[4:]).err
    good(place, "new", "--recipe", "smoke", "--name", "second")
    assert "the recipe of second is frozen" in call(place, *second).err


@pytest.mark.slow
def test_a_campaign_is_begun_paused_resumed_cancelled_retried_and_deleted(place: Workspace) -> None:
    tiny(place, *LONG)
    folder = place.home.campaigns

    def asked(*command: str) -> str:
        found = call(place, *command, "tiny", "--json")
        assert found.code == 0, found
        told = found.json("asked")
        assert told["name"] == "tiny"
        return str(told["now"])

    assert asked("start") == "running in the background"
    wait_until(place, "tiny", is_training)
    assert "first: alwsl-tui cancel tiny" in call(place, "delete", "tiny", "--yes").err
    assert asked("pause") == "pausing at the next checkpoint"
    wait_until(place, "tiny", lambda seen: seen.state is S.PAUSED)
    assert good(place, "resume", "tiny") == "tiny: running in the background\n"
    wait_until(place, "tiny", lambda seen: seen.state is S.RUNNING and is_training(seen))
    assert asked("drain") == "stopping at the end of the rounds"
    assert state_of(place, "tiny") is S.PAUSING
    assert asked("cancel") == "cancelled; what is finished stays"
    wait_until(place, "tiny", lambda seen: seen.state is S.CANCELLED)
    assert "alwsl-tui retry tiny" in call(place, "start", "tiny").err
    assert asked("retry") == "running in the background"
    wait_until(place, "tiny", lambda seen: seen.state is S.RUNNING)
    asked("cancel")
    wait_until(place, "tiny", lambda seen: seen.state is S.CANCELLED)
    assert [path.name for path in folder.iterdir()] != []
    assert good(place, "delete", "tiny", "--yes") == "tiny: deleted\n"
    assert left_behind(place) == []


@pytest.mark.parametrize(("command", "state"), [("pause", "paused"), ("cancel", "cancelled")])
@pytest.mark.slow
def test_a_waiter_whose_campaign_is_stopped_leaves_with_130(place: Workspace, command: str, state: str) -> None:
    tiny(place, *LONG)
    good(place, "start", "tiny")
    waiter = begin(place, "wait", "tiny")
    try:
        wait_until(place, "tiny", is_training)
        assert waiter.poll() is None
        good(place, command, "tiny")
        out, err = waiter.communicate(timeout=patience())
    finally:
        stop(waiter)
    assert (waiter.returncode, out) == (130, f"tiny: {state}\n"), said(place)
    assert err == f"error: tiny is {state}\nnext: go on with: alwsl-tui run tiny\n"


def test_waiting_ends_at_its_timeout(place: Workspace) -> None:
    tiny(place, *LONG)
    good(place, "start", "tiny")
    found = call(place, "wait", "tiny", "--timeout", "0", "--json")
    assert (found.code, found.json("state")["state"]) == (130, "running")


@pytest.mark.slow
def test_a_campaign_that_failed_leaves_with_4_and_can_be_retried(place: Workspace) -> None:
    found = call(place, "run", "smoke", "--name", "tiny", "--headless", *QUICK, "--set", "training.lr=1e30")
    assert found.code == 4, said(place)
    assert "error: tiny has failed\n" in found.err
    assert "the loss is " in found.err
    assert "Traceback" not in found.err
    assert call(place, "wait", "tiny").code == 4
    assert "alwsl-tui retry tiny" in call(place, "start", "tiny").err
    assert "the loss is " in good(place, "show", "tiny")
    assert good(place, "retry", "tiny") == "tiny: running in the background\n"


@pytest.mark.slow
def test_a_worker_that_is_killed_once_too_often_leaves_with_4_and_says_so(place: Workspace) -> None:
    tiny(place, *LONG, "run.retries=0")
    good(place, "start", "tiny")
    wait_until(place, "tiny", is_training)
    processes(place, "campaigns.worker")[0].kill()
    found = call(place, "wait", "tiny")
    assert (found.code, found.out) == (4, "tiny: failed\n"), said(place)
    assert "killed by SIGKILL" in found.err


@pytest.mark.slow
def test_weights_that_are_none_leave_with_3(place: Workspace) -> None:
    weights = place.home.folder / "weights.pth"
    weights.write_bytes(b"these are no weights")
    found = call(place, "run", "smoke", "--headless", *QUICK, "--set", f"model.weights={weights}")
    assert found.code == 3, said(place)
    assert "weights.pth" in found.err
    assert "Traceback" not in found.err


@pytest.mark.slow
def test_data_that_changed_under_a_campaign_leave_with_3(place: Workspace) -> None:
    row = tiny(place)
    split = place.home.campaign(row.id).split
    split.write_text(split.read_text().replace('"images": "', '"images": "0'))
    found = call(place, "run", "tiny", "--headless")
    assert found.code == 3, said(place)
    assert "are not what they were when the campaign was created" in found.err


@pytest.mark.slow
def test_until_a_round_is_a_good_end_and_the_rest_can_follow(place: Workspace) -> None:
    found = call(place, "run", "smoke", "--name", "tiny", "--headless", *QUICK, "--until-round", "1", "--json")
    told = found.json("result")
    assert (found.code, told["state"]) == (0, "paused"), said(place)
    assert [point["labelled"] for point in told["result"]["curves"][0]["points"]] == [12, 18]
    rest = call(place, "run", "tiny", "--headless", "--json")
    points = rest.json("result")["result"]["curves"][0]["points"]
    assert (rest.code, [point["labelled"] for point in points]) == (0, [12, 18, 24]), said(place)


@pytest.mark.slow
def test_new_can_start_at_once_and_logs_can_follow_to_the_end(place: Workspace) -> None:
    words = ("new", "--recipe", "smoke", "--name", "tiny", *QUICK, "--start", "--json")
    assert call(place, *words).json("campaign")["next"] == "alwsl-tui show tiny"
    told = call(place, "logs", "tiny", "-f", "--grep", "peak memory", "--json").json("logs")
    assert state_of(place, "tiny") is S.DONE
    assert sorted(line["job"] for line in told["lines"]) == ["arm-t0-random", "baseline-t0"]
    assert call(place, "wait", "tiny", "--json").json("state")["state"] == "done"
    wait_for(lambda: not processes(place, "campaigns.station"), on_failure=lambda: "the station stays without work")


def test_a_campaign_whose_files_are_gone_can_still_be_deleted(place: Workspace) -> None:
    row = tiny(place)
    shutil.rmtree(place.home.campaign(row.id).folder)
    assert good(place, "delete", "tiny", "--yes") == "tiny: deleted\n"
    assert not campaign_exists(place, "tiny")


def test_picks_of_a_round_that_is_not_there_yet(place: Workspace) -> None:
    row = tiny(place)
    assert isinstance(place.home.campaign(row.id).job("arm-t0-ag"), JobPaths)
    found = call(place, "picks", "tiny")
    assert (found.code, "has not picked in round 0 yet" in found.err) == (2, True)
    assert "·" in good(place, "show", "tiny")
    assert good(place, "logs", "tiny") == ""
