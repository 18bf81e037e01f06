"""What `squeue` prints, as conditions of attempts, and what handles, recipes and refusals come to without a cluster."""

import math
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.execution import (
    LOCAL,
    SLURM,
    Busy,
    Condition,
    EndCause,
    Ended,
    Handle,
    Lost,
    Queued,
    Running,
    Slot,
    Wish,
    device_of,
    executor_of,
)
from campaigns.errors import BadRecipe, Damaged, NoEngine, UsageError
from campaigns.home.paths import AttemptPaths
from campaigns.home.submission import Submission
from campaigns.recipe import load_recipe
from campaigns.recipe.slurm_spec import SlurmSpec
from campaigns.services.campaigns.executor import chosen_executor, require_executor
from campaigns.station.executors.engines import Engines
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.executors.opening import is_at_work
from campaigns.station.executors.slurm.accounts import Accounts, parse_accounts
from campaigns.station.executors.slurm.commands import SlurmReply
from campaigns.station.executors.slurm.executor import NOT_HERE, SlurmExecutor, avoiding
from campaigns.station.executors.slurm.queue import COLUMNS, QueuedJob, condition_of, parse, time_of

ENDS = "2026-11-29T13:00:46"
NAME = "alwsl-tiny.abcdef-arm-t0-ag-1-0a1b2c3d"


def line(**cells: str) -> str:
    """As `squeue` prints a job."""
    known = {
        "JobID": "7", "State": "RUNNING", "exit_code": "0", "NodeList": "n1", "EndTime": ENDS, "TimeLimit": "1:00",
        "Reason": "None", "Name": NAME,
    }  # fmt: skip
    return "".join((known | cells)[name].ljust(width)[:width] for name, width in COLUMNS.items())


def said(**cells: str) -> Condition:
    (job,) = parse(line(**cells))
    return condition_of(job)


def test_a_line_is_read_whatever_stands_in_its_reason() -> None:
    reason = "Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions"
    (job,) = parse(line(State="PENDING", Reason=reason, NodeList="", EndTime="N/A"))
    assert job == QueuedJob("7", "PENDING", 0, "", None, "1:00", reason, NAME)


@given(text=st.text(max_size=400))
def test_any_text_is_read_or_passed_over(text: str) -> None:
    assert all(job.number.isdecimal() for job in parse(text))


@pytest.mark.parametrize(
    ("cells", "condition"),
    [
        ({"State": "PENDING", "Reason": "Priority", "NodeList": ""}, Queued("Priority")),
        ({"State": "PENDING", "Reason": "None", "NodeList": ""}, Queued("")),
        ({"State": "CONFIGURING"}, Queued("")),
        ({}, Running("n1")),
        ({"State": "COMPLETING"}, Running("n1")),
        ({"State": "COMPLETED"}, Ended(0, "ended with exit code 0 and no last words on n1")),
        ({"State": "FAILED", "exit_code": "768"}, Ended(3, "ended with exit code 3 and no last words on n1")),
        ({"State": "FAILED", "exit_code": "9"}, Ended(-9, "killed by SIGKILL on n1")),
        ({"State": "TIMEOUT"}, Ended(0, "its time was up on n1 (limit 1:00)", EndCause.TIME)),
        ({"State": "PREEMPTED"}, Ended(0, "preempted on n1", EndCause.PREEMPTION)),
        ({"State": "NODE_FAIL"}, Ended(0, "the node failed on n1", EndCause.NODE)),
        ({"State": "CANCELLED", "NodeList": ""}, Ended(0, "cancelled in Slurm by somebody else")),
        ({"State": "CANCELLED", "exit_code": "9"}, Ended(-9, "cancelled in Slurm by somebody else on n1")),
        ({"State": "CANCELLED"}, Ended(0, "Slurm could not start it on n1", EndCause.LAUNCH)),
        (
            {"State": "FAILED", "Reason": "JobLaunchFailure", "exit_code": "256"},
            Ended(1, "Slurm could not start it on n1", EndCause.LAUNCH),
        ),
        ({"State": "FAILED", "Reason": "JobLaunchFailure", "exit_code": "9"}, Ended(-9, "killed by SIGKILL on n1")),
        (
            {"State": "OUT_OF_MEMORY", "exit_code": "9"},
            Ended(-9, "killed by Slurm: it took more memory than it had asked for on n1"),
        ),
    ],
)
def test_each_state_of_a_job_has_its_condition(cells: dict[str, str], condition: Condition) -> None:
    assert said(**cells) == condition


def test_a_worker_that_ends_when_it_was_warned_ends_for_lack_of_time() -> None:
    (job,) = parse(line(State="COMPLETED"))
    assert job.ends is not None
    in_time = condition_of(job, due=job.ends + 100, warned=120)
    assert in_time == Ended(0, "its time was up on n1 (limit 1:00)", EndCause.TIME)
    assert condition_of(job, due=job.ends + 1000, warned=120) == said(State="COMPLETED")
    (failed,) = parse(line(State="FAILED", exit_code="9"))
    assert condition_of(failed, due=job.ends, warned=120) == Ended(-9, "killed by SIGKILL on n1")


def test_a_handle_is_text_that_names_its_engine_and_any_other_text_is_none() -> None:
    submission = Submission(SLURM, NAME, 1764421244.25, "7")
    handle = Handle(submission.to_text())
    assert Submission.from_text(handle) == submission
    assert Submission.from_text(Submission(SLURM, NAME, 1.0).to_text()) == Submission(SLURM, NAME, 1.0)
    for text in ("", "slurm 7", "slurm -x - 1 a", "slurm 7 - 1 --all", "slurm 7 - nan a", "slurm 7;rm - 1 a"):
        with pytest.raises(ValueError, match=r".+"):
            Submission.from_text(text)
        executor = SlurmExecutor()
        executor.adopt(Handle(text), AttemptPaths(Path("/nowhere")))
        assert executor.look() == {}
    engines = Engines(LocalExecutor())
    assert engines.of_handle(Handle('{"pid": 2, "born": 1.0}')) is engines.local
    assert engines.of_handle(handle) is not engines.local
    assert not is_at_work(Handle("slurm 7"), AttemptPaths(Path("/nowhere")))


def test_an_answer_that_is_older_than_a_job_says_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.station.executors.slurm.commands.EVERY", math.inf)
    monkeypatch.setattr(Accounts, "look_up", lambda _accounts, _submission: (True, None))  # there is no accounting
    executor = SlurmExecutor(is_looking=True)
    executor.watch.has_asked, executor.watch.asked_at = True, time.monotonic()
    now, paths = time.time(), AttemptPaths(Path("/nowhere"))
    fresh, old = (Handle(Submission(SLURM, NAME, when, "7").to_text()) for when in (now, now - 3600))
    for handle in (fresh, old):
        executor.adopt(handle, paths)
    conditions = executor.look()
    assert conditions[fresh] == Running()
    assert isinstance(conditions[old], Lost)


def test_the_note_beside_the_task_is_what_a_station_wrote(tmp_path: Path) -> None:
    paths = AttemptPaths(tmp_path)
    engines = Engines(LocalExecutor())
    assert engines.recall(paths) is None
    Submission(SLURM, NAME, 1.0, "7").write(paths.engine)
    assert engines.recall(paths) == "slurm 7 - 1.000 " + NAME
    paths.engine.write_text('{"schema": 1, "engine": "slurm", "name": "--all", "submitted": 1.0}')
    with pytest.raises(Damaged, match=r"engine\.json"):
        engines.recall(paths)


def test_slots_of_an_engine_name_it_and_no_other_executor_counts_them() -> None:
    slot = str(Slot("cuda", None, SLURM))
    assert (slot, executor_of(slot), device_of(slot)) == ("slurm:cuda", SLURM, "cuda")
    assert [(executor_of(text), device_of(text)) for text in ("cpu", "cuda:1")] == [(LOCAL, "cpu"), (LOCAL, "cuda")]
    busy = [Busy("slurm:cpu", 64)] * 3
    assert LocalExecutor().free(Wish("cpu", 1, 1), busy) == Slot("cpu")


def test_slurm_is_given_as_many_jobs_at_once_as_the_recipe_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.station.executors.slurm.executor.is_installed", lambda: True)
    wish, executor = Wish("auto", 2, 1, SLURM, ("--partition=gpu",), most=2), SlurmExecutor()
    assert executor.free(wish, [Busy("slurm:cpu", 2), Busy("cpu", 1)]) == Slot("cpu", None, SLURM, wish.options)
    assert executor.free(wish, [Busy("slurm:cpu", 2)] * 2) == "slurm has 2 jobs of this home already"
    executor.watch.fail("no answer")
    assert executor.free(wish, []) == "slurm is out of reach: no answer"


def test_where_there_is_no_sbatch_the_executor_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert SlurmExecutor().free(Wish("auto", 1, 1, SLURM), []) == NOT_HERE
    with pytest.raises(NoEngine, match="there is no sbatch on this machine") as refusal:
        require_executor(SLURM)
    assert refusal.value.exit_code == 3
    require_executor(LOCAL)


def test_the_executor_is_the_one_asked_for_else_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALWSL_EXECUTOR", raising=False)
    assert chosen_executor() == LOCAL
    monkeypatch.setenv("ALWSL_EXECUTOR", "slurm")
    assert (chosen_executor(), chosen_executor("local")) == (SLURM, LOCAL)
    monkeypatch.setenv("ALWSL_EXECUTOR", "slrum")
    with pytest.raises(UsageError, match="ALWSL_EXECUTOR: there is no executor 'slrum'") as wrong:
        chosen_executor()
    assert wrong.value.hint == "did you mean 'slurm'?"


def test_a_recipe_says_to_slurm_what_sbatch_is_told() -> None:
    recipe = load_recipe("smoke", ['run.slurm={partition="gpu", time="04:00:00", extra=["--account=x"]}'])
    assert recipe.run.slurm is not None
    assert recipe.run.slurm.options == ("--partition=gpu", "--time=04:00:00", "--account=x")
    assert SlurmSpec(time="2").options == ("--time=2", "--signal=B:TERM@60")
    assert SlurmSpec(time="1-0").options == ("--time=1-0",)


@pytest.mark.parametrize(
    "slurm",
    [
        '{time="soon"}', '{partition="-x"}', '{extra=["--wrap=true"]}', '{extra=["-J", "x"]}', '{extra=["account=x"]}',
        '{extra=["--output=/etc/passwd"]}', "{jobs=0}", '{queue="gpu"}', '{extra=["--account=a\\nb"]}',
    ],
)  # fmt: skip
def test_what_a_recipe_may_not_say_to_slurm_is_refused(slurm: str) -> None:
    with pytest.raises(BadRecipe) as refusal:
        load_recipe("smoke", [f"run.slurm={slurm}"])
    assert refusal.value.mistakes
    assert all(mistake.where.startswith("run.slurm") for mistake in refusal.value.mistakes)


def test_a_controller_that_is_not_there_is_silent_and_one_that_refuses_is_not() -> None:
    silent = "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)\n"
    refuses = (
        "sbatch: error: invalid partition specified: nope\n"
        "sbatch: error: Batch job submission failed: Invalid partition name specified\n"
    )
    assert SlurmReply(1, "", silent).is_silence
    assert SlurmReply(-1, "", "no answer within 8 s").is_silence
    assert not SlurmReply(1, "", refuses).is_silence
    assert SlurmReply(1, "", refuses).words == "Batch job submission failed: Invalid partition name specified"


def test_accounting_tells_how_a_job_ended_that_the_queue_has_forgotten() -> None:
    text = (
        f"7|FAILED|0:9|n1|{ENDS}|01:00:00|{NAME}\n"
        f"8|CANCELLED by 1000|1:0|None assigned|Unknown|Partition_Limit|a|b\n"
        "7.batch|FAILED|0:9|n1||||\nno job\n\n"
    )
    killed, cancelled = parse_accounts(text)
    assert killed == QueuedJob("7", "FAILED", 9, "n1", time_of(ENDS), "01:00:00", "", NAME)
    assert condition_of(killed) == Ended(-9, "killed by SIGKILL on n1")
    assert (cancelled.state, cancelled.code, cancelled.nodes, cancelled.name) == ("CANCELLED", 1 << 8, "", "a|b")


@pytest.mark.parametrize(
    ("options", "last"),
    [
        (["--account=x"], "--exclude=n1,n2"),
        (["--exclude=n8", "--exclude=n9,n7"], "--exclude=n9,n7,n1,n2"),
        (["-xn9"], "--exclude=n9,n1,n2"),
    ],
)
def test_nodes_of_another_kind_are_avoided_beside_those_that_a_recipe_avoids(options: list[str], last: str) -> None:
    assert avoiding(options, ["n1", "n2"]) == [*options, last], "the last one counts"
    assert avoiding(options, []) == options
