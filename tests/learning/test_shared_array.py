"""An array that several processes fill together, once, and that survives a kill in the middle."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from campaigns.learning.shared_array import EMPTY, FILLED, ChunkedArray
from tests.faults.disk import small_disk
from tests.patience import patience
from tests.stage import wait_for

Ints = NDArray[np.int64]
ROWS, CHUNK = 103, 10
SCRIPT = """
import resource, sys, time
from pathlib import Path
import numpy as np
from campaigns.errors import AlwslError
from campaigns.learning.shared_array import ChunkedArray
from tests.learning.test_shared_array import array, values_of

path, seconds, limit, most = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

def make(rows):
    time.sleep(3600 if max(rows) >= most else seconds)
    print(*rows, flush=True)
    return values_of(rows), np.ones(len(rows), bool)

try:
    values, readable = array(path).open(make, lambda done, total: None)
except AlwslError as error:
    print(type(error).__name__, error, error.hint)
    sys.exit(error.exit_code)
assert readable.all() and (values == values_of(np.arange(len(values)))).all()
"""


def array(path: Path) -> ChunkedArray:
    return ChunkedArray(path, rows=ROWS, row_shape=(4, 2), dtype=np.uint8, chunk=CHUNK)


def values_of(rows: Ints) -> NDArray[np.uint8]:
    return np.repeat((rows * 7 % 251).astype(np.uint8), 8).reshape(-1, 4, 2)


class Maker:
    """Makes rows, remembers which, and cannot read some."""

    def __init__(self, *unreadable: int) -> None:
        self.made: list[int] = []
        self.unreadable = unreadable

    def __call__(self, rows: Ints) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        self.made += rows.tolist()
        return values_of(rows), ~np.isin(rows, self.unreadable)


def opened(path: Path, maker: Maker) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    return array(path).open(maker, lambda _done, _total: None)


def filler(path: Path, *, seconds: float = 0.0, limit: int = 0, most: int = ROWS) -> subprocess.Popen[str]:
    """A process that fills it; it never comes to the end of a chunk with the row `most` or one behind."""
    command = [sys.executable, "-c", SCRIPT, str(path), str(seconds), str(limit), str(most)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_every_row_is_made_once_and_then_never_again(tmp_path: Path) -> None:
    first, second = Maker(), Maker()
    values, readable = opened(tmp_path / "a" / "x.u8", first)
    assert first.made == list(range(ROWS))
    assert readable.all()
    assert np.array_equal(values, values_of(np.arange(ROWS)))
    again, _ = opened(tmp_path / "a" / "x.u8", second)
    assert second.made == []
    assert np.array_equal(again, values)
    assert not again.flags.writeable


def test_progress_counts_up_to_all_rows(tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    array(tmp_path / "x.u8").open(Maker(), lambda done, total: said.append((done, total)))
    assert said[:2] == [(0, ROWS), (CHUNK, ROWS)]
    assert said[-1] == (ROWS, ROWS)
    assert said == sorted(said)


@pytest.mark.slow
def test_processes_that_fill_it_together_make_each_row_once(tmp_path: Path) -> None:
    fillers = [filler(tmp_path / "x.u8", seconds=0.03) for _ in range(2)]
    said = [one.communicate(timeout=patience()) for one in fillers]
    assert [(one.returncode, err) for one, (_, err) in zip(fillers, said, strict=True)] == [(0, ""), (0, "")]
    made = [sorted(int(row) for row in out.split()) for out, _ in said]
    assert sorted(made[0] + made[1]) == list(range(ROWS))
    maker = Maker()
    values, _ = opened(tmp_path / "x.u8", maker)
    assert maker.made == []
    assert np.array_equal(values, values_of(np.arange(ROWS)))


@pytest.mark.slow
def test_what_a_killed_process_left_is_finished_to_the_same_array(tmp_path: Path) -> None:
    path, states = tmp_path / "x.u8", tmp_path / "x.u8.rows"

    def half() -> bool:
        return states.exists() and states.read_bytes().count(FILLED) >= 3 * CHUNK

    with filler(path, most=5 * CHUNK) as killed:
        wait_for(half, on_failure=lambda: "it fills nothing")
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    done = np.flatnonzero(np.frombuffer(states.read_bytes(), np.uint8) == FILLED).tolist()
    assert 3 * CHUNK <= len(done) < ROWS
    maker = Maker()
    values, readable = opened(path, maker)
    assert sorted(done + maker.made) == list(range(ROWS))
    assert readable.all()
    assert np.array_equal(values, values_of(np.arange(ROWS)))


@pytest.mark.slow
def test_a_chunk_that_another_process_is_at_is_waited_for(tmp_path: Path) -> None:
    path, states = tmp_path / "x.u8", tmp_path / "x.u8.rows"
    with filler(path, seconds=0.05) as other:
        wait_for(lambda: states.exists() and FILLED in states.read_bytes(), on_failure=lambda: "it fills nothing")
        maker = Maker()
        values, readable = opened(path, maker)
        made = [int(row) for row in other.communicate(timeout=patience())[0].split()]
    assert readable.all()
    assert np.array_equal(values, values_of(np.arange(ROWS)))
    assert sorted(made + maker.made) == list(range(ROWS))


def test_rows_that_could_not_be_read_are_tried_once_each_time_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.u8"
    first, second, third = Maker(3, 55), Maker(55), Maker()
    assert np.flatnonzero(~opened(path, first)[1]).tolist() == [3, 55]
    assert len(first.made) == ROWS
    assert np.flatnonzero(~opened(path, second)[1]).tolist() == [55]
    assert second.made == [*range(10), *range(50, 60)]
    assert opened(path, third)[1].all()
    assert third.made == list(range(50, 60))


def test_an_error_while_rows_are_made_leaves_them_to_be_made(tmp_path: Path) -> None:
    def fail(rows: Ints) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        if rows[0] == 2 * CHUNK:
            raise MemoryError
        return values_of(rows), np.ones(len(rows), np.bool_)

    with pytest.raises(MemoryError):
        array(tmp_path / "x.u8").open(fail, lambda _done, _total: None)
    maker = Maker()
    values, _ = opened(tmp_path / "x.u8", maker)
    assert maker.made == list(range(2 * CHUNK, ROWS))
    assert np.array_equal(values, values_of(np.arange(ROWS)))


def test_an_array_whose_values_were_deleted_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "x.u8"
    opened(path, Maker())
    path.unlink()
    maker = Maker()
    values, _ = opened(path, maker)
    assert maker.made == list(range(ROWS))
    assert np.array_equal(values, values_of(np.arange(ROWS)))


@pytest.mark.slow
def test_a_full_disk_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with filler(tmp_path / "x.u8", limit=ROWS * 8 - 1) as full:
        out, err = full.communicate(timeout=patience())
    assert err == ""
    assert full.returncode == 3
    assert out.startswith("BadHome no room for 0.0 GiB at ")
    assert "--home" in out
    maker = Maker()
    opened(tmp_path / "x.u8", maker)
    assert len(maker.made) == ROWS


def test_states_are_those_on_disk() -> None:
    assert (EMPTY, FILLED) == (0, 1), "caches on disk hold these"


def test_a_cache_without_sums_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "x.u8"
    opened(path, Maker())
    states = path.with_name("x.u8.rows")
    states.write_bytes(states.read_bytes()[:ROWS])
    second = Maker()
    values, _ = opened(path, second)
    assert second.made == list(range(ROWS))
    assert np.array_equal(values, values_of(np.arange(ROWS)))


def test_each_chunk_that_changed_is_made_again_and_told_of(tmp_path: Path) -> None:
    path, told = tmp_path / "x.u8", list[str]()
    opened(path, Maker())
    with path.open("rb+") as file:
        for at in (0, 8 * ROWS - 1):  # the first, and the last, which is short
            file.seek(at)
            file.write(b"\xff")
    again = Maker()
    values, _ = replace(array(path), tell=told.append).open(again, lambda _done, _total: None)
    assert again.made == [*range(10), 100, 101, 102]
    assert np.array_equal(values, values_of(np.arange(ROWS)))
    assert told == [f"2 of 11 parts of {path} are not what was put there: made again"]


def test_a_file_system_that_reserves_nothing_itself_is_filled_all_the_same(tmp_path: Path) -> None:
    """Ext3 has no `fallocate`, as NFS before 4.2 and sshfs have none: the C library writes into each block instead."""
    with small_disk(tmp_path, "ext3", 16) as disk:
        path, maker = disk.folder / "values", Maker()
        values, readable = opened(path, maker)
        assert readable.all()
        assert (values == values_of(np.arange(ROWS))).all()
        assert path.stat().st_blocks * 512 >= path.stat().st_size, "room is taken, not promised"
        del values
