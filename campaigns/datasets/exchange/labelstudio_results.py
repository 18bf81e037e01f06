"""What the results of a Label Studio annotation are about: the whole image, a box in it, or no class at all."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from campaigns.datasets.exchange.gathering import Gathering
from campaigns.errors import Mistake

TAXONOMY = "taxonomy"
IN_DATA_ADD = "for `data add` their classes in --classes FILE"
"""How a person says there which Choices are to be read."""
_PLACED = frozenset({"x", "y", "width", "height", "points", "vertices", "rle", "start", "end", "sequence"})
"""What a value has that is about a part of an image."""
Node = Mapping[str, Any]


def has_place(value: object) -> bool:
    """Return whether a value is about a part of an image."""
    return isinstance(value, dict) and not _PLACED.isdisjoint(value)


def regions_in(results: Iterable[Node]) -> frozenset[str]:
    """Return the ids of boxes and outlines; one without an id is ''."""
    return frozenset(str(result.get("id") or "") for result in results if _is_region(result))


def is_about_region(result: Node, regions: Collection[str]) -> bool:
    """Return whether choices are about a box or an outline: they have its place, or its id."""
    number = result.get("id")
    return has_place(result.get("value")) or (number is not None and number != "" and str(number) in regions)


def others_in(results: Iterable[Node]) -> set[str]:
    """Return the kinds of results that are neither choices nor about a part of the image, such as a rating."""
    kinds = {str(result["type"]) for result in results if result.get("type") and not _is_region(result)}
    return kinds - {"choices", TAXONOMY, "relation"}


def paths_of(value: object) -> list[list[str]]:
    """Return the paths that somebody chose in a taxonomy; none when the value is something else."""
    if isinstance(value, dict):
        value = value.get(TAXONOMY)
    if not isinstance(value, list) or not value or not all(isinstance(path, list) and path for path in value):
        return []
    return value if all(isinstance(name, str) for path in value for name in path) else []


def ask_about_taxonomies(
    answered: Mapping[str, list[list[str]]], choices: Mapping[str, Collection[str]], gathering: Gathering
) -> bool:
    """Ask what to do where taxonomies were answered, paths by the name of each; return whether to go on.

    `choices` are the values by the name of each. Taxonomies are left out with a note where a person named the Choices
    to read, or listed classes that the Choices have, or the campaign knows none of their names.
    """
    names = {name for paths in answered.values() for path in paths for name in path}
    values, listed = {value for its in choices.values() for value in its}, set(gathering.options.numbered or ())
    known = set(gathering.known or ())
    is_elsewhere = bool(known) and known.isdisjoint(names)
    is_named = bool(set(gathering.options.controls) & set(choices)) or (
        not listed.isdisjoint(values) and listed & names <= values
    )
    for name, paths in answered.items():
        what = f"the Taxonomy {name!r} is not read ({len(paths)} chosen, for example {' > '.join(paths[0])[:60]})"
        if is_named or (is_elsewhere and choices):
            gathering.notes.append(f"{what}: it was left out")
            continue
        way = f"write a table with a line `image,labels` and then lines like `1.jpg,{paths[0][-1][:40]}`"
        if choices:
            way = f"name the Choices to read without it with --control {min(choices)}, {IN_DATA_ADD}; or {way}"
        what = f"{what}: {way}"
        gathering.mistakes.append(Mistake(str(gathering.path), what))
    return not answered or is_named or (is_elsewhere and bool(choices))


def _is_region(result: Node) -> bool:
    kind = str(result.get("type") or "")
    return kind.endswith("labels") or (kind not in {"choices", TAXONOMY, ""} and has_place(result.get("value")))
