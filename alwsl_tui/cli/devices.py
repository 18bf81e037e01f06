"""The command `devices`: what CPU and GPUs are doing."""

from alwsl_tui.cli.options import JsonOption, say_json, stdout, workspace
from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.units import size
from campaigns.services.station.devices import load_devices


def devices(as_json: JsonOption = False) -> None:
    """Say what CPU and GPUs are doing, and for which jobs."""
    readings = load_devices(workspace())
    if as_json:
        keys = ("name", "title", "utilisation", "memory_used", "memory_total", "celsius", "watts", "workers")
        say_json("devices", devices=[{key: getattr(reading, key) for key in keys} for reading in readings])
        return
    rows = [
        (
            reading.name,
            reading.title,
            "" if reading.utilisation is None else f"{100 * reading.utilisation:.0f} %",
            "" if reading.memory_used is None else f"{size(reading.memory_used)} of {size(reading.memory_total or 0)}",
            "" if reading.celsius is None else f"{reading.celsius:.0f} °C",
            "" if reading.watts is None else f"{reading.watts:.0f} W",
            ", ".join(reading.workers) or "idle",
        )
        for reading in readings
    ]
    stdout().print(table(("device", "what it is", "busy", "memory", "heat", "power", "for"), rows))
