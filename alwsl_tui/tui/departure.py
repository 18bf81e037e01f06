"""Leaving when it is the system that says so, and coming back: signals, and a terminal that has gone."""

import asyncio
import os
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable

from textual.app import App

ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
"""Signals that end the program."""
EVERY = 1.0
"""Seconds between two looks at the terminal."""


def exit_code(number: signal.Signals) -> int:
    """Return the exit code of a program that a signal has ended, as shells count."""
    return 128 + number


def is_gone() -> bool:
    """Return whether the terminal that the program was started in has closed."""
    assert sys.__stdin__ is not None
    try:
        termios.tcgetattr(sys.__stdin__.fileno())
    except termios.error:
        return True
    return False


def mind_terminal(app: App[None]) -> None:
    """Leave when a signal asks to or the terminal has closed; come back to a whole screen when the program goes on."""
    _leave_on_signals(lambda code: app.exit(return_code=code))
    _end_without_terminal()
    # What stands there by then is the shell's, and Textual draws only what has changed.
    app.app_resume_signal.subscribe(app, lambda _: app.refresh(layout=True))


def _leave_on_signals(leave: Callable[[int], None]) -> None:
    """Call `leave` with the exit code when a signal asks to end; one that is ignored stays so."""
    loop = asyncio.get_running_loop()
    for number in ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, _end, leave, exit_code(number))


def _end_without_terminal() -> None:
    """End the program soon after its terminal has closed, whatever else it does; campaigns go on."""
    threading.Thread(target=_watch, daemon=True, name="terminal").start()


def _end(leave: Callable[[int], None], code: int) -> None:
    if is_gone():
        os._exit(code)
    leave(code)


def _watch() -> None:
    # A thread of its own: Textual's writer is dead by then, and whoever draws waits for it for ever, while its reader
    # asks again and again for what can never come.
    while not is_gone():
        time.sleep(EVERY)
    os._exit(exit_code(signal.SIGHUP))
