"""Commands that the station starts when something has happened: once each, and harmless whatever they do."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.errors import BadHome
from campaigns.home.hooks import Hook, Hooks, hooks_file, started_file
from campaigns.services.workspace import Workspace
from campaigns.station import hooks
from campaigns.station.hooks import HookStarter
from campaigns.store.attempts import add_attempt, end_attempt
from campaigns.store.campaigns import list_jobs, move_job, read_feed, set_intent, set_request
from campaigns.store.rows import CampaignRow, RequestRow
from campaigns.store.store import Store
from tests.patience import Deadline
from tests.stage import settle, tiny
from tests.store.rows import an_attempt

BASE = Job(JobKind.BASELINE, 0)
KEEP = "import sys; open({path!r}, 'ab').write(sys.stdin.buffer.read())"


def write_hooks(place: Workspace, said: Path, *events: Hook) -> None:
    """Let these events be written down."""
    command = f'''{sys.executable} -c "{KEEP.format(path=str(said))}"'''
    path = hooks_file(place.home)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{event} = {json.dumps(command)}\n" for event in events or tuple(Hook)), encoding="utf-8")


def finish(store: Store, row: CampaignRow, job: Job, *, as_: JobState, number: int = 1) -> None:
    """End a try at a job, as a station does."""
    attempt = an_attempt(row, job.id, number)
    state = AttemptState.FAILED if as_ is JobState.FAILED else AttemptState.DONE
    add_attempt(store, attempt)
    move_job(store, row.id, job.id, JobState.RUNNING)
    end_attempt(store, attempt, state, at=time.time() + 1, code=0, last_words="out of luck\nmore")
    move_job(store, row.id, job.id, as_)


def called(starter: HookStarter) -> None:
    """Start what there is to start, and wait until it is over."""
    starter.call()
    deadline = Deadline()
    while starter.is_busy:
        deadline.require_time(lambda: "a hook does not end")
        time.sleep(deadline.pause())
        starter.tend()


def told(said: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.read_text(encoding="utf-8").splitlines()] if said.exists() else []


def test_what_ends_is_told_once_with_all_that_a_command_may_want(place: Workspace, tmp_path: Path) -> None:
    row, said = tiny(place, "protocol.full=false", 'criteria.names=["ag"]'), tmp_path / "said"
    write_hooks(place, said)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN)
        first, second = row.plan.jobs
        finish(store, row, first, as_=JobState.DONE)
        called(HookStarter(place.home, store))
        assert told(said) == []
        finish(store, row, second, as_=JobState.DONE)
        for _ in range(3):
            called(HookStarter(place.home, store))  # as a station that was killed and one that comes next
    (end,) = told(said)
    assert (end["event"], end["campaign"], end["state"]) == ("on_end", row.name, "done")
    assert end["home"] == str(place.home.folder)
    assert end["next"] == f"alwsl-tui report {row.name}"


def test_a_job_that_fails_is_told_at_each_try_and_what_hangs_on_it_ends_the_campaign(
    place: Workspace, tmp_path: Path
) -> None:
    row, said = tiny(place, "protocol.full=false", 'criteria.names=["ag"]'), tmp_path / "said"
    write_hooks(place, said, Hook.FAILURE)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN)
        finish(store, row, BASE, as_=JobState.FAILED)
        called(HookStarter(place.home, store))
        move_job(store, row.id, BASE.id, JobState.WAITING)
        finish(store, row, BASE, as_=JobState.FAILED, number=2)
        called(HookStarter(place.home, store))
    assert [(one["event"], one["job"]) for one in told(said)] == [("on_failure", BASE.id)] * 2
    assert told(said)[0]["text"] == f"{row.name}: {BASE.id} failed: out of luck"


def test_labels_are_asked_for_once_a_round(place: Workspace, tmp_path: Path) -> None:
    row, said = tiny(place, "protocol.full=false", 'criteria.names=["ag"]'), tmp_path / "said"
    write_hooks(place, said, Hook.LABELS)
    with place.store() as store:
        finish(store, row, BASE, as_=JobState.WAITING)
        for round_, answered in ((0, 0), (0, 3), (1, 0), (1, 12)):
            set_request(store, row.id, BASE.id, RequestRow(round_, 12, answered))
            called(HookStarter(place.home, store))
    assert [one["round"] for one in told(said)] == [0, 1]


def test_what_was_over_before_the_hooks_were_written_is_not_told(place: Workspace, tmp_path: Path) -> None:
    row, said = tiny(place, "protocol.full=false", 'criteria.names=["ag"]'), tmp_path / "said"
    with place.store() as store:
        for job in row.plan.jobs:
            finish(store, row, job, as_=JobState.DONE)
        store.connection.execute("UPDATE attempt SET ended = ?", (time.time() - 3600,))
        write_hooks(place, said)
        called(HookStarter(place.home, store))
    assert told(said) == []


@pytest.mark.parametrize("command", ["no-such-program-anywhere", f"{sys.executable} -c 'raise SystemExit(3)'", "hang"])
def test_a_command_that_fails_is_told_in_the_feed_and_harms_nothing(
    place: Workspace, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["ag"]')
    if command == "hang":
        monkeypatch.setattr(hooks, "PATIENCE", 0.2)
        command = f"{sys.executable} -c 'import time; time.sleep(600)'"
    path = hooks_file(place.home)
    path.write_text(f"on_failure = {json.dumps(command)}\n", encoding="utf-8")
    with place.store() as store:
        finish(store, row, BASE, as_=JobState.FAILED)
        called(HookStarter(place.home, store))
        (entry,) = [entry for entry in read_feed(store, row.id) if "hook" in entry.text]
        assert entry.is_warning
        assert entry.text.startswith("the hook on_failure ")
        assert next(job.state for job in list_jobs(store, row.id) if job.job == BASE) is JobState.FAILED


def test_nothing_is_started_that_could_not_be_written_down(place: Workspace, tmp_path: Path) -> None:
    row, said = tiny(place, "protocol.full=false", 'criteria.names=["ag"]'), tmp_path / "said"
    write_hooks(place, said)
    started_file(place.home).mkdir()  # no file, and nothing can be appended to it
    with place.store() as store:
        finish(store, row, BASE, as_=JobState.FAILED)
        called(HookStarter(place.home, store))
    assert told(said) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("on_end = 3", "on_end is not a command"),
        ('on_end = ""', "on_end is not a command"),
        ('on_end = "say \'x"', "on_end: No closing quotation"),
        ('on_start = "x"', "on_start is not a hook"),
        ("on_end", "cannot read"),
    ],
)
def test_a_file_that_says_something_else_is_refused_with_the_line_that_would_be_right(
    tmp_path: Path, text: str, wrong: str
) -> None:
    (tmp_path / "hooks.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadHome, match=wrong):
        Hooks.read(tmp_path / "hooks.toml")


@pytest.mark.slow
def test_a_station_calls_when_a_campaign_is_over(place: Workspace, tmp_path: Path) -> None:
    row, said = tiny(place, "protocol.full=false", 'criteria.names=["random"]'), tmp_path / "said"
    write_hooks(place, said)
    assert settle(place, row.name) == "done"
    deadline = Deadline()
    while not told(said):
        deadline.require_time(lambda: "nothing was called")
        time.sleep(deadline.pause())
    assert [one["event"] for one in told(said)] == ["on_end"]
