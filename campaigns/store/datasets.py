"""Data sets that `data add` made known.

They are listed by a raw statement: `data list` would have to load sqlite-utils for a handful of rows.
"""

from dataclasses import asdict

from campaigns.errors import NameTaken
from campaigns.store.rows import DatasetRow
from campaigns.store.store import Store


def add_dataset(store: Store, dataset: DatasetRow) -> None:
    """Make a data set known; the same one again changes nothing.

    Raises:
        NameTaken: another folder has that name.
    """
    with store.writing():
        known = {row.name: row for row in list_datasets(store)}.get(dataset.name)
        if known is not None and _meaning(known) != _meaning(dataset):
            raise NameTaken(f"{dataset.name!r} is already {known.root}", hint="give another name, or --replace")
        store.tables.table("dataset").insert(asdict(dataset), ignore=True)


def drop_dataset(store: Store, name: str) -> None:
    """Forget where a data set lies; its files stay."""
    with store.writing():
        store.tables.table("dataset").delete_where("name = ?", [name])


def rename_dataset(store: Store, old: str, new: str) -> None:
    """Give a data set another name.

    Raises:
        NameTaken: another data set has that name.
    """
    with store.writing():
        if new in {row.name for row in list_datasets(store)}:
            raise NameTaken(f"there is a data set {new!r} already", hint="give another name")
        store.connection.execute("UPDATE dataset SET name = ? WHERE name = ?", [new, old])


def list_datasets(store: Store) -> list[DatasetRow]:
    """Return every data set that was made known, by name."""
    return [DatasetRow(**dict(row)) for row in store.connection.execute("SELECT * FROM dataset ORDER BY name")]


def _meaning(dataset: DatasetRow) -> tuple[str, str, str]:
    return dataset.kind, dataset.root, dataset.options
