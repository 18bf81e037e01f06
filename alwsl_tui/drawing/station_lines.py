"""Single lines of the station: devices, the queue, the feed, a job."""

import time
from collections.abc import Iterable

from rich.text import Text

from alwsl_tui.drawing.gauges import gauge
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.units import age, brief_epoch, epoch_of, plural, size
from campaigns.core.states import CampaignState, JobState
from campaigns.core.text import printable
from campaigns.services.monitor.feed import FeedLine
from campaigns.services.monitor.queue import QueueLine
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.station.devices import Device
from campaigns.services.station.station import StationView
from campaigns.store.rows import AttemptRow


def head(view: StationView, palette: Palette, *, lost: int, is_readonly: bool) -> Text:
    """Draw how a home stands; `lost` campaigns have folders that its store does not know."""
    running = sum(line.running for line in view.lines)
    text = Text(" alwsl-tui", f"bold {palette.accent}", no_wrap=True)
    text.append(f"  {plural(len(view.lines), 'campaign')}", palette.text)
    if running:
        text.append(f"  {plural(running, 'job')} running", palette.good)
    if view.queue:
        text.append(f"  {len(view.queue)} waiting", palette.muted)
    failed = sum(line.failed > 0 for line in view.lines)
    if failed:
        text.append(f"  {failed} with failed jobs", palette.bad)
    if lost:
        text.append(f"  {lost} lost: alwsl-tui repair", f"bold {palette.bad}")
    if view.keeper:
        style = palette.muted if view.has_station else palette.warning
        text.append(f"  kept by {printable(view.keeper)}, heard of {age(view.silence)} ago", style)
    else:
        text.append("  station at work" if view.has_station else "  station idle", palette.muted)
    if is_readonly:
        text.append("  readonly", palette.warning)
    return text


def panels(names: Iterable[str], shown: str, palette: Palette, *, waiting: int) -> Text:
    """Draw the titles of the panels below the list, and which one is shown."""
    title = Text(" ", no_wrap=True)
    for name in names:
        count = f" {waiting}" if name == "queue" else ""
        title.append(f"{name}{count}  ", f"bold {palette.accent}" if name == shown else palette.muted)
    return title.append("w next", palette.muted)


def panel(view: StationView, shown: str, palette: Palette, *, height: int) -> Text:
    """Draw what happened last, or what waits first, in so many lines."""
    if shown == "feed":
        lines = [happened(entry, palette) for entry in view.feed[-height:]]
    elif view.queue:
        lines = [queued(entry, palette) for entry in view.queue[:height]]
    else:
        lines = [Text("nothing waits", palette.muted)]
    return Text("\n").join(lines)


def device(reading: Device, palette: Palette, *, is_ascii: bool) -> Text:
    """Draw what a device is doing, and for whom; what it cannot report is left out."""
    text = Text(f"{reading.name:<7}", palette.accent, no_wrap=True)
    if reading.utilisation is not None:
        text += gauge(reading.utilisation, 8, palette, is_ascii=is_ascii)
        text.append(f" {100 * reading.utilisation:3.0f} %", palette.text)
    if reading.memory_used is not None and reading.memory_total:
        text.append(f"  {size(reading.memory_used)} of {size(reading.memory_total)}", palette.text)
    if reading.celsius is not None:
        text.append(f"  {reading.celsius:.0f} °C", palette.text)
    if reading.watts is not None:
        text.append(f"  {reading.watts:.0f} W", palette.text)
    if reading.workers:
        text.append("  ◀ " + printable(", ".join(reading.workers)), palette.good)
    else:
        text.append("  idle", palette.muted)
    return text


def queued(entry: QueueLine, palette: Palette) -> Text:
    """Draw a waiting job and why it waits."""
    text = Text(no_wrap=True)
    text.append(f"{entry.campaign} ", palette.text)
    text.append(f"{entry.job}  ", palette.accent)
    text.append(printable(waits(entry)), palette.muted)
    return text


def waits(entry: QueueLine) -> str:
    """Say why a job waits, and how long where an engine has it."""
    return entry.reason if entry.since is None else f"{entry.reason} {age(time.time() - entry.since)}"


def happened(entry: FeedLine, palette: Palette, *, has_name: bool = True) -> Text:
    """Draw a feed entry with its time of day, and with its campaign's name unless that is known."""
    text = Text(no_wrap=True)
    text.append(time.strftime("%H:%M:%S ", time.localtime(entry.at)), palette.muted)
    text.append(f"{entry.campaign} " if has_name else "", palette.accent)
    if entry.job is not None:
        text.append(f"{entry.job} ", palette.text)
    text.append(printable("; ".join(entry.text.splitlines())), palette.warning if entry.is_warning else palette.text)
    return text


def held_up(campaign: CampaignView) -> str:
    """Say why no job of a running campaign is at work; empty where one is, or is about to be."""
    states = [job.row.state for job in campaign.jobs]
    if campaign.state is not CampaignState.RUNNING or JobState.RUNNING in states:
        return ""
    first = next((job.reason for job in campaign.jobs if job.row.state is JobState.WAITING), "")
    return "" if first in {"", "next"} else waiting(first)


def doing(job: JobView) -> str:
    """Say in one line what a job is doing, why it waits, or its last words."""
    attempt = job.attempt
    if job.row.state is JobState.FAILED and attempt is not None:
        return printable(attempt.last_words.partition("\n")[0])
    if job.is_stranded:
        return "worker died; start the campaign to continue from the checkpoint"
    if job.row.state is JobState.WAITING:
        return waiting(job.reason) if job.reason else ""
    if attempt is None or job.row.state is not JobState.RUNNING:
        return ""
    if attempt.standing_words:
        return held(attempt)
    if attempt.activity == "training" and attempt.round is not None:
        loss = "" if attempt.loss is None else f", loss {attempt.loss:.4f}"
        epoch = epoch_of(attempt.epoch, attempt.epochs or 0, is_open_ended=job.is_open_ended)
        return f"round {attempt.round}, {epoch}{loss} on {attempt.place}"
    return f"{attempt.activity} on {attempt.place}"


def at_work(job: JobView, attempt: AttemptRow) -> str:
    """Say in few letters what an attempt that runs is doing: `r2 3/20`, or what else it does or waits for."""
    if attempt.standing_words:
        return held(attempt)
    if attempt.round is not None and attempt.epochs:
        return f"r{attempt.round} {brief_epoch(attempt.epoch, attempt.epochs, is_open_ended=job.is_open_ended)}"
    return attempt.activity


def held(attempt: AttemptRow) -> str:
    """Say what keeps an attempt from being at work or heard of, and how long: `queued in slurm (Priority) 12 min`."""
    if attempt.standing_since is None:
        return printable(attempt.standing_words)
    how_long = age(time.time() - attempt.standing_since)
    return printable(f"{attempt.standing_words} {'' if attempt.is_queued else 'for '}{how_long}")


def waiting(reason: str) -> str:
    """Say why a job waits, once: `waits for labels` says it already."""
    return reason if reason.startswith("waits ") else f"waits: {reason}"
