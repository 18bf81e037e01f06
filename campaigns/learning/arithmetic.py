"""In which precision a backbone computes: the fastest one of this machine, measured, not believed."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from campaigns.home.files import read_json, write_json
from campaigns.learning.memory import is_memory
from campaigns.learning.models import WeakModel

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
WORTH = 1.5
"""How much faster a lower precision has to be before it is used: well above noise, so that it is the same each time."""
SHORT = 0.05
"""Seconds of a step that is too short to measure well and to gain from."""
REPEATS = 3
BF16_UNITS = ("avx512_bf16", "amx_bf16", "bf16")
"""Flags of processors that compute in bfloat16; the others emulate it, three times slower than float32."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What was chosen, and why."""

    precision: str
    """`float32`, `bfloat16` or `float16`."""
    device: str
    why: str
    """For a person: the figures, or why nothing was measured."""

    @property
    def dtype(self) -> torch.dtype:
        """The same as torch says it."""
        return DTYPES[self.precision]


def settled(path: Path, choose: Callable[[], Arithmetic], *, tell: Callable[[str], None]) -> Arithmetic:
    """The choice kept in `path`; the first worker of a campaign chooses for all, and tells."""
    said: Any = read_json(path)
    if said is None:
        draft = path.with_name(f".{path.name}.draft-{os.getpid()}")
        write_json(draft, asdict(choose()))
        try:
            path.hardlink_to(draft)  # fails when somebody else was first: theirs counts
            chosen = Arithmetic(**read_json(path))
            tell(f"computes in {chosen.precision} on {chosen.device}: {chosen.why}")
        except FileExistsError:
            pass
        except OSError:  # a disk without links
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        said = read_json(path)
    return Arithmetic(**said)


def choose_arithmetic(
    wanted: str, make: Callable[[], WeakModel], *, size: int, batch: int, device: torch.device
) -> Arithmetic:
    """The precision asked for, or with `auto` the fastest one that trains; `make` gives a model to measure with."""
    name = str(device) if device.type == "cpu" else torch.cuda.get_device_name(device)
    if wanted != "auto":
        return Arithmetic(wanted, name, "as the recipe says")
    other = _candidate(device)
    if other is None:
        return Arithmetic("float32", name, "this processor has no units for bfloat16")
    model = make()
    model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    seconds = {kind: _step_seconds(model, kind, size=size, batch=batch, device=device) for kind in ("float32", other)}
    ratio = seconds["float32"] / seconds[other]
    why = f"a training step takes {seconds['float32']:.3f} s in float32 and {seconds[other]:.3f} s in {other}"
    is_worth_it = ratio >= WORTH and seconds["float32"] >= SHORT
    return Arithmetic(other if is_worth_it else "float32", name, why)


def _candidate(device: torch.device) -> str | None:
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text().split() if cpuinfo.exists() else []
    return "bfloat16" if set(BF16_UNITS) & set(flags) else None


def _step_seconds(model: WeakModel, precision: str, *, size: int, batch: int, device: torch.device) -> float:
    """Seconds of a step with a whole batch, computed in pieces where memory asks for it."""
    model.precision = DTYPES[precision]
    pieces = 1
    while True:
        x = torch.zeros(-(-batch // pieces), 3, size, size, device=device).to(memory_format=torch.channels_last)
        try:
            return pieces * statistics.median([_seconds(model, x) for _ in range(REPEATS + 1)][1:])
        except (MemoryError, RuntimeError) as error:
            if len(x) == 1 or not is_memory(error):
                raise
        # Outside the handler: the error holds the tensors that have to go first.
        pieces *= 2
        model.zero_grad(set_to_none=True)
        torch.cuda.empty_cache()


def _seconds(model: WeakModel, x: torch.Tensor) -> float:
    began = time.perf_counter()
    model(x).sum().backward()  # type: ignore[no-untyped-call]
    model.zero_grad(set_to_none=True)
    if x.is_cuda:
        torch.cuda.synchronize(x.device)
    return time.perf_counter() - began
