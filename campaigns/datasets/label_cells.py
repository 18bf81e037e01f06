"""How a cell that names several classes is divided: certain, given, or asked about."""

import ast
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from campaigns.datasets.doubtful_names import is_rated
from campaigns.datasets.name_shapes import NEGATIONS, WORDS, has_shape
from campaigns.datasets.tidy_names import tidied

Divide = Callable[[str], list[str]]
USUAL = "; or |"
SIGNS = (",", "\t", "\n", "/", "+", "&", ":", "#", "~", "、", "；", "，", "،", "؛", "｜", "／", "＋", "＆", " - ")
"""Signs besides `;` and `|` that divide labels somewhere, in the order in which they are tried before words."""
INSIDE = ("_", ".", "-", "·", "・")
"""Signs that stand inside names too: asked about, where all parts of a name are names, and never taken for certain."""
BRACKETS, CLOSING = ("[", "{", "("), ("]", "}", ")")
EMPTY = frozenset({"set()", "frozenset()", "{}"})
"""Lists without a name, as Python and PostgreSQL write them."""
DEEPEST = 50
"""Brackets within brackets; a list of names has two."""
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_ARRAY = re.compile(r"\[\s*'(?:\s+')+\s*\]")
"""A list as NumPy prints it, each of its names cut down to a quote."""
_BARE = re.compile(r"[\[{](?:[^\W\d][^\[\](){}:,\"']*,\s*)*[^\W\d][^\[\](){}:,\"'\s]*\s*[\]}]")
"""A list of YAML or PostgreSQL, without quotes."""
_HOT = re.compile(
    r"[\[(]\s*(?:[01](?:\.0*)?|true|false)(?:[\s,]+(?:[01](?:\.0*)?|true|false))+[\s,]*[\])]", re.IGNORECASE
)


NAMELESS = (
    "says yes or no of each class and does not name them: write a column for each class, or the names of those there"
)


@dataclass(frozen=True, slots=True)
class Division:
    """How cells are divided, and what cannot be decided."""

    title: str
    """For a person: `; or |`, `blank`, `JSON`."""
    divide: Divide
    question: str | None = None
    """Why a person has to say which separator it is; then the rest is not to be used."""
    about: str = ""
    """The part of a cell that the question is about."""


def division(cells: Iterable[str], *, separator: str | None, known: Sequence[str] | None) -> Division:
    """Return how these cells are divided into names of classes; a listed class comes out as it is listed."""
    distinct = {cell for cell in cells if cell}
    kind = _division(distinct, separator=separator, known=known)
    return kind if known is None else replace(kind, divide=_as_listed(kind.divide, known, is_whole=separator is None))


def _as_listed(divide: Divide, known: Sequence[str], *, is_whole: bool) -> Divide:
    """Return what divides and gives names that were tidied as they are listed; `is_whole`: a cell may be a class."""
    listed = set(known)
    back = {tidied(name): name for name in reversed(known)}
    # What is listed both with quotes and without is in either case what stands there.
    wholes = {name for name in known if is_whole or tidied(name) in listed - {name}}

    def read(cell: str) -> list[str]:
        if cell in wholes:
            return [cell]
        return [name if name in listed else back.get(name, name) for name in divide(cell)]

    return read


def _division(distinct: set[str], *, separator: str | None, known: Sequence[str] | None) -> Division:
    if separator == "":
        return Division(USUAL, _usual, "--separator is empty: say --separator ';', or the sign that divides labels")
    if separator is not None:
        return Division(_title(separator), _at(separator))
    if known is None and len(distinct) > 1 and _is_row_of_digits(distinct):
        return Division("yes and no", _refuse_digits)
    if lists := [cell for cell in distinct if _is_list(cell)]:
        return Division("JSON", _list_reader(lists, set(known or ())))
    usual = Division(USUAL, _usual)
    if known is not None:
        return _of_known(distinct, known) or usual
    names = {name for cell in distinct for name in _usual(cell)}
    if any(is_rated(name) for name in names) or has_shape(names):
        return usual
    return _of_signs(names, distinct) or usual


def _of_signs(names: set[str], distinct: set[str]) -> Division | None:
    """Return what divides names further, or asks whether it does; None where nothing stands in them."""
    is_usual = any(";" in cell or "|" in cell for cell in distinct)
    for sign in (*SIGNS, *_words(names), " "):
        several = [name for name in names if len(_at(sign)(name)) > 1]
        if not several:
            continue
        if is_usual:
            if whole := next((n for n in several if all(part in names for part in _at(sign)(n))), None):
                return _asking(whole, sign, is_usual=True)
        elif _is_certain(names, several, sign):
            return Division(_title(sign), _at(sign))
        elif sign == "," or _is_possible(names, several, sign):
            return _asking(min(several), sign)
    for sign in INSIDE:
        if joined := [n for n in names if len(parts := _at(sign)(n)) > 1 and names.issuperset(parts)]:
            return _asking(min(joined), sign, is_usual=is_usual)
    return None


def listed(cell: str) -> list[str]:
    """Return the names in a JSON or Python list, or in an object of lists; a plain cell is a name.

    Raises:
        ValueError: it starts like a list but is not one.
    """
    if cell in EMPTY:
        return []
    if not _is_list(cell):
        return _usual(cell)
    if _ARRAY.fullmatch(_QUOTED.sub("'", cell)):
        # Python would join the names of such a list into one.
        return [name for quoted in _QUOTED.findall(cell) if (name := str(ast.literal_eval(quoted)).strip())]
    # How deep Python goes, and what it calls that, differs by version.
    if sum(map(cell.count, BRACKETS)) > DEEPEST and _depth(cell) > DEEPEST:
        raise ValueError(f"{cell[:40]!r} is nested too deeply to be a list of names")
    try:
        tree = json.loads(cell)
    except ValueError:
        try:
            tree = ast.literal_eval(cell)
        except (SyntaxError, ValueError) as error:
            if _BARE.fullmatch(cell):
                return [tidied(name) for name in cell[1:-1].split(",") if name.strip()]
            what = "starts like a list but is not one; say --separator S, or list it as a class in --classes FILE"
            raise ValueError(f"{cell[:40]!r} {what}") from error
        if re.search(r"'\s*\w*'", _QUOTED.sub("'", cell)):
            raise ValueError(f"{cell[:40]!r} has names without a comma between them") from None
    if isinstance(tree, dict):
        tree = tree.get("choices") if set(tree) == {"choices"} else None
    if isinstance(tree, str):
        tree = [tree]
    if isinstance(tree, set):
        tree = sorted(tree, key=str)
    if not isinstance(tree, list | tuple) or not all(isinstance(name, str | int) for name in tree):
        raise ValueError(f"{cell[:40]!r} is not a list of names")
    if isinstance(tree, tuple) and tree and all(isinstance(name, int) for name in tree):
        raise ValueError(
            f"{cell[:40]!r} may be one class, as a range of ages is, or several numbers: list the classes in "
            "--classes FILE, or write [0, 2] for numbers"
        )
    return [tidied(str(name)) for name in tree if str(name).strip()]


def _is_list(cell: str) -> bool:
    """Return whether a cell starts like a list; `(red) car` and `(2) car` do not."""
    return cell in EMPTY or (cell.startswith(BRACKETS) and (cell[0] != "(" or cell.endswith(")")))


def _depth(cell: str) -> int:
    """Return how deep brackets are nested."""
    signs = ((sign in BRACKETS) - (sign in CLOSING) for sign in cell)
    return max(accumulate(signs))


def _is_row_of_digits(cells: set[str]) -> bool:
    """Return whether every cell is 0 and 1, as many in each, such as `1,0,0` or `100`."""
    digits = {re.sub(r"[\s,;|/]", "", cell) for cell in cells}
    is_joined = digits == cells
    widths = {len(each) for each in digits}
    return all(set(each) <= {"0", "1"} for each in digits) and len(widths) == 1 and min(widths) > 1 + is_joined


def _refuse_digits(cell: str) -> list[str]:
    if not cell:
        return []
    raise ValueError(f"{cell[:40]!r} {NAMELESS}; or list such names in --classes FILE")


def _list_reader(lists: Sequence[str], known: set[str]) -> Divide:
    """Return what reads these lists; those of yes and no for each class, which name none, are refused."""
    # A number that a person lists as a class, once in a list, is one.
    hot = [cell for cell in lists if _HOT.fullmatch(cell)]
    widths = {len(re.split(r"[\s,]+", cell.strip("[( )],"))) for cell in hot}
    are_all = len(hot) == len(lists) and len(widths) == 1 and not {"0", "1"} <= known

    def read(cell: str) -> list[str]:
        values = re.split(r"[\s,]+", cell.strip("[( )],").lower()) if _HOT.fullmatch(cell) else []
        if values and (are_all or len(set(values)) < len(values) or not {"0", "1"}.issuperset(values)):
            raise ValueError(f"{cell[:40]!r} {NAMELESS}")
        return listed(cell)

    return read


def _of_known(cells: set[str], known: Sequence[str]) -> Division | None:
    """Return the first way to divide cells that gives listed classes alone."""
    listed = set(known)
    for sign in (None, *SIGNS, *_words(cells), " "):
        divide = _as_listed(_usual if sign is None else _at(sign), known, is_whole=True)
        if all(name in listed for cell in cells for name in divide(cell)):
            return Division(USUAL if sign is None else _title(sign), divide)
    return None


def _words(texts: Iterable[str]) -> list[str]:
    """Return words between blanks, as they stand in these texts, that may divide labels."""
    return sorted({match.group() for text in texts for match in WORDS.finditer(text)})


def _is_certain(names: set[str], several: Sequence[str], sign: str) -> bool:
    """Return whether a sign divides labels for certain.

    Every part occurs in other cells too, some part alone, and there are fewer parts than combinations.
    """
    parts = Counter(part for name in names for part in set(_at(sign)(name)))
    is_shared = all(parts[part] > 1 for name in several for part in _at(sign)(name))
    is_modified = sign == " " and _are_modified(names, several)
    return is_shared and len(parts) < len(names) and any(part in names for part in parts) and not is_modified


def _are_modified(names: set[str], several: Sequence[str]) -> bool:
    """Return whether names of several words may be classes with a word before them: `no cat`, `grey fox`."""
    words = [name.split() for name in several]
    if any(not NEGATIONS.isdisjoint(map(str.lower, each)) for each in words):
        return True
    return all(each[-1] in names and names.isdisjoint(each[:-1]) for each in words)


def _is_possible(names: set[str], several: Sequence[str], sign: str) -> bool:
    """Return whether some part of a cell occurs in another cell."""
    parts = Counter(part for name in names for part in set(_at(sign)(name)))
    return any(parts[part] > 1 for name in several for part in _at(sign)(name))


def _asking(cell: str, sign: str, *, is_usual: bool = False) -> Division:
    """Return a division that asks whether a sign divides this; `is_usual`: other cells are divided by `;` or `|`."""
    what = f"{cell[:60]!r} may be one class or {len(_at(sign)(cell))}, divided by {_title(sign)}"
    divided = "write ; instead" if is_usual else f"--separator {sign!r}"
    return Division(USUAL, _usual, f"{what}: say --separator ';' for one class, or {divided} to divide it", cell)


def _usual(cell: str) -> list[str]:
    return [name for part in re.split(r"[;|]", cell) if (name := tidied(part))]


def _at(separator: str) -> Divide:
    if not separator.strip(" "):
        return lambda cell: [name for part in cell.split() if (name := tidied(part))]
    return lambda cell: [name for part in cell.split(separator) if (name := tidied(part))]


def _title(separator: str) -> str:
    return {" ": "blank", ",": "comma", "\t": "tab", "\n": "line end", " - ": "' - '"}.get(
        separator, repr(separator.strip()) if WORDS.fullmatch(separator) else separator
    )
