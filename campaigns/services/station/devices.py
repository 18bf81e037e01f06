"""What the machine's CPU and cards are doing, and which workers are on them."""

import importlib
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil

from campaigns.core.execution import LOCAL, device_of, devices_of, engine_of, executor_of
from campaigns.core.ids import CampaignId
from campaigns.home.allotment import Allotment
from campaigns.services.monitor.presence import attendance
from campaigns.services.workspace import Workspace
from campaigns.station.machine import cores, driver_says, is_allowed
from campaigns.store.attempts import running_attempts
from campaigns.store.campaigns import campaign_names
from campaigns.store.rows import AttemptRow

MIB = 2**20
PATIENCE = 5.0
"""Seconds between two runs of `nvidia-smi`, and how long one may take: it is slow, and a screen asks often."""
SMI_FIELDS = ("index", "name", "utilization.gpu", "memory.used", "memory.total", "temperature.gpu", "power.draw")


@dataclass(frozen=True, slots=True)
class Device:
    """Something that workers run on, as last asked; None is what it does not say."""

    name: str
    """As slots are called: `cpu`, `cuda:0`. With an engine its node, `n1 (slurm cuda)`, or `in slurm` before that."""
    title: str
    """What it is: its model, and the number of cores this process may use. Empty when unknown."""
    utilisation: float | None = None
    """Share of the time it is busy, in [0, 1]; of all cores of the machine, since the last look."""
    memory_used: int | None = None
    """Bytes, here and below."""
    memory_total: int | None = None
    celsius: float | None = None
    watts: float | None = None
    workers: tuple[str, ...] = ()
    """Who runs on it: the names of campaign and job, as in `tiny arm-t0-ag`."""


@dataclass(slots=True)
class Gauges:
    """The line to the machine's devices. Keep one as long as you look: opening it greets the driver."""

    cpu: str
    """Model of the CPU."""
    nvml: ModuleType | None
    """The driver's library, greeted; None when it is not there, then `nvidia-smi` is asked."""
    handles: Mapping[int, Any]
    """What the library calls each card, None for one that it cannot reach, by index."""
    _is_primed: bool = False
    _asked: float = -PATIENCE
    _said: tuple[Device, ...] = ()

    @classmethod
    def open(cls, nvml: ModuleType | None = None) -> "Gauges":
        """Greet the driver, through its library `pynvml` unless another one is given."""
        library = nvml or _installed()
        handles = None if library is None else _greet(library)
        return cls(_cpu_model(), None if handles is None else library, handles or {})

    def read(self) -> tuple[Device, ...]:
        """Read the CPU and every card, without their workers. The first reading does not know how busy the CPU is."""
        if self.nvml is not None:
            nvml = self.nvml
            return (self._cpu(), *(_card(nvml, index, handle) for index, handle in self.handles.items()))
        if time.monotonic() - self._asked >= PATIENCE:
            self._said = _smi_cards()
            self._asked = time.monotonic()
        return (self._cpu(), *self._said)

    def _cpu(self) -> Device:
        # The share is of the time since the last call in this process; the first call has nothing to compare with.
        busy = psutil.cpu_percent(None) / 100
        allotment = Allotment()
        known, self._is_primed = self._is_primed, True
        title = f"{self.cpu}, {cores()} core{'' if cores() == 1 else 's'}"
        used, total = allotment.memory_used(), allotment.memory()
        return Device("cpu", title, busy if known else None, memory_used=used, memory_total=total)


def load_devices(workspace: Workspace) -> tuple[Device, ...]:
    """Return what the machine's devices are doing, and for which jobs of a home.

    Raises:
        BadHome: the store cannot be opened.
    """
    present = attendance(workspace)
    with workspace.store() as store, store.reading():
        names = campaign_names(store)
        running = [attempt for attempt in running_attempts(store) if present.is_here(attempt)]
    return devices(workers_of(running, names), Gauges.open())


def workers_of(running: Sequence[AttemptRow], names: Mapping[CampaignId, str]) -> dict[str, list[str]]:
    """Return who runs on each device, by its slot, or the node of an engine: the names of campaign and job."""
    workers: dict[str, list[str]] = defaultdict(list)
    for attempt in running:
        for device in _devices_of(attempt):
            workers[device].append(f"{names[attempt.campaign]} {attempt.job}")
    return workers


def _devices_of(attempt: AttemptRow) -> tuple[str, ...]:
    if (executor := executor_of(attempt.slot)) == LOCAL:
        return devices_of(attempt.slot)
    engine = engine_of(executor)
    return (f"{attempt.node} ({engine} {device_of(attempt.slot)})" if attempt.node else f"in {engine}",)


def devices(workers: Mapping[str, Sequence[str]], gauges: Gauges) -> tuple[Device, ...]:
    """Return every device with those that run on it, given by slot. A slot that no gauge knows is a device too."""
    measured = gauges.read()
    lost = [Device(slot, "") for slot in sorted(workers.keys() - {device.name for device in measured})]
    return tuple(replace(device, workers=tuple(workers.get(device.name, ()))) for device in (*measured, *lost))


def _installed() -> ModuleType | None:
    try:
        return importlib.import_module("pynvml")
    except ImportError:
        return None


def _greet(nvml: ModuleType) -> dict[int, Any] | None:
    """Return handles of the cards this process may use; None when the driver does not answer."""
    try:
        nvml.nvmlInit()
        count = int(nvml.nvmlDeviceGetCount())
    except nvml.NVMLError:
        return None
    ask = nvml.nvmlDeviceGetHandleByIndex
    return {index: _answer(nvml, ask, index) for index in range(count) if is_allowed(index)}


def _card(nvml: ModuleType, index: int, handle: object | None) -> Device:
    if handle is None:
        return Device(f"cuda:{index}", "")
    name = _answer(nvml, nvml.nvmlDeviceGetName, handle)
    rates = _answer(nvml, nvml.nvmlDeviceGetUtilizationRates, handle)
    memory = _answer(nvml, nvml.nvmlDeviceGetMemoryInfo, handle)
    milliwatts = _answer(nvml, nvml.nvmlDeviceGetPowerUsage, handle)
    return Device(
        f"cuda:{index}",
        name.decode() if isinstance(name, bytes) else name or "",
        None if rates is None else rates.gpu / 100,
        memory_used=None if memory is None else memory.used,
        memory_total=None if memory is None else memory.total,
        celsius=_answer(nvml, nvml.nvmlDeviceGetTemperature, handle, nvml.NVML_TEMPERATURE_GPU),
        watts=None if milliwatts is None else milliwatts / 1000,
    )


def _answer(nvml: ModuleType, ask: Callable[..., Any], *about: object) -> Any:
    """Return what the driver answers; None when it cannot, as a card that does not measure its power."""
    try:
        return ask(*about)
    except nvml.NVMLError:
        return None


def _smi_cards() -> tuple[Device, ...]:
    table = driver_says(f"--query-gpu={','.join(SMI_FIELDS)}", "--format=csv,noheader,nounits", seconds=PATIENCE)
    rows = [[cell.strip() for cell in line.split(",")] for line in table.splitlines()]
    whole = [row for row in rows if len(row) >= len(SMI_FIELDS) and row[0].isdigit()]
    return tuple(_smi_card(row) for row in whole if is_allowed(int(row[0])))


def _smi_card(row: Sequence[str]) -> Device:
    busy, used, total, celsius, watts = (_number(cell) for cell in row[-5:])
    return Device(
        f"cuda:{row[0]}",
        ", ".join(row[1:-5]),
        None if busy is None else busy / 100,
        memory_used=None if used is None else int(used * MIB),
        memory_total=None if total is None else int(total * MIB),
        celsius=celsius,
        watts=watts,
    )


def _number(cell: str) -> float | None:
    """Return the number in a cell; None for `[N/A]` and its like."""
    try:
        return float(cell)
    except ValueError:
        return None


def _cpu_model() -> str:
    """Return the processor's name as Linux has it; elsewhere what the platform calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()
