"""What a list is filtered by, how it is cut, and picks for other programs."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from alwsl_tui.cli.text.tables import table
from campaigns.core.states import CampaignState
from campaigns.services.station.filters import hint_while_typing, sifted
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good, refused


def test_what_waits_is_found_as_waiting(finished: tuple[Workspace, CampaignRow]) -> None:
    (line,) = load_campaigns(finished[0])
    waiting = replace(line, state=CampaignState.RUNNING, running=0)
    at_work = replace(line, state=CampaignState.RUNNING, running=1)
    assert sifted([waiting, at_work], "state:waiting") == [waiting]
    assert sifted([waiting, at_work], "state:running") == [at_work]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("stat:done", "did you mean 'state'?"),
        ("state:runing", "did you mean 'running'?"),
        ("-state:dnoe", "did you mean 'done'?"),
        ("map>much", "as in: map>80"),
        ("map>0.8", "as in: map>80"),
        ("-map<.25", "as in: map<25"),
        ("map>=80", "as in: map>80"),
        ("map:80", "as in: map>80"),
        ("mpa>80", "did you mean 'map'?"),
        ("state=done", "as in: state:done"),
        ("state:", "as in: state:"),
        ("modle:weldon tiny", "did you mean 'model'?"),
    ],
)
def test_a_filter_that_nothing_could_fit_is_a_mistake(
    finished: tuple[Workspace, CampaignRow], words: str, hint: str
) -> None:
    assert hint in refused(finished[0], 2, "list", "--filter", words).err


def test_every_beginning_of_a_right_filter_is_without_a_hint() -> None:
    for wanted in (
        "state:done",
        "-state:failed",
        "map>85.5 tiny",
        "model:weldon map<5",
        "data:voc best:ag recipe:demo",
    ):
        assert [wanted[:end] for end in range(len(wanted) + 1) if hint_while_typing(wanted[:end])] == []


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("stat:", "no filter is called 'stat': did you mean 'state'?"),
        ("state:runi", "no campaign is ever 'runi': did you mean 'running'?"),
        ("state: tiny", "'state:' asks for nothing: as in: state:new"),
        ("map> ", "'map>' compares with no number: as in: map>80"),
        ("map>0.8 ", "mAP is in per cent here, and 'map>0.8' is not: as in: map>80"),
        ("map>x", "'map>x' compares with no number: as in: map>80"),
    ],
)
def test_what_can_become_nothing_right_is_told_while_it_is_typed(typed: str, hint: str) -> None:
    assert hint_while_typing(typed) == hint


def test_words_of_a_filter_may_be_half(finished: tuple[Workspace, CampaignRow]) -> None:
    assert "tiny" in good(finished[0], "list", "--filter", "state:don tin model:wild map>0")


def test_picks_can_be_read_by_other_programs(finished: tuple[Workspace, CampaignRow]) -> None:
    rows = list(csv.DictReader(StringIO(good(finished[0], "picks", "tiny", "--format", "csv"))))
    record = call(finished[0], "picks", "tiny", "--json").json("picks")
    assert [row["image"] for row in rows] == [pick["image"] for pick in record["picks"]]
    assert [int(row["rank_unc"]) for row in rows] == [pick["ranks"]["unc"] for pick in record["picks"]]


def test_images_that_are_no_files_have_no_paths(finished: tuple[Workspace, CampaignRow]) -> None:
    told = call(finished[0], "picks", "tiny", "--format", "paths")
    assert (told.code, "are no files" in told.err) == (2, True)


@pytest.mark.parametrize("width", [24, 30, 40])
def test_a_narrow_terminal_cuts_names_last(width: int) -> None:
    rows = [("rather-long-name", "running", "1/22", "coco", "wildcat resnet101")]
    console = Console(width=width, file=StringIO())
    console.print(table(("name", "state", "jobs", "data", "model"), rows))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "rather-long-name" in shown
    assert shown.count("\n") <= 5
    assert max(map(len, shown.splitlines())) <= width


COLUMNS = ("name", "state", "jobs", "data", "model")
LESS = ("model", "data", "jobs", "state")


def drawn(width: int, rows: Sequence[Sequence[str]], *, less: tuple[str, ...] = LESS) -> str:
    console = Console(width=width, file=StringIO())
    console.print(table(COLUMNS, rows, numbers=["jobs"], less=less))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("width", range(12, 80))
def test_what_matters_less_makes_way_whole_before_a_name_is_cut(width: int) -> None:
    shown = drawn(width, [("rather-long-name", "running", "12/22", "coco-mini", "wildcat efficientnet_lite0 frozen")])
    heads = shown.splitlines()[1].split()
    assert heads == list(COLUMNS[: len(heads)])
    assert max(map(len, shown.splitlines())) <= width
    assert width < len(" rather-long-name ") or "rather-long-name" in shown
    assert len(heads) < 3 or "12/22" in shown
    assert len(heads) == len(COLUMNS) or width < 60


def test_nothing_makes_way_where_there_is_room() -> None:
    rows = [("a", "done", "1/1", "voc", "weldon")]
    assert drawn(80, rows) == drawn(80, rows, less=())


@pytest.mark.parametrize("command", ["list", "rounds", "show", "data"])
@pytest.mark.parametrize("width", [40, 50, 60])
def test_names_stay_whole_in_narrow_terminals(
    finished: tuple[Workspace, CampaignRow], monkeypatch: pytest.MonkeyPatch, command: str, width: int
) -> None:
    console = Console(width=width, file=StringIO())
    monkeypatch.setattr(f"alwsl_tui.cli.{command}.stdout", lambda: console)
    words = [command] if command == "list" else ["data", "list"] if command == "data" else [command, "tiny"]
    good(finished[0], *words)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    names = {"list": ["tiny"], "data": ["voc2007", "shapes"]}.get(command, ["arm-t0-ag", "baseline-t0"])
    assert all(name in shown for name in names)
    assert max(map(len, shown.splitlines())) <= width


def test_h_is_help(finished: tuple[Workspace, CampaignRow]) -> None:
    assert good(None, "-h") == good(None, "--help")
    assert good(None, "list", "-h") == good(None, "list", "--help")
