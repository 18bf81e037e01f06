"""Workers that are forked: as good as those that are started, and whatever happens to what forks them is harmless."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from campaigns.core.execution import Ended, Handle, Running, Slot, StopStep
from campaigns.core.ids import Job, JobKind
from campaigns.home.exit import Exit
from campaigns.home.locks import exclusive
from campaigns.home.paths import AttemptPaths, HomePaths
from campaigns.home.task import Task
from campaigns.services.campaigns.start import start
from campaigns.services.workspace import Workspace
from campaigns.station.executors import nursery as nursery_module
from campaigns.station.executors.local import LocalExecutor, surroundings, worker_from
from campaigns.station.executors.nursery import Forked, Nursery
from campaigns.store.attempts import list_attempts
from campaigns.torture.targets import words_of
from tests.patience import patience
from tests.stage import processes, said, settle, tiny, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands processes on")

CPU = Slot("cpu")
JOB = Job(JobKind.BASELINE, 0)


@pytest.fixture
def told() -> list[str]:
    """What a station's log would have."""
    return []


@pytest.fixture
def nursery(tmp_path: Path, told: list[str]) -> Iterator[Nursery]:
    """One that has not begun."""
    nursery = Nursery(tmp_path, told.append)
    yield nursery
    nursery.close()


def here() -> dict[str, str]:
    """The environment of a worker; the test's name is in it."""
    return surroundings(1, CPU)


def made_ready(nursery: Nursery, environment: Mapping[str, str] | None = None) -> None:
    wait_for(
        lambda: nursery.is_ready(environment or here()), on_failure=lambda: f"nursery {nursery.pid} is never ready"
    )


def attempt_in(home: Path, number: int) -> tuple[Task, AttemptPaths]:
    """A job of a campaign that is not there: whoever may do it fails, and says so."""
    paths = HomePaths(home).campaign("none.abcdef").job(JOB.id).attempt(number)
    return Task(home, "none.abcdef", JOB, number, "cpu", threads=1), paths


@contextmanager
def at_the_door(home: Path, executors: list[LocalExecutor]) -> Iterator[list[Handle]]:
    """A worker of each executor that has begun, and waits for the lock of its job."""
    job = HomePaths(home).campaign("none.abcdef").job(JOB.id)
    job.folder.mkdir(parents=True)
    with exclusive(job.lock):
        handles = []
        for number, executor in enumerate(executors, start=1):
            task, paths = attempt_in(home, number)
            handles.append(executor.start(task, paths, CPU))
        wait_for(
            lambda: all(catches_signals(pid) and "job.lock" in files_of(pid).values() for pid in map(pid_of, handles)),
            on_failure=lambda: f"{[files_of(pid_of(handle)) for handle in handles]}: it never asks for its job",
        )
        yield handles


def was_forked(executor: LocalExecutor) -> bool:
    return any(isinstance(charge.child, Forked) for charge in executor._charges.values())


def pid_of(handle: Handle) -> int:
    worker = worker_from(handle)
    assert worker is not None
    return worker.pid


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def catches_signals(pid: int) -> bool:
    return bool(int(status_of(pid)["SigCgt"], 16) & 1 << (signal.SIGUSR1 - 1))


def files_of(pid: int) -> dict[int, str]:
    files = {}
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            files[int(link.name)] = link.readlink().name
    return files


def ended(executor: LocalExecutor, handle: Handle) -> Ended:
    def condition() -> Ended | None:
        found = executor.look()[handle]
        return found if isinstance(found, Ended) else None

    return wait_for(condition, on_failure=lambda: f"{executor.look()[handle]}")


def facts(pid: int) -> dict[str, object]:
    """Everything about a process that its job could notice."""
    process, status = psutil.Process(pid), status_of(pid)
    return {
        "parent": process.ppid(),
        "leads its session": os.getsid(pid) == pid,
        "leads its group": os.getpgid(pid) == pid,
        "command line": words_of(process)[:-1],
        "environment": process.environ(),
        "threads": status["Threads"],
        "nice": process.nice(),
        "limits": Path(f"/proc/{pid}/limits").read_text(),
        "killed for memory": Path(f"/proc/{pid}/oom_score_adj").read_text(),
        "cores": process.cpu_affinity(),
        **{
            name: status[name] for name in ("SigIgn", "SigCgt", "SigBlk", "Umask", "CapEff", "NoNewPrivs", "Uid", "Gid")
        },
        "files": files_of(pid),
    }


def test_a_forked_worker_is_like_one_that_was_started(tmp_path: Path, nursery: Nursery) -> None:
    made_ready(nursery)
    executors = [LocalExecutor(), LocalExecutor(nursery)]
    with at_the_door(tmp_path, executors) as (started, forked):
        assert [was_forked(executor) for executor in executors] == [False, True]
        cold, warm = pid_of(started), pid_of(forked)
        assert facts(warm) == facts(cold)
        assert facts(warm)["files"] == {0: "null", 1: "worker.log", 2: "worker.log", 3: "job.lock"}, (
            "it asks for its job"
        )
        for pid, number in ((cold, 1), (warm, 2)):
            _, paths = attempt_in(tmp_path, number)
            assert words_of(psutil.Process(pid))[-1] == str(paths.folder)
            assert Path(psutil.Process(pid).cwd()) == paths.folder
    codes = [ended(executor, handle).code for executor, handle in zip(executors, (started, forked), strict=True)]
    assert codes == [4, 3], "the first finds that the second has its job"


def test_its_end_is_told_with_its_code_and_its_last_words(tmp_path: Path, nursery: Nursery) -> None:
    made_ready(nursery)
    executor = LocalExecutor(nursery)
    task, paths = attempt_in(tmp_path, 1)
    paths.folder.parent.parent.mkdir(parents=True)
    found = ended(executor, executor.start(task, paths, CPU))
    said = Exit.read(paths.exit)
    assert said is not None
    assert "recipe" in said.error
    assert found == Ended(said.code, f"ended with exit code {said.code} and no last words")
    assert said.error in paths.log.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("step", [StopStep.KILL, StopStep.PAUSE])
def test_it_is_stopped_as_any_worker_is(tmp_path: Path, nursery: Nursery, step: StopStep) -> None:
    made_ready(nursery)
    executor = LocalExecutor(nursery)
    with at_the_door(tmp_path, [executor]) as (handle,):
        executor.ask(handle, step)
        if step is StopStep.KILL:
            assert ended(executor, handle) == Ended(-9, "killed by SIGKILL")
    assert ended(executor, handle).code == (-9 if step is StopStep.KILL else 3)


@pytest.mark.slow
def test_a_nursery_that_is_killed_takes_no_worker_with_it_and_another_one_begins(
    tmp_path: Path, nursery: Nursery, told: list[str]
) -> None:
    made_ready(nursery)
    first = nursery.pid
    assert first is not None
    executor = LocalExecutor(nursery)
    with at_the_door(tmp_path, [executor]) as (handle,):
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: psutil.Process(first).status() == psutil.STATUS_ZOMBIE, on_failure=lambda: "it lives")
        assert executor.look()[handle] == Running()
    assert ended(executor, handle).code == 3, "a child of its own tells its code"
    made_ready(nursery)
    assert nursery.pid != first
    assert told == []


@pytest.mark.slow
def test_a_worker_that_cannot_be_forked_is_started(tmp_path: Path, nursery: Nursery, told: list[str]) -> None:
    made_ready(nursery)
    assert nursery.pid is not None
    psutil.Process(nursery.pid).kill()  # between our looking at it and our asking it
    executor = LocalExecutor(nursery)
    with at_the_door(tmp_path, [executor]) as (handle,):
        assert executor.look()[handle] == Running()
        assert not was_forked(executor)
    assert ended(executor, handle).code == 3
    assert told == []


def test_of_a_worker_whose_number_nobody_heard_nothing_is_left(
    tmp_path: Path, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = set(psutil.Process().children())
    made_ready(nursery)
    monkeypatch.setattr(nursery_module, "ANSWER", 0)  # whatever it answers, we hear nothing of it
    log = tmp_path / "log"
    with log.open("wb") as out:
        assert nursery.fork(tmp_path, out.fileno(), here()) is None
    wait_for(
        lambda: all(child.status() == psutil.STATUS_ZOMBIE for child in set(psutil.Process().children()) - others),
        on_failure=lambda: f"{set(psutil.Process().children()) - others} live",
    )
    assert log.read_bytes() == b""
    assert {path.name for path in tmp_path.iterdir()} == {"log"}


@pytest.mark.slow
def test_a_nursery_ends_with_its_station(nursery: Nursery) -> None:
    made_ready(nursery)
    process = psutil.Process(nursery.pid)
    assert nursery._door is not None
    nursery._door.close()  # as the system does for a station that is killed
    assert process.wait(patience()) == 0


def test_where_none_can_begin_it_is_said_once_and_workers_are_started(nursery: Nursery, told: list[str]) -> None:
    spoilt = here() | {"PYTHONHOME": "/nowhere"}
    made_ready(nursery, spoilt)
    assert nursery.fork(Path("/"), 1, spoilt) is None
    assert nursery.is_ready(spoilt)
    assert told == ["workers are started without a nursery, which takes a second longer: it ended with exit code 1"]


def test_one_that_is_killed_again_and_again_is_given_up(nursery: Nursery, told: list[str]) -> None:
    def is_given_up() -> bool:
        ready: bool = nursery.is_ready(here())
        if nursery.pid is not None:
            os.kill(nursery.pid, signal.SIGKILL)
        return ready and nursery.pid is None

    wait_for(is_given_up, on_failure=lambda: f"{told}")
    assert told == [
        "workers are started without a nursery, which takes a second longer: it was killed by SIGKILL 4 times"
    ]


def test_where_processes_are_not_handed_on_workers_are_started(
    nursery: Nursery, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody: Callable[[], bool] = lambda: False  # noqa: E731
    monkeypatch.setattr(nursery_module, "_adopts_orphans", nobody)
    assert nursery.is_ready(here())
    assert nursery.pid is None
    assert told == [
        "workers are started without a nursery, which takes a second longer: this system does not hand processes on"
    ]


@pytest.mark.slow
def test_other_surroundings_have_another_nursery(nursery: Nursery) -> None:
    made_ready(nursery)
    first = nursery.pid
    made_ready(nursery, surroundings(2, CPU))
    assert nursery.pid != first
    assert psutil.Process(nursery.pid).environ()["OMP_NUM_THREADS"] == "2"


def test_a_card_has_no_nursery(nursery: Nursery) -> None:
    assert LocalExecutor(nursery).is_ready(1, Slot("cuda", 0))
    assert nursery.pid is None


@pytest.mark.slow
def test_a_station_that_is_killed_takes_its_nursery_along_but_no_worker(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["ag"]', "protocol.epochs=[60, 2, 2]")
    start(place, row.name)
    (worker,) = wait_for(lambda: processes(place, "campaigns.worker"), on_failure=lambda: said(place))
    (station,), (nursery,) = processes(place, "campaigns.station"), processes(place, "campaigns.worker.nursery")
    assert (worker.ppid(), nursery.ppid()) == (station.pid, station.pid)
    assert not any("torch" in mapped.path for mapped in station.memory_maps()), "the station stays small"
    station.kill()
    wait_for(lambda: not processes(place, "campaigns.worker.nursery"), on_failure=lambda: said(place))
    assert processes(place, "campaigns.worker") == [worker]
    assert settle(place, row.name) == "done", said(place)
    with place.store() as store:
        assert [attempt.number for attempt in list_attempts(store) if attempt.job == "baseline-t0"] == [1]
    assert "without a nursery" not in place.home.station_log.read_text()
