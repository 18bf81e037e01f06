"""The guide: Markdown pages that are installed with the program, one file a topic.

Knows: its own files. Imports the standard library and `campaigns.errors`; both faces may import it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from campaigns.errors import none_such

SUFFIX = ".md"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the guide."""

    topic: str
    """The name of its file, without the suffix."""
    title: str
    summary: str
    """One line: the first paragraph below the title."""
    text: str
    """The whole page as Markdown, title included."""


def topics() -> tuple[str, ...]:
    """Return the topic of every page, in alphabetical order."""
    return tuple(sorted(_names()))


def pages() -> tuple[Page, ...]:
    """Return every page, in the order of `topics`."""
    return tuple(page(topic) for topic in topics())


def page(topic: str) -> Page:
    """Read one page.

    Raises:
        NoSuchName: the guide has no page on that topic.
    """
    known = topics()
    if topic not in known:
        raise none_such("guide page on", topic, known)
    text = files(__name__).joinpath(topic + SUFFIX).read_text(encoding="utf-8")
    title, summary = text.split("\n\n", maxsplit=2)[:2]
    return Page(topic, title.removeprefix("# "), summary, text)


def _names() -> Iterator[str]:
    for file in files(__name__).iterdir():
        if file.name.endswith(SUFFIX):
            yield file.name.removesuffix(SUFFIX)
