"""The classes that people are asked about, as they change while a campaign is on. Pure.

A class is not its name. Renamed it stays what it is, and what was said of it follows; a name that is added again after
its class took another name, or was retired, is that of a new class, which nobody has said anything of.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from campaigns.core.answers import AnswerLine, ClassChange
from campaigns.core.text import as_seen, is_printable

Changes = tuple[tuple[int, ClassChange], ...]
"""Changes that count, each with the number of its line, in the order of time, and of numbers within one moment."""
RESERVED = ("rest", "skip")
"""What answers in words, `car=yes,rest=no`, say besides classes."""
_NOTHING: Mapping[str, str | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Class:
    """One class, whatever it is called."""

    first: str
    """The name that it began with."""
    line: int = 0
    """The line that added it; 0 for one that was there from the beginning."""


@dataclass(slots=True)
class _Names:
    """Which class each name means at one moment."""

    meant: dict[str, _Class] = field(default_factory=dict)
    """By name: also by one that its class has no more, until another class has it."""
    called: dict[_Class, str | None] = field(default_factory=dict)
    """None for one whose name another class took over."""
    retired: set[_Class] = field(default_factory=set)

    def of(self, name: str) -> _Class:
        return self.meant.get(name, _Class(name))

    def name(self, of: _Class) -> str | None:
        return self.called.get(of, of.first)

    def has(self, name: str) -> bool:
        """Return whether a class is called so, rather than was."""
        return self.name(self.of(name)) == name

    def follow(self, line: int, change: ClassChange) -> None:
        """Take a change in; what makes no sense, as renaming what is no class, changes nothing."""
        if change.renames is not None:
            old, new = change.renames
            # Of a name that no change spoke of nobody can tell here whether a class has it: who asks has to look.
            is_taken = new in self.meant and self.has(new) and self.of(new) not in self.retired
            if self.has(old) and old != new and not is_taken:
                self._call(self.of(old), new)
        if change.retires is not None and self.has(change.retires):
            self.retired.add(self.of(change.retires))
        if change.adds is not None:
            what = self.of(change.adds)
            is_there = self.has(change.adds) and what not in self.retired
            self._call(what if is_there else _Class(change.adds, line), change.adds)

    def _call(self, what: _Class, name: str) -> None:
        """Let a class have that name, and whoever had it have none."""
        if self.has(name) and self.of(name) != what:
            self.called[self.of(name)] = None
        self.meant[name], self.called[what] = what, name


class Naming:
    """What the names in answers mean today."""

    def __init__(self, changes: Changes = ()) -> None:
        self._moments = [(change.at, line) for line, change in changes]
        self._lines = [line for line, _ in changes]
        names = _Names()
        mentioned = {name for _, change in changes for name in _mentioned(change)}
        meant: list[Mapping[str, _Class]] = [{name: names.of(name) for name in mentioned}]
        for line, change in changes:
            names.follow(line, change)
            meant.append({name: names.of(name) for name in mentioned})
        self._today = [
            {name: names.name(what) for name, what in each.items() if names.name(what) != name} for each in meant
        ]
        self.retired = frozenset(name for what in names.retired if (name := names.name(what)) is not None)
        """Classes that were retired and whose names no other class has."""

    def at(self, entry: AnswerLine) -> Mapping[str, str | None]:
        """Return what the names in an answer are today, where that is another name.

        None where another class has the name of that one: nobody is asked about it, and nothing is known by it.
        """
        return self._today[bisect_left(self._moments, (entry.when, entry.number))] if self._moments else _NOTHING

    def after(self, moment: float) -> Mapping[str, str | None]:
        """Return the same of names after all changes up to a moment, in seconds since 1970."""
        return self._today[bisect_right(self._moments, moment, key=lambda change: change[0])]

    def since(self, line: int) -> Mapping[str, str | None]:
        """Return the same of names as they were known when that line was the last one."""
        return self._today[max((at for at, known in enumerate(self._lines, 1) if known <= line), default=0)]


def classes_of(
    initial: Sequence[str], changes: Changes, *, up_to: int | None = None, since: float | None = None
) -> tuple[str, ...]:
    """Return the classes that a campaign asks about by a line, by their names of then and in order; by now without one.

    It began with `initial`. What changed up to the moment `since`, in seconds since 1970, is none of its.
    """
    names = _Names()
    own: list[_Class] | None = None
    for line, change in changes:
        if up_to is not None and line > up_to:
            continue
        if own is None and (since is None or change.at > since):
            own = _distinct(names.of(name) for name in initial)
        before = names.of(change.adds) if change.adds is not None else None
        names.follow(line, change)
        if own is None:
            continue
        if change.retires is not None:
            own = [what for what in own if what != names.of(change.retires) or what not in names.retired]
        if change.adds is not None:
            # Who asks about a class of that name already goes on asking, about the one that bears it now.
            added = names.of(change.adds)
            own = _distinct([added if what == before else what for what in own] + [added])
    if own is None:
        own = _distinct(names.of(name) for name in initial)
    return tuple(name for what in own if (name := names.name(what)) is not None)


def _distinct(classes: Iterable[_Class]) -> list[_Class]:
    return list(dict.fromkeys(classes))


def _mentioned(change: ClassChange) -> tuple[str, ...]:
    names = (change.adds, change.retires, *(change.renames or ()))
    return tuple(name for name in names if name is not None)


def why_no_class(name: str, known: Iterable[str]) -> str | None:
    """Return why a name cannot be that of a class that people are asked about beside these; None when it can."""
    return _why_no_class(name, {as_seen(other): other for other in known})


def why_no_classes(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each name that cannot be that of a class beside those before it, and why."""
    known: dict[str, str] = {}
    for name in names:
        if reason := _why_no_class(name, known):
            yield name, reason
        known[as_seen(name)] = name


def _why_no_class(name: str, alike: Mapping[str, str]) -> str | None:
    other = alike.get(as_seen(name))
    if not name:
        return "a class has no name"
    if not is_printable(name):
        return "it has characters that a terminal cannot show"
    if name in RESERVED or "=" in name or "," in name:
        return "answers in words mean something else by it"
    if other == name:
        return "there is a class of that name"
    return other and f"it looks like the class {other!r}: only case or signs that nobody sees differ"
