"""Cores and memory of a container, from files that a test writes as Linux does."""

import os
from pathlib import Path

import psutil
import pytest

from campaigns.home import disk
from campaigns.home.allotment import Allotment, allowed_cores

GIB = 1 << 30


def second_kind(folder: Path, group: str, **files: str) -> Allotment:
    """A process in this group of the second kind of control groups."""
    groups = folder / "groups"
    groups.write_text(f"0::{group}\n")
    return written(folder, groups, folder / "mount" / group.lstrip("/"), files)


def first_kind(folder: Path, kinds: str, **files: str) -> Allotment:
    groups = folder / "groups"
    groups.write_text(f"5:devices:/\n4:{kinds}:/box\n0::/\n")
    return written(folder, groups, folder / "mount" / kinds / "box", files)


def written(folder: Path, groups: Path, place: Path, files: dict[str, str]) -> Allotment:
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (place / name.replace("__", ".")).write_text(f"{text}\n")
    return Allotment(groups, folder / "mount")


@pytest.fixture
def sixteen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(16)), raising=False)


@pytest.mark.parametrize(
    ("quota", "cores"),
    [
        ("200000 100000", 2),
        ("150000 100000", 1),
        ("50000 100000", 1),
        ("max 100000", 16),
        ("9900000 100000", 16),
        ("", 16),
    ],
)
@pytest.mark.usefixtures("sixteen")
def test_cores_follow_the_quota_of_a_container(tmp_path: Path, quota: str, cores: int) -> None:
    assert second_kind(tmp_path, "/box", cpu__max=quota).cores() == cores
    assert second_kind(tmp_path, "/", cpu__max=quota).cores() == cores


@pytest.mark.usefixtures("sixteen")
def test_a_limit_holds_for_the_groups_below_it(tmp_path: Path) -> None:
    second_kind(tmp_path, "/box", cpu__max="300000 100000", memory__max=str(GIB))
    below = second_kind(tmp_path, "/box/inner/worker", cpu__max="max 100000", memory__max="max")
    assert (below.cores(), below.memory()) == (3, GIB)


@pytest.mark.parametrize(("quota", "cores"), [("250000", 2), ("-1", 16)])
@pytest.mark.parametrize("kinds", ["cpu", "cpu,cpuacct"])
@pytest.mark.usefixtures("sixteen")
def test_cores_follow_the_quota_of_the_first_kind(tmp_path: Path, kinds: str, quota: str, cores: int) -> None:
    place = first_kind(tmp_path, kinds, **{"cpu.cfs_quota_us": quota, "cpu.cfs_period_us": "100000"})
    assert place.cores() == cores


def test_memory_follows_the_limit_of_a_container(tmp_path: Path) -> None:
    files = {
        "memory__max": str(GIB),
        "memory__current": str(GIB // 2),
        "memory__stat": f"anon 5\ninactive_file {GIB // 4}",
    }
    limited = second_kind(tmp_path, "/box", **files)
    assert (limited.memory(), limited.memory_used(), limited.memory_limit()) == (GIB, GIB // 4, GIB)


def test_memory_follows_the_limit_of_the_first_kind(tmp_path: Path) -> None:
    files = {"memory.limit_in_bytes": str(GIB), "memory.usage_in_bytes": str(GIB // 2)}
    limited = first_kind(tmp_path, "memory", **files)
    assert (limited.memory(), limited.memory_used()) == (GIB, GIB // 2)


@pytest.mark.parametrize("limit", ["max", "9223372036854771712", str(1 << 50)])
def test_without_a_limit_the_memory_is_the_machine_s(tmp_path: Path, limit: str) -> None:
    free = second_kind(tmp_path, "/box", memory__max=limit, memory__current="5")
    assert (free.memory(), free.memory_limit()) == (psutil.virtual_memory().total, None)
    assert Allotment(tmp_path / "no Linux").memory() == psutil.virtual_memory().total


def test_systems_that_lack_calls_of_linux_do_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sched_getaffinity", "fdatasync", "posix_fallocate", "preadv"):
        monkeypatch.delattr(os, name, raising=False)
    assert allowed_cores() == os.cpu_count()
    with (tmp_path / "values").open("wb+") as file:
        file.write(b"first")
        file.flush()
        disk.reserve(file.fileno(), 3 * disk.RESERVE + 1)
        disk.sync(file.fileno())
        buffer = memoryview(bytearray(6))
        assert disk.read_into(buffer, file.fileno(), 0) == 6
        assert bytes(buffer) == b"first\0"
        assert disk.read_into(buffer, file.fileno(), 3 * disk.RESERVE + 1) == 0
        assert os.fstat(file.fileno()).st_size == 3 * disk.RESERVE + 1
