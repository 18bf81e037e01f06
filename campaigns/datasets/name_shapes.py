"""Names that look like something else beside the others of their table: a list, a count, a place in a list, a twin.

What one name may mean by itself is in `doubtful_names`; here the whole table speaks. A shape that all names have is
how these classes are called, as `001.Black_footed_Albatross`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

from campaigns.core.text import as_seen

WORDS = re.compile(
    r"\s(?:and|with|mit|avec|vs\.?|versus|und|et|y|e|en|och|og|ja|i|и|or|oder|ou|o|plus)\s", re.IGNORECASE
)
"""Words that stand between the last two of a list."""
JOINTS = (",", "\\", "?", "，", "、", "،", "/", "／", "+", "＋", "&", "＆", ";", "；", "|", "｜")
_BASE = r"(?P<base>[^\W\d_].*?)"
_COUNTED = (
    re.compile(rf"{_BASE}\s*[(（]\s*[x×]?\s*(?P<number>\d{{1,4}})\s*[x×]?\s*[)）]"),
    re.compile(rf"{_BASE}\s*(?:[×*:=]|\sx\s)\s*(?P<number>\d{{1,4}})"),
    re.compile(rf"{_BASE}\s*[\[{{]\s*(?P<number>\d{{1,4}})\s*[\]}}]"),
    re.compile(rf"(?P<number>\d{{1,4}})\s*(?:[×*]|x\s)\s*{_BASE}"),
)
_NUMBERED = (
    re.compile(rf"[(（]?(?P<number>\d{{1,4}})\s*[.:)）]\s*{_BASE}"),
    re.compile(rf"(?P<number>#\d{{1,4}}|[a-hA-H]\)|[ivxIVX]{{1,4}}[.)]\s|[①-⑳❶-❿]|[-*•·–>]\s)\s*{_BASE}"),
)
_OF_OTHERS = (
    re.compile(rf"{_BASE}(?:\s+x?|[._#-])(?P<number>\d{{1,4}})"),
    re.compile(r"(?P<base>[^\W\d_]{3,})(?P<number>\d{1,3})"),
    re.compile(rf"(?P<number>\d{{1,4}})\s*[\s_–-]\s*{_BASE}"),
    re.compile(rf"(?P<number>[#@*+✓✔☑✗✘☒-])\s*{_BASE}"),
    re.compile(rf"(?P<number>maybe|possibly|probably|perhaps|likely)\s{_BASE}", re.IGNORECASE),
)
"""What is plain in a name of its own, and a doubt where the rest is a class of the table."""
_ESCAPED = re.compile(
    r"<br\s*/?>|&(?:amp|lt|gt|quot|apos|nbsp)\b|&#x?[0-9a-fA-F]+|%(?:20|2[CcFf]|3[AaBb]|7[Cc])|\\(?:[ntr]\b|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})"
    r"|_x000[dDaA]_|[Ãâ][\x80-\xbf€™‚„…“”]|Â[\xa0-\xbf]|[\[({]\s*['\"]|['\"]\s*[\])}]"
)
"""Signs as HTML, addresses, programs and spreadsheets write them, UTF-8 that was read in another encoding, lists."""
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_UNSURE = re.compile(
    rf"{_BASE}\s*[(\[]\s*(?:\?+|maybe|unsure|uncertain|possibly|probably|likely|unclear)\s*[)\]]", re.IGNORECASE
)
_BRACKETS = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】", "［": "］", "〈": "〉"}
_MARKS = frozenset('"“”„«»「」『』`＂')
"""Quotation marks that never stand inside a name."""
_ENDS = ",，、،:/\\~^=…"
"""Signs that are left at the ends of names where they stood between two."""
_OTHER_ENDS = ".!-_*#+&"
"""The same signs may belong to a name, as in `C++`: asked about where the rest is a class."""
_LETTERS = str.maketrans("АВЕЅЗІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABES3IJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXo")
"""Letters of other scripts that look like those of Latin."""
NEGATIONS = frozenset({"no", "not", "non", "without", "sans", "pas", "kein", "keine", "ohne", "sin", "senza", "geen"})
"""Words that deny a class whose name follows."""
_ABSENT = re.compile(rf"(?:pas de|{'|'.join(sorted(NEGATIONS))})[ _-](.+)", re.IGNORECASE)
OWN = 0.9
"""Share of the names with one shape from which on it is how these classes are called."""
SHOWN = 3
MOST = 2000


def shape_doubts(names: Collection[str], *, way: str, separator: str | None) -> Mapping[str, str]:
    """Return what each doubtful name of a table may mean, with both readings, where nobody has listed the classes.

    `way` says how a class of any name comes in; `separator` is what a person said divides labels: after `;` or `|` no
    name is a list.
    """
    others = {as_seen(name) for name in names}
    own = _own_shapes(names)
    doubts = {}
    numbers = {name for name in names if _NUMBER.fullmatch(name)}
    for name in names:
        what = next(_shapes(name, others, own), "") or _broken(name, others)
        what = what or ("" if separator in {";", "|"} else _list(name, others))
        if name in numbers and 2 * len(numbers) < len(names):
            what = f"may be a class of that name, the number of one or no class: for no class say --nothing {name!r}"
        if what:
            doubts[name] = f"{name[:60]!r} {what}, or {way}"
    for name, twin in _twins(names):
        doubts.setdefault(name, f"{name[:60]!r} looks like {twin[:60]!r}: write both alike, or {way}")
    return doubts


def lists_of_strangers(lines: Iterable[tuple[int, Sequence[str]]], names: Collection[str]) -> list[str]:
    """Return a note for names that were taken as one class and may be lists of classes that stand nowhere else."""
    joined = {
        name: 0 for name in sorted(names) if len(parts := _parts(name)) > 1 and all(len(part) > 2 for part in parts)
    }
    if not joined:
        return []
    for number, some in lines:
        for name in some:
            if joined.get(name) == 0:
                joined[name] = number
    shown = ", ".join(f"{name[:40]!r} (line {number})" for name, number in list(joined.items())[:SHOWN])
    more = len(joined) - SHOWN
    and_more = f" and {more} more" if more > 0 else ""
    return [f"taken as one class each, not as lists of classes: {shown}{and_more}; --separator S divides them"]


def has_shape(names: Collection[str]) -> bool:
    """Return whether one of the names has a number or a bracket that the separator of labels does not explain.

    Only of so many names: more are what labels are combined to, and their parts are asked about when they are divided.
    """
    if len(names) > MOST:
        return False
    others, own = {as_seen(name) for name in names}, _own_shapes(names)
    return any(next(_shapes(name, others, own), "") or _broken(name, others) for name in names)


def _broken(name: str, others: Set[str]) -> str:
    """Return what is wrong with the signs around or inside a name; empty when nothing is."""
    if not any(sign.isalnum() or sign > "\U0001f000" for sign in name):
        return "holds neither letters nor digits: write the name of the class"
    if match := _ESCAPED.search(name):
        return f"has {match[0]!r} in it, which a program wrote for another sign: write that sign"
    if any(_is_disguised(word) for word in name.split()):
        return "has letters of two alphabets that look alike: write it in one"
    if "\ufffd" in name:
        return "has lost letters when it was saved (�): save the table again from where it came"
    opening = sorted(_BRACKETS[sign] for sign in name if sign in _BRACKETS)
    closing = sorted(sign for sign in name if sign in _BRACKETS.values())
    ends = name[0], name[-1]
    # An apostrophe stands inside names, as in `'s-Hertogenbosch` and `dogs'`; there it has no like.
    is_quoted = bool(_MARKS & set(ends)) or ("'" in ends and as_seen(name.strip("'")) in others)
    is_around = len(name) > 2 and {**_BRACKETS, "<": ">"}.get(name[0]) == name[-1]
    inner = name.strip(_OTHER_ENDS + " ")
    loose = name.strip(_ENDS + " ") != name or (inner != name and as_seen(inner) in others)
    if loose or is_quoted or is_around or opening != closing:
        return "may be a class with those signs, or a name that they were left around: take them away"
    return ""


def _is_disguised(word: str) -> bool:
    """Return whether a word of Latin letters has some of another alphabet that look like Latin ones."""
    return not word.isascii() and any(sign.isascii() for sign in word) and word.translate(_LETTERS).isascii()


def _shapes(name: str, others: Collection[str], own: Collection[str]) -> Iterator[str]:
    """Yield what a name may mean by its number or its words, the likeliest first."""
    for patterns, what in ((_COUNTED, "how many there are"), (_NUMBERED, "its place in a list")):
        for match in filter(None, (pattern.fullmatch(name) for pattern in patterns)):
            if what not in own:
                yield _number(match["base"], what)
    if unsure := _UNSURE.fullmatch(name):
        yield f"may be {unsure['base']!r} that nobody is sure of: a table with a column for each class takes `?`"
    for match in filter(None, (pattern.fullmatch(name) for pattern in _OF_OTHERS)):
        base = as_seen(match["base"])
        if base in others or base.removesuffix("s") in others:
            yield _number(match["base"], "more about it")


def _number(base: str, what: str) -> str:
    return f"may be a class of its own or {base[:40]!r} with {what}: write the class alone"


def _own_shapes(names: Collection[str]) -> set[str]:
    """Return which shapes are how the classes of this table are called: nearly all have it, each its own number."""
    others = {as_seen(name) for name in names}
    own = set()
    for patterns, what in ((_COUNTED, "how many there are"), (_NUMBERED, "its place in a list")):
        matches = [m for name in names if (m := next(filter(None, (p.fullmatch(name) for p in patterns)), None))]
        bases, numbers = {as_seen(m["base"]) for m in matches}, {m["number"] for m in matches}
        is_usual = len(matches) >= max(SHOWN, OWN * len(names))
        if is_usual and len(bases) == len(numbers) == len(matches) and not bases & others:
            own.add(what)
    return own


def _list(name: str, others: Collection[str]) -> str:
    """Return how a name divides into classes of which the table has one alone; empty when it does not."""
    parts = _parts(name)
    if len(parts) < 2 or not any(as_seen(part) in others for part in parts):
        return ""
    shown = " and ".join(map(repr, parts))[:80]
    return f"may be one class or {len(parts)}, {shown}: divide them as other labels, take it as one by --separator ';'"


def _parts(name: str) -> Sequence[str]:
    """Return what a name divides into at the signs and words of lists."""
    text = WORDS.sub("\0", name)
    for sign in JOINTS:
        text = text.replace(sign, "\0")
    return [part.strip() for part in text.split("\0") if part.strip()]


def _twins(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield names, each with another one that an eye takes for it, in the same case."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[unicodedata.normalize("NFKC", name).translate(_LETTERS)].append(name)
    for twins in alike.values():
        plain = min(twins, key=lambda name: (not name.isascii(), name))
        yield from ((name, plain) for name in twins if name != plain)


def absences(names: Collection[str]) -> list[str]:
    """Return a note for names that were taken as classes and may say that another class is not there."""
    others = {as_seen(name): name for name in names}
    for name in sorted(names):
        if (match := _ABSENT.fullmatch(name)) and as_seen(match[1]) in others:
            return [f"{name!r} was read as a class of its own, and not as the absence of {others[as_seen(match[1])]!r}"]
    return []


def by_line(
    lines: Iterable[tuple[int, Sequence[str]]], doubts: Mapping[str, str]
) -> Iterator[Sequence[tuple[int, str]]]:
    """Yield the lines that each doubt is about, from lines with the names in them."""
    numbers: dict[str, list[int]] = {name: [] for name in sorted(doubts)}
    for number, names in lines:
        for name in names:
            if name in numbers:
                numbers[name].append(number)
    yield from ([(number, doubts[name]) for number in each] for name, each in numbers.items())
