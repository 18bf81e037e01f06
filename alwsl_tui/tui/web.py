"""The same screens in a browser, on this machine only."""

import importlib.util
import os
import select
import shlex
import socket
import sys
from dataclasses import replace

from alwsl_tui.options import Images, Manners
from campaigns.errors import UsageError
from campaigns.home.paths import default_home
from campaigns.services.workspace import is_only_readable, open_workspace

HOST = "127.0.0.1"
"""Whoever can reach the port can do everything the screens can do: nobody outside this machine can reach it."""


def command_of(manners: Manners) -> list[str]:
    """Return the command line that opens the screens with these manners, a word each."""
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
        BadHome: the home cannot be made or read.
        NoSuchName: there is no campaign of the name that was to be opened first.
        UsageError: the extra `web` is not installed, or the port is not to be had.
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise UsageError("the browser view is not installed", hint="pip install 'alwsl-tui[web]'")
    from alwsl_tui.tui.web_server import Loopback

    _try(port)
    if is_only_readable(manners.home or default_home()):
        manners = replace(manners, is_readonly=True)
    workspace = open_workspace(manners.home, is_readonly=manners.is_readonly)
    if manners.campaign is not None:
        from campaigns.services.campaigns.find import find_campaign

        find_campaign(workspace, manners.campaign)  # said here, where somebody reads it, and not in every view
    sys.stderr.write(f"http://{HOST}:{port} shows the station, to this machine only; Ctrl-C ends it, campaigns go on\n")
    Loopback(shlex.join(command_of(manners)), host=HOST, port=port, title="alwsl-tui").serve()
    return 0


def is_abandoned() -> bool:
    """Return whether this is a view whose server is gone: nobody is left who could write to it."""
    lines = select.poll()
    lines.register(0, 0)  # asks for nothing; that the other side has hung up is told all the same
    return bool(lines.poll(0))


def _try(port: int) -> None:
    """Raise UsageError unless the port is free."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()  # the error's own words tell the address as well
        raise UsageError(f"port {port} is not to be had: {why}", hint="choose another one, as in --web 8123") from None
