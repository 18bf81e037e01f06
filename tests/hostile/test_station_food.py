"""A station that meets garbage in an attempt's folder: that job fails with the reason, and the station lives on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.core.events import EpochDone, Noted
from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, JobState
from campaigns.home.journal import Recorded, to_line
from campaigns.home.paths import AttemptPaths
from campaigns.home.process import worker_of
from campaigns.services.workspace import Workspace
from campaigns.station.executors.local import LocalExecutor, handle_of
from campaigns.station.station import Station
from campaigns.store.attempts import add_attempt, list_attempts, list_epochs, set_handle
from campaigns.store.campaigns import list_jobs, move_job, read_feed
from campaigns.store.rows import CampaignRow
from tests.stage import tiny, wait_for
from tests.store.rows import an_attempt

FULL = Job(JobKind.FULL)
GOOD = to_line(Recorded(1, 1.0, EpochDone(0, 1, 0.5, 1.0)))
BAD_LINES = {
    "no JSON": "{\n",
    "deep": "[" * 50_000 + "\n",
    "another event": '{"n":1,"at":1,"event":"exploded"}\n',
    "text for a number": GOOD.replace('"round":0', '"round":"x"'),
    "a number beyond SQLite": GOOD.replace('"round":0', f'"round":{10**30}'),
    "a list for a number": GOOD.replace('"loss":0.5', '"loss":[1]'),
    "no number": GOOD.replace('"loss":0.5', '"loss":NaN'),
    "infinite": GOOD.replace('"loss":0.5', '"loss":1e999'),
    "nothing for a number": GOOD.replace('"loss":0.5', '"loss":null'),
    "binary": "\x00\x01\x02\n",
}


@pytest.fixture
def attempt(place: Workspace) -> tuple[CampaignRow, AttemptPaths]:
    """A job that ran in a process that is dead by now, as the store has it."""
    row = tiny(place, 'criteria.names=["ag"]')
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        worker = worker_of(child.pid)
        child.communicate(b"\n")
    assert worker is not None
    with place.store() as store:
        tried = an_attempt(row, FULL.id)
        add_attempt(store, tried)
        move_job(store, row.id, FULL.id, JobState.RUNNING)
        set_handle(store, tried, handle_of(worker))
    paths = place.home.campaign(row.id).job(FULL.id).attempt(1)
    paths.folder.mkdir(parents=True)
    return row, paths


def judged(place: Workspace, row: CampaignRow) -> tuple[AttemptState, str, JobState]:
    """What a station makes of the attempt: its state, its last words, the job's state."""
    with place.store() as store:
        station = Station.open(place.home, store, LocalExecutor())
        wait_for(lambda: not station.turn() or None, on_failure=lambda: str(station.live))
        (found,) = list_attempts(store, row.id)
        (job,) = [one for one in list_jobs(store, row.id) if one.job == FULL]
        return found.state, found.last_words, job.state


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES)
def test_a_line_of_a_journal_that_no_worker_wrote(
    place: Workspace, attempt: tuple[CampaignRow, AttemptPaths], line: str
) -> None:
    row, paths = attempt
    paths.journal.write_text(line)
    state, words, job = judged(place, row)
    assert (state, job) == (AttemptState.FAILED, JobState.FAILED)
    assert "is damaged" in words
    with place.store() as store:
        assert list_epochs(store, row.id) == []


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"ending": "exploded", "code": 0}', '{"ending": "done", "code": "x"}', "[" * 5000]
)
def test_last_words_that_no_worker_wrote(
    place: Workspace, attempt: tuple[CampaignRow, AttemptPaths], content: str
) -> None:
    row, paths = attempt
    paths.exit.write_text(content)
    state, words, job = judged(place, row)
    assert (state, job) == (AttemptState.FAILED, JobState.FAILED)
    assert "exit.json is damaged" in words


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"schema": 1, "pid": -1, "born": 1.0}',
        '{"schema": 1, "pid": 0, "born": 1.0}',
        '{"schema": 1, "pid": "x", "born": null}',
    ],
)
def test_a_note_of_a_process_that_no_worker_wrote_signals_nobody(
    place: Workspace, attempt: tuple[CampaignRow, AttemptPaths], content: str
) -> None:
    row, paths = attempt
    paths.process.write_text(content)
    assert judged(place, row)[0] is AttemptState.LOST


def test_a_name_that_is_no_text_reaches_the_feed_spelt_out(
    place: Workspace, attempt: tuple[CampaignRow, AttemptPaths]
) -> None:
    row, paths = attempt
    name = Path(b"caf\xe9.jpg".decode(errors="surrogateescape"))
    paths.journal.write_text(to_line(Recorded(1, 1.0, Noted(f"left out: {name}"))))
    judged(place, row)
    with place.store() as store:
        texts = [entry.text for entry in read_feed(store, row.id)]
    assert "left out: caf\\udce9.jpg" in texts
    assert json.dumps(texts).isascii()
