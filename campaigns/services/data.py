"""Data sets: which there are, where they lie, whether they are what they should be."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.ids import checked_name
from campaigns.datasets.catalogue import (
    KINDS,
    Registered,
    built_in,
    drawn,
    kind_of,
    locate,
    open_dataset,
    recognise,
    source_of,
)
from campaigns.datasets.fetch import fetch
from campaigns.datasets.inspection import Check, Summary, check, summary
from campaigns.errors import BadData, UsageError, none_such
from campaigns.home.typed_paths import expanded
from campaigns.recipe import DataSpec
from campaigns.recipe.data_spec import NODE
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import list_campaigns
from campaigns.store.datasets import add_dataset, drop_dataset, list_datasets, rename_dataset
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
    """Return what `data add` made known, as the catalogue wants it."""
    return {row.name: Registered(row.kind, Path(row.root), json.loads(row.options)) for row in list_datasets(store)}


def resolved(spec: DataSpec, known: Mapping[str, Registered]) -> DataSpec:
    """Return the same data with its folder spelt out, so that a worker needs to ask nobody.

    Raises:
        BadData: nobody has said where it lies.
        NoSuchName: nobody knows its name.
    """
    if drawn(spec.name) is not None:
        return spec
    located = locate(spec, known)
    return located.applied(spec).model_copy(update={"root": str(located.root.absolute())})


def known_data(workspace: Workspace) -> list[Known]:
    """Return every data set by name: the built-in ones first."""
    with workspace.store() as store:
        rows = {row.name: row for row in list_datasets(store)}
    names = built_in()
    ours = [
        Known(name, kind.title, rows[name].root if name in rows else None, name in rows or kind.drawn is not None)
        for name, kind in names.items()
    ]
    own = [
        Known(row.name, _title(row.kind), row.root, Path(row.root).is_dir())
        for row in rows.values()
        if row.name not in names
    ]
    return ours + own


def add(
    workspace: Workspace,
    name: str,
    path: Path,
    *,
    is_replacing: bool = False,
    options: Mapping[str, object] | None = None,
    is_trial: bool = False,
) -> Summary:
    """Make a data set known by name, after opening it once; its files stay where they are.

    `options` are keys of `[data]` that say how it is read, and are kept with it. A trial changes nothing.

    Raises:
        BadData: the folder is laid out like nothing we read, or not like the name says, or has mistakes in it.
        NameTaken: another folder has that name, and it is not to be replaced.
        NotNow: this workspace only looks.
    """
    if not is_trial:
        workspace.require_writing()
    root = expanded(path).absolute()
    require_text(root)
    if drawn(name) is not None:
        raise UsageError(f"{name} are built in and need no folder", hint=f"use them with: --set data.name={name}")
    options = {key: value for key, value in (options or {}).items() if value not in (None, False, {})}
    kind = (
        name if name in built_in() else recognise(root, labels=str(options["labels"]) if "labels" in options else None)
    )
    _require_read(root, kind, options)
    spec = DataSpec(name=checked_name(name), root=str(root))
    known = Registered(kind, root, options)
    _require_nodes(known.applied(spec).each or {})
    counted = summary(open_dataset(spec, indexes=workspace.home.indexes, registered={name: known}))
    if is_trial:
        return counted
    with workspace.store() as store, store.writing():
        if is_replacing:
            drop_dataset(store, name)
        add_dataset(store, DatasetRow(name, kind, str(root), time.time(), json.dumps(options, sort_keys=True)))
    return counted


def _require_nodes(each: Mapping[str, str]) -> None:
    """Raise UsageError where no node could be called so, or a folder is not said in full."""
    for node, folder in each.items():
        if not NODE.fullmatch(node) or not folder.startswith("/") or not folder.isprintable():
            raise UsageError(
                f"--each {node}={folder} does not say on which node it lies in which folder",
                hint="a node's name or a pattern, and a folder from the root on, as in: --each gpu*=/scratch/street",
            )


def _require_read(root: Path, kind: str, options: Mapping[str, object]) -> None:
    """Raise UsageError where an option means nothing for that kind: whoever gives it expects something else.

    Raises:
        UsageError: one does.
    """
    unread = sorted(options.keys() & KINDS.require(kind).unread)
    if not unread:
        return
    if unread == ["classes"]:
        raise UsageError("the classes of a COCO are the categories of its JSON", hint="leave --classes out")
    given = ", ".join(f"--{option.replace('_', '-')}" for option in unread)
    means = "means" if len(unread) == 1 else "mean"
    raise UsageError(
        f"{root} is read as {KINDS.require(kind).title}, for which {given} {means} nothing",
        hint=f"leave {given} out; a table of labels is read under a name of your own and with --labels FILE"
        + ("; a campaign chooses splits with --set data.train=NAME and data.test=NAME" if "split" in unread else ""),
    )


def remove(workspace: Workspace, name: str) -> None:
    """Forget a data set; its files stay, and campaigns know its folder themselves.

    Raises:
        NoSuchName: nobody added it.
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    with workspace.store() as store, store.writing():
        _require_added(store, name)
        drop_dataset(store, name)


def rename(workspace: Workspace, old: str, new: str) -> None:
    """Give a data set another name.

    Raises:
        NameTaken: another data set has the new name.
        NoSuchName: nobody added it.
        NotNow: this workspace only looks.
        UsageError: the program gave it its name, or campaigns use it under the old one.
    """
    workspace.require_writing()
    if old in KINDS or new in KINDS:
        raise UsageError(f"{old if old in KINDS else new} is a name of the program's own", hint="give another name")
    with workspace.store() as store, store.writing():
        _require_added(store, old)
        users = [campaign.name for campaign in list_campaigns(store) if campaign.dataset == old]
        if users:
            raise UsageError(
                f"{len(users)} campaigns name {old} in their recipes, for example {users[0]}",
                hint=f"add the folder a second time under the new name: alwsl-tui data add {new} PATH",
            )
        rename_dataset(store, old, checked_name(new))


def _require_added(store: Store, name: str) -> None:
    known = [row.name for row in list_datasets(store)]
    if name not in known:
        raise none_such("data set of yours", name, known)


def require_text(root: Path) -> None:
    """Raise BadData if the path of a data set is no text, which neither a recipe nor the store can hold."""
    try:
        str(root).encode()
    except UnicodeEncodeError as error:
        raise BadData(
            f"the path {root} is not UTF-8, and recipes are", hint="rename the folder, or give a link to it"
        ) from error


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
    if name not in built_in() and name not in known and root is None:
        raise none_such("data set", name, sorted({*built_in(), *known}))
    spec = resolved(DataSpec(name=name, root=None if root is None else str(root.absolute())), known)
    dataset = open_dataset(spec, indexes=workspace.home.indexes, registered=known)
    kind = kind_of(spec, known)
    return check(dataset, kind=kind.name, splits=(kind.train, kind.test), progress=progress)


def data_names() -> tuple[str, ...]:
    """Return the names of data sets that the program knows, for a person to choose from."""
    return tuple(built_in())


def _title(kind: str) -> str:
    return KINDS[kind].title if kind in KINDS else f"{kind}, of a package that is not installed"
