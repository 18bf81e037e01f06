"""Which file system a folder lies on, by lists of mounts as Linux writes them."""

from pathlib import Path

import pytest

from campaigns.home.mounts import LOCALS, NETWORKS, file_system, is_local, nearest_mount

MOUNTS = b"""\
22 28 0:20 / /proc rw,nosuid - proc proc rw
28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
31 28 0:44 / /home rw - nfs4 files:/home rw,vers=4.2
32 31 0:45 / /home/a\\040b rw shared:7 master:2 - fuse.sshfs n2:/b rw
33 28 0:46 / /homes rw - tmpfs tmpfs rw
34 28 0:47 / /data/caf\\303\\251\\134x rw - lustre mds:/ rw
35 28 0:48 / /data/\xff rw - beegfs none rw
36 28 0:49 / /twice rw - ext4 /dev/sdb rw
37 36 0:50 / /twice rw - cifs //files/x rw
broken
38 28 0:51 / /no-dash rw nfs x rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        (b"/proc", "proc"),
        (b"/", "ext4"),
        (b"/var", "ext4"),
        (b"/home", "nfs4"),
        (b"/home/a", "nfs4"),
        (b"/home/a b/c", "fuse.sshfs"),
        (b"/home/a bc", "nfs4"),
        (b"/homes/a", "tmpfs"),
        ("/data/café\\x/y".encode(), "lustre"),
        (b"/data/\xff/y", "beegfs"),
        (b"/twice/x", "cifs"),
        (b"/no-dash/x", "ext4"),
    ],
)
def test_a_file_system_is_that_of_the_nearest_mount_and_of_the_last_one_there(folder: bytes, kind: str) -> None:
    assert nearest_mount(folder, MOUNTS) == kind


def test_where_the_list_of_mounts_cannot_be_read_the_system_is_asked(tmp_path: Path) -> None:
    assert nearest_mount(b"/home", b"") == ""
    assert file_system(tmp_path, tmp_path / "no-list") == "", "its number is none of a network's"


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="only Linux lists its mounts there")
def test_what_the_system_says_of_itself() -> None:
    assert file_system(Path("/proc")) == "proc"
    assert file_system(Path("/proc/not/there")) == "proc"


def test_no_kind_is_both() -> None:
    assert not LOCALS & NETWORKS


def test_homes_of_tests_lie_on_this_machine(tmp_path: Path) -> None:
    assert is_local(tmp_path)
