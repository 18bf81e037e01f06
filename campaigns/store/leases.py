"""Leases: images that one screen or command has for some minutes, so that nobody else is asked about them."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from campaigns.store.store import Store


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """An image that is somebody's for now."""

    dataset: str
    image: str
    by: str
    """Who labels it."""
    holder: str
    """The screen or command that has it; two screens of one person are two."""
    process: str
    """What that screen runs in, as `Worker.to_text` has it; empty for a command, which is over at once."""
    until: float
    """Seconds since the epoch."""


def list_leases(store: Store, dataset: str, *, now: float) -> list[LeaseRow]:
    """Return the leases of a data set's images that are not over by the clock."""
    query = "SELECT * FROM lease WHERE dataset = ? AND until > ? ORDER BY image"
    return [LeaseRow(**dict(row)) for row in store.connection.execute(query, (dataset, now))]


def put_leases(store: Store, leases: Iterable[LeaseRow]) -> None:
    """Let leases be as they are here; each takes the place of the one that its image had."""
    with store.writing() as connection:
        connection.executemany("INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?, ?, ?)", map(astuple, leases))


def drop_leases(store: Store, dataset: str, images: Iterable[str]) -> None:
    """End the leases of some images."""
    with store.writing() as connection:
        connection.executemany(
            "DELETE FROM lease WHERE dataset = ? AND image = ?", [(dataset, image) for image in images]
        )


def drop_over(store: Store, *, now: float) -> None:
    """Forget the leases of every data set that are over by the clock."""
    with store.writing() as connection:
        connection.execute("DELETE FROM lease WHERE until <= ?", (now,))
