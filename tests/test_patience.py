"""Nobody waits by a clock of his own: one patience for all tests, which grows with the load."""

import re
from pathlib import Path

import pytest

from tests import patience as module
from tests.patience import OVERRIDE, SECONDS, Deadline, patience, slowness

TESTS = Path(__file__).parent
OWN = re.compile(
    r"\b(?:timeout|deadline)=[\d.]+(?:[,)]|$)|\.(?:wait|join)\([\d.]+\)|time\.monotonic\(\) \+|\bassert .*perf_counter"
)
"""A time limit written as a number, a deadline made by hand, a stopwatch that is held against somebody."""
FREE = ("benchmarks", "fuzz")
"""Folders whose programs measure time, or take a limit from whoever starts them."""


def test_it_is_never_shorter_than_on_an_idle_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OVERRIDE, raising=False)
    assert slowness() >= 1
    assert SECONDS <= patience() <= module.MOST_TIMES * SECONDS


def test_it_grows_with_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OVERRIDE, raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("os.getloadavg", lambda: (16.0, 0.0, 0.0))
    assert patience() >= 8 * SECONDS
    monkeypatch.setattr("os.getloadavg", lambda: (1e6, 0.0, 0.0))
    assert patience() == module.MOST_TIMES * SECONDS, "what hangs comes to an end"


def test_whoever_chooses_it_gets_what_he_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OVERRIDE, "7.5")
    assert patience() == 7.5


def test_a_deadline_that_is_over_tells_what_the_log_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OVERRIDE, "1000")
    Deadline().require_time(lambda: "nothing")
    monkeypatch.setenv(OVERRIDE, "0")
    with pytest.raises(AssertionError, match="the last line of the log"):
        Deadline().require_time(lambda: "the last line of the log")


def test_no_test_has_a_time_limit_of_its_own() -> None:
    texts = {path: path.read_text() for path in TESTS.rglob("*.py") if path.relative_to(TESTS).parts[0] not in FREE}
    limits = [
        f"{path.relative_to(TESTS)}:{number}: {line.strip()}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if OWN.search(line) and path != Path(__file__)
    ]
    assert limits == []
