"""The screens in a browser: for this machine only, for pages of its own only, and gone when they are told to go."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import psutil
import pytest

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.web import HOST, command_of, serve
from campaigns.services.workspace import Workspace
from tests.cli.calling import stop
from tests.patience import Deadline, patience
from tests.stage import refusal, require_ended, wait_for

aiohttp = pytest.importorskip("aiohttp", reason="the extra `web` is not installed")
pytest.importorskip("textual_serve", reason="the extra `web` is not installed")


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@dataclass(frozen=True, slots=True)
class Served:
    """A server that is ready, and where."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def ended(self, how: signal.Signals | None = None) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, after a signal if one is given."""
        if how is not None:
            self.process.send_signal(how)
        out, err = self.process.communicate(timeout=patience())
        return self.process.returncode, out, err


@pytest.fixture
def served(place: Workspace) -> Iterator[Served]:
    """The program as `--web` starts it."""
    with closing(socket.create_server((HOST, 0))) as free:
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "alwsl_tui.entry", "--web", str(port), "--home", str(place.home.folder)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    found = Served(process, port)
    try:
        wait_for(lambda: listening(process) or process.poll(), on_failure=lambda: "nobody listens")
        yield found
    finally:
        left = found.children() if process.poll() is None else []
        stop(process)
        for child in left:
            if child.is_running():
                child.kill()


def listening(process: subprocess.Popen[str]) -> list[tuple[str, int]]:
    """Where a process takes connections."""
    found = psutil.Process(process.pid).net_connections() if process.poll() is None else []
    return [(one.laddr.ip, one.laddr.port) for one in found if one.status == psutil.CONN_LISTEN]


@pytest.mark.slow
async def test_a_browser_of_this_machine_sees_the_station_until_ctrl_c(served: Served) -> None:
    assert listening(served.process) == [(HOST, served.port)]
    shown = b""
    async with aiohttp.ClientSession(headers={"Origin": served.url}) as browser:
        async with browser.get(served.url) as page:
            assert page.status == 200
            assert f"ws://{HOST}:{served.port}/ws" in await page.text()
        async with browser.ws_connect(f"{served.url}/ws?width=100&height=30") as socket_:
            while b"No campaigns here yet" not in shown:
                message = await socket_.receive(timeout=patience())
                assert message.type is aiohttp.WSMsgType.BINARY, shown
                shown += message.data
            left = served.children()
            assert left
            served.process.send_signal(signal.SIGINT)
            while not socket_.closed:
                await socket_.receive(timeout=patience())
    code, out, err = served.ended()
    assert (code, out) == (0, "")
    assert err == f"{served.url} shows the station, to this machine only; Ctrl-C ends it, campaigns go on\n"
    require_ended(left)


async def test_a_page_from_elsewhere_is_shown_nothing(served: Served) -> None:
    async with aiohttp.ClientSession(headers={"Origin": "http://elsewhere.example"}) as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await browser.ws_connect(f"{served.url}/ws")
    assert served.children() == []
    assert served.ended(signal.SIGTERM)[0] == 0


ADDRESS = re.compile(
    r"""(?:src|href|srcset|action|data-[a-z-]*url)\s*=\s*["']([^"']+)|url\(["']?([^"')]+)|@import\s*["']([^"']+)"""
)
"""Whatever makes a browser ask somebody for something."""


def addresses(text: str) -> list[str]:
    """Every address in a page or a style sheet."""
    return ["".join(parts) for parts in ADDRESS.findall(text)]


async def test_the_page_asks_nobody_outside_for_anything(served: Served) -> None:
    here = {"", f"{HOST}:{served.port}"}
    asked = 0
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{served.url}/") as page:
            text, policy = await page.text(), page.headers["Content-Security-Policy"]
        left = [urljoin(f"{served.url}/", address) for address in addresses(text)]
        assert len(left) >= 3, text
        while left:
            address = left.pop()
            parts = urlsplit(address)
            assert (parts.scheme, parts.netloc in here) in {("http", True), ("ws", True), ("data", True)}, address
            if parts.scheme != "http":
                continue
            async with browser.get(address) as answer:
                assert answer.status == 200, address
                asked += 1
                if answer.content_type == "text/css":
                    left += [urljoin(address, more) for more in addresses(await answer.text())]
    assert asked >= 3
    assert "http" not in text.replace(served.url, "").replace("http-equiv", "")
    # A browser holds to it what scripts ask for, too.
    assert {word for word in re.split(r"[ ;]+", policy) if "//" in word} == {
        f"ws://{HOST}:{served.port}", f"ws://localhost:{served.port}",
    }  # fmt: skip
    assert policy.startswith("default-src 'none'; ")
    assert served.ended(signal.SIGINT)[0] == 0


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page was looked at as text alone")
@pytest.mark.parametrize("host", [HOST, "localhost"])
async def test_a_real_browser_shows_the_station_and_finds_nothing_forbidden(
    served: Served, host: str, tmp_path: Path
) -> None:
    shown = ["document.body?.className", "document.fonts.check('16px \"Roboto Mono\"')"]
    with opened(f"http://{host}:{served.port}/", tmp_path) as console:
        deadline = Deadline()
        async with aiohttp.ClientSession() as session, session.ws_connect(await address_of_page(console)) as page:
            while "-first-byte" not in str((answers := [await value_of(page, asked) for asked in shown])[0]):
                deadline.require_time(lambda: f"{answers}\n{console.read_text()}")
                await asyncio.sleep(deadline.pause())
    assert answers[1] is True
    wrong = re.compile(r"CONSOLE.*(Refused|Content Security Policy|Failed to load|Uncaught)")
    assert [line for line in console.read_text().splitlines() if wrong.search(line)] == []


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Path]:
    """The file of what a browser says that nobody sees, at a page; it can reach this machine alone."""
    assert CHROMIUM is not None
    console = folder / "console"
    with console.open("wb") as said:  # no pipe: what the browser leaves behind would keep it open
        browser = subprocess.Popen(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr",
             "--disable-background-networking", "--remote-debugging-port=0", f"--user-data-dir={folder / 'profile'}",
             "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1", url],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        yield console
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait(patience())


async def address_of_page(console: Path) -> str:
    """Where the browser's page answers questions."""
    deadline = Deadline()
    async with aiohttp.ClientSession() as session:
        while True:
            if port := re.search(r"DevTools listening on ws://[^:]+:(\d+)", console.read_text()):
                async with session.get(f"http://127.0.0.1:{port[1]}/json/list") as answer:
                    pages = [page for page in await answer.json(content_type=None) if page["type"] == "page"]
                if pages:
                    return str(pages[0]["webSocketDebuggerUrl"])
            deadline.require_time(console.read_text)
            await asyncio.sleep(deadline.pause())


async def value_of(page: Any, expression: str) -> Any:
    """What an expression is in a browser's page; None while there is none."""
    await page.send_json({"id": 1, "method": "Runtime.evaluate", "params": {"expression": expression}})
    answer = await page.receive_json(timeout=patience())
    return answer.get("result", {}).get("result", {}).get("value")


@pytest.mark.slow
async def test_when_the_server_is_killed_its_views_go_too(served: Served) -> None:
    async with aiohttp.ClientSession() as browser, browser.ws_connect(f"{served.url}/ws") as socket_:
        assert (await socket_.receive(timeout=patience())).type is aiohttp.WSMsgType.BINARY
        left = served.children()
        assert served.ended(signal.SIGKILL)[0] == -signal.SIGKILL
    try:
        require_ended(left)
    finally:
        for child in left:
            if child.is_running():
                child.kill()


def test_a_port_that_is_taken_is_refused_with_a_next_step() -> None:
    with closing(socket.create_server((HOST, 0))) as taken:
        port = taken.getsockname()[1]
        said = refusal(lambda: serve(Manners(), port))
    assert said == f"port {port} is not to be had: address already in use\nchoose another one, as in --web 8123"


def test_a_campaign_that_is_not_there_is_refused_before_anything_is_served(place: Workspace) -> None:
    with closing(socket.create_server((HOST, 0))) as free:
        port = free.getsockname()[1]
    assert "no campaign" in refusal(lambda: serve(Manners(place.home.folder, campaign="mine"), port))


def test_the_view_has_the_manners_that_were_asked_for(tmp_path: Path) -> None:
    plain = command_of(Manners())
    assert plain == [sys.executable, "-m", "alwsl_tui.entry", "--images", "blocks"]
    home = tmp_path / "my home"
    asked = Manners(home, "mine", "logs", is_readonly=True, is_ascii=True, images=Images.OFF, theme="light", port=1)
    assert command_of(asked)[3:] == [
        "--home", str(home), "--theme", "light", "--images", "off", "--open", "mine:logs", "--readonly", "--ascii",
    ]  # fmt: skip
