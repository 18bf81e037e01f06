"""Data sets that `data add` made known."""

from campaigns.errors import NameTaken
from campaigns.store.rows import DatasetRow
from campaigns.store.store import Store


def add_dataset(store: Store, dataset: DatasetRow) -> None:
    """Make a data set known; the same one again changes nothing.

    Raises:
        NameTaken: another folder has that name.
    """
    with store.writing() as db:
        known = {row.name: row for row in list_datasets(store)}.get(dataset.name)
        if known is not None and (known.kind, known.root) != (dataset.kind, dataset.root):
            raise NameTaken(f"{dataset.name!r} is already {known.root}", hint="give another name, or --replace")
        db.execute(
            "INSERT OR IGNORE INTO dataset VALUES (?, ?, ?, ?)",
            (dataset.name, dataset.kind, dataset.root, dataset.added),
        )


def drop_dataset(store: Store, name: str) -> None:
    """Forget where a data set lies; its files stay."""
    with store.writing() as db:
        db.execute("DELETE FROM dataset WHERE name = ?", (name,))


def list_datasets(store: Store) -> list[DatasetRow]:
    """Every data set that was made known, by name."""
    return [DatasetRow(**dict(row)) for row in store.connection.execute("SELECT * FROM dataset ORDER BY name")]
