"""Which data sets there are, and how each is opened: the one door that the rest of the program uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from campaigns.core.registry import Registry
from campaigns.datasets.dataset import Dataset
from campaigns.datasets.depth import with_depth
from campaigns.datasets.fetch import Source
from campaigns.datasets.files import what_lies_in
from campaigns.datasets.kind import Kind, OpenRequest
from campaigns.errors import BadData, Mistake, none_such
from campaigns.home.typed_paths import expanded
from campaigns.recipe import DataSpec

KINDS: Registry[Kind] = Registry(
    "kind of data set",
    Kind,
    package="campaigns.datasets.kinds",
    group="alwsl_tui.datasets",
    first=("voc2007", "voc2012", "coco", "shapes", "folder"),
)
"""How images and labels may be laid out."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A data set that somebody added with `data add`."""

    kind: str
    root: Path
    options: Mapping[str, object] = field(default_factory=dict)
    """Keys of a recipe's `[data]` that were given with it; what a recipe says itself wins."""

    def applied(self, spec: DataSpec) -> DataSpec:
        """Return the spec with these options where it says nothing itself."""
        return spec.model_copy(update={k: v for k, v in self.options.items() if k not in spec.model_fields_set})


def built_in() -> Mapping[str, Kind]:
    """Return the data sets whose names the program knows."""
    return {name: kind for name, kind in KINDS.items() if kind.is_data_set}


def drawn(name: str) -> Kind | None:
    """Return the kind of a data set that is drawn; None for one that is stored."""
    kind = KINDS.get(name)
    return None if kind is None or kind.drawn is None else kind


def open_dataset(spec: DataSpec, *, indexes: Path, registered: Mapping[str, Registered] | None = None) -> Dataset:
    """Open the data set that a recipe asks for. `spec.root` wins over what is registered under its name.

    Raises:
        BadData: it is not to be had here, or it has mistakes: all of them.
        NoSuchName: neither the program nor `data add` knows its name, and it has no root; or the package that brought
            its kind is gone.
    """
    kind, root = drawn(spec.name), Path()
    if kind is None:
        located = locate(spec, registered or {})
        kind, root, spec = KINDS.require(located.kind), located.root, located.applied(spec)
    dataset = kind.open(OpenRequest(root, spec, splits_of(spec, kind.name), indexes))
    return replace(with_depth(dataset, spec.depth, indexes), name=spec.name)


def kind_of(spec: DataSpec, registered: Mapping[str, Registered]) -> Kind:
    """Return the kind of a data set.

    Raises:
        BadData, NoSuchName: as `locate`; or the package that brought its kind is gone.
    """
    return drawn(spec.name) or KINDS.require(locate(spec, registered).kind)


def locate(spec: DataSpec, registered: Mapping[str, Registered]) -> Registered:
    """Return kind and folder of a stored data set.

    Raises:
        BadData: the program knows the name, but not where the files are.
        NoSuchName: nobody knows the name.
    """
    known = registered.get(spec.name)
    kind = KINDS.get(spec.name)
    name = None if kind is None or not kind.is_data_set else kind.name
    if spec.root is not None and spec.asked is not None:
        return Registered("folder", expanded(spec.root), {})  # whatever else it looks like: people label it
    if spec.root is not None:
        root = expanded(spec.root)
        options = {} if known is None else {key: value for key, value in known.options.items() if key != "each"}
        return Registered(known.kind if known else name or recognise(root, labels=spec.labels), root, options)
    if known is not None:
        return known
    if kind is None or name is None:
        raise none_such("data set", spec.name, sorted({*built_in(), *registered}))
    fetched = f"`alwsl-tui data add {name} --download` to fetch it, " if kind.source is not None else ""
    raise BadData(
        f"nobody has said where {kind.title} lies",
        mistakes=[Mistake(file, "is needed") for file in kind.files],
        hint=f"`alwsl-tui data add {name} PATH` when you have it, "
        f"{fetched}or `--set data.root=PATH` for this campaign alone",
    )


def splits_of(spec: DataSpec, kind: str) -> tuple[str, str]:
    """Return the names of the training and the test split: what the recipe says, else what the protocols use."""
    return spec.train or KINDS[kind].train, spec.test or KINDS[kind].test


def source_of(name: str) -> Source:
    """Return where a data set is published.

    Raises:
        NoSuchName: nothing is known to be fetched under that name.
    """
    kind = KINDS.get(name)
    if kind is None or kind.source is None:
        raise none_such("data set to fetch", name, sorted(name for name, kind in KINDS.items() if kind.source))
    return kind.source


def recognise(path: Path, *, labels: str | None = None) -> str:
    """Return the kind that a folder is laid out as; one whose table of labels somebody names is labelled by that.

    Raises:
        BadData: like nothing that can be read, or like two things at once.
    """
    if not path.is_dir():
        raise BadData(f"{path} is not a folder", hint="give the folder that holds the data set")
    if labels is not None:
        return "folder"
    for stored in (
        {name: kind.find for name, kind in KINDS.items() if kind.find and not kind.is_last},
        {name: kind.find_loosely for name, kind in KINDS.items() if kind.find_loosely},
        {name: kind.find for name, kind in KINDS.items() if kind.find and kind.is_last},
    ):
        names = [name for name, find in stored.items() if _finds(find, path)]
        if len(names) > 1:
            raise BadData(
                f"{path} holds {' and '.join(names)}", hint="give the inner folder, or data.name of one of them"
            )
        if names:
            return names[0]
    raise BadData(
        f"{path} is laid out like no data set; there lies {what_lies_in(path)}",
        mistakes=[Mistake(name, " and ".join(kind.files)) for name, kind in KINDS.items() if kind.find],
        hint="give a folder that holds one of these",
    )


def _finds(find: Callable[[Path], Path], path: Path) -> bool:
    try:
        find(path)
    except BadData:
        return False
    return True
