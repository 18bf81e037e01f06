"""What the system says of a disk, in words, and how much room there is."""

import errno
from pathlib import Path

import pytest

from campaigns.errors import BadDisk, NoRoom
from campaigns.home.disk import FAILING, NO_ROOM, Room, disk_error, telling

HOME = Path("/home/of/somebody")


@pytest.mark.parametrize("number", sorted(NO_ROOM))
def test_a_disk_that_takes_no_more_is_told_with_its_file_and_a_next_step(number: int) -> None:
    told = disk_error(OSError(number, "x", "/home/of/somebody/alwsl.db"), HOME)
    assert isinstance(told, NoRoom)
    assert "/home/of/somebody/alwsl.db" in str(told)
    assert "--home" in told.hint


@pytest.mark.parametrize("number", sorted(FAILING))
def test_a_disk_that_fails_is_told_and_names_the_folder_where_the_system_names_no_file(number: int) -> None:
    told = disk_error(OSError(number, "x"), HOME)
    assert isinstance(told, BadDisk)
    assert str(HOME) in str(told)


@pytest.mark.parametrize("error", [OSError("broken"), FileNotFoundError(errno.ENOENT, "x")])
def test_what_is_not_the_disk_is_somebody_elses(error: OSError) -> None:
    assert disk_error(error, HOME) is None
    with pytest.raises(type(error)), telling(HOME):
        raise error


def test_a_full_device_is_told_as_one() -> None:
    with pytest.raises(NoRoom, match="No space left on device"), telling(HOME):
        Path("/dev/full").write_bytes(bytes(9))


def test_room_says_what_there_is_and_what_is_needed(tmp_path: Path) -> None:
    assert str(Room(HOME, 12 << 20, (59 << 20) + 1)) == "12 MiB free on /home/of/somebody, it needs about 60 MiB"
    assert Room(HOME, 12, 12).is_enough
    assert not Room(HOME, 11, 12).is_enough
    assert 0 < Room.at(tmp_path, 1).free < 1 << 60
