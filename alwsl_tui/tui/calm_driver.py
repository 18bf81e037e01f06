"""Reading the terminal when somebody has pressed a key; Textual's own reader asks ten times a second."""

import os
import select
import weakref
from codecs import getincrementaldecoder
from threading import Event
from typing import Any

from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

MOST = 4096
"""Bytes read at a time."""


class Bell(Event):
    """An event that also wakes who waits for a file."""

    def __init__(self) -> None:
        super().__init__()
        self.heard, self._rung = os.pipe()
        weakref.finalize(self, _close, self.heard, self._rung)

    def set(self) -> None:
        """Set it, and ring."""
        super().set()
        os.write(self._rung, b"\0")


def _close(*files: int) -> None:
    for file in files:
        os.close(file)


class CalmDriver(LinuxDriver):
    """Sleeps until something is pressed or the reader is to end; one that was suspended is closed, and begins again."""

    exit_event: Bell

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.exit_event = Bell()

    def run_input_thread(self) -> None:
        """Hand on what is pressed, until `exit_event` is set."""
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")().decode
        while not self.exit_event.is_set():
            # What begins like a longer sequence and stays alone, as escape does, is a key of its own after a while.
            due = parser._timeout_time
            patience = None if due is None else max(0.0, due - get_time())
            ready, _, _ = select.select([self.fileno, self.exit_event.heard], [], [], patience)
            if self.exit_event.heard in ready:
                os.read(self.exit_event.heard, MOST)
            if self.fileno in ready:
                pressed = os.read(self.fileno, MOST)
                if not pressed:  # the terminal has gone: who minds it ends the program
                    return
                text = decode(pressed)
                for event in parser.feed(text) if text else ():  # half a letter is none yet
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)
