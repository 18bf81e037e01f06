"""The same screens in a browser, on this machine only."""

import importlib.util
import shlex
import sys

from alwsl_tui.drawing.manners import Images, Manners
from campaigns.errors import UsageError

HOST = "127.0.0.1"
"""Whoever can reach the port can do everything the screens can do: nobody outside this machine can reach it."""


def command_of(manners: Manners) -> list[str]:
    """The command line that opens the screens with these manners, a word each."""
    words = [sys.executable, "-m", "alwsl_tui.entry"]
    words += ["--home", str(manners.home)] if manners.home is not None else []
    words += ["--theme", manners.theme] if manners.theme is not None else []
    words += ["--images", Images.OFF if manners.images is Images.OFF else Images.BLOCKS]
    if manners.campaign is not None:
        words += ["--open", manners.campaign + (f":{manners.tab}" if manners.tab else "")]
    return words + ["--readonly"] * manners.is_readonly + ["--ascii"] * manners.is_ascii


def serve(manners: Manners, port: int) -> int:
    """Serve until Ctrl-C; the exit code.

    Raises:
        UsageError: the extra `web` is not installed.
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise UsageError("the browser view is not installed", hint="pip install 'alwsl-tui[web]'")
    from textual_serve.server import Server

    sys.stderr.write(f"http://{HOST}:{port} shows the station, to this machine only; Ctrl-C ends it, campaigns go on\n")
    Server(shlex.join(command_of(manners)), host=HOST, port=port, title="alwsl-tui").serve()
    return 0
