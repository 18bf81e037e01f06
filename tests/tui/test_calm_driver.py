"""Reading the terminal: every key, and nothing while none is pressed."""

import asyncio
import os
import pty
import select
import termios
import tty
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from textual.app import App
from textual.events import Key
from textual.message import Message

from alwsl_tui.tui.calm_driver import CalmDriver
from tests.patience import Deadline

CALM = 0.4
"""Seconds in which Textual's own reader would ask four times."""


@dataclass
class Reader:
    """A driver that reads from a terminal of its own."""

    keyboard: int
    terminal: int
    driver: CalmDriver
    keys: list[str] = field(default_factory=list)
    asked: int = 0
    """How often the system was asked whether there is anything to read."""

    def until(self, keys: list[str]) -> None:
        deadline = Deadline()
        while self.keys != keys:
            deadline.require_time(lambda: f"wanted {keys}, got {self.keys}")
            self.thread.join(deadline.pause())

    def begin(self) -> None:
        self.thread = Thread(target=self.driver.run_input_thread)
        self.thread.start()

    def end(self) -> None:
        self.driver.exit_event.set()
        self.thread.join()
        self.driver.exit_event.clear()


async def _driver() -> CalmDriver:
    return CalmDriver(App[None]())  # it wants a loop that runs


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    keyboard, terminal = pty.openpty()
    tty.setraw(terminal, termios.TCSANOW)
    driver = asyncio.run(_driver())
    driver.fileno = terminal
    reader = Reader(keyboard, terminal, driver)

    def note(message: Message) -> None:
        if isinstance(message, Key):
            reader.keys.append(message.key)

    def ask(*arguments: Any) -> Any:
        reader.asked += 1
        return select_(*arguments)

    select_ = select.select
    monkeypatch.setattr(driver, "process_message", note)
    monkeypatch.setattr(select, "select", ask)
    reader.begin()
    yield reader
    reader.end()
    driver.close()
    os.close(keyboard)
    os.close(terminal)


def test_every_key_arrives_also_one_that_comes_in_pieces_and_escape_alone(reader: Reader) -> None:
    os.write(reader.keyboard, "aé".encode()[:2])
    reader.until(["a"])
    os.write(reader.keyboard, "é".encode()[1:] + b"\x1b[")
    os.write(reader.keyboard, b"A\x1b[B")
    reader.until(["a", "é", "up", "down"])
    os.write(reader.keyboard, b"\x1b")  # the beginning of nothing
    reader.until(["a", "é", "up", "down", "escape"])


def test_nothing_is_asked_while_nothing_is_pressed(reader: Reader) -> None:
    os.write(reader.keyboard, b"a")
    reader.until(["a"])
    before = reader.asked
    reader.thread.join(CALM)
    assert reader.asked <= before + 1


def test_a_reader_ends_at_once_and_the_next_one_loses_no_key(reader: Reader) -> None:
    for at in range(3):
        os.write(reader.keyboard, b"a")
        reader.until(["a"] * (at + 1))
        reader.end()
        assert not reader.thread.is_alive()
        reader.begin()


def test_it_reads_on_after_it_was_suspended(reader: Reader) -> None:
    reader.end()
    reader.driver.close()
    reader.begin()
    os.write(reader.keyboard, b"a")
    reader.until(["a"])
