"""What stands where a class is named and may be none: `nan`, `TODO`, `?`, `car:0.91`. It is asked about."""

import re
from collections.abc import Collection, Iterable, Sequence

MISSING = frozenset({"na", "nan", "n/a", "#n/a", "<na>", "null", "none"})
"""What R, pandas and spreadsheets write into a cell that nobody has filled, in lower case."""
NOTHING = MISSING | frozenset({
    "nil", "\\n", "n.a.", "#na", "<null>", "nat", "undefined", "-", "--", "---", "–", "—", ".", "_",
    "no_label", "no label", "no-label", "nolabel", "no_labels", "no labels",
    "unlabeled", "unlabelled", "not labeled", "not labelled", "todo", "tbd", "nothing", "no class",
    "no object", "no objects", "none of the above",
    "false", "skip", "skipped", "ignore", "ignored", "keine", "keiner", "keines", "aucun", "aucune", "ninguno",
    "ninguna", "nessuno", "nessuna", "geen", "ingen", "brak", "нет", "なし", "無し", "无", "無",
    "#ref!", "#value!", "#name?", "#div/0!",
})  # fmt: skip
"""In lower case: somebody, or a program, had no name of a class to write."""
NO_FINDING = re.compile(r"no[ _-]?(?:finding|disease|defect|anomaly|anomalie|object)s?", re.IGNORECASE)
"""A class of its own where it stands alone, with a note; beside another name it contradicts that."""
BESIDE_NOTHING = frozenset({"support devices", "support_devices"})
"""Classes that chest X-rays of no finding may have."""
UNSURE = re.compile(r"\?+")
_SURE = r"(?:0?\.\d+|[01]\.\d+|\d{1,3}(?:\.\d+)?\s*%)"
_RATED = re.compile(rf".+[:=(@]\s*{_SURE}\s*\)?|.+\s\d{{1,3}}(?:\.\d+)?\s*%|0?\.\d*[1-9]\d*")
"""A class and how sure somebody or something is of it, or what is left of that where it was divided."""
_SCORED = re.compile(r".+?[\s_,\[-]\s*(?:0\.\d{2,}|1\.00+)\s*\]?")
"""The same with a sign between them that stands in names too: with digits enough to be no version, size or grade."""
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|mrz|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|sept|déc|ene|abr|ago|dic)"
)
_DATE = re.compile(
    rf"\d{{1,2}}(?:-|\. ?){_MONTH}\.?(?:[- ](?:\d\d){{1,2}})?|{_MONTH}-(?:\d\d){{1,2}}"
    r"|\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?|\d{1,2}[/.]\d{1,2}[/.](?:\d\d){1,2}",
    re.IGNORECASE,
)
"""What a spreadsheet makes of `1-2` or `MARCH1`."""


_ANSWERED = re.compile(r".+[:=]\s*(?:yes|no|true|false|y|n|x|present|absent|ja|nein|oui|non|si|sí)", re.IGNORECASE)
"""A class and whether it is there."""


def is_rated(name: str) -> bool:
    """Return whether a name is that of a class with whether it is there, or how sure somebody or something is of it."""
    return any(shape.fullmatch(name) is not None for shape in (_RATED, _SCORED, _ANSWERED))


def contradictions(lines: Iterable[tuple[int, str, Sequence[str]]]) -> list[tuple[int, str]]:
    """Return the lines, of number, image and names, that say of an image that nothing is there, and others do not."""
    free: dict[str, tuple[int, str]] = {}
    others: dict[str, tuple[int, str]] = {}
    for number, image, names in lines:
        for name in names:
            if NO_FINDING.fullmatch(name):
                free.setdefault(image, (number, name))
            elif name.lower() not in BESIDE_NOTHING:
                others.setdefault(image, (number, name))
    return [
        (
            number,
            f"{name!r} stands beside {others[image][1][:40]!r} of line {others[image][0]}: take away what is wrong, "
            "or list all classes in --classes FILE",
        )
        for image, (number, name) in free.items()
        if image in others and others[image][0] != number
    ]


def require_classes(
    names: Sequence[str], known: Collection[str] | None, *, way: str, nothing: str | None = None
) -> Sequence[str]:
    """Return names that are `known`, or look like names of classes; `way` says how a class of any name comes in.

    `nothing` is what a person says means no class: a cell that says it says nothing else.

    Raises:
        ValueError: one may mean that there is no class, that nobody knows, or how sure somebody is.
    """
    free = None if known is not None else next(filter(NO_FINDING.fullmatch, names), None)
    others = [name for name in names if name != free and name.lower() not in BESIDE_NOTHING]
    if free is not None and others:
        raise ValueError(
            f"{free!r} stands beside {others[0][:40]!r}: take away what is wrong, or list all classes in --classes FILE"
        )
    for name in names:
        if nothing is not None and name.casefold() == nothing.strip().casefold():
            raise ValueError(f"{name[:40]!r}, which means no class, stands beside {len(names) - 1} other names")
        if UNSURE.fullmatch(name):
            raise ValueError(
                f"{name[:40]!r} is no class: where nobody knows, take the line out; a table with a column for each "
                "class takes it"
            )
        if known is not None and name in known:
            continue
        if name.lower() in NOTHING:
            raise ValueError(
                f"{name[:40]!r} may mean no class, not yet labelled, or a class of that name: say "
                f"--nothing '{name}' for no class, take the line out where nobody has labelled, or {way}"
            )
        if _DATE.fullmatch(name):
            raise ValueError(
                f"{name[:40]!r} may be a date that a spreadsheet made of another name: write the name of the class, or "
                f"{way}"
            )
        if name.endswith("?"):
            raise ValueError(
                f"{name[:40]!r} may be a class that nobody is sure of: a table with a column for each class takes `?`; "
                f"or {way}"
            )
        if len(name) > 1 and name.startswith(("!", "¬")):
            raise ValueError(f"{name[:40]!r} may say that a class is not there: leave it out, or {way}")
        if _ANSWERED.fullmatch(name):
            raise ValueError(
                f"{name[:40]!r} may say whether a class is there: name those that are there alone, or {way}"
            )
        if is_rated(name):
            raise ValueError(
                f"{name[:40]!r} may say how sure somebody is of a class, not whether it is there: write the classes "
                f"that are there, or {way}"
            )
    return names
