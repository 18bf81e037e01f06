"""What services say of a campaign that a station has brought to its end, and of its logs."""

import json
import shutil

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from msgspec import to_builtins

from campaigns.core.states import AttemptState, CampaignState
from campaigns.errors import BadRecipe, NameTaken, NoSuchName, NotNow, UsageError
from campaigns.home.files import read_json
from campaigns.services.campaigns.run import ending
from campaigns.services.logs import tail
from campaigns.services.monitor.feed import load_feed
from campaigns.services.monitor.show import watch
from campaigns.services.results.curves import load_curves
from campaigns.services.results.picks import load_picks
from campaigns.services.results.rounds import load_rounds
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace, ensure_station, has_station
from campaigns.store.attempts import add_attempt, list_attempts, list_epochs
from campaigns.store.rows import CampaignRow
from tests.stage import attended, refusal, tiny, wait_for
from tests.store.rows import an_attempt

Finished = tuple[Workspace, CampaignRow]


def evaluation(finished: Finished, job: str, number: int) -> float:
    place, row = finished
    said = read_json(place.home.campaign(row.id).job(job).round(number).evaluation)
    return float(said["value"])


def test_a_finished_campaign_is_done_in_every_respect(finished: Finished) -> None:
    place, row = finished
    seen = watch(place, row.name)
    assert seen.state is CampaignState.DONE
    assert (seen.progress, seen.seconds_left) == (1.0, None)
    assert {(view.row.state.value, view.progress, view.is_stranded, view.reason) for view in seen.jobs} == {
        ("done", 1.0, False, "")
    }
    assert ending(place, row.name).code == 0
    (line,) = load_campaigns(place)
    assert (line.state, line.done) == (CampaignState.DONE, 4)


def test_the_store_holds_what_the_folders_hold(finished: Finished) -> None:
    place, row = finished
    found = load_rounds(place, row.name).rounds
    assert {(job.job.id, round_.number) for job, round_ in found} == {
        ("baseline-t0", 0),
        ("full", 0),
        *((f"arm-t0-{name}", number) for name in ("ag", "random") for number in (1, 2)),
    }
    for job, round_ in found:
        assert round_.value == evaluation(finished, job.job.id, round_.number)
        assert round_.done is not None
    with place.store() as store:
        assert len(list_epochs(store, row.id)) == 2 * 6
        assert {attempt.state for attempt in list_attempts(store)} == {AttemptState.DONE}
        assert {attempt.number for attempt in list_attempts(store)} == {1}


def test_curves_begin_at_the_shared_baseline_and_are_relative_to_the_full_model(finished: Finished) -> None:
    place, row = finished
    found = load_curves(place, row.name)
    assert found.full == pytest.approx(evaluation(finished, "full", 0))
    for curve in found.curves:
        means = [evaluation(finished, "baseline-t0", 0)]
        means += [evaluation(finished, f"arm-t0-{curve.criterion}", number) for number in (1, 2)]
        assert [point.labelled for point in curve.points] == [12, 18, 24]
        assert [point.mean for point in curve.points] == pytest.approx(means)
        relative = found.relative(curve.points[-1].mean)
        assert relative == pytest.approx(100 * means[-1] / evaluation(finished, "full", 0))


def test_picks_are_given_as_the_worker_left_them(finished: Finished) -> None:
    place, row = finished
    found = load_picks(place, row.name, criterion=None, trial=0, round_=1)
    assert (found.key.criterion, found.picked.n, len(found.picked.picks)) == ("ag", 6, 6)
    written = read_json(place.home.campaign(row.id).job("arm-t0-ag").round(1).picks)
    assert json.loads(json.dumps(to_builtins(found.picked, enc_hook=np.ndarray.tolist))) == written


@pytest.mark.parametrize(
    ("criterion", "trial", "round_", "said"),
    [
        ("agg", 0, 0, "did you mean 'ag'?"),
        ("ag", 1, 0, "trials are 0 to 0"),
        ("ag", 0, 2, "rounds 0 to 1 do"),
        ("ag", 0, -1, "rounds 0 to 1 do"),
    ],
)
def test_picks_that_there_are_none_of_are_refused(
    finished: Finished, criterion: str, trial: int, round_: int, said: str
) -> None:
    place, row = finished
    with pytest.raises(UsageError) as caught:
        load_picks(place, row.name, criterion=criterion, trial=trial, round_=round_)
    assert said in caught.value.hint


def test_picks_of_a_round_to_come_are_not_there_yet(place: Workspace) -> None:
    row = tiny(place)
    with pytest.raises(NotNow, match="arm-t0-ag has not picked in round 0 yet"):
        load_picks(place, row.name, criterion=None, trial=0, round_=0)


def test_what_happened_is_in_the_feed_in_order(finished: Finished) -> None:
    place, row = finished
    notes = load_feed(place, row.name)
    assert any(note.text == "started" for note in notes)
    assert [note.id for note in notes] == sorted(note.id for note in notes)
    assert load_feed(place, row.name, after=notes[-1].id) == []


def test_logs_are_those_of_the_workers(finished: Finished) -> None:
    place, row = finished
    lines = list(tail.lines(place, row.name, job="full", grep="round 0 done"))
    assert [(line.job, line.attempt) for line in lines] == [("full", 1)]
    assert list(tail.lines(place, row.name, is_following=True))
    with pytest.raises(NoSuchName) as caught:
        tail.lines(place, row.name, job="ful")
    assert caught.value.hint == "did you mean 'full'?"
    with pytest.raises(UsageError, match="not a regular expression"):
        tail.lines(place, row.name, grep="(")


@given(text=st.text())
def test_a_log_line_never_gives_orders_to_a_terminal(text: str) -> None:
    assert tail.clean(text).isprintable()


def test_a_log_is_read_without_its_control_characters_and_without_its_half_line(place: Workspace) -> None:
    row = tiny(place)
    log = place.home.campaign(row.id).job("full").attempt(1).log
    log.parent.mkdir(parents=True)
    log.write_bytes(b"\x1b[31mred\x1b[0m\t\x07bell \xff\r\nsecond\nhalf")
    with place.store() as store:
        add_attempt(store, an_attempt(row, "full"))
    assert [line.text for line in tail.lines(place, row.name)] == ["[31mred[0m    bell \ufffd", "second"]


def test_a_new_campaign_leaves_its_folder_and_its_row_or_neither(place: Workspace) -> None:
    row = tiny(place)
    folder = place.home.campaign(row.id).folder
    assert sorted(path.name for path in folder.iterdir()) == ["campaign.json", "recipe.toml", "split.json"]
    with pytest.raises(NameTaken) as caught:
        tiny(place)
    assert "alwsl-tui run tiny" in caught.value.hint
    with pytest.raises(BadRecipe):
        tiny(place, "protocol.add=[999]", "protocol.epochs=[1, 1]", name="other")
    assert [path.name for path in place.home.campaigns.iterdir()] == [row.id]
    assert "cannot be a name" in refusal(lambda: tiny(place, name="../evil"))


def test_initial_sets_are_drawn_without_repetition_and_do_not_depend_on_the_criteria(place: Workspace) -> None:
    first = tiny(place, "protocol.trials=3", name="first")
    second = tiny(place, "protocol.trials=4", 'criteria.names=["unc"]', name="second")
    drawn = [json.loads(place.home.campaign(row.id).split.read_text())["initial"] for row in (first, second)]
    assert drawn[0] == drawn[1][:3]
    assert all(len(set(ids)) == 12 for ids in drawn[1])
    assert len({tuple(ids) for ids in drawn[1]}) == 4
    assert np.unique([len(ids) for ids in drawn[1]]).tolist() == [12]


def test_a_home_has_one_station_that_ends_when_there_is_nothing_to_do(place: Workspace) -> None:
    with place.store():
        pass
    assert not has_station(place)
    assert ensure_station(place)
    log = place.home.station_log
    wait_for(lambda: "opens" in log.read_text(), on_failure=log.read_text)
    assert not ensure_station(place)
    assert has_station(place)
    wait_for(lambda: not has_station(place), on_failure=log.read_text)
    assert log.read_text().count("opens") == 1
    assert "nothing left to do" in log.read_text()


def test_a_campaign_whose_folder_is_gone_stops_no_other(place: Workspace) -> None:
    kept, gone = tiny(place, name="kept"), tiny(place, name="gone")
    with place.store() as store:
        store.connection.execute("UPDATE campaign SET intent = 'run'")
    shutil.rmtree(place.home.campaign(gone.id).folder)
    with attended(place):
        assert [view.reason for view in watch(place, kept.name).jobs][:2] == ["next", "next"]
    assert all("No such file" in view.reason for view in watch(place, gone.name).jobs)
