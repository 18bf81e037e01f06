"""The command that writes and prints reports."""

import csv
import json
from pathlib import Path

import pytest

from alwsl_tui.cli.options import SCHEMA
from campaigns.services.results.curves import load_curves
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import ESCAPES, call, good, refused
from tests.stage import tiny

Finished = tuple[Workspace, CampaignRow]


@pytest.fixture
def home(finished: Finished) -> Workspace:
    return finished[0]


@pytest.mark.slow
def test_by_itself_it_writes_a_page_here_and_says_where(
    home: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert good(home, "report", "tiny") == f"{tmp_path / 'tiny.html'}\n"
    assert (tmp_path / "tiny.html").read_text().startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.html"]


def test_formats_go_into_the_folder_that_was_given(home: Workspace, tmp_path: Path) -> None:
    said = good(home, "report", "tiny", "--format", "json", "--format", "csv", "--out", tmp_path / "there")
    assert said.splitlines() == [str(tmp_path / "there" / name) for name in ("tiny.json", "tiny-csv")]
    with (tmp_path / "there" / "tiny-csv" / "curves.csv").open() as file:
        rows = list(csv.DictReader(file))
    shown = call(home, "show", "tiny", "--json").json("result")["result"]["curves"]
    points = [(curve["criterion"], point["labelled"], point["mean"]) for curve in shown for point in curve["points"]]
    assert [(row["criterion"], int(row["labelled"]), float(row["value"])) for row in rows] == points


def test_as_json_it_writes_nothing_and_says_what_the_file_would(
    home: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = call(home, "report", "tiny", "--json").json("reports")
    assert found["files"] == []
    assert list(tmp_path.iterdir()) == []
    again = call(home, "report", "tiny", "--json", "--format", "json").json("reports")
    assert again["files"] == [str(tmp_path / "tiny.json")]
    written = json.loads((tmp_path / "tiny.json").read_text())
    assert found["reports"] == again["reports"] == [written]
    assert (written["schema"], written["kind"]) == (SCHEMA, "report")


def test_in_the_terminal_it_begins_with_random_and_leaves_no_file(
    home: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = good(home, "report", "tiny", "--plain")
    assert text.index("vs random") < text.index("The paper's claims") < text.index("Agreement.")
    assert "ΔAG (%)" in text
    assert not ESCAPES.search(text)
    assert list(tmp_path.iterdir()) == []


def test_means_over_some_classes_are_called_so(home: Workspace) -> None:
    name = load_curves(home, "tiny").classes[0]
    text = good(home, "report", "tiny", "--plain", "--classes", name)
    assert f"All means are over these classes alone: {name}\n" in text
    assert "classes alone" not in good(home, "report", "tiny", "--plain")


def test_several_campaigns_stand_on_one_page(home: Workspace, tmp_path: Path) -> None:
    said = good(home, "report", "tiny", "tiny", "--out", tmp_path)
    assert said == f"{tmp_path / 'tiny-vs-tiny.html'}\n"
    assert "What the recipes differ in" in (tmp_path / "tiny-vs-tiny.html").read_text()


def test_a_campaign_that_has_not_begun_has_a_report(place: Workspace, tmp_path: Path) -> None:
    tiny(place)
    formats = [word for name in ("html", "json", "csv", "latex", "png", "svg") for word in ("--format", name)]
    assert len(good(place, "report", "tiny", *formats, "--out", tmp_path).splitlines()) == 6
    assert "Nothing measured yet." in (tmp_path / "tiny.html").read_text()
    assert "is not finished (new, 0 % of its work is done" in (tmp_path / "tiny.html").read_text()
    good(place, "report", "tiny", "--plain")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("report", "tinny"), "did you mean 'tiny'?"),
        (("report", "tiny", "--format", "pdf"), "there is: html, json, csv, latex"),
        (("report", "tiny", "--classes", "diisc"), "did you mean 'disc'?"),
        (("report",), "Missing argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_slip_is_refused_with_a_next_step(home: Workspace, words: tuple[str, ...], hint: str) -> None:
    assert hint in refused(home, 2, *words).err


def test_a_file_in_the_way_is_refused(home: Workspace, tmp_path: Path) -> None:
    (tmp_path / "tiny.html").write_text("my own")
    assert (
        "give another folder with --out"
        in refused(home, 2, "report", "tiny", "--format", "html", "--out", tmp_path).err
    )
