"""What this machine can run at once: cores, and GPUs without importing torch."""

import functools
import os
import shutil
import subprocess


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
