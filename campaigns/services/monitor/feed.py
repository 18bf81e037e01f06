"""What happened, in one campaign and in all."""

from dataclasses import dataclass

from campaigns.core.ids import JobId
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import (
    get_campaign,
    read_feed,
    read_news,
)
from campaigns.store.rows import FeedRow
from campaigns.store.store import Store


def load_feed(workspace: Workspace, name: str, after: int = 0) -> list[FeedRow]:
    """Return what happened in a campaign since feed entry `after`.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    with workspace.store() as store:
        return read_feed(store, get_campaign(store, name).id, after)


@dataclass(frozen=True, slots=True)
class FeedLine:
    """Something that happened in one of the campaigns, for a person; the text may hold anything, lines too."""

    id: int
    at: float
    """Seconds since the epoch."""
    campaign: str
    """Name of the campaign."""
    job: JobId | None
    is_warning: bool
    text: str


def load_news(workspace: Workspace, *, after: int = 0, last: int = 200) -> list[FeedLine]:
    """Return what happened in all campaigns since the entry `after`, oldest first, at most the `last` newest.

    Raises:
        BadHome: the store cannot be opened.
    """
    with workspace.store() as store:
        return feed_lines(store, after=after, last=last)


def feed_lines(store: Store, *, after: int, last: int) -> list[FeedLine]:
    """Return the feed of all campaigns, as `load_news`."""
    return [
        FeedLine(row.id, row.at, name, row.job, row.is_warning, row.text)
        for name, row in read_news(store, after=after, last=last)
    ]
