"""How a campaign ended, as an exit code; what may be asked of it when."""

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.errors import NotNow
from campaigns.services.campaigns.cancel import cancel
from campaigns.services.campaigns.delete import delete
from campaigns.services.campaigns.drain import drain
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.resume import resume
from campaigns.services.campaigns.retry import retry
from campaigns.services.campaigns.run import ending
from campaigns.services.campaigns.start import start
from campaigns.services.campaigns.wait import wait
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import add_attempt, end_attempt
from campaigns.store.campaigns import list_jobs, move_job, set_intent
from campaigns.store.rows import CampaignRow
from tests.patience import patience
from tests.stage import processes, program, tiny
from tests.store.rows import an_attempt

J = JobState
FULL, BASE = Job(JobKind.FULL), Job(JobKind.BASELINE, 0)
ARMS = (Job(JobKind.ARM, 0, "ag"), Job(JobKind.ARM, 0, "random"))


def put(
    place: Workspace, row: CampaignRow, states: dict[Job, JobState], *, codes: dict[Job, int] | None = None
) -> None:
    """Bring jobs to these states; failed ones by an attempt that ended with a code."""
    with place.store() as store:
        for job, state in states.items():
            if state is J.WAITING:
                continue
            attempt = an_attempt(row, job.id)
            add_attempt(store, attempt)
            move_job(store, row.id, job.id, J.RUNNING)
            if state is J.RUNNING:
                continue
            move_job(store, row.id, job.id, state)
            how = AttemptState.DONE if state is J.DONE else AttemptState.FAILED
            code = (codes or {}).get(job, 0)
            end_attempt(store, attempt, how, at=3.0, code=code, last_words=f"words of {job.id}")


def intend(place: Workspace, row: CampaignRow, intent: Intent) -> None:
    with place.store() as store:
        set_intent(store, row.id, intent)


ALL = (FULL, BASE, *ARMS)


@pytest.mark.parametrize(
    ("intent", "states", "codes", "code"),
    [
        (Intent.RUN, dict.fromkeys(ALL, J.DONE), {}, 0),
        (Intent.RUN, {BASE: J.FAILED, FULL: J.DONE}, {BASE: 3}, 3),
        (Intent.RUN, {BASE: J.FAILED, FULL: J.FAILED}, {BASE: 4, FULL: 3}, 3),
        (Intent.RUN, {BASE: J.FAILED, FULL: J.DONE}, {BASE: 4}, 4),
        (Intent.RUN, {BASE: J.FAILED, FULL: J.DONE}, {BASE: -9}, 4),
        (Intent.RUN, {BASE: J.FAILED, FULL: J.FAILED}, {BASE: 4, FULL: 5}, 5),
        (Intent.RUN, {BASE: J.FAILED, FULL: J.FAILED}, {BASE: 5, FULL: 3}, 3),
        (Intent.PAUSE, {BASE: J.DONE}, {}, 130),
        (Intent.CANCEL, {BASE: J.DONE}, {}, 130),
        (Intent.NEW, {}, {}, 130),
    ],
)
def test_the_exit_code_tells_how_a_campaign_ended(
    place: Workspace, intent: Intent, states: dict[Job, JobState], codes: dict[Job, int], code: int
) -> None:
    row = tiny(place)
    put(place, row, states, codes=codes)
    intend(place, row, intent)
    ended = ending(place, row.name)
    assert ended.code == code
    assert bool(ended.why) == bool(ended.hint) == (code != 0)
    assert all(f"words of {job.id}" in ended.why for job in codes)
    assert program(place, "wait", row.name).returncode == code


def test_resting_where_it_was_asked_to_is_a_good_end_unless_something_failed(place: Workspace) -> None:
    row = tiny(place)
    put(place, row, {BASE: J.DONE})
    intend(place, row, Intent.PAUSE)
    assert ending(place, row.name, is_partial=True).code == 0
    put(place, row, {FULL: J.FAILED}, codes={FULL: 3})
    ended = ending(place, row.name, is_partial=True)
    assert ended.code == 3
    assert "words of full" in ended.why


def test_what_cannot_be_asked_now_says_what_can(place: Workspace) -> None:
    row = tiny(place)
    for ask in (pause, drain, resume):
        with pytest.raises(NotNow, match="tiny is new") as caught:
            ask(place, row.name)
        assert "alwsl-tui start tiny" in caught.value.hint
    with pytest.raises(NotNow, match="nothing in tiny has failed"):
        retry(place, row.name)
    put(place, row, dict.fromkeys(ALL, J.DONE))
    for ask in (start, pause, drain, resume, cancel):
        with pytest.raises(NotNow, match="tiny is done") as caught:
            ask(place, row.name)
        assert "alwsl-tui show tiny" in caught.value.hint
    assert processes(place, "campaigns.station") == []


def test_a_campaign_that_was_cancelled_before_it_began_can_be_taken_up_again(place: Workspace) -> None:
    row = tiny(place)
    assert cancel(place, row.name).intent is Intent.CANCEL
    assert wait(place, row.name, timeout=patience()) == "cancelled"
    with pytest.raises(NotNow, match="tiny is cancelled"):
        start(place, row.name)
    assert processes(place, "campaigns.station") == []


def test_a_campaign_that_workers_are_at_is_not_deleted(place: Workspace) -> None:
    row = tiny(place)
    put(place, row, {BASE: J.RUNNING})
    with pytest.raises(NotNow, match="workers are at tiny") as caught:
        delete(place, row.name)
    assert "alwsl-tui cancel tiny" in caught.value.hint
    assert place.home.campaign(row.id).recipe.exists()
    with place.store() as store:
        assert len(list_jobs(store, row.id)) == 4


def test_a_deleted_campaign_leaves_nothing_and_its_name_is_free(place: Workspace) -> None:
    kept, gone = tiny(place, name="kept"), tiny(place, name="gone")
    delete(place, "gone")
    assert [path.name for path in place.home.campaigns.iterdir()] == [kept.id]
    assert [line.row.name for line in load_campaigns(place)] == ["kept"]
    assert tiny(place, name="gone").id != gone.id
