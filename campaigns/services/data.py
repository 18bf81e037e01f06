"""Data sets: which there are, where they lie, whether they are what they should be."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.ids import checked_name
from campaigns.datasets.catalogue import BUILT_IN, Kind, Registered, locate, open_dataset, recognise
from campaigns.datasets.fetch import fetch, source_of
from campaigns.datasets.inspection import Check, Summary, check, summary
from campaigns.errors import UsageError, none_such
from campaigns.recipe import DataSpec
from campaigns.services.workspace import Workspace
from campaigns.store.datasets import add_dataset, drop_dataset, list_datasets
from campaigns.store.rows import DatasetRow
from campaigns.store.store import Store


@dataclass(frozen=True, slots=True)
class Known:
    """A data set that a recipe may name."""

    name: str
    title: str
    root: str | None
    """Where it lies; None when it is drawn, or when nobody has said."""
    is_ready: bool


def registered(store: Store) -> dict[str, Registered]:
    """What `data add` made known, as the catalogue wants it."""
    return {row.name: Registered(_kind(row.kind), Path(row.root)) for row in list_datasets(store)}


def resolved(spec: DataSpec, known: Mapping[str, Registered]) -> DataSpec:
    """The same data with its folder spelt out, so that a worker needs to ask nobody.

    Raises:
        BadData: nobody has said where it lies.
        NoSuchName: nobody knows its name.
    """
    if spec.name == "shapes":
        return spec
    return spec.model_copy(update={"root": str(locate(spec, known).root.absolute())})


def known_data(workspace: Workspace) -> list[Known]:
    """Every data set by name: the built-in ones first."""
    with workspace.store() as store:
        rows = {row.name: row for row in list_datasets(store)}
    built_in = [
        Known(name, about.title, rows[name].root if name in rows else None, name in rows or not about.files)
        for name, about in BUILT_IN.items()
    ]
    own = [
        Known(row.name, _title(row.kind), row.root, Path(row.root).is_dir())
        for row in rows.values()
        if row.name not in BUILT_IN
    ]
    return built_in + own


def add(workspace: Workspace, name: str, path: Path, *, is_replacing: bool = False) -> Summary:
    """Make a data set known by name, after opening it once; its files stay where they are.

    Raises:
        BadData: the folder is laid out like nothing we read, or not like the name says, or has mistakes in it.
        NameTaken: another folder has that name, and it is not to be replaced.
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    root = path.expanduser().absolute()
    if name == "shapes":
        raise UsageError("shapes are built in and need no folder", hint="use them with: --set data.name=shapes")
    kind = _kind(name) if name in BUILT_IN else recognise(root)
    spec = DataSpec(name=checked_name(name), root=str(root))
    found = summary(open_dataset(spec, indexes=workspace.home.indexes, registered={name: Registered(kind, root)}))
    with workspace.store() as store, store.writing():
        if is_replacing:
            drop_dataset(store, name)
        add_dataset(store, DatasetRow(name, kind, str(root), time.time()))
    return found


def download(workspace: Workspace, name: str, *, progress: Callable[[str, int, int], None] | None = None) -> Path:
    """Fetch a published data set into the home; the folder to add. What is there already is not fetched again.

    Raises:
        BadData: no network, no room, or a wrong checksum; calling again goes on where it stopped.
        NoSuchName: nothing is published under that name that we could fetch.
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    return fetch(source_of(name), workspace.home.downloads / name, progress)


def inspect(
    workspace: Workspace, name: str, *, progress: Callable[[int, int], None] | None = None, root: Path | None = None
) -> Check:
    """Look a data set over: counts against the published ones, unreadable and unlabelled images, leaks.

    Raises:
        BadData: it cannot be opened at all.
        NoSuchName: nobody knows its name.
    """
    with workspace.store() as store:
        known = registered(store)
    if name not in BUILT_IN and name not in known and root is None:
        raise none_such("data set", name, sorted({*BUILT_IN, *known}))
    spec = resolved(DataSpec(name=name, root=None if root is None else str(root.absolute())), known)
    dataset = open_dataset(spec, indexes=workspace.home.indexes, registered=known)
    if name == "shapes":
        return check(dataset, progress=progress)
    kind = locate(spec, known).kind
    splits = (BUILT_IN[kind].train, BUILT_IN[kind].test) if kind in BUILT_IN else ("train", "test")
    return check(dataset, kind=kind, splits=splits, progress=progress)


def _title(kind: str) -> str:
    return BUILT_IN[kind].title if kind in BUILT_IN else "a folder of one's own"


def _kind(text: str) -> Kind:
    kinds: dict[str, Kind] = {"voc2007": "voc2007", "voc2012": "voc2012", "coco": "coco", "folder": "folder"}
    return kinds[text]
