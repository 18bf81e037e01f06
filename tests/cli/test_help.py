"""The command `help`: topics, pages, and what a terminal, a pipe and a program get."""

import json
import re

import pytest

from alwsl_tui.guide import page, pages, topics
from campaigns.services.workspace import Workspace
from tests.cli.calling import ESCAPES, call, good, refused
from tests.cli.test_output import on_a_terminal


def test_without_a_topic_it_lists_every_one_with_its_summary() -> None:
    lines = good(None, "help").splitlines()
    for each in pages():
        assert any(each.topic in line and each.summary in line for line in lines)
    assert lines[-1] == "alwsl-tui help TOPIC shows a page."


@pytest.mark.parametrize("topic", topics())
def test_a_pipe_gets_the_page_as_it_is(topic: str) -> None:
    assert good(None, "help", topic) == page(topic).text


def test_a_program_gets_topics_and_pages_as_json() -> None:
    listed = call(None, "help", "--json").json("guide")["topics"]
    assert [each["topic"] for each in listed] == list(topics())
    shown = call(None, "help", "json", "--json").json("guide_page")
    assert (shown["topic"], shown["title"], shown["text"]) == ("json", page("json").title, page("json").text)
    assert set(shown) == {"schema", "kind", "topic", "title", "text"}


def test_an_unknown_topic_is_refused_with_the_nearest_one() -> None:
    assert "next: did you mean 'security'?" in refused(None, 2, "help", "securty").err


def test_help_makes_no_home(place: Workspace) -> None:
    before = sorted(place.home.folder.iterdir())
    json.loads(good(place, "help", "commands", "--json"))
    assert sorted(place.home.folder.iterdir()) == before


@pytest.mark.slow
def test_a_terminal_gets_the_page_rendered_through_its_pager(place: Workspace) -> None:
    shown = on_a_terminal(place, "help", "security", PAGER="cat")
    assert ESCAPES.search(shown.replace("\r\n", "\n"))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).split("\r\n")
    assert max(map(len, lines)) <= 80
    assert "**" not in "".join(lines)
    assert any("Nothing that is read is executed." in line for line in lines)
    plain = on_a_terminal(place, "help", "security", PAGER="cat", NO_COLOR="1")
    assert not re.search(r"\x1b\[(38|3\d)", plain)
    assert not ESCAPES.search(on_a_terminal(place, "help", "security", TERM="dumb").replace("\r\n", "\n"))


def test_the_program_s_own_help_names_the_guide() -> None:
    assert "alwsl-tui help" in good(None, "--help")
