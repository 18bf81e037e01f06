"""All campaigns at once: a line each, the queue, the news; and that a second look costs nothing it need not."""

import pytest

from campaigns.core.events import EpochDone, Evaluated, Event, Noted, RoundDone, RoundStarted
from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, CampaignState, Intent, JobState
from campaigns.home.journal import Recorded
from campaigns.reporting.leader import Leader
from campaigns.services.campaigns.cancel import cancel
from campaigns.services.campaigns.delete import delete
from campaigns.services.campaigns.retry import retry
from campaigns.services.monitor.feed import load_news
from campaigns.services.monitor.queue import load_queue
from campaigns.services.monitor.show import watch
from campaigns.services.results.curves import load_curves
from campaigns.services.station.list import Kept, load_campaigns
from campaigns.services.station.station import station_view
from campaigns.services.workspace import Workspace
from campaigns.station.machine import cores
from campaigns.store.attempts import add_attempt, end_attempt, ingest, list_attempts
from campaigns.store.campaigns import move_job, note, set_intent
from campaigns.store.rows import CampaignRow
from tests.stage import attended, tiny
from tests.store.rows import an_attempt

Finished = tuple[Workspace, CampaignRow]
BASE, AG, RANDOM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag"), Job(JobKind.ARM, 0, "random")


def begin(place: Workspace, row: CampaignRow, job: Job) -> None:
    """A worker starts on it."""
    with place.store() as store:
        add_attempt(store, an_attempt(row, job.id))
        move_job(store, row.id, job.id, JobState.RUNNING)


def say(place: Workspace, row: CampaignRow, job: Job, *events: Event) -> None:
    """The worker says something; the first at second 10 of the epoch, the next at 11."""
    with place.store() as store:
        told = [Recorded(n, 10.0 + n, event) for n, event in enumerate(events)]
        ingest(store, an_attempt(row, job.id), told, offset=0)


def end(place: Workspace, row: CampaignRow, job: Job, state: JobState = JobState.DONE) -> None:
    """The worker ends."""
    with place.store() as store:
        end_attempt(store, an_attempt(row, job.id), AttemptState.DONE, at=30.0, code=0, last_words="")
        move_job(store, row.id, job.id, state)


def a_round(number: int, mean_ap: float, labelled: int) -> tuple[Event, ...]:
    """All that a worker says of a round of two epochs."""
    epochs = [EpochDone(number, epoch, 0.1, 2.0) for epoch in (1, 2)]
    ends = (Evaluated(number, mean_ap, (mean_ap,), 1.0), RoundDone(number, labelled))
    return RoundStarted(number, labelled, 2), *epochs, *ends


def with_baseline(place: Workspace, name: str = "tiny") -> CampaignRow:
    """A campaign that is meant to run, its baseline done."""
    row = tiny(place, name=name)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN)
    begin(place, row, BASE)
    say(place, row, BASE, *a_round(0, 0.3, 12))
    end(place, row, BASE)
    return row


def test_a_line_of_a_finished_campaign_says_what_its_curves_say(finished: Finished) -> None:
    place, row = finished
    (line,) = load_campaigns(place)
    last = {curve.criterion: curve.points[-1] for curve in load_curves(place, row.name).curves}
    best = max(last, key=lambda name: last[name].mean)
    assert (line.done, line.failed, line.running, line.progress, line.seconds_left) == (4, 0, 0, 1.0, None)
    if best == "random":
        assert line.best is None
    else:
        assert line.best is not None
        assert (line.best.criterion, line.best.labelled, line.best.trials) == (best, 24, 1)
        assert line.best.mean == pytest.approx(last[best].mean)
        assert line.best.gap == pytest.approx(last[best].mean - last["random"].mean)
    with place.store() as store:
        assert line.touched >= max(attempt.ended or 0 for attempt in list_attempts(store)) > row.created


def test_at_every_stage_a_line_says_what_a_look_at_the_campaign_says(place: Workspace) -> None:
    row = with_baseline(place)

    def same() -> float:
        (line,), seen = load_campaigns(place), watch(place, "tiny")
        assert (line.state, line.progress, line.seconds_left) == (seen.state, seen.progress, seen.seconds_left)
        return line.progress

    shares = [same()]
    begin(place, row, AG)
    with attended(place):
        for event in (*a_round(1, 0.4, 18), RoundStarted(2, 24, 2), EpochDone(2, 1, 0.1, 2.0)):
            say(place, row, AG, event)
            shares.append(same())
        (line,) = load_campaigns(place)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1
    assert line.seconds_left is not None
    assert (line.state, line.done, line.failed, line.running) == (CampaignState.RUNNING, 1, 0, 1)
    assert line.best is None, "random is not measured yet: nothing is known to beat it"
    end(place, row, AG, JobState.FAILED)
    same()
    assert load_campaigns(place)[0].failed == 1


def test_random_counts_once_it_is_measured_at_that_budget(place: Workspace) -> None:
    row = with_baseline(place)
    for job, mean_ap in ((AG, 0.75), (RANDOM, 0.5)):
        begin(place, row, job)
        say(place, row, job, *a_round(1, mean_ap, 18))
    assert load_campaigns(place)[0].best == Leader("ag", 0.75, 18, gap=0.25, trials=1)


def test_a_campaign_was_touched_when_something_last_happened_in_it(place: Workspace) -> None:
    tiny(place, name="untouched")
    tiny(place, name="noted")
    with place.store() as store:
        later = load_campaigns(place)[1].touched + 100
        note(store, load_campaigns(place)[1].row.id, "a word", at=later)
    untouched, noted = load_campaigns(place)
    assert untouched.touched >= untouched.row.created
    assert noted.touched == later


def test_lines_are_newest_last_and_a_new_campaign_has_done_nothing(place: Workspace) -> None:
    assert load_campaigns(place) == []
    for name in ("b", "a", "c"):
        tiny(place, name=name)
    lines = load_campaigns(place)
    assert [line.row.name for line in lines] == ["b", "a", "c"]
    assert {(line.state, line.done, line.progress, line.best) for line in lines} == {(CampaignState.NEW, 0, 0.0, None)}


def test_a_campaign_in_which_nothing_happens_keeps_its_line(place: Workspace) -> None:
    kept = Kept()
    still, row = tiny(place, name="still"), tiny(place, name="other")
    before = load_campaigns(place, kept=kept)
    with place.store() as store:
        set_intent(store, row.id, Intent.PAUSE)
    after = load_campaigns(place, kept=kept)
    assert after[0] is before[0]
    assert (after[1].state, before[1].state) == (CampaignState.PAUSED, CampaignState.NEW)
    delete(place, still.name)
    assert [line.row.name for line in load_campaigns(place, kept=kept)] == ["other"]
    assert list(kept.lines) == [row.id]
    assert load_campaigns(place, kept=kept) == load_campaigns(place)


def test_what_is_asked_of_a_campaign_that_was_over_is_seen_at_the_next_look(place: Workspace) -> None:
    kept, row = Kept(), with_baseline(place)
    begin(place, row, AG)
    end(place, row, AG, JobState.FAILED)
    with place.store() as store:
        set_intent(store, row.id, Intent.CANCEL)
    assert [(line.state, line.failed) for line in load_campaigns(place, kept=kept)] == [(CampaignState.CANCELLED, 1)]
    assert list(kept.lines) == [row.id]
    retry(place, row.name)
    assert load_campaigns(place, kept=kept)[0].state is CampaignState.RUNNING
    assert list(kept.lines) == []
    cancel(place, row.name)


def test_a_campaign_that_runs_is_looked_at_anew_every_time(place: Workspace) -> None:
    kept, row = Kept(), with_baseline(place)
    begin(place, row, AG)
    first = load_campaigns(place, kept=kept)[0].progress
    say(place, row, AG, *a_round(1, 0.4, 18))
    assert load_campaigns(place, kept=kept)[0].progress > first
    assert kept.lines == {}


def test_the_queue_says_first_what_may_start_and_why_the_others_wait(place: Workspace) -> None:
    first, second = tiny(place, name="first"), with_baseline(place, "second")
    assert {line.campaign for line in load_queue(place)} == {"second"}, "nobody asked for the first"
    with place.store() as store:
        set_intent(store, first.id, Intent.RUN)
    with attended(place):
        lines = load_queue(place)
    assert len(lines) == 4 + 3
    reasons = [line.reason for line in lines]
    assert reasons.count("next") == min(cores(), 5)
    assert reasons == sorted(reasons, key=lambda reason: reason != "next")
    blocked = [(line.campaign, line.job) for line in lines if line.reason == "baseline-t0 is not done"]
    assert blocked == [("first", "arm-t0-ag"), ("first", "arm-t0-random")]
    begin(place, second, AG)
    assert "no station is at work" in {line.reason for line in load_queue(place)}, "nobody will start them"
    assert ("second", AG.id) not in {(line.campaign, line.job) for line in load_queue(place)}


def test_a_campaign_that_is_done_is_no_longer_in_the_queue(finished: Finished) -> None:
    place, _ = finished
    assert load_campaigns(place)[0].row.intent is Intent.RUN
    assert load_queue(place) == []


def test_news_are_of_all_campaigns_the_newest_last(place: Workspace) -> None:
    rows = [tiny(place, name=name) for name in ("one", "two")]
    begun = load_news(place)[-1].id if load_news(place) else 0
    with place.store() as store:
        for n in range(6):
            note(store, rows[n % 2].id, f"note {n}", at=float(n), is_warning=n == 5)
    begin(place, rows[0], AG)
    say(place, rows[0], AG, Noted("from a worker"))
    found = load_news(place, after=begun)
    assert [line.text for line in found] == [*(f"note {n}" for n in range(6)), "from a worker"]
    assert [line.campaign for line in found] == ["one", "two"] * 3 + ["one"]
    assert [line.is_warning for line in found] == [False] * 5 + [True, False]
    assert [line.job for line in found] == [None] * 6 + [AG.id]
    assert load_news(place, after=begun, last=2) == found[-2:]
    assert load_news(place, after=found[-1].id) == []


def test_one_look_shows_all_of_the_station(place: Workspace) -> None:
    kept, row = Kept(), with_baseline(place)
    begin(place, row, AG)
    seen = station_view(place, last=1, kept=kept)
    assert list(seen.lines) == load_campaigns(place)
    assert list(seen.queue) == load_queue(place)
    assert list(seen.feed) == load_news(place, last=1)
    assert not seen.has_station
    assert {device.name: device.workers for device in seen.devices}["cpu"] == (), "its process is gone"
    with attended(place):
        seen = station_view(place, kept=kept)
        assert seen.has_station
        assert {device.name: device.workers for device in seen.devices}["cpu"] == ("tiny arm-t0-ag",)
    again = station_view(place, kept=kept)
    assert again.devices[0].utilisation is not None
    assert station_view(place).lines == again.lines
