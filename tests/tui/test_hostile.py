"""Names, logs and last words that want to be markup or orders to the terminal: they are shown, and nothing else."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from textual.widgets import Input

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.messages import Failed, Told
from alwsl_tui.tui.parts.logview import LogView
from alwsl_tui.tui.questions import AskText
from campaigns.core.ids import JobId
from campaigns.core.states import AttemptState, JobState
from campaigns.errors import BadData
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import add_attempt, end_attempt
from campaigns.store.campaigns import move_job, note
from campaigns.store.rows import CampaignRow
from tests.cli.folders import RECIPE
from tests.stage import tiny
from tests.store.rows import an_attempt
from tests.tui.tour import record, settled, tour
from tests.tui.waiting import seen, until

Two = tuple[Workspace, tuple[str, str]]
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What no cell of a screen may hold: orders to the terminal, and marks that turn what follows around."""
CLASSES = (
    "[@click=app.quit]x[/]",
    "[bold]猫\u200b犬",
    "$accent [/nothing] " + "wide " * 40,
    "[link=http://x]é\u0301[/link]",
)
IMAGES = ("[@click=app.exit()]{:02}[", "[blink]画像\u200f{:02}", "e\u0301" * 30 + "{:02}", "]{:02}$(id)`{{}}%s")
EVIL = (
    "\x1b[2J\x1b]52;c;ZXZpbA==\x07[bold]evil[/] [@click=app.quit]x[/]\x9b31m\u202egnp\u2069\r\n\ttail \x00\ud800 "
    + "長" * 300
)
"""Markup, colours, the clipboard, a bidi override, line ends, half a surrogate, and far too much of it."""


def hostile_images(root: Path) -> Path:
    """Pictures of four classes, every third for testing, with names that are allowed and odd."""
    root.mkdir(parents=True)
    (root / "classes.txt").write_text(json.dumps(CLASSES), encoding="utf-8")  # without it such names are asked about
    rng = np.random.default_rng(0)
    with (root / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("image", "labels", "split"))
        for at in range(24):
            name = IMAGES[at % len(IMAGES)].format(at) + ".png"
            Image.fromarray(rng.integers(0, 255, (8, 8, 3), dtype=np.uint8)).save(root / name)
            rows.writerow((name, CLASSES[at // 3 % len(CLASSES)], "test" if at % 3 == 2 else "train"))
    return root


def trouble(place: Workspace, row: CampaignRow) -> None:
    """One job failed with the worst last words, and the feed and the log repeat them."""
    job, attempt = JobId("baseline-t0"), an_attempt(row, "baseline-t0")
    words = EVIL.replace("\ud800", "")
    with place.store() as store:
        add_attempt(store, attempt)
        move_job(store, row.id, job, JobState.RUNNING)
        end_attempt(store, attempt, AttemptState.FAILED, at=3.0, code=1, last_words=words)
        move_job(store, row.id, job, JobState.FAILED)
        note(store, row.id, f"failed: {words}", at=3.0, job=job, is_warning=True)
    log = place.home.campaign(row.id).job(job).attempt(1).log
    log.parent.mkdir(parents=True)
    log.write_bytes(words.encode() * 40 + b"\xff\xfe\x1b[2J\n" + b"\x1b[31m" * 10_000)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """A failed campaign, and a finished one on a hostile folder, which is the first in the list."""
    folder = tmp_path_factory.mktemp("hostile")
    place = open_workspace(folder / "home")
    trouble(place, tiny(place, name="failed"))
    root = hostile_images(folder / "[bold]photos[@click=app.quit]")
    recipe = folder / "mine.toml"
    recipe.write_text(f'about = "[bold]{CLASSES[0]} \\u001b[2J"\n' + RECIPE.format(root=f"'{root}'"), encoding="utf-8")
    overrides = ['criteria.names=["ag", "unc", "random"]', 'data.separator=";"']
    row = create_campaign(place, recipe, overrides=overrides, name="mine").campaign
    record(place, row)
    log = place.home.campaign(row.id).job(JobId("arm-t0-ag")).attempt(1).log
    log.write_bytes(log.read_bytes() + EVIL.replace("\ud800", "").encode())
    return place, ("mine", "failed")


def assert_harmless(screen: str, what: str) -> None:
    found = CONTROL.search(screen.replace("\n", ""))
    assert found is None, f"{what}: {found!r}\n{screen}"


@pytest.mark.parametrize(
    "is_brief", [True, pytest.param(False, marks=(pytest.mark.slow, pytest.mark.long))], ids=["brief", "whole"]
)
@pytest.mark.slow
async def test_nothing_from_outside_is_obeyed_on_any_screen(two: Two, is_brief: bool) -> None:
    place, names = two
    app = AlwslApp(place, Manners(images=Images.BLOCKS))
    shown = ""
    async with app.run_test(size=(80, 24)) as pilot:
        async for what in tour(pilot, names, is_brief=is_brief):
            assert_harmless(seen(pilot), what)
            shown += seen(pilot)
            assert len(seen(pilot).splitlines()) == 24, what
    for literal in ("[@click=app.quit]x[/]", "[@click=app.exit()]", "\\x1b[2J"):
        assert literal in shown, literal
    assert is_brief or "[bold]猫" in shown


@pytest.mark.slow
async def test_what_a_failed_job_left_is_shown_and_not_obeyed(two: Two) -> None:
    place, names = two
    app = AlwslApp(place, Manners(campaign=names[1], tab="rounds"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: "baseline-t0: \\x1b[2J" in seen(pilot))
        for keys in (("4",), ("down", "enter"), ("6",), ("w",), ("home",), ("end",), ("e",)):
            await pilot.press(*keys)
            await settled(pilot)
            assert_harmless(seen(pilot), str(keys))
        await until(pilot, lambda: "[31m" in seen(pilot))
        app.post_message(Failed(BadData(EVIL, hint=EVIL)))
        app.post_message(Told(EVIL, EVIL))
        await until(pilot, lambda: "Not done" in seen(pilot) and "[bold]evil[/]" in seen(pilot))
        assert_harmless(seen(pilot), "notifications")


async def test_what_somebody_pastes_is_not_obeyed(two: Two) -> None:
    place, _ = two
    app = AlwslApp(place, Manners(campaign="mine", tab="logs"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.focused, LogView))
        await settled(pilot)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.screen, AskText) and isinstance(app.focused, Input))
        app.screen.query_one(Input).value = EVIL.replace("[/]", "[(")
        await until(pilot, lambda: "[bold]evil" in seen(pilot) or "tail" in seen(pilot) or "長" in seen(pilot))
        assert_harmless(seen(pilot), "input")
        await pilot.press("enter")
        await until(pilot, lambda: "Not done" in seen(pilot))
        assert_harmless(seen(pilot), "a pattern that is none")
