"""Tasks, last words, splits and plans: written once, read by another process."""

import json
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Protocol

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.fingerprint import Fingerprint
from campaigns.core.ids import Job, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, JobState
from campaigns.errors import Damaged
from campaigns.home.charter import Charter
from campaigns.home.evaluation import Evaluation
from campaigns.home.exit import Ending, Exit
from campaigns.home.extensions import Extension, Extensions
from campaigns.home.round import RoundFacts, SealedRound
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.home.task import Task
from campaigns.home.verdict import AttemptVerdict
from tests.core.draws import some_plans

WORDS = st.text(st.characters(codec="utf-8"))
TASK = Task(Path("/home/é"), "a.123456", Job(JobKind.ARM, 1, "ag"), 3, "cuda", 2, until_round=4)
PLAN = Plan(Schedule(10, (5, 5), (3, 3, 2)), 2, ("ag", "unc"), 100, 40, True, 7, (20,), ("cat", "dog"))
CHARTER = Charter("a.123456", "a", "smoke", "", "shapes", "wildcat", 5.0, PLAN, "f00")
SPLIT = FrozenSplit(Fingerprint("f00", "1ab"), LabelSource.DATASET, 3, (), (("a",),))
EVALUATION = Evaluation("map", 7, 0.25, {"cat": 0.25, "dog": None})
FACTS = RoundFacts("float32", 1, None, is_testing_halved=False)
SEALED = SealedRound(1, 20, LabelSource.DATASET, {"train": 1.5}, FACTS, {"model.safetensors": "0" * 64})
VERDICT = AttemptVerdict(AttemptState.DONE, 9.0, 0, "", JobState.DONE)


class Record(Protocol):
    """What a file of a home becomes."""

    def write(self, path: Path) -> None: ...
    @classmethod
    def read(cls, path: Path) -> object: ...


RECORDS: tuple[Record, ...] = (
    TASK, CHARTER, VERDICT, Exit(Ending.FAILED, 3, "it broke", "mend it"), SPLIT, SEALED, EVALUATION,
    Extensions((Extension(5.0, (30, 10)), Extension(6.0, (30,)))),
)  # fmt: skip


@pytest.mark.parametrize("job", [Job(JobKind.FULL), Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 1, "ag")])
@pytest.mark.parametrize("until_round", [None, 0, 4])
def test_a_worker_reads_the_task_it_was_given(tmp_path: Path, job: Job, until_round: int | None) -> None:
    task = Task(tmp_path, "a.123456", job, 3, "cuda", 2, until_round)
    task.write(tmp_path / "task.json")
    assert Task.read(tmp_path / "task.json") == task


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
@pytest.mark.parametrize(
    ("schema", "words"),
    [(2, "written by a newer version"), (0, "its schema is 0"), (None, "schema: should be a whole number, is null")],
)
def test_a_file_of_another_version_is_refused(tmp_path: Path, record: Record, schema: int | None, words: str) -> None:
    path = tmp_path / "some.json"
    record.write(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": schema}))
    with pytest.raises(Damaged, match=words):
        record.read(path)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_file_is_read_as_it_was_written_and_what_a_newer_version_adds_is_ignored(
    tmp_path: Path, record: Record
) -> None:
    path = tmp_path / "some.json"
    record.write(path)
    assert record.read(path) == record
    path.write_text(json.dumps(json.loads(path.read_text()) | {"mood": {"a": [1, {}]}}))
    assert record.read(path) == record


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_field_that_is_missing_or_of_another_type_is_named(tmp_path: Path, record: Record) -> None:
    path = tmp_path / "some.json"
    record.write(path)
    whole = json.loads(path.read_text())
    for field in fields(record):  # type: ignore[arg-type]
        path.write_text(json.dumps(whole | {field.name: [[{}]]}))
        with pytest.raises(Damaged, match=f"some.json is damaged: .*{field.name}"):
            record.read(path)
        path.write_text(json.dumps({key: value for key, value in whole.items() if key != field.name}))
        if field.default is MISSING and field.default_factory is MISSING:
            with pytest.raises(Damaged, match=f"it has no '{field.name}'"):
                record.read(path)


@pytest.mark.parametrize("read", [Task.read, FrozenSplit.read])
def test_a_task_or_split_that_is_missing_is_refused(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(Damaged, match="it is missing"):
        read(tmp_path / "some.json")


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (replace(PLAN, schedule=Schedule(10, (5,), (3, 3, 2))), "its plan is invalid: 3 epochs for 2 rounds"),
        (replace(PLAN, criteria=()), "its plan is invalid: it has no criterion"),
    ],
)
def test_a_charter_whose_plan_cannot_be_is_refused(tmp_path: Path, plan: Plan, words: str) -> None:
    replace(CHARTER, plan=plan).write(tmp_path / "campaign.json")
    with pytest.raises(Damaged, match=words):
        Charter.read(tmp_path / "campaign.json")


@pytest.mark.parametrize("time", [-1.0, float(1 << 34)])
def test_a_time_outside_every_calendar_is_refused(tmp_path: Path, time: float) -> None:
    path = tmp_path / "some.json"
    for record in (replace(CHARTER, created=time), replace(VERDICT, ended=time), replace(TASK, started=time)):
        record.write(path)
        with pytest.raises(Damaged, match="is not a time"):
            record.read(path)


@given(ending=st.sampled_from(Ending), code=st.integers(0, 255), error=WORDS, hint=WORDS)
def test_last_words_are_heard_as_they_were_said(
    tmp_path_factory: pytest.TempPathFactory, ending: Ending, code: int, error: str, hint: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "exit.json"
    said = Exit(ending, code, error, hint)
    said.write(path)
    assert Exit.read(path) == said


def test_no_last_words_are_none(tmp_path: Path) -> None:
    assert Exit.read(tmp_path / "exit.json") is None


def test_the_words_are_error_and_hint_without_empty_lines() -> None:
    assert Exit(Ending.FAILED, 3, "it broke", "mend it").words == "it broke\nmend it"
    assert Exit(Ending.FAILED, 3, "it broke").words == "it broke"
    assert Exit(Ending.DONE).words == ""


def test_a_split_is_read_as_it_was_frozen(tmp_path: Path) -> None:
    split = FrozenSplit(Fingerprint("f00", "1ab"), LabelSource.DATASET, 5, ("b", "c"), (("a", "d"), ("d", "e")))
    split.write(tmp_path / "split.json")
    assert FrozenSplit.read(tmp_path / "split.json") == split


@given(plan=some_plans())
def test_a_plan_comes_back_from_the_store(plan: Plan) -> None:
    assert Plan.from_json(plan.to_json()) == plan


def test_baselines_start_first_and_every_arm_finds_its_baseline() -> None:
    ids = [job.id for job in PLAN.jobs]
    assert ids == ["baseline-t0", "baseline-t1", "full", "arm-t0-ag", "arm-t0-unc", "arm-t1-ag", "arm-t1-unc"]
    assert all(job.needs is None or job.needs in PLAN.jobs for job in PLAN.jobs)


def test_nothing_is_trained_twice() -> None:
    assert PLAN.models == 2 + 1 + 4 * 2
    assert [PLAN.rounds(job) for job in PLAN.jobs[:4]] == [range(1), range(1), range(1), range(1, 3)]
    assert PLAN.training(Job(JobKind.FULL), 0) == 700
    assert PLAN.training(Job(JobKind.ARM, 0, "ag"), 2) == 20 * 2


def test_work_is_training_testing_and_scoring_what_is_not_labelled() -> None:
    assert PLAN.work(Job(JobKind.FULL)) == pytest.approx(100 * 7 + 40 / 3)
    assert PLAN.work(Job(JobKind.BASELINE, 0)) == pytest.approx(10 * 3 + (40 + 90) / 3)
    # Round 1 scores the 85 that are left, round 2 is the last and scores nothing.
    assert PLAN.work(Job(JobKind.ARM, 0, "ag")) == pytest.approx(15 * 3 + (40 + 85) / 3 + 20 * 2 + 40 / 3)
