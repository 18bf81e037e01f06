"""Single lines of the station: devices, the queue, the feed, a job."""

import time

from rich.text import Text

from alwsl_tui.drawing.gauges import gauge
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.units import size
from campaigns.core.states import CampaignState, JobState
from campaigns.core.text import printable
from campaigns.services.monitor.devices import Device
from campaigns.services.monitor.feed import FeedLine
from campaigns.services.monitor.queue import QueueLine
from campaigns.services.monitor.show import CampaignView, JobView


def device(one: Device, palette: Palette, *, is_ascii: bool) -> Text:
    """What a device is doing, and for whom; what it cannot say is left out."""
    text = Text(f"{one.name:<7}", palette.accent, no_wrap=True)
    if one.utilisation is not None:
        text += gauge(one.utilisation, 8, palette, is_ascii=is_ascii)
        text.append(f" {100 * one.utilisation:3.0f} %", palette.text)
    if one.memory_used is not None and one.memory_total:
        text.append(f"  {size(one.memory_used)} of {size(one.memory_total)}", palette.text)
    if one.celsius is not None:
        text.append(f"  {one.celsius:.0f} °C", palette.text)
    if one.watts is not None:
        text.append(f"  {one.watts:.0f} W", palette.text)
    if one.workers:
        text.append("  ◀ " + printable(", ".join(one.workers)), palette.good)
    else:
        text.append("  idle", palette.muted)
    return text


def queued(one: QueueLine, palette: Palette) -> Text:
    """A waiting job and why it waits."""
    text = Text(no_wrap=True)
    text.append(f"{one.campaign} ", palette.text)
    text.append(f"{one.job}  ", palette.accent)
    text.append(printable(one.reason), palette.muted)
    return text


def happened(one: FeedLine, palette: Palette) -> Text:
    """Something that happened, with its time of day."""
    text = Text(no_wrap=True)
    text.append(time.strftime("%H:%M:%S ", time.localtime(one.at)), palette.muted)
    text.append(f"{one.campaign} ", palette.accent)
    if one.job is not None:
        text.append(f"{one.job} ", palette.text)
    text.append(printable("; ".join(one.text.splitlines())), palette.warning if one.is_warning else palette.text)
    return text


def held_up(found: CampaignView) -> str:
    """Why nothing of a campaign is at work although it should be; empty where something is, or is about to be."""
    states = [one.row.state for one in found.jobs]
    if found.state is not CampaignState.RUNNING or JobState.RUNNING in states:
        return ""
    first = next((one.reason for one in found.jobs if one.row.state is JobState.WAITING), "")
    return "" if first in {"", "next"} else f"waits: {first}"


def doing(one: JobView) -> str:
    """What a job is at, or why it waits, or its last words; one line."""
    attempt = one.attempt
    if one.row.state is JobState.FAILED and attempt is not None:
        return printable(attempt.last_words.partition("\n")[0])
    if one.is_stranded:
        return "its process is gone; starting the campaign goes on from the checkpoint"
    if one.row.state is JobState.WAITING:
        return f"waits: {one.reason}" if one.reason else ""
    if attempt is None or one.row.state is not JobState.RUNNING:
        return ""
    if attempt.activity == "training" and attempt.round is not None:
        loss = "" if attempt.loss is None else f", loss {attempt.loss:.4f}"
        return f"round {attempt.round}, epoch {attempt.epoch}/{attempt.epochs}{loss} on {attempt.slot}"
    return f"{attempt.activity} on {attempt.slot}"
