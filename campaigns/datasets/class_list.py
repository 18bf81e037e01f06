"""A list of classes in a file: one a line, or as other programs write it."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from campaigns.core.text import is_printable
from campaigns.datasets.table_encoding import NotThisText, decoded_as, ways_to_read
from campaigns.datasets.tidy_names import with_plain_blanks
from campaigns.errors import Mistake
from campaigns.home.files import bounded

MOST_BYTES = 1 << 20
HEADERS = frozenset({
    "name", "names", "class", "classes", "label", "labels", "class_name", "class name", "classname", "class_names",
    "label_name", "category", "categories", "tag", "tags", "#",
})  # fmt: skip
"""In lower case: what may stand above names in a list."""
_COMMENT = re.compile(r"#(?:\s|$)|//|<!--|;;")
NUMBERED = re.compile(r"(\d+)(?:\s*[:,.)]\s*|\s+)(\S.*)")


def read_classes(path: Path, mistakes: list[Mistake], encoding: str | None = None) -> tuple[str, ...] | None:
    """Return the classes that a file lists; None when it cannot be read. Adds what is wrong to `mistakes`.

    One a line; or each after its number, counting from 0 or 1; or all on one line between commas, as a list of
    JSON or not. `encoding` is that of a table beside it, which counts where the list is not in UTF-8.
    """
    try:
        data = bounded(path, MOST_BYTES)
    except (OSError, ValueError) as error:
        mistakes.append(Mistake(str(path), f"cannot be read as UTF-8 text: {error}"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding is None:
            line = data.count(b"\n", 0, error.start) + 1
            mistakes.append(Mistake(f"{path}:{line}", f"cannot be read as UTF-8 text: {ways_to_read(data, line)}"))
            return None
        try:
            text = decoded_as(data, encoding).text
        except NotThisText as wrong:
            mistakes.append(Mistake(f"{path}:{wrong.line or 1}", str(wrong)))
            return None
    classes: list[str] = []
    names = _names(text)
    is_one_line = len(names) > 1 and names[0][0] == names[-1][0]
    for number, name in names:
        if _COMMENT.match(name) and not is_one_line:
            mistakes.append(Mistake(f"{path}:{number}", f"{name[:60]!r} looks like a comment: take the line away"))
        elif len(names) > 1 and number == names[0][0] != names[-1][0] and name.lower() in HEADERS:
            what = f"{name!r} looks like the name of a column: take the line away, or name the class otherwise"
            mistakes.append(Mistake(f"{path}:{number}", what))
        elif name in classes:
            mistakes.append(Mistake(f"{path}:{number}", f"class {name!r} is listed twice"))
        elif not is_printable(name):
            mistakes.append(Mistake(f"{path}:{number}", f"{name!r} has characters that a terminal cannot show"))
        else:
            classes.append(name)
    if not classes:
        mistakes.append(Mistake(str(path), "names no class"))
    return tuple(classes)


def _names(text: str) -> list[tuple[int, str]]:
    """Return names with the lines they stand in."""
    plain = [(number, with_plain_blanks(line)) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in plain if line]
    if len(lines) == 1 and (listed := _one_line(lines[0][1])):
        return [(lines[0][0], name) for name in listed]
    numbered = [NUMBERED.fullmatch(line) for _, line in lines]
    matches = [match for match in numbered if match is not None]
    if len(lines) == len(matches) > 1 and _count_up([int(match[1]) for match in matches]):
        return [(number, match[2]) for (number, _), match in zip(lines, matches, strict=True)]
    return lines


def _one_line(line: str) -> list[str]:
    """Return the names of a line that lists several between commas or semicolons; none when it does not."""
    if line.startswith("["):
        for text in (line, line.replace("'", '"')):
            try:
                listed = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
                return [name.strip() for name in listed if name.strip()]
    names = [name.strip().strip("\"'").strip() for name in re.split(r"[,;]", line)]
    return [name for name in names if name] if len(names) > 1 else []


def _count_up(numbers: Sequence[int]) -> bool:
    return numbers[0] in {0, 1} and list(numbers) == list(range(numbers[0], numbers[0] + len(numbers)))
