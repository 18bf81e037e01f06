"""The program in a real terminal: it starts, follows its window, leaves no trace, and its campaigns outlive it."""

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.core.states import CampaignState
from campaigns.services.campaigns.start import start
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.patience import Deadline
from tests.stage import processes, require_ended, said, tiny, wait_for
from tests.tui.journeys import LONG, ONE
from tests.tui.terminal import PROMPT, SGR, Opens, Terminal, terminals

GREYS = frozenset((0, 7, 8, 15, 16, 231, *range(232, 256)))
"""Among the 256 colours."""
Finished = tuple[Workspace, CampaignRow]


@pytest.fixture
def opens(place: Workspace, tmp_path: Path) -> Iterator[Opens]:
    """Terminals whose program has an empty home."""
    with terminals(place, tmp_path) as found:
        yield found


@pytest.fixture
def looks(finished: Finished, tmp_path: Path) -> Iterator[Opens]:
    """Terminals whose program has a finished campaign."""
    with terminals(finished[0], tmp_path) as found:
        yield found


def is_given_back(terminal: Terminal, code: int = 0) -> None:
    """The shell has its screen, its cursor and its echo again."""
    terminal.shows(f"ended:{code}", PROMPT)
    assert terminal.asked("alternate_on") == "0"
    assert terminal.asked("cursor_flag") == "1"
    assert terminal.asked("mouse_any_flag") == "0"
    terminal.press("e", "c", "h", "o", "d")
    terminal.shows("echod")
    terminal.press("C-u")


TABS = {
    "1": "agreement", "2": "± sd", "3": "criterion", "4": "models done", "5": "round", "6": "attempt 1",
    "7": "by criterion", "8": "[data]",
}  # fmt: skip
"""Keys of a campaign's tabs, and a word that each shows."""


def falls_silent(record: Path, seconds: float) -> None:
    """Wait until nothing is written for so long: what is drawn late under load is drawn once, and that is all."""
    deadline, size = Deadline(), -1
    while (now := record.stat().st_size) != size:
        deadline.require_time(lambda: f"never silent: {record.read_bytes()[-2000:]!r}")
        size = now
        time.sleep(seconds)


@pytest.mark.parametrize(
    ("keys", "seconds"),
    [
        pytest.param("18", 2.0, marks=pytest.mark.slow),
        pytest.param("".join(TABS), 5.0, marks=(pytest.mark.slow, pytest.mark.long)),
    ],
    ids=["two-tabs", "every-tab"],
)
def test_nothing_is_written_while_nothing_happens(keys: str, seconds: float, looks: Opens, tmp_path: Path) -> None:
    terminal, record = looks((120, 40)), tmp_path / "written"
    record.touch()
    terminal.open()
    terminal.shows("1 campaign", "tiny")
    terminal.press("Enter")
    terminal.shows("1 Overview", "8 Recipe")
    terminal.record(record)
    for key in keys:
        terminal.press(key)
        terminal.shows(TABS[key])
        falls_silent(record, seconds)


@pytest.mark.slow
def test_nothing_is_written_for_a_tab_that_lies_beneath_another_screen(looks: Opens, tmp_path: Path) -> None:
    terminal, record = looks((120, 40)), tmp_path / "written"
    record.touch()
    terminal.open("--open", "tiny:picks")
    terminal.shows("8 Recipe", TABS["5"])
    terminal.press("?")
    terminal.shows("g guide")
    terminal.press("g")
    terminal.shows("glossary", but="8 Recipe")
    terminal.record(record)
    falls_silent(record, 3.0)


@pytest.mark.slow
def test_a_campaign_is_started_watched_to_its_end_and_seen_again(place: Workspace, opens: Opens) -> None:
    tiny(place, *ONE)
    terminal = opens()
    terminal.open()
    terminal.shows("1 campaign", "tiny", "new")
    terminal.press("S")
    terminal.shows("running in the background")
    terminal.press("Enter")
    terminal.shows("1 Overview", "8 Recipe")
    terminal.press("6")
    terminal.shows("attempt 1", "epoch 1")  # of the baseline, or of an arm where that is over by now
    for digit, word in (
        ("3", "criterion"),
        ("4", "models done"),
        ("5", "round"),
        ("7", "by criterion"),
        ("8", "[data]"),
    ):
        terminal.press(digit)
        terminal.shows(word)
    terminal.press("2")
    text = terminal.shows("done", "100 %", "random", "labelled images", but="Nothing measured yet")
    assert "Traceback" not in text
    terminal.press("q")
    terminal.shows("1 campaign")
    terminal.press("q")
    is_given_back(terminal)
    terminal.clear()
    terminal.open("--open", "tiny:rounds")
    terminal.shows("done", "4 Rounds", "models done")
    terminal.press("C-q")
    is_given_back(terminal)


@pytest.mark.slow
def test_a_killed_program_leaves_its_campaign_at_work_and_the_next_one_shows_it(place: Workspace, opens: Opens) -> None:
    row = tiny(place, *LONG)
    start(place, row.name)
    first, second = opens(), opens()
    first.open()
    first.shows("1 job running")
    for program in first.programs():
        program.kill()
    first.shows("ended:137")
    worker = processes(place, "campaigns.worker")
    assert len(worker) == 1, said(place)
    second.open("--open", "tiny:logs")
    second.shows("running", "baseline-t0 attempt 1")
    assert processes(place, "campaigns.worker") == worker
    assert watch(place, row.name).state is CampaignState.RUNNING


@pytest.mark.slow
def test_a_terminal_that_closes_ends_the_program_and_nothing_else(place: Workspace, opens: Opens) -> None:
    tiny(place)
    terminal = opens()
    terminal.open()
    terminal.shows("1 campaign")
    programs = terminal.programs()
    assert programs
    terminal.close()
    require_ended(programs)


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, *(pytest.param(one, marks=pytest.mark.slow) for one in (signal.SIGHUP, signal.SIGINT))]
)
def test_a_signal_that_ends_the_program_gives_the_terminal_back(opens: Opens, number: signal.Signals) -> None:
    terminal = opens()
    terminal.open()
    terminal.shows("No campaigns here yet.")
    (program,) = terminal.programs()
    program.send_signal(number)
    is_given_back(terminal, 128 + number)


def test_a_terminal_that_closes_ends_a_program_that_ignores_it(opens: Opens) -> None:
    terminal = opens()
    terminal.open(before="trap '' HUP;")
    terminal.shows("No campaigns here yet.")
    programs = terminal.programs()
    assert programs
    terminal.close()
    require_ended(programs)


@pytest.mark.slow
def test_the_program_is_suspended_and_goes_on(opens: Opens) -> None:
    terminal = opens()
    terminal.open()
    terminal.shows("No campaigns here yet.")
    for stop in ("key", "signal"):
        if stop == "key":
            terminal.press("C-z")
        else:
            terminal.programs()[0].send_signal(signal.SIGTSTP)
        terminal.shows(PROMPT, but="No campaigns here yet.")
        assert terminal.asked("alternate_on") == "0"
        assert terminal.asked("cursor_flag") == "1"
        assert terminal.asked("mouse_any_flag") == "0"
        terminal.type("printf '%s' sti; echo ll-here")
        terminal.shows("still-here")
        terminal.type("fg")
        terminal.shows("No campaigns here yet.", "n   a data set", but="still-here")
    terminal.press("q")
    terminal.shows(PROMPT)


@pytest.mark.slow
def test_the_window_can_be_of_any_size_and_change_it(looks: Opens) -> None:
    terminal = looks((80, 24))
    terminal.open("--open", "tiny:curves")
    terminal.shows("labelled images", "8 Recipe", "^p palette")
    terminal.resize(40, 12)
    terminal.shows("2 Curves", but="^p palette")
    terminal.resize(150, 50)
    wait_for(lambda: len(terminal.screen().rstrip().split("\n")[-1]) > 140, on_failure=terminal.screen)
    terminal.shows("labelled images", "8 Recipe", "^p palette")
    terminal.resize(2, 1)
    terminal.resize(80, 24)
    terminal.shows("labelled images", "8 Recipe", "^p palette")
    terminal.press("C-q")
    is_given_back(terminal)
    terminal.resize(40, 12)
    terminal.clear()
    terminal.open()
    terminal.shows("tiny", "done", "100 %")
    terminal.press("q")
    is_given_back(terminal)


def test_ascii_without_colours_writes_nothing_else(looks: Opens, tmp_path: Path) -> None:
    terminal = looks((80, 24), NO_COLOR="1")
    written = tmp_path / "written"
    terminal.record(written)
    terminal.open("--ascii", "--open", "tiny:curves")
    for digit, word in (
        ("1", "picks"),
        ("2", "labelled images"),
        ("4", "models done"),
        ("5", "pick"),
        ("8", "[data]"),
    ):
        terminal.press(digit)
        terminal.shows(word)
    terminal.press("C-q")
    is_given_back(terminal)
    found = written.read_bytes()
    assert found.isascii()
    assert SGR.search(found)
    assert {code for code in SGR.findall(found) if not is_grey(code)} == set()


def is_grey(code: bytes) -> bool:
    """True when the numbers of an order set no colour but black, white and what is between."""
    rest = re.sub(rb"[34]8;5;\d+", b"", code).split(b";")
    plain = [one[-1:] for one in rest if re.fullmatch(rb"(3|4|9|10)[0-7]", one)]
    return all(int(one) in GREYS for one in [*re.findall(rb"[34]8;5;(\d+)", code), *plain])


def test_what_is_no_terminal_is_refused(looks: Opens) -> None:
    terminal = looks()
    terminal.open(before="</dev/null")
    terminal.shows("ended:2", "the screens need a terminal, and this is not one", "next: ")
    terminal.clear()
    terminal.open(before="TERM=dumb")
    terminal.shows("ended:2", "the screens need a terminal that can place text", "next: ")
