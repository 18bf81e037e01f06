"""Pages of the guide: each has a title and a summary, and can be read from wherever the program is installed."""

import zipfile
from pathlib import Path

import pytest

from alwsl_tui.guide import page, pages, topics
from campaigns.errors import NoSuchName
from tests.architecture.sources import ROOT

LONGEST = 120
LINE = 90
"""Of a summary: it stands beside its topic in a terminal."""


def test_every_file_is_a_topic() -> None:
    assert list(topics()) == sorted(path.stem for path in (ROOT / "alwsl_tui/guide").glob("*.md"))
    assert len(topics()) >= 8


@pytest.mark.parametrize("topic", topics())
def test_a_page_has_a_title_a_summary_of_one_line_and_lines_that_fit(topic: str) -> None:
    shown = page(topic)
    assert shown.topic == topic
    assert shown.text.startswith(f"# {shown.title}\n\n{shown.summary}\n\n")
    assert shown.summary.endswith(".")
    assert "\n" not in shown.summary
    assert len(shown.summary) <= LINE
    assert [line for line in shown.text.splitlines() if len(line) > LONGEST and line[0] not in "|!"] == []


def test_no_two_pages_have_one_title() -> None:
    titles = [shown.title for shown in pages()]
    assert sorted(set(titles)) == sorted(titles)


@pytest.mark.parametrize(("topic", "hint"), [("comands", "did you mean 'commands'?"), ("zebra", "there is: ")])
def test_an_unknown_topic_names_the_nearest_or_all(topic: str, hint: str) -> None:
    with pytest.raises(NoSuchName, match=f"no guide page on '{topic}'") as caught:
        page(topic)
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize("topic", ["../options", "commands.md", "", "__init__"])
def test_a_topic_is_never_a_path(topic: str) -> None:
    with pytest.raises(NoSuchName):
        page(topic)


@pytest.mark.slow
def test_the_pages_travel_in_the_wheel(tmp_path: Path) -> None:
    import shutil
    import subprocess
    import sys

    source = tmp_path / "source"
    for name in ("alwsl_tui", "campaigns"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    (source / "tests").mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "tests/sdist.py"):
        shutil.copy(ROOT / name, source / name)
    build = "from setuptools import build_meta; build_meta.build_wheel('..')"
    ran = subprocess.run([sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("alwsl_tui/guide/")}
    assert held == {"alwsl_tui/guide/__init__.py", *(f"alwsl_tui/guide/{topic}.md" for topic in topics())}
