"""The command `devices`: what CPU and GPUs are doing."""

from alwsl_tui.cli.options import JsonOption, say_json, stdout, workspace
from alwsl_tui.cli.text.campaigns import table
from alwsl_tui.drawing.units import size
from campaigns.services.monitor.devices import load_devices


def devices(as_json: JsonOption = False) -> None:
    """Say what CPU and GPUs are doing, and for which jobs."""
    found = load_devices(workspace())
    if as_json:
        keys = ("name", "title", "utilisation", "memory_used", "memory_total", "celsius", "watts", "workers")
        say_json("devices", devices=[{key: getattr(one, key) for key in keys} for one in found])
        return
    rows = [
        (
            one.name,
            one.title,
            "" if one.utilisation is None else f"{100 * one.utilisation:.0f} %",
            "" if one.memory_used is None else f"{size(one.memory_used)} of {size(one.memory_total or 0)}",
            "" if one.celsius is None else f"{one.celsius:.0f} °C",
            "" if one.watts is None else f"{one.watts:.0f} W",
            ", ".join(one.workers) or "idle",
        )
        for one in found
    ]
    stdout().print(table(("device", "what it is", "busy", "memory", "heat", "power", "for"), rows))
