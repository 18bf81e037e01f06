import hashlib
import http.server
import io
import socket
import stat
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from campaigns.datasets.catalogue import KINDS, source_of
from campaigns.datasets.fetch import Archive, Source, fetch
from campaigns.datasets.unpacking import unpack
from campaigns.errors import BadData, NoSuchName


@dataclass
class Server:
    """A real server on this machine; tests change what it does."""

    files: dict[str, bytes] = field(default_factory=dict)
    url: str = ""
    breaks_after: int | None = None
    """Bytes after which the next answer is cut off."""
    knows_ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and `Range` of every request."""

    def archive(self, name: str, content: bytes) -> Archive:
        self.files[f"/{name}"] = content
        return Archive(f"{self.url}/{name}", hashlib.md5(content).hexdigest(), len(content))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            state.asked.append((self.path, asked))
            content = state.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and state.knows_ranges else 0
            if start and start >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            end, state.breaks_after = state.breaks_after, None
            self.wfile.write(content[start:] if end is None else content[start : start + end])

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        state.url = f"http://127.0.0.1:{running.server_port}"
        yield state
        running.shutdown()
        thread.join()


def tar_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, content in members.items():
            zipped.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def test_the_published_table_is_complete() -> None:
    for source in filter(None, (kind.source for kind in KINDS.values())):
        for archive in source.archives:
            assert archive.url.startswith("http")
            assert len(archive.md5) == 32
            assert archive.bytes > 1e8
    with pytest.raises(NoSuchName):
        source_of("imagenet")


def test_archives_are_fetched_unpacked_side_by_side_and_reported(server: Server, tmp_path: Path) -> None:
    one = server.archive("one.tar", tar_of({"kit/a.txt": b"a"}))
    two = server.archive("two.zip", zip_of({"kit/b.txt": b"b"}))
    seen: list[tuple[str, int, int]] = []
    source = Source("two archives", (one, two), "kit")
    root = fetch(source, tmp_path / "data", lambda *step: seen.append(step))
    assert root == tmp_path / "data" / "kit"
    assert sorted(path.name for path in root.iterdir()) == ["a.txt", "b.txt"]
    assert seen[-1] == ("two.zip", two.bytes, two.bytes)


def test_what_was_unpacked_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    source = Source("one archive", (server.archive("one.tar", tar_of({"a": b"a"})),))
    fetch(source, tmp_path)
    (tmp_path / "one.tar").unlink()
    fetch(source, tmp_path)
    assert len(server.asked) == 1


def test_a_file_put_there_by_hand_is_used(server: Server, tmp_path: Path) -> None:
    content = tar_of({"a": b"a"})
    archive = server.archive("one.tar", content)
    (tmp_path / "one.tar").write_bytes(content)
    fetch(Source("one archive", (archive,)), tmp_path)
    assert server.asked == []
    assert (tmp_path / "a").read_bytes() == b"a"


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_an_interrupted_download_continues(knows_ranges: bool, server: Server, tmp_path: Path) -> None:
    server.knows_ranges = knows_ranges
    source = Source("one archive", (server.archive("one.tar", tar_of({"a": bytes(300_000)})),))
    server.breaks_after = 100_000
    with pytest.raises(BadData, match=r"stopped after 0\.1 MB") as error:
        fetch(source, tmp_path)
    assert "continues" in error.value.hint
    assert (tmp_path / "one.tar.part").stat().st_size == 100_000
    fetch(source, tmp_path)
    assert server.asked[1][1] == "bytes=100000-"
    assert (tmp_path / "a").stat().st_size == 300_000
    assert not (tmp_path / "one.tar.part").exists()


def test_a_part_that_is_already_whole_is_taken(server: Server, tmp_path: Path) -> None:
    content = tar_of({"a": b"a"})
    source = Source("one archive", (server.archive("one.tar", content),))
    (tmp_path / "one.tar.part").write_bytes(content)
    fetch(source, tmp_path)
    assert (tmp_path / "a").is_file()


def test_a_wrong_checksum_sets_the_file_aside_and_the_next_try_starts_afresh(server: Server, tmp_path: Path) -> None:
    archive = server.archive("one.tar", tar_of({"a": b"a"}))
    good, server.files["/one.tar"] = server.files["/one.tar"], tar_of({"evil": b"e"})
    with pytest.raises(BadData, match=r"has the checksum .*, it should have"):
        fetch(Source("one archive", (archive,)), tmp_path)
    assert not (tmp_path / "evil").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.tar.bad"]
    server.files["/one.tar"] = good
    fetch(Source("one archive", (archive,)), tmp_path)
    assert (tmp_path / "a").is_file()


def test_without_a_network_every_file_and_its_place_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    archives = tuple(Archive(f"http://127.0.0.1:{port}/{name}", "0" * 32, 10) for name in ("one.tar", "two.tar"))
    with pytest.raises(BadData, match="cannot reach") as error:
        fetch(Source("two archives", archives), tmp_path)
    assert [mistake.where for mistake in error.value.mistakes] == [str(tmp_path / n) for n in ("one.tar", "two.tar")]
    assert f"put http://127.0.0.1:{port}/two.tar there" in str(error.value)


def test_a_file_that_is_gone_from_the_server_is_said(server: Server, tmp_path: Path) -> None:
    archive = Archive(f"{server.url}/gone.tar", "0" * 32, 10)
    with pytest.raises(BadData, match="answers 404"):
        fetch(Source("gone", (archive,)), tmp_path)


def test_a_full_disk_is_noticed_before_the_first_byte(server: Server, tmp_path: Path) -> None:
    archive = Archive(f"{server.url}/one.tar", "0" * 32, 10**18)
    with pytest.raises(BadData, match="are free"):
        fetch(Source("huge", (archive,)), tmp_path)
    assert server.asked == []


@pytest.mark.parametrize("name", ["../evil", "/tmp/alwsl-evil", "a/../../evil"])
@pytest.mark.parametrize("suffix", ["tar", "zip"])
def test_no_member_leaves_the_folder_and_nothing_is_written_before(suffix: str, name: str, tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    content = {"good": b"", name: b""}
    (tmp_path / "a").write_bytes(tar_of(content) if suffix == "tar" else zip_of(content))
    if suffix == "tar" and name.startswith("/"):
        # A tar's absolute name is taken below the folder, as tar itself does.
        unpack(tmp_path / "a", into)
        assert (into / name[1:]).is_file()
    else:
        with pytest.raises(BadData, match="has 1 mistake"):
            unpack(tmp_path / "a", into)
        assert list(into.iterdir()) == []
    assert not (tmp_path / "evil").exists()
    assert not Path("/tmp/alwsl-evil").exists()


def test_links_in_an_archive_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"link{kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as zipped:
        zipped.writestr(link, "/etc/passwd")
    for name, count in (("a.tar", 3), ("a.zip", 1)):
        with pytest.raises(BadData) as error:
            unpack(tmp_path / name, tmp_path)
        assert len(error.value.mistakes) == count


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(b"junk" * 400)
    with pytest.raises(BadData, match="is damaged or not an archive"):
        unpack(tmp_path / "a.tar", tmp_path)
