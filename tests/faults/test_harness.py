"""The fault harness sees what it looks for: each of its checks fails where something is lost."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from campaigns.core.answers import Answer, Opinion, TakesBack
from campaigns.core.ids import JobId
from campaigns.core.labels import Label
from campaigns.core.states import AttemptState, JobState
from campaigns.home.answers import append
from campaigns.home.drafts import draft_of
from campaigns.home.paths import AttemptPaths
from campaigns.home.process import Worker
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import add_attempt, end_attempt
from campaigns.store.campaigns import move_job
from campaigns.store.rows import AttemptRow, CampaignRow
from campaigns.torture.labelled import ALBUM, CLASSES, PHOTOS, lost_answers, truth_of
from campaigns.torture.promises import GHOST_SECONDS, STEP_SECONDS, Watch, bugs, leftovers, losses, outcome, unheard
from campaigns.torture.run import clear_away
from tests.stage import tiny


def attempted(place: Workspace, row: CampaignRow, *, number: int = 1) -> AttemptRow:
    """An attempt at the campaign's first job that the store takes for running."""
    attempt = AttemptRow(
        row.id, row.plan.jobs[0].id, number, AttemptState.RUNNING, "cpu", 1, handle=None, started=time.time(),
        ended=None, exit_code=None, last_words="", activity="starting", round=None, epoch=None, epochs=None, loss=None,
        journal_offset=0,
    )  # fmt: skip
    with place.store() as store:
        add_attempt(store, attempt)
        move_job(store, row.id, attempt.job, JobState.RUNNING)
    return attempt


def paths_of(place: Workspace, attempt: AttemptRow) -> AttemptPaths:
    return place.home.campaign(attempt.campaign).job(attempt.job).attempt(attempt.number)


@contextmanager
def worker(paths: AttemptPaths) -> Iterator[None]:
    """A process that looks like a worker, and has noted that it holds its job."""
    paths.folder.mkdir(parents=True)
    command = [sys.executable, "-uc", "input('here')", "campaigns.worker", str(paths.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.read(4) == b"here"
        Worker(child.pid, psutil.Process(child.pid).create_time()).write(paths.process)
        yield
        child.communicate()


def test_a_job_that_runs_twice_is_seen(place: Workspace) -> None:
    row, watch = tiny(place), Watch(place)
    with ExitStack() as alive:
        alive.enter_context(worker(paths_of(place, attempted(place, row))))
        watch.look()
        assert watch.losses == []
        alive.enter_context(worker(paths_of(place, attempted(place, row, number=2))))
        watch.look()
    assert "runs twice" in watch.losses[0]


def test_half_a_campaign_is_seen(place: Workspace) -> None:
    row, watch = tiny(place), Watch(place)
    watch.look()
    assert watch.losses == []
    place.home.campaign(row.id).split.unlink()
    watch.look()
    assert watch.losses == [f"half a campaign is shown: {row.name}"]


def test_what_is_shown_as_running_too_long_after_its_end_is_seen(place: Workspace) -> None:
    watch, attempt, now = Watch(place), attempted(place, tiny(place)), time.monotonic()
    looks = round(GHOST_SECONDS / STEP_SECONDS)
    for look in range(looks + 1):
        watch.judge([attempt], now + look * STEP_SECONDS)
    assert watch.losses == []
    watch.judge([], now + 100)
    watch.judge([attempt], now + 101)
    watch.judge([attempt], now + 1000)
    assert watch.losses == [], "its time began anew, and a watch that was kept waiting holds that against nobody"
    for look in range(looks):
        watch.judge([attempt], now + 1001 + look)
    assert watch.losses == [f"{attempt.job}#1 is shown as running 10 s after its end"]


def test_last_words_that_are_missing_or_of_something_else_are_seen(place: Workspace) -> None:
    row = tiny(place)
    attempt = attempted(place, row)
    felled = [paths_of(place, attempt)]
    assert "says running" in unheard(place, row.name, felled)[0]
    for words, is_heard in (("", False), ("killed by SIGKILL\nits log", True)):
        with place.store() as store:
            end_attempt(store, attempt, AttemptState.LOST, at=2.0, code=-9, last_words=words)
        assert (unheard(place, row.name, felled) == []) is is_heard
        silent = f"{attempt.job}#1 has no last words" in losses(place, row.name, outcome(place, row.name))
        assert silent is not is_heard
    assert unheard(place, row.name, [place.home.campaign(row.id).job(JobId("full")).attempt(9)]) != []


def test_a_job_that_did_not_come_to_its_end_is_seen(place: Workspace) -> None:
    row = tiny(place)
    wrong = losses(place, row.name, outcome(place, row.name))
    assert wrong == [f"{job.id} is waiting" for job in row.plan.jobs]


def test_a_traceback_in_a_log_is_seen(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.log", tmp_path / "bad.log"
    good.write_text("station 12 opens\n")
    bad.write_text("station 12 opens\nTraceback (most recent call last):\n  File\nKeyError: 3\n")
    assert bugs(good, bad, tmp_path / "none") == ["bad.log: KeyError: 3"]


def test_files_that_nobody_is_at_are_seen(place: Workspace) -> None:
    row = tiny(place)
    assert leftovers(place) == []
    paths = place.home.campaign(row.id)
    round_ = paths.job(row.plan.jobs[0].id).round(0)
    round_.folder.mkdir(parents=True)
    for path in (
        place.home.campaigns / ".new-other.123456",
        paths.unsettled,
        draft_of(round_.folder / "picks.json"),
        round_.checkpoint,
        round_.done,
    ):
        path.touch()
    assert len(leftovers(place)) == 4
    round_.done.unlink()
    assert len(leftovers(place)) == 3, "a checkpoint is for a round that is not done"


LINGERS = """
import sys
from pathlib import Path
print("here", flush=True)
while True:
    for name in "abcdefgh":
        (Path(sys.argv[-1]) / "campaigns" / name).mkdir(parents=True, exist_ok=True)
        (Path(sys.argv[-1]) / "campaigns" / name / "file").touch()
"""
"""A station that lingers, always in the middle of writing something."""


def test_a_scratch_home_goes_whole_though_a_station_lingers_in_it(place: Workspace) -> None:
    tiny(place)
    command = [sys.executable, "-c", LINGERS, "campaigns.station", str(place.home.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as station:
        assert station.stdout
        assert station.stdout.read(4) == b"here"
        clear_away(place.home.folder)
        assert not place.home.folder.exists()
        assert station.poll() is not None


def true_answer(image: str) -> Answer:
    shown = {name: Opinion.YES for name, label in truth_of(image).items() if label is Label.YES}
    return Answer(1764374400.0, "anna", image, None, shown, is_rest_no=True, classes=CLASSES)


def test_photographs_of_the_album_show_either_class_both_and_neither() -> None:
    shown = [tuple(truth_of(f"{n:02}.png").values()) for n in range(PHOTOS)]
    assert len(set(shown)) == 4


def test_an_answer_that_was_acknowledged_and_is_gone_is_seen(place: Workspace) -> None:
    append(place.home.labels(ALBUM), [true_answer("03.png"), true_answer("04.png")])
    assert lost_answers(place, ["03.png", "04.png", "03.png"]) == []
    append(place.home.labels(ALBUM), [TakesBack(1764374401.0, "anna", 2)])
    assert lost_answers(place, ["03.png", "04.png"]) == ["the answer about 04.png was acknowledged, and is gone"]


def test_an_answer_that_nobody_gave_is_seen(place: Workspace) -> None:
    append(place.home.labels(ALBUM), [true_answer("03.png"), Answer(1764374400.0, "anna", "04.png", None, skip="dark")])
    append(place.home.labels(ALBUM), [Answer(1764374402.0, "anna", "03.png", None, {"red": Opinion.NO})])
    assert [line.split(" is ")[0] for line in lost_answers(place, [])] == [
        "the answer about 03.png", "the answer about 04.png"
    ]  # fmt: skip


def test_a_killed_worker_of_another_campaign_is_not_asked_for(place: Workspace) -> None:
    row, other = tiny(place), tiny(place, name="other")
    attempt = paths_of(place, attempted(place, other))
    assert unheard(place, row.name, [attempt]) == []
    assert unheard(place, other.name, [attempt]) != []
