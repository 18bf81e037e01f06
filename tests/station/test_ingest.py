"""Following a journal that grows."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.events import Noted
from campaigns.home.journal import Recorded, to_line
from campaigns.station import ingest
from campaigns.station.ingest import last_lines, new_events

FEW = [Recorded(n, float(n), Noted("ä" * n)) for n in range(1, 6)]
BYTES = "".join(to_line(recorded) for recorded in FEW).encode()


@given(cuts=st.lists(st.integers(0, len(BYTES)), max_size=6))
def test_every_event_is_read_once_wherever_the_journal_was_cut(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    journal = tmp_path_factory.getbasetemp() / "journal.jsonl"
    found, offset = [], 0
    for cut in [*sorted(cuts), len(BYTES)]:
        journal.write_bytes(BYTES[:cut])
        events, offset = new_events(journal, offset)
        assert offset <= cut
        found += events
    assert found == FEW
    assert offset == len(BYTES)


def test_a_half_line_waits(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(BYTES[:-1])
    events, offset = new_events(journal, 0)
    assert events == FEW[:-1]
    assert new_events(journal, offset) == ([], offset)
    journal.write_bytes(BYTES)
    assert new_events(journal, offset) == ([FEW[-1]], len(BYTES))


def test_a_long_journal_is_read_in_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = max(len(line) for line in BYTES.splitlines(keepends=True))
    monkeypatch.setattr(ingest, "CHUNK", longest)
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(BYTES)
    found, offset = [], 0
    while events := (step := new_events(journal, offset))[0]:
        found += events
        offset = step[1]
    assert found == FEW


def test_no_journal_yet_is_nothing_said_yet(tmp_path: Path) -> None:
    assert new_events(tmp_path / "none", 0) == ([], 0)


@pytest.mark.parametrize("damage", [b"junk\n", b"\xff\n", b'{"n":1}\n', b"\n"])
def test_a_damaged_line_is_no_event(tmp_path: Path, damage: bytes) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(BYTES + damage)
    with pytest.raises(ValueError, match=r".+"):
        new_events(journal, 0)


def test_the_last_words_of_a_log_are_its_last_lines_that_say_something(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.write_bytes(b"x" * 100_000 + b"\n\nRuntimeError: \xff\n  at\n\n   \nend")
    assert last_lines(log) == "RuntimeError: \ufffd\n  at\nend"
    assert last_lines(tmp_path / "none") == ""
