"""README and the pages of the guide, taken apart."""

import re

from alwsl_tui.guide import pages
from tests.architecture.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {page.topic: page.text for page in pages()}
DOCUMENTS = {"README": README, **PAGES}


def section(text: str, title: str) -> str:
    """Return everything between a heading and the next one of its level or above."""
    level = len(title.partition(" ")[0])
    rest = f"\n{text}".partition(f"\n{title}\n")[2]
    assert rest, f"there is no section {title!r}"
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str, head: str) -> list[list[str]]:
    """Return the cells of every table whose first column is headed `head`."""
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    cells = [[_cells(line) for line in table.splitlines()] for table in tables]
    chosen = [row for table in cells if table[0][0] == head for row in table[2:]]
    assert chosen, f"there is no table of {head!r}"
    return chosen


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def codes(cell: str) -> list[str]:
    """Return what a cell has in backquotes."""
    return re.findall(r"`([^`]+)`", cell)


def shell_lines(text: str) -> list[str]:
    """Return every command of the shell blocks, without comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [part.strip() for line in lines for part in line.split("&&")]
