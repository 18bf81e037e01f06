"""What a campaign is doing, and which moves a job may make."""

from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.states import JOB_MOVES, CampaignState, Intent, JobState, campaign_state

S, J = CampaignState, JobState
Pairs = list[tuple[JobState, JobState | None]]

JOBS = st.lists(st.tuples(st.sampled_from(J), st.none() | st.sampled_from(J)), min_size=1, max_size=5)
INTENTS = st.sampled_from(Intent)


@given(intent=INTENTS, jobs=JOBS)
def test_a_campaign_is_done_exactly_when_all_its_jobs_are(intent: Intent, jobs: Pairs) -> None:
    all_done = all(state is J.DONE for state, _ in jobs)
    assert (campaign_state(intent, jobs) is S.DONE) == all_done


@given(intent=INTENTS, jobs=JOBS)
def test_something_goes_on_only_where_something_runs_or_can(intent: Intent, jobs: Pairs) -> None:
    runs = any(state is J.RUNNING for state, _ in jobs)
    can = any(state is J.WAITING and need in {None, J.DONE} for state, need in jobs)
    state = campaign_state(intent, jobs)
    if state is S.RUNNING:
        assert intent is Intent.RUN
        assert runs or can
    if state in {S.PAUSING, S.CANCELLING}:
        assert runs


@given(intent=INTENTS.filter(lambda intent: intent is not Intent.NEW), jobs=JOBS)
def test_a_campaign_with_a_running_job_is_not_over(intent: Intent, jobs: Pairs) -> None:
    if any(state is J.RUNNING for state, _ in jobs):
        assert not campaign_state(intent, jobs).is_over


@given(intent=INTENTS, jobs=JOBS, order=st.randoms(use_true_random=False))
def test_the_order_of_jobs_does_not_matter(intent: Intent, jobs: Pairs, order: Random) -> None:
    shuffled = jobs.copy()
    order.shuffle(shuffled)
    assert campaign_state(intent, jobs) is campaign_state(intent, shuffled)


@pytest.mark.parametrize(
    ("intent", "jobs", "state"),
    [
        (Intent.NEW, [(J.WAITING, None)], S.NEW),
        (Intent.RUN, [(J.WAITING, None)], S.RUNNING),
        (Intent.RUN, [(J.RUNNING, None), (J.WAITING, J.RUNNING)], S.RUNNING),
        (Intent.RUN, [(J.DONE, None), (J.WAITING, J.DONE)], S.RUNNING),
        (Intent.RUN, [(J.FAILED, None), (J.RUNNING, None)], S.RUNNING),
        (Intent.RUN, [(J.FAILED, None), (J.WAITING, J.FAILED)], S.FAILED),
        (Intent.RUN, [(J.DONE, None), (J.FAILED, J.DONE)], S.FAILED),
        (Intent.PAUSE, [(J.RUNNING, None)], S.PAUSING),
        (Intent.PAUSE, [(J.WAITING, None)], S.PAUSED),
        (Intent.DRAIN, [(J.RUNNING, None)], S.PAUSING),
        (Intent.DRAIN, [(J.DONE, None), (J.WAITING, J.DONE)], S.PAUSED),
        (Intent.CANCEL, [(J.RUNNING, None)], S.CANCELLING),
        (Intent.CANCEL, [(J.DONE, None), (J.WAITING, J.DONE)], S.CANCELLED),
        (Intent.CANCEL, [(J.DONE, None), (J.DONE, J.DONE)], S.DONE),
    ],
)
def test_states_by_hand(intent: Intent, jobs: Pairs, state: CampaignState) -> None:
    assert campaign_state(intent, jobs) is state


def test_every_state_of_a_job_says_where_it_may_go() -> None:
    assert set(JOB_MOVES) == set(J)
    assert all(state not in moves for state, moves in JOB_MOVES.items())


def test_what_is_done_stays_done_and_everything_else_can_still_be_done() -> None:
    assert JOB_MOVES[J.DONE] == frozenset()
    for state in set(J) - {J.DONE}:
        reached = {state}
        for _ in J:
            reached |= {move for at in reached for move in JOB_MOVES[at]}
        assert J.DONE in reached


def test_only_three_states_promise_that_something_will_happen_and_one_that_it_should() -> None:
    assert {state for state in S if not state.is_over} == {S.RUNNING, S.PAUSING, S.CANCELLING, S.STRANDED}
