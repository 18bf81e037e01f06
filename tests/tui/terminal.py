"""A real terminal for the program: tmux without its user's configuration, and a shell in it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from campaigns.services.workspace import Workspace
from tests.patience import Deadline, patience
from tests.stage import said

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
"""What sets colours and weights."""
PROMPT = "ready$"


class Terminal:
    """A shell in a terminal of its own; its program is `alwsl-tui` on one home."""

    def __init__(self, place: Workspace, socket: Path, *, size: tuple[int, int], **environment: str) -> None:
        self.place, self.size, self.environment = place, size, environment
        self._tmux = ("tmux", "-f", "/dev/null", "-S", str(socket))

    def begin(self) -> None:
        """The shell, with nothing on its screen but the prompt."""
        kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        kept |= {"ENV": "/dev/null", "LC_ALL": "C.UTF-8"} | self.environment
        width, height = map(str, self.size)
        self._do("new-session", "-d", "-x", width, "-y", height, "sh", environment=kept)
        self.type(f"PS1='{PROMPT} '")
        self.clear()

    def open(self, *words: str, before: str = "") -> None:
        """Type the command that starts the program; afterwards its exit code."""
        command = [sys.executable, "-m", "alwsl_tui.entry", "--home", str(self.place.home.folder), *words]
        self.type(f"{before} {shlex.join(command)}; echo ended:$?".strip())

    def type(self, line: str) -> None:
        """A line and enter."""
        self._do("send-keys", "-l", line)
        self.press("Enter")

    def clear(self) -> None:
        """Nothing of what was before is left on the screen of the shell."""
        self.type("clear; printf '%s' cle; echo ared")
        self.shows("cleared", PROMPT, but="printf")

    def recover(self) -> None:
        """The shell reads lines again, after its program was killed and could not give the terminal back."""
        self.press("C-j")  # keys that the program did not read any more are the beginning of a line
        self._do("send-keys", "-l", "stty sane; printf '%s' reco; echo vered")
        self.press("C-j")  # in raw mode an enter is no end of a line
        self.shows("recovered")
        self.clear()

    def press(self, *keys: str) -> None:
        """Keys by tmux's names: `Enter`, `Escape`, `S`."""
        self._do("send-keys", *keys)

    def resize(self, width: int, height: int) -> None:
        """The window gets another size while the program runs."""
        self.size = width, height
        self._do("resize-window", "-x", str(width), "-y", str(height))

    def screen(self) -> str:
        """What is seen now."""
        return self._do("capture-pane", "-p")

    def shows(self, *words: str, but: str = "") -> str:
        """The screen once all the words are on it, and one thing is not."""
        deadline = Deadline()
        while True:
            text = self.screen()
            if all(word in text for word in words) and (not but or but not in text):
                return text
            deadline.require_time(partial(self._failure, text, words, but))
            time.sleep(max(0.03, deadline.pause()))  # asking starts a process

    def _failure(self, text: str, words: tuple[str, ...], but: str) -> str:
        return f"wanted {words}, but not {but!r}\n{text}\n{said(self.place)}"

    def asked(self, what: str) -> str:
        """What tmux knows of the terminal: `alternate_on`, `cursor_flag`."""
        return self._do("display-message", "-p", f"#{{{what}}}").strip()

    def record(self, path: Path) -> None:
        """Every byte that the program writes from now on also goes to a file."""
        self._do("pipe-pane", f"cat >> {shlex.quote(str(path))}")

    def programs(self) -> list[psutil.Process]:
        """The processes of the program that run in here."""
        shell = psutil.Process(int(self.asked("pane_pid")))
        return [one for one in shell.children(recursive=True) if "alwsl_tui.entry" in one.cmdline()]

    def close(self) -> None:
        """The terminal goes, and what runs in it."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True, timeout=patience())

    def _do(self, *words: str, environment: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            [*self._tmux, *words], capture_output=True, text=True, check=False, timeout=patience(), env=environment
        )
        assert done.returncode == 0, f"tmux {words}: {done.stderr}"
        return done.stdout


LEFT_OUT = frozenset(
    {"TMUX", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "TEXTUAL_DRIVER", "ALWSL_HOME"}
)
"""What surrounds the tests and is not to surround the program."""
Opens = Callable[..., Terminal]


@contextmanager
def terminals(place: Workspace, folder: Path) -> Iterator[Opens]:
    """Opens terminals, and closes them all in the end."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    opened: list[Terminal] = []

    def open_one(size: tuple[int, int] = (100, 30), **environment: str) -> Terminal:
        opened.append(Terminal(place, folder / f"tmux{len(opened)}", size=size, **environment))
        opened[-1].begin()
        return opened[-1]

    try:
        yield open_one
    finally:
        for one in opened:
            one.close()
