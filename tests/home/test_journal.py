"""One JSON line an event, each way."""

import json
from typing import get_args

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.events import EpochDone, Event, Noted
from campaigns.home.journal import KINDS, NAMES, Recorded, from_line, to_line
from tests.core.draws import EVENTS, some_recorded

LINE = to_line(Recorded(3, 5.0, EpochDone(1, 2, 0.5, 0.25)))


@given(recorded=some_recorded())
def test_an_event_comes_back_from_its_line(recorded: Recorded) -> None:
    assert from_line(to_line(recorded)) == recorded


@given(recorded=some_recorded())
def test_an_event_is_one_line_of_plain_characters(recorded: Recorded) -> None:
    line = to_line(recorded)
    assert line.endswith("\n")
    assert line[:-1].isascii()
    assert line[:-1].isprintable()


def test_every_event_has_one_name_and_is_drawn_here() -> None:
    assert set(KINDS.values()) == set(get_args(Event)) == set(EVENTS)
    assert {name: NAMES[kind] for name, kind in KINDS.items()} == {name: name for name in KINDS}


def test_a_line_reads_as_it_always_has() -> None:
    assert LINE == '{"n":3,"at":5.0,"event":"epoch_done","round":1,"epoch":2,"loss":0.5,"seconds":0.25}\n'


def test_a_field_of_a_newer_writer_is_passed_over() -> None:
    said = json.loads(LINE) | {"learning_rate": 0.1}
    assert from_line(json.dumps(said)) == from_line(LINE)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\n",
        "[]",
        "3",
        '"epoch_done"',
        LINE[: len(LINE) // 2],
        LINE.replace("epoch_done", "epoch_dreamt"),
        LINE.replace('"n":3,', ""),
        LINE.replace('"n":3,', '"n":null,'),
        LINE.replace('"at":5.0,', ""),
        LINE.replace('"loss":0.5,', ""),
        LINE.replace('"event":"epoch_done"', '"event":["epoch_done"]'),
    ],
)
def test_what_no_worker_of_ours_says_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_line(line)


@given(text=st.text())
def test_junk_is_refused_and_never_anything_else(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        from_line(text)


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_not_written(loss: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_line(Recorded(1, 0.0, EpochDone(1, 1, loss, 0.0)))


def test_a_note_may_hold_anything_a_worker_meets() -> None:
    # Half a surrogate is what Python makes of a file name that is no UTF-8: it is spelt out, since no store takes it.
    said, heard = "\x1b[31m\u2028\ud800\n", "\x1b[31m\u2028\\ud800\n"
    assert from_line(to_line(Recorded(1, 0.0, Noted(said)))) == Recorded(1, 0.0, Noted(heard))
