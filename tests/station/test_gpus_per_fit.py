"""Workers whose fits train on several devices: the slots they get, how these are called, and who counts them."""

from collections.abc import Sequence
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.execution import (
    SLURM,
    Busy,
    Capacity,
    Slot,
    Wish,
    device_of,
    devices_of,
    executor_of,
    processes_of,
)
from campaigns.core.ids import Job, JobKind
from campaigns.home.paths import AttemptPaths
from campaigns.home.task import Task
from campaigns.reporting.slots import gpus as count_gpus
from campaigns.station import machine
from campaigns.station.executors.local import LocalExecutor, visible
from campaigns.station.executors.slurm.executor import SlurmExecutor, _command
from campaigns.station.executors.slurm.nodes import EngineNode

HERE = LocalExecutor()


@pytest.fixture(autouse=True)
def four_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is the seam."""
    monkeypatch.setattr(machine, "cores", lambda: 8)
    monkeypatch.setattr(machine, "gpus", lambda: (0, 1, 2, 5))


def wish(processes: int, *, device: str = "cuda", workers: int = 1, threads: int = 1) -> Wish:
    return Wish(device, threads, workers, processes=processes)


@pytest.mark.parametrize(
    ("slot", "name", "device", "devices", "processes", "cards"),
    [
        (Slot("cpu"), "cpu", "cpu", ("cpu",), 1, 0),
        (Slot("cpu", processes=2), "cpu*2", "cpu", ("cpu",), 2, 0),
        (Slot("cuda", 2), "cuda:2", "cuda", ("cuda:2",), 1, 1),
        (Slot("cuda", 0, more=(5,), processes=2), "cuda:0+5", "cuda", ("cuda:0", "cuda:5"), 2, 2),
        (Slot("cuda", None, SLURM), "slurm:cuda", "cuda", ("slurm:cuda",), 1, 1),
        (Slot("cuda", None, SLURM, processes=4), "slurm:cuda*4", "cuda", ("slurm:cuda",), 4, 4),
        (Slot("cpu", None, SLURM, processes=4), "slurm:cpu*4", "cpu", ("slurm:cpu",), 4, 0),
    ],
)
def test_a_slot_is_known_by_its_name(
    slot: Slot, name: str, device: str, devices: tuple[str, ...], processes: int, cards: int
) -> None:
    assert str(slot) == name
    assert (device_of(name), devices_of(name), processes_of(name)) == (device, devices, processes)
    assert executor_of(name) == slot.executor
    assert count_gpus(name) == cards


def test_a_worker_gets_the_idlest_cards_and_sees_no_others() -> None:
    assert HERE.free(wish(2), [Busy("cuda:0", 1)]) == Slot("cuda", 1, more=(2,), processes=2)
    slot = HERE.free(wish(2, workers=2), [Busy("cuda:1+2", 1), Busy("cuda:0", 1)])
    assert slot == Slot("cuda", 0, more=(5,), processes=2)
    assert isinstance(slot, Slot)
    assert visible(slot)["CUDA_VISIBLE_DEVICES"] == "0,5"


@pytest.mark.parametrize(
    ("busy", "reason"),
    [
        (["cuda:0+1", "cuda:2"], "needs 2 GPUs, 1 of 4 have room"),
        (["cuda:0+1", "cuda:2+5"], "needs 2 GPUs, 0 of 4 have room"),
    ],
)
def test_it_waits_for_as_many_cards_as_it_wants(busy: Sequence[str], reason: str) -> None:
    assert HERE.free(wish(2), [Busy(slot, 1) for slot in busy]) == reason


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_more_cards_than_there_are_is_an_obstacle_and_nothing_to_wait_for(device: str) -> None:
    words = "a fit wants 5 GPUs, this machine has 4"
    assert HERE.obstacle(wish(5, device=device)) == words
    assert HERE.free(wish(5, device=device), []) == words
    assert HERE.obstacle(wish(5, device="cpu")) == HERE.obstacle(wish(4)) == ""


def test_on_the_cpu_each_process_counts_its_own_threads() -> None:
    cpu = wish(2, device="cpu", threads=3)
    assert HERE.free(cpu, []) == Slot("cpu", processes=2)
    assert HERE.free(cpu, [Busy("cpu", 2)]) == Slot("cpu", processes=2)
    assert HERE.free(cpu, [Busy("cpu*2", 2)]) == "needs 6 cores, 4 of 8 free"
    assert HERE.free(cpu, [Busy("slurm:cpu*2", 4), Busy("cuda:0+1", 8)]) == Slot("cpu", processes=2)


@given(wishes=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2)), max_size=8))
def test_no_card_ever_has_more_workers_than_its_campaigns_allow(wishes: list[tuple[int, int]]) -> None:
    busy: list[Busy] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "gpus", lambda: (0, 1, 2, 5))
        for processes, workers in wishes:
            slot = HERE.free(wish(processes, workers=workers), busy)
            if isinstance(slot, Slot):
                assert len(set(slot.gpus)) == processes
                taken = [device for other in busy for device in devices_of(other.slot)]
                assert all(taken.count(f"cuda:{card}") < workers for card in slot.gpus)
                busy.append(Busy(str(slot), 1))


@pytest.mark.parametrize(
    ("asked", "capacity"),
    [
        (wish(1), Capacity("cuda", 4)),
        (wish(2, workers=2), Capacity("cuda", 4)),
        (wish(3), Capacity("cuda", 1)),
        (wish(2, device="cpu", threads=2), Capacity("cpu", 2)),
        (wish(16, device="cpu"), Capacity("cpu", 1)),
    ],
)
def test_as_many_run_at_once_as_there_are_groups_of_devices(asked: Wish, capacity: Capacity) -> None:
    assert HERE.capacity(asked) == capacity


def test_slurm_is_asked_for_all_cards_and_cores_of_a_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.station.executors.slurm.executor.is_installed", lambda: True)
    task = Task(tmp_path, "c", Job(JobKind.FULL), 1, device="cuda", threads=3)
    slot = SlurmExecutor().free(Wish("cuda", 3, 1, SLURM, most=9, processes=4), [])
    assert isinstance(slot, Slot)
    command = _command(task, AttemptPaths(tmp_path), slot, "name")
    assert {"--gres=gpu:4", "--cpus-per-task=12", "--ntasks=1", "--nodes=1"} <= set(command)


@pytest.mark.parametrize(
    ("cards", "count"),
    [
        ("", 0), ("gpu:4", 4), ("gpu:h100:4(S:0-1)", 4), ("gpu:h100:4(S:0-1),gpu:a100:2(S:1)", 6),
        ("shard:8,gpu:1", 1), ("craynetwork:3", 0), ("gpu", 0),
    ],
)  # fmt: skip
def test_cards_of_a_node_are_counted(cards: str, count: int) -> None:
    assert EngineNode("n", "p", "idle", 8, 8, cards, 1, "").card_count == count


def test_a_worker_with_several_processes_gets_no_more_threads_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, processes, threads in ((64, 1, 4), (64, 2, 2), (8, 2, 1), (8, 4, 1)):
        monkeypatch.setattr(machine, "cores", lambda cores=cores: cores)
        assert machine.sane_threads(processes) == threads
