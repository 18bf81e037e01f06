"""What this machine can run at once: cores, and GPUs without importing torch."""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

from campaigns.home.allotment import Allotment

_CAPABILITY = re.compile(r"^(\d+), *(\d+)\.(\d+)$", re.MULTILINE)
_FLAGS = re.compile(r"^(?:flags|Features)\s*:(.*)$", re.MULTILINE)
"""A line for each core: the first word on x86, the second on ARM."""


def cores() -> int:
    """Return how many cores this process may use: a container may have fewer than its machine."""
    return Allotment().cores()


def sane_threads(processes: int = 1) -> int:
    """Return the threads of a worker's processes on the CPU: small jobs gain more from company than from threads."""
    return max(1, min(4, cores() // 4) // processes)


@functools.cache
def gpus() -> tuple[int, ...]:
    """Return the indices of the NVIDIA GPUs this process may use; none where there is no driver."""
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
    """Return whether the environment lets this process see that GPU."""
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    return allowed is None or str(gpu) in {part.strip() for part in allowed.split(",")}


def driver_says(*arguments: str, seconds: float = 30) -> str:
    """Return what `nvidia-smi` answers; empty where there is none, or it fails, or takes longer than `seconds`."""
    query = shutil.which("nvidia-smi")
    if query is None:
        return ""
    try:
        answer = subprocess.run([query, *arguments], capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:  # a driver that hangs is no driver
        return ""
    return answer.stdout if answer.returncode == 0 else ""
