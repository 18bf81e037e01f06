"""A journal has whole lines or none, whatever the disk takes."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaigns.core.events import Noted, Working
from campaigns.station.ingest import new_events
from campaigns.worker.journal import Journal


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Inside, the system refuses the byte behind `size` of any file, and takes those before it: as a full disk does."""
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("taken", [0, 1, 30, 71])
def test_a_line_that_does_not_fit_whole_is_not_there_and_the_next_one_is(tmp_path: Path, taken: int) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.note("one")
    size = journal.path.stat().st_size
    with largest_file(size + taken), pytest.raises(OSError, match="File too large"):
        journal.note("two, which is longer than what the disk still takes of it")
    assert journal.path.stat().st_size == size
    journal.note("three")
    events, _ = new_events(journal.path, 0)
    assert [(one.number, one.event) for one in events] == [(1, Noted("one")), (2, Noted("three"))]


def test_work_that_takes_a_while_says_how_long_it_still_takes_and_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 0.2, 4.0, 12.0, 13.0, 40.0])
    monkeypatch.setattr("campaigns.worker.journal.time.monotonic", lambda: next(clock))
    journal = Journal(tmp_path / "journal.jsonl")
    for done in (0, 10, 20, 60, 65, 100):
        journal.working("features of train", done, 100)
    events, _ = new_events(journal.path, 0)
    assert [one.event for one in events] == [
        Working("features of train", 0, 100),
        Working("features of train", 20, 100, 16.0),
        Working("features of train", 60, 100, 8.0),
        Working("features of train", 65, 100, 7.0),
        Working("features of train", 100, 100, 0.0),
    ]
    lines = [line.split(" ", 2)[2] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["features of train: 60 of 100, about 8 s left", "features of train: 100 of 100"]
