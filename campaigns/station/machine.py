"""What this machine can run at once: cores, and GPUs without importing torch."""

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_CAPABILITY = re.compile(r"^(\d+), *(\d+)\.(\d+)$", re.MULTILINE)
_FLAGS = re.compile(r"^(?:flags|Features)\s*:(.*)$", re.MULTILINE)
"""A line for each core: the first word on x86, the second on ARM."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a worker runs."""

    device: str
    """`cpu` or `cuda`."""
    gpu: int | None = None
    """Index of the GPU, as the driver counts."""

    def __str__(self) -> str:
        return self.device if self.gpu is None else f"{self.device}:{self.gpu}"

    @property
    def environment(self) -> dict[str, str]:
        """What the worker's environment says, before torch is imported."""
        return {
            "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
            "CUDA_VISIBLE_DEVICES": "" if self.gpu is None else str(self.gpu),
        }


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def sane_threads() -> int:
    """Threads of one worker on the CPU: small jobs gain more from company than from threads."""
    return min(4, max(1, cores() // 4))


@functools.cache
def gpus() -> tuple[int, ...]:
    """Indices of the NVIDIA GPUs this process may use; none where there is no driver."""
    there = driver_says("--query-gpu=index", "--format=csv,noheader")
    return tuple(int(line) for line in there.split() if line.isdigit() and is_allowed(int(line)))


@functools.cache
def compute_capability() -> tuple[int, int] | None:
    """Return what the weakest of `gpus` can do, as NVIDIA counts; None when the driver does not say it of each."""
    answers = driver_says("--query-gpu=index,compute_cap", "--format=csv,noheader")
    known = {int(index): (int(major), int(minor)) for index, major, minor in _CAPABILITY.findall(answers)}
    cards = gpus()
    return min(known[card] for card in cards) if cards and known.keys() >= set(cards) else None


@functools.cache
def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return what every core of this machine can do, in the words of Linux; nothing where there is no such file."""
    text = cpuinfo.read_text(encoding="utf-8", errors="replace") if cpuinfo.exists() else ""
    cores_ = [frozenset(flags.split()) for flags in _FLAGS.findall(text)]
    return frozenset.intersection(*cores_) if cores_ else frozenset()


def is_allowed(gpu: int) -> bool:
    """True unless the environment hides that GPU from this process."""
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    return allowed is None or str(gpu) in {part.strip() for part in allowed.split(",")}


def driver_says(*arguments: str, seconds: float = 30) -> str:
    """What `nvidia-smi` answers; empty where there is none, or it fails, or takes longer than `seconds`."""
    query = shutil.which("nvidia-smi")
    if query is None:
        return ""
    try:
        found = subprocess.run([query, *arguments], capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:  # a driver that hangs is no driver
        return ""
    return found.stdout if found.returncode == 0 else ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a job needs to run."""

    device: str
    """`auto`, `cpu` or `cuda`."""
    threads: int
    workers_per_gpu: int


@dataclass(frozen=True, slots=True)
class Busy:
    """One worker that runs already."""

    slot: str
    threads: int


def free_slot(wish: Wish, busy: Sequence[Busy]) -> Slot | str:
    """Where a job may run now, or the reason why it has to wait."""
    cards = gpus()
    if wish.device != "cpu" and cards:
        load = {card: sum(other.slot == f"cuda:{card}" for other in busy) for card in cards}
        card = min(cards, key=load.__getitem__)
        if load[card] < wish.workers_per_gpu:
            return Slot("cuda", card)
        return f"every GPU has {wish.workers_per_gpu} worker{'s' if wish.workers_per_gpu > 1 else ''} already"
    if wish.device == "cuda":
        return "this machine has no GPU"
    used = sum(other.threads for other in busy if other.slot == "cpu")
    # The first worker may always run, even one that wants more threads than there are cores.
    if used and used + wish.threads > cores():
        return f"{used} of {cores()} cores are taken, it wants {wish.threads}"
    return Slot("cpu")
