"""A home at one moment: what the station screen reads."""

from dataclasses import dataclass, replace

from campaigns.home.keeper import silence
from campaigns.services.monitor.feed import FeedLine, feed_lines
from campaigns.services.monitor.presence import attendance
from campaigns.services.monitor.queue import QueueLine, queue_lines
from campaigns.services.station.devices import Device, Gauges, devices, workers_of
from campaigns.services.station.list import CampaignLine, Kept, campaign_lines
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import running_attempts


@dataclass(frozen=True, slots=True)
class StationView:
    """A home at one moment."""

    lines: tuple[CampaignLine, ...]
    """Every campaign, newest last. A campaign in which nothing happened is the very same object as before."""
    queue: tuple[QueueLine, ...]
    feed: tuple[FeedLine, ...]
    """Oldest first."""
    devices: tuple[Device, ...]
    has_station: bool
    keeper: str = ""
    """Name of the other host that keeps the home; empty where none does."""
    silence: float = 0.0
    """Seconds since it was last heard of."""


def station_view(workspace: Workspace, *, last: int = 50, kept: Kept | None = None) -> StationView:
    """Return all that the station screen shows, as of one moment; with the same `kept` every time, a look is cheap.

    Raises:
        BadHome: the store cannot be opened.
    """
    kept, present = Kept() if kept is None else kept, attendance(workspace)
    with workspace.store() as store, store.reading():
        lines = tuple(campaign_lines(workspace, store, kept, present))
        waiting = tuple(queue_lines(workspace, store, present))
        feed = tuple(feed_lines(store, after=0, last=last))
        running = [attempt for attempt in running_attempts(store) if present.is_here(attempt)]
    names = {line.row.id: line.row.name for line in lines}
    kept.gauges = kept.gauges or Gauges.open()
    drawn = devices(workers_of(running, names), kept.gauges)
    if (keeper := present.elsewhere) is None:
        return StationView(lines, waiting, feed, drawn, present.has_station)
    silent = silence(workspace.home, keeper)
    return StationView(lines, waiting, feed, drawn, present.has_station, keeper.host.name, silent)


def with_devices(view: StationView, kept: Kept) -> StationView:
    """Return a home as it was, on the machine as it is now: nothing of the home is read."""
    kept.gauges = kept.gauges or Gauges.open()
    workers = {device.name: device.workers for device in view.devices if device.workers}
    return replace(view, devices=devices(workers, kept.gauges))
