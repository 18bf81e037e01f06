"""Archives from elsewhere: nothing leaves the folder, and what would fill memory or disk is refused at once."""

import gzip
import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from campaigns.datasets import unpacking
from campaigns.datasets.unpacking import unpack
from tests.stage import refusal


def header(name: str, *, size: int = 0, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, target
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Where it is unpacked; a folder beside it must stay empty."""
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


@pytest.mark.parametrize(
    "member",
    [
        header("../x"), header("a/../../x"), header("/../x"),
        header("l", kind=tarfile.SYMTYPE, target="/etc/passwd"), header("l", kind=tarfile.SYMTYPE, target="b"),
        header("l", kind=tarfile.LNKTYPE, target="../../etc/passwd"), header("d", kind=tarfile.CHRTYPE),
        header("d", kind=tarfile.BLKTYPE), header("p", kind=tarfile.FIFOTYPE), header("s", kind=tarfile.GNUTYPE_SPARSE),
    ],
    ids=["up", "below and up", "absolute", "link", "link inside", "hard link", "device", "block", "pipe", "holes"],
)  # fmt: skip
def test_a_member_that_is_no_plain_file_inside_is_refused_before_anything_is_written(
    tmp_path: Path, into: Path, member: bytes
) -> None:
    archive = tmp_path / "a.tar"
    archive.write_bytes(header("good.txt") + member + bytes(1024))
    assert "a.tar" in refusal(lambda: unpack(archive, into))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.tar", "into"]


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_name_that_would_fill_memory_is_not_read(tmp_path: Path, into: Path, kind: bytes) -> None:
    archive = tmp_path / "a.tar"
    with archive.open("wb") as file:
        file.write(header("n", size=4 << 30, kind=kind))
        file.truncate(5 << 30)  # holes: no disk has to hold it
    assert "4294967296 bytes" in refusal(lambda: unpack(archive, into))


def test_a_member_that_would_fill_the_disk_is_refused_where_it_is_announced(tmp_path: Path, into: Path) -> None:
    archive = tmp_path / "a.tar.gz"
    with gzip.open(archive, "wb", compresslevel=1) as file:
        file.write(header("first.jpg", size=1 << 40))
        file.write(b"this is no member, and nobody gets so far as to see it" * 20)
    assert "more than 100 times as many" in refusal(lambda: unpack(archive, into))


def test_members_without_end_are_refused(tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_MEMBERS", 50)
    with tarfile.open(tmp_path / "a.tar", "w") as tar, zipfile.ZipFile(tmp_path / "a.zip", "w") as zipped:
        for at in range(60):
            tar.addfile(tarfile.TarInfo(str(at)), io.BytesIO())
            zipped.writestr(str(at), b"")
    for name in ("a.tar", "a.zip"):
        assert "more than 50 files" in refusal(lambda name=name: unpack(tmp_path / name, into))  # type: ignore[misc]
    assert list(into.iterdir()) == []


def test_a_zip_that_wants_a_password_or_holds_a_link_is_refused(tmp_path: Path, into: Path) -> None:
    locked, linked = tmp_path / "locked.zip", tmp_path / "linked.zip"
    with zipfile.ZipFile(locked, "w") as zipped:
        zipped.writestr("a.txt", b"secret")
    content = bytearray(locked.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    locked.write_bytes(content)
    assert "password required" in refusal(lambda: unpack(locked, into))
    with zipfile.ZipFile(linked, "w") as zipped:
        link = zipfile.ZipInfo("l")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(link, "/etc/passwd")
    assert "neither a file nor a folder" in refusal(lambda: unpack(linked, into))
