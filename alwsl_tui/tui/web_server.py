"""The server behind the browser's view: quiet, for pages of its own only, and gone at once when it is told to go."""

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web
from textual_serve.server import Server

PAGE = Path(__file__).with_name("page")
"""Folder of the page that is served: the one that comes with the server asks Google for a font."""


class Loopback(Server):
    """Textual's server with a page and three manners of our own."""

    def __init__(self, command: str, *, host: str, port: int, title: str) -> None:
        super().__init__(command, host=host, port=port, title=title, templates_path=PAGE)
        self._viewers: set[asyncio.Task[Any]] = set()
        self._is_leaving = False

    def request_exit(self) -> None:
        """Leave; a second Ctrl-C must not break into the leaving."""
        if not self._is_leaving:
            self._is_leaving = True
            super().request_exit()

    def initialize_logging(self) -> None:
        """Not a line for every request."""

    async def on_startup(self, app: web.Application) -> None:
        """No banner."""

    async def on_shutdown(self, app: web.Application) -> None:
        """End every view now."""
        # Left alone, aiohttp waits a minute for browsers to hang up by themselves.
        viewers = tuple(self._viewers)
        for viewer in viewers:
            viewer.cancel()
        await asyncio.gather(*viewers, return_exceptions=True)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one view, to one of our own pages.

        Raises:
            HTTPForbidden: a page from elsewhere asks.
        """
        # A browser lets any page of the web talk to any socket of this machine, and says whose page it is.
        if request.headers.get("Origin", self.public_url) not in self._origins:
            raise web.HTTPForbidden(text="the screens are shown to pages of this server only")
        viewer = asyncio.current_task()
        assert viewer is not None, "aiohttp answers every request in a task of its own"
        self._viewers.add(viewer)
        try:
            return await super().handle_websocket(request)
        finally:
            self._viewers.discard(viewer)

    async def handle_index(self, request: web.Request) -> Any:
        """Serve the page; the browser is told to ask nobody else for anything."""
        answer = await super().handle_index(request)
        sockets = " ".join(sorted(origin.replace("http", "ws", 1) for origin in self._origins))
        # Styles within: the terminal writes its own. No script within: the page has none.
        policy = f"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; \
img-src 'self' data:; connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        answer.headers["Content-Security-Policy"] = policy
        return answer

    @property
    def _origins(self) -> set[str]:
        return {self.public_url, self.public_url.replace(self.host, "localhost")}
