"""What reaches a pipe, a terminal and a program, whatever the data hold."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.core.states import AttemptState, JobState
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import add_attempt, end_attempt
from campaigns.store.campaigns import move_job, note
from campaigns.store.rows import CampaignRow
from tests.cli.calling import ESCAPES, QUICK, call, good, refused
from tests.cli.drawn import an_attempt, arm
from tests.cli.folders import photos, write_photos, write_recipe
from tests.patience import patience
from tests.stage import clear, program, said, tiny

Finished = tuple[Workspace, CampaignRow]
DATED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S")
DEEP = "/".join(["a-folder-of-a-long-name" * 4] * 4)
MARKUP = ("cat[red]black[/red]", "dog[link=file:///]")
EVIL = "\x1b[2J\x1b]0;mine\x07[red]\x9b31m"


def on_a_terminal(place: Workspace, *arguments: str, **environment: str) -> str:
    """What the program writes to a terminal of 80 columns, without a pager that waits for keys."""
    ours, theirs = pty.openpty()
    surroundings = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    child = subprocess.Popen(
        [sys.executable, "-m", "alwsl_tui.cli.app", *arguments, "--home", str(place.home.folder)],
        stdin=theirs, stdout=theirs, stderr=theirs,
        env=surroundings | {"TERM": "xterm-256color", "COLUMNS": "80", "PAGER": "cat"} | environment,
    )  # fmt: skip
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the last one on the other side has closed it
            break
        text += part
    os.close(ours)
    assert child.wait(timeout=patience()) == 0, text
    return text.decode()


@pytest.mark.parametrize("command", ["show", "rounds"])
def test_what_is_longer_than_the_terminal_is_paged(finished: Finished, command: str) -> None:
    place, _ = finished
    marked = {"PAGER": "sed 's/^/paged: /'"}
    lines = on_a_terminal(place, command, "tiny", LINES="8", **marked).splitlines()
    assert all(line.startswith("paged: ") for line in lines)
    whole = on_a_terminal(place, command, "tiny", LINES="500", **marked)
    assert "paged: " not in whole
    assert [line.removeprefix("paged: ") for line in lines] == whole.splitlines()


@pytest.mark.slow
def test_a_pipe_gets_dated_lines_and_no_colours(place: Workspace) -> None:
    found = program(place, "run", "smoke", "--name", "tiny", *QUICK)
    assert found.returncode == 0, said(place)
    assert not ESCAPES.search(found.stdout + found.stderr)
    plan, lines = found.stderr.splitlines()[:6], found.stderr.splitlines()[6:]
    assert plan[0] == "tiny: wildcat tiny on shapes"
    assert plan[-1].startswith("  computes in float32 on the CPU")
    assert all(DATED.match(line) for line in lines), lines
    assert re.search(r" arm-t0-random round 2: mAP \d+\.\d on 24 images ", found.stderr)
    assert lines[-1].endswith("tiny is done [100 %]")
    assert "labelled images" in found.stdout


@pytest.mark.slow
def test_a_terminal_gets_colours_unless_it_wants_none(finished: Finished) -> None:
    place, _ = finished
    coloured = on_a_terminal(place, "show", "tiny")
    assert re.search(r"\x1b\[(?:1;)?38;5;\d+m", coloured)
    assert max(len(line) for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).split("\r\n")[6:-3]) <= 80
    plain = on_a_terminal(place, "show", "tiny", NO_COLOR="1")
    assert not re.search(r"\x1b\[(38|3\d)", plain)
    assert not ESCAPES.search(on_a_terminal(place, "show", "tiny", TERM="dumb").replace("\r\n", "\n"))


@pytest.mark.slow
def test_a_terminal_that_lacks_our_glyphs_still_shows_the_rest(finished: Finished) -> None:
    place, _ = finished
    for command in (["show", "tiny"], ["list"], ["picks", "tiny"], ["show", "tiny", "--json"]):
        found = subprocess.run(
            [sys.executable, "-m", "alwsl_tui.cli.app", *command, "--home", str(place.home.folder)],
            capture_output=True, text=True, timeout=patience(), check=False,
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert (found.returncode, found.stderr) == (0, "")
        assert "tiny" in found.stdout or "image" in found.stdout


def test_a_reader_that_goes_away_is_no_bug(finished: Finished) -> None:
    place, _ = finished
    command = f"{sys.executable} -m alwsl_tui.cli.app logs tiny --home {place.home.folder} | head -n 1"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=patience(), check=False)
    assert found.stdout.count("\n") == 1
    assert found.stderr == ""


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, str]]:
    """A finished campaign on images and classes with markup in long names, and what was said while it ran."""
    folder = tmp_path_factory.mktemp("named")
    place = open_workspace(folder / "home")
    root = write_photos(folder / "photos", [f"{DEEP}/[bold]{at:02}[blink].png" for at in range(12)], classes=MARKUP)
    found = call(place, "run", write_recipe(folder / "mine.toml", root), "--headless")
    assert found.code == 0, said(place)
    good(place, "data", "add", "photos", root)
    yield place, found.out + found.err
    clear(place)


def test_names_with_markup_are_shown_as_they_are(named: tuple[Workspace, str]) -> None:
    place, text = named
    classes = good(place, "data", "check", "photos")
    assert all(name in classes for name in MARKUP)
    assert f"did you mean {MARKUP[0]!r}?" in refused(place, 2, "show", "mine", "--classes", "[red]cat[/red").err
    assert not ESCAPES.search(text + classes + good(place, "show", "mine"))


def test_a_cell_is_never_cut_where_nobody_watches(named: tuple[Workspace, str]) -> None:
    place, _ = named
    picked = [pick["image"] for pick in call(place, "picks", "mine", "--json").json("picks")["picks"]]
    assert [image.partition("[bold]")[0] for image in picked] == [f"{DEEP}/"] * 2
    text = good(place, "picks", "mine")
    assert all(f" {image} " in text for image in picked)
    assert not ESCAPES.search(text)
    assert "…" not in text
    assert str(place.home.folder) in good(place, "doctor")


@pytest.mark.parametrize("where", ["file", "class", "classes.txt", "column"])
def test_names_with_orders_to_the_terminal_are_refused(place: Workspace, tmp_path: Path, where: str) -> None:
    root = photos(tmp_path / "photos")
    table = root / "labels.csv"
    if where == "file":
        (root / "00.png").rename(root / f"{EVIL}.png")
        table.write_text(table.read_text().replace("00.png", f"{EVIL}.png"))
    elif where == "class":
        table.write_text(table.read_text().replace("cat", EVIL))
    elif where == "classes.txt":
        (root / "classes.txt").write_text(f"cat\ndog\n{EVIL}\n")
    else:
        table.write_text(f"image,{EVIL}\n00.png,1\n")
    assert "\\x1b" in refused(place, 3, "data", "add", "photos", root).err
    assert "\\x1b" in refused(place, 3, "new", "--recipe", write_recipe(tmp_path / "mine.toml", root)).err


def test_mistakes_quote_what_is_wrong_without_obeying_it(place: Workspace, tmp_path: Path) -> None:
    recipe = tmp_path / f"{EVIL.replace('/', '')}.toml"
    recipe.write_text('"\\u001b[31mdata" = 1\n[model]\nkind = "\\u001b[31m"\n')
    text = refused(place, 3, "new", "--recipe", recipe, "--name", "x").err
    assert "\\x1b[31mdata: there is no such key" in text
    refused(place, 2, "show", EVIL)
    refused(place, 2, "logs", EVIL)
    refused(place, 3, "new", "--recipe", "smoke", "--set", f"{EVIL}=1")
    refused(place, 3, "data", "add", "mine", tmp_path / EVIL)


def test_last_words_and_logs_are_not_obeyed(place: Workspace) -> None:
    row = tiny(place)
    job = arm(0, "ag")
    attempt = an_attempt(job, campaign=row.id)
    with place.store() as store:
        add_attempt(store, attempt)
        move_job(store, row.id, job.id, JobState.RUNNING)
        end_attempt(store, attempt, AttemptState.FAILED, code=4, last_words=EVIL, at=1.0)
        move_job(store, row.id, job.id, JobState.FAILED)
        note(store, row.id, f"failed: {EVIL}", at=1.0, job=job.id, is_warning=True)
    log = place.home.campaign(row.id).job(job.id).attempt(1).log
    log.parent.mkdir(parents=True)
    log.write_bytes(EVIL.encode() + b"\xff\xfe\n")
    for command in (["show", "tiny"], ["logs", "tiny"], ["list"]):
        found = call(place, *command)
        assert found.code == 0, found
        assert not ESCAPES.search(found.out + found.err)
    assert "[red]" in good(place, "show", "tiny")
    assert "[red]" in good(place, "logs", "tiny")
    words = call(place, "show", "tiny", "--json").json("result")["jobs"]
    assert EVIL in {one["attempt"]["last_words"] for one in words if one["attempt"]}
