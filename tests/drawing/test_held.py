"""What keeps an attempt from being at work, in words, wherever it is drawn."""

import time

import pytest

from alwsl_tui.cli.text.campaigns import head_line, jobs_table, trial_grid
from alwsl_tui.drawing.station_lines import held, waits
from campaigns.core.execution import EngineStanding
from campaigns.core.ids import JobId
from campaigns.core.states import CampaignState, JobState, standing
from campaigns.reporting.json.campaigns import attempt_record
from campaigns.services.monitor.queue import QueueLine
from campaigns.store.rows import AttemptRow
from tests.cli.drawn import RESULT, a_campaign, a_view, an_attempt, baseline, seen


@pytest.fixture
def queued() -> AttemptRow:
    """Twelve minutes ago, whenever the test gets its turn."""
    return an_attempt(
        baseline(0), slot="slurm:cpu", activity="starting", standing=EngineStanding.QUEUED,
        standing_words="queued in slurm (Priority)", standing_since=time.time() - 720,
    )  # fmt: skip


@pytest.fixture
def silent() -> AttemptRow:
    """It was heard of a minute and a half ago."""
    return an_attempt(
        baseline(1), slot="slurm:cpu", round=0, epoch=1, epochs=3, standing=EngineStanding.UNREACHABLE,
        standing_words="slurm is out of reach", standing_since=time.time() - 90, node="n1",
    )  # fmt: skip


def test_what_is_queued_is_never_called_starting_and_what_is_silent_never_lost(
    queued: AttemptRow, silent: AttemptRow
) -> None:
    view = a_campaign(a_view(baseline(0), JobState.RUNNING, queued), a_view(baseline(1), JobState.RUNNING, silent))
    text = seen(jobs_table(view), width=200)
    assert "queued in slurm (Priority) 12 min" in text
    assert "slurm is out of reach for 2 min" in text
    assert "starting" not in text
    assert "queued in slurm (Priority) 12 min" in seen(trial_grid(view, RESULT), width=200)
    assert held(an_attempt(baseline(0))) == ""
    record = attempt_record(queued, pid=None)
    assert (record["activity"], record["standing"], record["node"]) == ("queued in slurm (Priority)", "queued", None)


def test_where_a_worker_is_at_work_its_node_is_said() -> None:
    attempt = an_attempt(baseline(0), slot="slurm:cuda", node="gpu07", round=0, epoch=2, epochs=3, loss=0.25)
    text = seen(jobs_table(a_campaign(a_view(baseline(0), JobState.RUNNING, attempt))), width=200)
    assert "round 0, epoch 2/3, loss 0.2500 on slurm:cuda on gpu07" in text


def test_a_campaign_of_which_all_is_queued_is_called_so(queued: AttemptRow, silent: AttemptRow) -> None:
    view = a_campaign(a_view(baseline(0), JobState.RUNNING, queued))
    assert head_line(view).plain.startswith("mine  queued  ")
    both = a_campaign(a_view(baseline(0), JobState.RUNNING, queued), a_view(baseline(1), JobState.RUNNING, silent))
    assert both.standing == "running"
    assert standing(CampaignState.RUNNING, 0) == "waiting"
    assert standing(CampaignState.PAUSED, 0, 3) == "paused"


def test_a_line_of_the_queue_says_how_long_an_engine_has_it() -> None:
    entry = QueueLine("mine", JobId("baseline-t0"), "queued in slurm (Resources)", time.time() - 40)
    assert waits(entry) == "queued in slurm (Resources) 40 s"
    assert waits(QueueLine("mine", JobId("full"), "2 of 2 cores are taken")) == "2 of 2 cores are taken"
