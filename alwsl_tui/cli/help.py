"""The command `help`: pages of the guide."""

import sys
from typing import Annotated

import typer

from alwsl_tui.cli.options import JsonOption, draw, say, say_json, stdout
from alwsl_tui.cli.paging import paged
from alwsl_tui.cli.text.tables import table
from alwsl_tui.guide import Page, page, pages

WIDEST = 100
"""Columns of a rendered page; longer lines are hard to read."""


def help_(
    topic: Annotated[str | None, typer.Argument(help="A page of the guide; omit it to list them.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a page of the guide, or list its topics."""
    if topic is None:
        _list_topics(as_json=as_json)
    elif as_json:
        shown = page(topic)
        say_json("guide_page", topic=shown.topic, title=shown.title, text=shown.text)
    else:
        _print(page(topic))


def _list_topics(*, as_json: bool) -> None:
    every = pages()
    if as_json:
        say_json(
            "guide", topics=[{"topic": each.topic, "title": each.title, "summary": each.summary} for each in every]
        )
        return
    stdout().print(table(("topic", "what it covers"), [(each.topic, each.summary) for each in every]))
    say("alwsl-tui help TOPIC shows a page.")


def _print(shown: Page) -> None:
    """Write a page: Markdown as it is into a pipe, rendered and paged on a terminal."""
    if not sys.stdout.isatty():
        draw(shown.text)
        return
    from rich.markdown import Markdown

    with paged():
        console = stdout()
        console.print(Markdown(shown.text, hyperlinks=False), width=min(WIDEST, console.width))
