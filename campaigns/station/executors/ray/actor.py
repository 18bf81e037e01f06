"""The actor of Ray that holds an attempt: a holder that knows its node, and goes when nobody comes any more."""

import os
import shutil
import threading
import time
from pathlib import Path

import ray

from campaigns.station.executors.holding.holder import AttemptHolder
from campaigns.station.executors.holding.node_home import scratch
from campaigns.station.executors.holding.talk import to_bytes
from campaigns.station.executors.ray.sight import RaySight
from campaigns.station.executors.slurm.probe import look_around

ORPHANED = 300.0
"""Seconds after which an actor that was never told to begin goes: the bridge that made it is gone, and forgot it."""
LINGER = 900.0
"""Seconds for which an actor stays whose worker is gone: its end, and a home that is shared, say enough afterwards."""
UNFETCHED = 7 * 86400.0
"""Seconds for which it stays where nothing but the node has what the worker left."""
LOOK = 5.0


class RayAttempt(AttemptHolder):
    """A holder as an actor."""

    def __init__(self, order: bytes) -> None:
        super().__init__(order, ray.get_runtime_context().get_node_id())
        threading.Thread(target=self._leave_when_alone, daemon=True).start()

    def _leave_when_alone(self) -> None:
        while True:
            time.sleep(LOOK)
            if time.monotonic() - self.heard > self._patience():
                os._exit(0)

    def _patience(self) -> float:
        if self.is_over:
            return LINGER if self.is_shared else UNFETCHED
        return float("inf") if self.is_begun else ORPHANED


def sight_of(folder: str) -> bytes:
    """Return what this node sees of a folder of the home, and where it would make a home of its own: `RaySight`."""
    place = scratch()
    there = next(path for path in (place, *place.parents) if path.exists())
    return to_bytes(RaySight(look_around(Path(folder)), ray.__version__, str(place), shutil.disk_usage(there).free))
