"""Where a worker computes, and with how much of the machine."""

import contextlib
import ctypes
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import Literal

import torch

from campaigns.errors import NoDevice

_NAMED = ("numpy", "torchvision", "pillow")
"""Packages beside torch that results may depend on."""
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4
"""Options of glibc's `mallopt`, from malloc.h."""


def load_torchvision() -> ModuleType:
    """Import `torchvision`, also beside a CPU build of torch.

    torchvision's wheels link against CUDA. Beside a CPU torch its operators do not load and its import fails, although
    its models need none of them. Declaring the two names that the import looks up is enough; calling them still fails.
    """
    try:
        import torchvision
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    else:
        return _module(torchvision)
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    operators = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")  # type: ignore[no-untyped-call]
    import torchvision

    module = _module(torchvision)
    # The declarations vanish with the object that made them.
    module.declared_operators = operators  # type: ignore[attr-defined]
    return module


def choose_device(wanted: Literal["auto", "cpu", "cuda"], index: int | None = None) -> torch.device:
    """Return the device to compute on; `auto` is a GPU where there is one. `index` picks among GPUs, the first by
    default.

    Raises:
        NoDevice: when `cuda` is wanted and this machine, or this build of torch, has none, or none of that index.
    """
    count = torch.cuda.device_count()
    if wanted == "cpu" or (wanted == "auto" and not count):
        return torch.device("cpu")
    if not count:
        built = "this torch is built without CUDA" if torch.version.cuda is None else "torch sees no GPU"
        raise NoDevice(f"run.device is cuda, but {built}", hint="run it with --set run.device=cpu")
    if index is not None and not 0 <= index < count:
        known = "only cuda:0" if count == 1 else f"cuda:0 to cuda:{count - 1}"
        raise NoDevice(f"there is no cuda:{index}, this machine has {known}", hint="see CUDA_VISIBLE_DEVICES")
    return torch.device("cuda", index or 0)


def require_devices(device: torch.device, count: int) -> None:
    """Raise NoDevice if a fit is to train on more GPUs than this process may use; a CPU takes any number of processes.

    Raises:
        NoDevice: there are fewer.
    """
    if device.type == "cuda" and torch.cuda.device_count() < count:
        known = torch.cuda.device_count()
        raise NoDevice(
            f"run.gpus_per_fit is {count}, and this worker sees {known} GPU{'' if known == 1 else 's'}",
            hint="see CUDA_VISIBLE_DEVICES, and what the engine was asked for",
        )


def prepare(threads: int, deterministic: bool) -> None:
    """Settle this process, once, before it computes: CPU threads (0 leaves them alone) and reproducible GPU kernels.

    On a CPU the same number of threads gives the same bytes anyway, so `deterministic` changes nothing there.
    """
    if threads:
        torch.set_num_threads(threads)
        # We never run two operators at once. The number can be set once, before the first use: too late is harmless.
        with contextlib.suppress(RuntimeError):
            torch.set_num_interop_threads(1)
    # Without a GPU nothing would change, but the switch itself loads a compiler for more than a second.
    if not torch.cuda.is_available():
        keep_memory()
        return
    if deterministic:
        # cuBLAS reads it when its first handle is made; without it torch refuses to multiply matrices in this mode.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(deterministic)
    # Float32 should mean it: criteria rank by small differences of what the head computes. Backbones have bfloat16.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = not deterministic


def keep_memory() -> None:
    """Let memory that is freed stay with this process, where the C library is glibc.

    Each step on a CPU asks for the same large blocks. Given back to the system they would be mapped and cleared anew
    every time, which takes longer than the arithmetic of a small network.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    for option, value in ((_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, -1), (_M_TOP_PAD, 1 << 26)):
        library.mallopt(option, value)


def node_kind(device: torch.device) -> str:
    """Return the kind of node as far as the bytes of a result may depend on it: two nodes of one kind give the same.

    `cpu AVX512`, or `NVIDIA H200 9.0, CUDA 13.0, cuDNN 91900`. A CPU's part is what PyTorch's own kernels are chosen by
    (`ATEN_CPU_CAPABILITY` lowers it), the limit that oneDNN is set to, and whether it has tiles of matrices, which
    bfloat16 goes through.
    """
    if device.type == "cuda":
        major, minor = torch.cuda.get_device_capability(device)
        name, cudnn = torch.cuda.get_device_name(device), torch.backends.cudnn.version()  # type: ignore[no-untyped-call]
        return f"{name} {major}.{minor}, CUDA {torch.version.cuda}, cuDNN {cudnn}"
    parts = ["cpu", torch.backends.cpu.get_cpu_capability()]
    if platform.machine() not in ("x86_64", "AMD64"):
        parts.append(platform.machine())
    parts += ["AMX"] if torch.cpu._is_amx_tile_supported() else []
    parts += [f"oneDNN {limit}"] if (limit := os.environ.get("ONEDNN_MAX_CPU_ISA")) else []
    return " ".join(parts)


def describe(device: torch.device) -> str:
    """Describe the device and the versions that a result depends on, in one line for the journal."""
    if device.type == "cuda":
        where = f"{device} {torch.cuda.get_device_name(device)}, CUDA {torch.version.cuda}"
    else:
        where = f"{device}, {torch.get_num_threads()} threads"
    versions = [f"Python {platform.python_version()}", f"torch {torch.__version__}"]
    for package in _NAMED:
        with contextlib.suppress(PackageNotFoundError):
            versions.append(f"{package} {version(package)}")
    return f"{where}; {', '.join(versions)}"


def _module(candidate: object) -> ModuleType:
    assert isinstance(candidate, ModuleType)
    return candidate
