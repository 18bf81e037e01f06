"""Named things of one kind: ours, a file for each in one package, and those that installed packages bring.

To add one of ours, put a file into the package whose `ENTRIES` holds it. Another distribution names its own by an entry
point, under the entry's name. Either is held to the laws of its kind by being here.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Protocol, TypeVar

from campaigns.errors import BadPackage, nearest, none_such


class Named(Protocol):
    """Whatever a registry may hold."""

    @property
    def name(self) -> str:
        """What recipes and commands call it."""


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T]):
    """Entry by name, read-only: ours first, then those of other packages, which are imported when they are asked for.

    Files of ours are imported when the registry is first looked at, and installed packages are looked for then too.
    Names come in the order of `first`; those that it leaves out follow in the order of the alphabet.
    """

    def __init__(self, kind: str, entry: type[T], *, package: str, group: str, first: Sequence[str] = ()) -> None:
        self.kind = kind
        """What an entry is, for a person: `criterion`, `backbone`."""
        self.group = group
        """Entry points of this group are entries too."""
        self._entry = entry
        self._package = package
        self._first = tuple(first)
        self._brought: tuple[tuple[EntryPoint, ...], Mapping[str, EntryPoint]] | None = None
        self._loaded: dict[tuple[str, str], T] = {}

    @cached_property
    def ours(self) -> Mapping[str, T]:
        """Those that come with the program, in order.

        Raises:
            ValueError: two of our files call an entry by the same name.
        """
        entries: dict[str, T] = {}
        for module in self._modules():
            for entry in import_module(module).ENTRIES:
                if entry.name in entries:
                    raise ValueError(f"{module} brings a second {self.kind} called {entry.name!r}")
                entries[entry.name] = entry
        names = [*(name for name in self._first if name in entries), *sorted(entries.keys() - set(self._first))]
        return {name: entries[name] for name in names}

    def names(self) -> tuple[str, ...]:
        """Return what there is. Those of other packages are named here, not imported.

        Raises:
            BadPackage: a package brings a name that is taken.
        """
        return (*self.ours, *self._installed())

    def require(self, name: str) -> T:
        """Return the entry of that name.

        Raises:
            NoSuchName: there is none; the hint names the nearest.
            BadPackage: as `[]`.
        """
        if name not in self:
            raise none_such(self.kind, name, self.names())
        return self[name]

    def hint(self, name: str) -> str:
        """Return the nearest name of those there are, as an error's next step."""
        return nearest(name, self.names())

    def __getitem__(self, name: str) -> T:
        if name in self.ours:
            return self.ours[name]
        return self._load(self._installed()[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def __contains__(self, name: object) -> bool:
        return name in self.ours or name in self._installed()

    def _modules(self) -> Iterator[str]:
        spec = find_spec(self._package)
        assert spec is not None, f"{self._package} comes with the program"
        assert spec.submodule_search_locations is not None, f"{self._package} is a package"
        for module in iter_modules(spec.submodule_search_locations):
            yield f"{self._package}.{module.name}"

    def _installed(self) -> Mapping[str, EntryPoint]:
        points = _installed(tuple(sys.path))
        if self._brought is None or self._brought[0] is not points:
            self._brought = (points, self._named(points))
        return self._brought[1]

    def _named(self, points: tuple[EntryPoint, ...]) -> Mapping[str, EntryPoint]:
        brought: dict[str, EntryPoint] = {}
        for entry in sorted((entry for entry in points if entry.group == self.group), key=lambda entry: entry.name):
            if entry.name in self.ours or entry.name in brought:
                holder = _distribution(brought[entry.name]) if entry.name in brought else "alwsl-tui"
                raise BadPackage(
                    f"{_distribution(entry)} brings a {self.kind} called {entry.name!r}, and there is one already: "
                    f"that of {holder}",
                    hint="uninstall one of the two",
                )
            brought[entry.name] = entry
        return brought

    def _load(self, point: EntryPoint) -> T:
        key = (point.name, point.value)
        if key not in self._loaded:
            entry = point.load()
            if not isinstance(entry, self._entry) or entry.name != point.name:
                raise BadPackage(
                    f"{point.value} is not the {self.kind} called {point.name!r} that {_distribution(point)} promises",
                    hint=f"uninstall {_distribution(point)}, or ask its authors to mend it",
                )
            self._loaded[key] = entry
        return self._loaded[key]


@lru_cache(maxsize=1)
def _installed(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """Return our groups' entry points on the path: one look for all, since it reads a file of each distribution."""
    points = entry_points()
    ours = sorted(group for group in points.groups if group.startswith("alwsl_tui."))
    return tuple(point for group in ours for point in points.select(group=group))


def _distribution(point: EntryPoint) -> str:
    return point.value if point.dist is None else f"{point.dist.name} {point.dist.version}"
