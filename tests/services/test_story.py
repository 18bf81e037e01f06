"""What happened in a campaign, told in sentences from its rounds, picks and feed."""

from dataclasses import replace

from campaigns.core.ids import Job, JobKind
from campaigns.core.percent import percent
from campaigns.core.states import CampaignState
from campaigns.services.monitor.feed import load_feed
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.monitor.story import LAST, load_story
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow, RoundRow

Finished = tuple[Workspace, CampaignRow]


def with_values(view: CampaignView, values: dict[tuple[Job, int], float]) -> CampaignView:
    """The same campaign, whose rounds measured this, one a second in this order; the others have not been."""
    order = list(values)

    def row_of(job: Job, number: int, like: RoundRow) -> RoundRow:
        at = 4e9 + order.index((job, number))
        labelled = view.row.plan.schedule.labelled(number)
        return replace(like, number=number, labelled=labelled, value=values[job, number], done=at, job=job.id)

    jobs = tuple(
        replace(job, rounds=tuple(row_of(j, n, job.rounds[0]) for j, n in order if j == job.row.job))
        for job in view.jobs
    )
    return replace(view, jobs=jobs)


def test_every_round_is_told_with_what_it_measured_and_picked_in_the_order_of_time(finished: Finished) -> None:
    place, row = finished
    view = watch(place, row.name)
    story = load_story(place, view)
    assert [line.at for line in story] == sorted(line.at for line in story)
    for job in view.jobs:
        for round_ in job.rounds:
            (line,) = [s for s in story if s.job == job.row.job.id and s.text.startswith(f"round {round_.number}: ")]
            assert f"{percent(round_.value)} % on {round_.labelled} images" in line.text
            has_picked = job.row.job.kind is JobKind.ARM and round_.number < row.plan.schedule.last
            assert ("picked 6" in line.text) is has_picked
    assert story[-1].text.startswith("done: ")


def test_who_takes_the_lead_is_told_when_it_changes_and_on_the_trials_that_both_have(finished: Finished) -> None:
    place, row = finished
    ag, random = Job(JobKind.ARM, 0, "ag"), Job(JobKind.ARM, 0, "random")
    values = {(ag, 1): 0.3, (random, 1): 0.4, (random, 2): 0.5, (ag, 2): 0.6}
    view = replace(with_values(watch(place, row.name), values), state=CampaignState.RUNNING)
    told = [line.text for line in load_story(place, view) if "takes the lead" in line.text]
    assert told == ["ag takes the lead: 60.0 % on 24 images, +10.0 against random in 1 trial"]


def test_a_campaign_is_done_with_its_result_in_one_sentence(finished: Finished) -> None:
    place, row = finished
    ag, random = Job(JobKind.ARM, 0, "ag"), Job(JobKind.ARM, 0, "random")
    view = watch(place, row.name)
    ahead = with_values(view, {(ag, 2): 0.6, (random, 2): 0.5})
    assert load_story(place, ahead)[-1].text == "done: ag leads, 60.0 % on 24 images, +10.0 against random in 1 trial"
    equal = with_values(view, {(ag, 2): 0.5, (random, 2): 0.5})
    assert load_story(place, equal)[-1].text == "done: no criterion is ahead of random"


def test_what_is_noted_is_part_of_the_story_and_a_long_one_ends_with_the_newest(finished: Finished) -> None:
    place, row = finished
    view = watch(place, row.name)
    noted = {entry.text for entry in load_feed(place, row.name)}
    assert noted <= {line.text for line in load_story(place, view)}
    many = replace(view, jobs=tuple(replace(job, rounds=job.rounds * 50) for job in view.jobs))
    story = load_story(place, many)
    assert len(story) == LAST
    assert story[-1].at == max(row.done or 0.0 for job in view.jobs for row in job.rounds)
