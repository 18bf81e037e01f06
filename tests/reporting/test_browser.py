"""The page in a real browser: nothing goes wrong in it, nothing leaves it, and what it promises works.

A small script of the test's own, behind the page's, does what a reader does and writes down what it saw. The page's
policy would forbid it, as it should, so it is let in by its hash.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from campaigns.reporting.page import page
from campaigns.reporting.side_by_side import page_of
from tests.patience import patience
from tests.reporting.dossiers import NASTY, a_dossier, an_empty_dossier

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page was looked at as text alone"),
]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-default-browser-check", "--enable-logging=stderr",
    "--virtual-time-budget=4000", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
TRIED = """
(function () {
  var seen = {}, figure = document.getElementById('fig-curves-relative');
  if (figure) {
    var point = figure.querySelector('.point'), tip = document.getElementById('tip');
    point.dispatchEvent(new PointerEvent('pointermove', {clientX: 300, clientY: 300, bubbles: true}));
    seen.hovered = tip.textContent;
    seen.shown = getComputedStyle(tip).display;
    point.dispatchEvent(new PointerEvent('pointerleave'));
    seen.hidden = getComputedStyle(tip).display;
    var svg = figure.querySelector('svg');
    svg.focus();
    svg.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
    seen.focused = document.activeElement.getAttribute('aria-label');
    seen.tip = tip.textContent;
    var entry = figure.querySelector('.legend button');
    entry.click();
    seen.pressed = entry.getAttribute('aria-pressed');
    seen.left = Array.from(svg.querySelectorAll('[data-s="0"]')).filter(function (one) {
      return getComputedStyle(one).display !== 'none';
    }).length;
    seen.others = Array.from(svg.querySelectorAll('[data-s="1"]')).filter(function (one) {
      return getComputedStyle(one).display !== 'none';
    }).length;
    seen.titles = figure.querySelectorAll('title').length;
  }
  var button = document.getElementById('theme'), root = document.documentElement;
  function paper() { return getComputedStyle(root).getPropertyValue('--paper').trim(); }
  button.click(); seen.light = [root.dataset.theme, paper()];
  button.click(); seen.dark = [root.dataset.theme, paper()];
  seen.requests = performance.getEntriesByType('resource').map(function (one) { return one.name; }).filter(
    function (name) { return !name.startsWith('data:'); });
  seen.charts = Array.from(document.querySelectorAll('figure svg[role=group]')).map(function (one) {
    var box = one.getBoundingClientRect();
    return {width: box.width, right: box.right, letters: box.width / one.viewBox.baseVal.width};
  }).filter(function (one) { return one.width > 0; });
  seen.overflow = document.documentElement.scrollWidth - window.innerWidth;
  seen.ready = root.dataset.ready;
  var said = document.createElement('pre');
  said.id = 'seen'; said.textContent = JSON.stringify(seen);
  document.body.appendChild(said);
}());
"""


def opened(text: str, folder: Path, *, width: int = 1200) -> tuple[dict[str, Any], list[str]]:
    """What the script saw, and every line of the console."""
    digest = base64.b64encode(hashlib.sha256(TRIED.encode()).digest()).decode()
    text = text.replace("script-src ", f"script-src &#39;sha256-{digest}&#39; ", 1)
    path = folder / "page.html"
    path.write_text(text.replace("</body>", f"<script>{TRIED}</script></body>"), encoding="utf-8")
    assert CHROMIUM is not None
    ran = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900", "--dump-dom",
         path.as_uri()],
        capture_output=True, text=True, timeout=patience(), check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    (said,) = re.findall(r'<pre id="seen">(.*?)</pre>', ran.stdout, re.DOTALL)
    seen: dict[str, Any] = json.loads(unescape(said))
    return seen, [line for line in ran.stderr.splitlines() if "CONSOLE" in line]


PAGES = {
    "whole": lambda: page(a_dossier()),
    "nasty": lambda: page(a_dossier((NASTY, "dog", "newt"), name=NASTY, about=NASTY, image=NASTY)),
    "empty": lambda: page(an_empty_dossier()),
    "several": lambda: page_of((a_dossier(), an_empty_dossier()), [(NASTY, ("1", NASTY))]),
}


@pytest.mark.parametrize("which", list(PAGES))
def test_it_opens_without_a_word_on_the_console_and_asks_nobody_for_anything(which: str, tmp_path: Path) -> None:
    seen, console = opened(PAGES[which](), tmp_path)
    assert console == []
    assert seen["requests"] == []
    assert seen["ready"] == "yes"


@pytest.mark.parametrize("width", [500, 1600])
def test_nothing_sticks_out_at_the_side(width: int, tmp_path: Path) -> None:
    seen, _ = opened(PAGES["whole"](), tmp_path, width=width)
    assert seen["overflow"] <= 0


@pytest.mark.parametrize("width", [500, 1600])
def test_charts_are_whole_and_have_letters_of_one_size(width: int, tmp_path: Path) -> None:
    seen, _ = opened(PAGES["whole"](), tmp_path, width=width)
    assert len(seen["charts"]) == PAGES["whole"]().count("<figure ")
    assert all(chart["right"] <= width for chart in seen["charts"])
    wide = [chart["letters"] for chart in seen["charts"] if chart["width"] > 300]
    assert max(wide) - min(wide) <= 0.15 * max(wide), "a hundred pixels to an inch, or a little less beside another"


def test_points_speak_criteria_can_be_switched_and_colours_changed(tmp_path: Path) -> None:
    seen, console = opened(PAGES["whole"](), tmp_path)
    assert console == []
    assert seen["hovered"] == "random: 4 images, mAP 46.0 ± 1.0 %, 54.1 % of full supervision (3 trials)"
    assert (seen["shown"], seen["hidden"]) == ("block", "none")
    assert seen["focused"] == seen["tip"] == seen["hovered"]
    assert seen["titles"] == 0
    assert (seen["pressed"], seen["left"]) == ("false", 0)
    assert seen["others"] > 0
    assert seen["light"][0] == "light"
    assert seen["dark"][0] == "dark"
    assert seen["light"][1] != seen["dark"][1]


def test_a_strangers_script_is_not_run(tmp_path: Path) -> None:
    text = PAGES["whole"]().replace("<header>", "<script>document.title = 'mine'</script><header>", 1)
    seen, console = opened(text, tmp_path)
    assert len(console) == 1
    assert "Content Security Policy" in console[0]
    assert seen["ready"] == "yes"
