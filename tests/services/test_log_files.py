"""Laws of reading a log by bytes: whatever lies in the file, however long its lines, whether or not it grows."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.events import EpochDone, Noted, RoundStarted
from campaigns.core.states import AttemptState
from campaigns.errors import NoSuchName, UsageError
from campaigns.services.logs import file as log_files
from campaigns.services.logs import patterns
from campaigns.services.logs.file import LogFile, logs_of
from campaigns.services.logs.filters import EPOCHS, ERRORS, LONGEST, ROUNDS, WARNINGS, Sieve
from campaigns.services.logs.matches import Matching, save_lines
from campaigns.services.logs.patterns import TooSlow, escaped, pattern_of
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import add_attempt
from campaigns.store.rows import AttemptRow, CampaignRow
from campaigns.worker.narration import told
from tests.stage import tiny

TEXTS = st.lists(
    st.sampled_from([b"", b"a", b"ab b", b"\tb", "bä".encode(), b"\xff", b"\x1b[31mb", b"b" * 9]), max_size=9
)
FILES = st.builds(lambda texts, end: b"\n".join(texts) + end, TEXTS, st.sampled_from([b"", b"\n"]))
BLOCKS = st.sampled_from([1, 2, 3, 7, 1 << 18])
"""Bytes read at a time: small ones put every seam between two blocks everywhere."""
PATTERNS = ("b", "^b", "b$", "^$", "a|b b", r"\s", r"[^a]*b", "(?i)B", "b(?!b)", r"b\Z", "x", "", r"b\B", r"a\s+b")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs") / "worker.log"


def written(path: Path, content: bytes) -> LogFile:
    path.write_bytes(content)
    return LogFile(path)


def starts_of(content: bytes) -> list[int]:
    """Where lines begin, by the definition."""
    return [at for at in range(len(content)) if at == 0 or content[at - 1 : at] == b"\n"]


def never(_at: int) -> bool:
    return False


@given(content=FILES, block=BLOCKS)
def test_lines_are_the_file(path: Path, content: bytes, block: int) -> None:
    log = written(path, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_files, "BLOCK", block)
        found = log.lines(0, 100)
    assert [line.offset for line in found] == starts_of(content)
    assert b"".join(content[line.offset : line.end] for line in found) == content
    assert all(line.text.isprintable() for line in found)


@given(content=FILES, block=BLOCKS, n=st.integers(1, 4))
def test_back_and_forward_count_lines(path: Path, content: bytes, block: int, n: int) -> None:
    log, starts = written(path, content), starts_of(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_files, "BLOCK", block)
        for number, start in enumerate(starts):
            assert log.back(start, n) == starts[max(0, number - n)]
            assert log.forward(start, n) == starts[min(len(starts) - 1, number + n)]
            assert log.back(start, 0) == log.forward(start, 0) == start
        assert [line.offset for line in log.tail(n)] == starts[-n:]
        assert log.back(log.size(), 1) == (starts[-1] if starts else 0)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(content=FILES, block=BLOCKS)
def test_searching_finds_what_reading_every_line_finds(path: Path, content: bytes, block: int, pattern: str) -> None:
    log, sieve = written(path, content), Sieve((re.compile(pattern),))
    expected = [line.offset for line in log.lines(0, 100) if re.search(pattern, line.text)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_files, "BLOCK", block)
        forwards = [log.find(sieve, start, should_stop=never) for start in starts_of(content)]
        backwards = [log.find(sieve, start, backwards=True, should_stop=never) for start in starts_of(content)]
    for start, behind, before in zip(starts_of(content), forwards, backwards, strict=True):
        assert behind == next((at for at in expected if at >= start), None)
        assert before == next((at for at in reversed(expected) if at < start), None)


@given(first=FILES, second=FILES, step=st.integers(1, 30), is_out=st.booleans())
def test_matches_are_the_same_whether_a_file_grew_or_not(
    path: Path, first: bytes, second: bytes, step: int, is_out: bool
) -> None:
    sieve = Sieve(unwanted=(re.compile("b$"),)) if is_out else Sieve((re.compile("b"),), (re.compile("ä"),))
    grown = Matching(written(path, first), sieve)
    while grown.extend(step):
        pass
    log = written(path, first + second)
    while grown.extend(step):
        pass
    expected = [line.offset for line in log.lines(0, 100) if sieve.lets_through(line.text)]
    assert list(grown.offsets) == expected
    assert [line.offset for line in grown.lines(0, 100)] == expected
    assert [grown.forward(at, 1) for at in expected] == [*expected[1:], *expected[-1:]]
    assert [grown.back(at, 1) for at in expected] == [*expected[:1], *expected[:-1]]


def test_a_half_line_is_shown_and_goes_on_as_the_same_line(path: Path) -> None:
    log = written(path, b"one\nha")
    assert [line.text for line in log.tail(5)] == ["one", "ha"]
    path.write_bytes(b"one\nhalf\n")
    assert [line.text for line in log.tail(5)] == ["one", "half"]


def test_a_half_line_matches_only_as_long_as_it_does(path: Path) -> None:
    matching = Matching(written(path, b"good\nbad\ngood"), Sieve(unwanted=(re.compile("goods|bad"),)))
    assert not matching.extend(1000)
    assert list(matching.offsets) == [0, 9]
    path.write_bytes(b"good\nbad\ngoods\n")
    assert not matching.extend(1000)
    assert list(matching.offsets) == [0]


def test_a_very_long_line_is_cut_and_the_next_one_is_found(path: Path) -> None:
    content = b"first\n" + b"x" * (3 << 18) + b" needle\nlast needle\n"
    log = written(path, content)
    first, long, last = log.tail(9)
    assert (first.text, last.text) == ("first", "last needle")
    assert long.text == "x" * LONGEST + " …"
    assert (long.offset, long.end) == (6, last.offset)
    assert log.back(last.offset, 1) == 6
    assert log.back(last.offset, 2) == 0
    # What is not shown is not found either.
    needle = Sieve((re.compile("needle"),))
    assert log.find(needle, 0, should_stop=never) == last.offset
    assert log.find(needle, last.offset, backwards=True, should_stop=never) is None
    assert log.find(Sieve((re.compile("^x"),)), len(content), backwards=True, should_stop=never) == 6


def test_a_file_that_is_not_there_is_empty(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "none" / "worker.log")
    assert (log.size(), log.tail(3), log.lines(0, 3), log.back(0, 3), log.forward(0, 3)) == (0, (), (), 0, 0)
    assert not Matching(log, Sieve()).extend(10)


def test_growth_is_told_from_replacement(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "worker.log")
    nothing = log.look()
    log.path.write_bytes(b"one\n")
    one = log.look()
    assert one.continues(nothing)
    with log.path.open("ab") as file:
        file.write(b"two\n")
    two = log.look()
    assert two.continues(one)
    assert not one.continues(two)
    log.path.write_bytes(b"another and longer\n")
    assert not log.look().continues(two)
    log.path.unlink()
    assert not log.look().continues(two)


def test_a_search_can_be_stopped(path: Path) -> None:
    log = written(path, b"nothing\n" * 100_000 + b"needle\n")
    seen: list[int] = []

    def should_stop(at: int) -> bool:
        seen.append(at)
        return len(seen) == 2

    assert log.find(Sieve((re.compile("needle"),)), 0, should_stop=should_stop) is None
    assert len(seen) == 2
    assert seen == sorted(seen)


def test_patterns_match_what_workers_print() -> None:
    assert ROUNDS.search(told(RoundStarted(1, 20, 5)))
    assert EPOCHS.search(told(EpochDone(1, 2, 0.5, 0.1)))
    assert WARNINGS.search(told(Noted("memory did not suffice", is_warning=True)))
    assert not WARNINGS.search(told(Noted("computes in float32")))
    for said in (EpochDone(1, 2, 0.5, 0.1), RoundStarted(1, 20, 5), Noted("computes in float32")):
        assert not ERRORS.search(told(said))
    wrong = (
        "failed: the data are not what they were",
        "Traceback (most recent call last):",
        "torch.OutOfMemoryError: CUDA out of memory",
        "2026-11-22 ERROR x",
        "Killed",
        "lost (1): its process is gone",
    )
    assert [text for text in wrong if not ERRORS.search(text)] == []


@pytest.mark.parametrize("text", ["(", "a{99999999999999999999}", "*"])
def test_what_is_no_pattern_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="not a regular expression") as caught:
        pattern_of(text)
    assert caught.value.hint


def test_a_pattern_that_backtracks_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "LONGEST_SEARCH", 0.05)
    sieve, line = Sieve((pattern_of("(a|aa)+$"),)), "a" * 60 + "!"
    with pytest.raises(TooSlow, match="was given up after"):
        sieve.lets_through(line)
    with pytest.raises(TooSlow):
        list(sieve.hits(f"good\n{line}\n".encode()))
    with pytest.raises(TooSlow):
        list(sieve.wanted[0].finditer(line))


@pytest.mark.parametrize("text", ["loss (", "a+b", r"C:\path [x]", "x|y"])
def test_the_hint_of_a_pattern_finds_the_text_itself(text: str) -> None:
    assert pattern_of(escaped(text)).search(f"before {text} behind")
    with pytest.raises(UsageError) as caught:
        pattern_of("(" + text)
    assert caught.value.hint == "for the text itself write " + escaped("(" + text)


def test_a_pattern_of_doubtful_future_is_a_pattern() -> None:
    assert pattern_of("[[a]").search("[")


def test_logs_come_in_the_order_they_are_looked_for(place: Workspace) -> None:
    row = tiny(place)
    states = (AttemptState.DONE, AttemptState.FAILED, AttemptState.LOST, AttemptState.RUNNING, AttemptState.STOPPED)
    with place.store() as store:
        for number, state in enumerate(states, start=1):
            add_attempt(store, attempt(row, number, state))
    found = logs_of(place, row.name)
    assert [(log.attempt, log.state) for log in found] == [
        (4, "running"), (3, "lost"), (2, "failed"), (5, "stopped"), (1, "done"),
    ]  # fmt: skip
    assert {log.size for log in found} == {0}
    with pytest.raises(NoSuchName):
        logs_of(place, "nobody")


def test_logs_of_a_real_campaign_hold_its_rounds(finished: tuple[Workspace, CampaignRow]) -> None:
    place, row = finished
    for one in logs_of(place, row.name):
        log = LogFile(one.path)
        assert one.size == log.size() > 0
        assert log.find(Sieve((re.compile("started on cpu"),)), 0, should_stop=never) is not None


def test_saving_writes_what_is_shown_and_never_over_a_file(tmp_path: Path) -> None:
    log = written(tmp_path / "worker.log", b"a\x1b[2J\nb\nc")
    matching = Matching(log, Sieve(unwanted=(re.compile("b"),)))
    assert not matching.extend(100)
    assert save_lines(matching, tmp_path / "saved") == 2
    assert (tmp_path / "saved").read_text() == "a[2J\nc\n"
    with pytest.raises(UsageError, match="saved"):
        save_lines(log, tmp_path / "saved")


def attempt(row: CampaignRow, number: int, state: AttemptState) -> AttemptRow:
    return AttemptRow(
        row.id, row.plan.jobs[0].id, number, state, "cpu", 1, None, float(number), None, None, "", "",
        None, None, None, None, 0,
    )  # fmt: skip
