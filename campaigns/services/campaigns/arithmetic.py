"""How a campaign computes: threads and precision, decided when it is created, by what the machine is, never by a clock.

The frozen recipe holds the answer, and workers do as it says: on a loaded machine, and on another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.errors import BadRecipe, NoDevice
from campaigns.recipe import BACKBONES, ModelSpec, Recipe, RunSpec
from campaigns.station.machine import compute_capability, cpu_flags, gpus, sane_threads

CPU_UNITS: Mapping[str, frozenset[str]] = {
    "float32": frozenset(),
    "bfloat16": frozenset({"avx512_bf16", "amx_bf16", "bf16"}),
    "float16": frozenset({"avx512_fp16", "amx_fp16", "asimdhp"}),
}
"""Flags of processors that compute in a precision; the others emulate it, tens of times slower than float32."""
LEAST_CAPABILITY: Mapping[str, tuple[int, int]] = {"float32": (0, 0), "bfloat16": (8, 0), "float16": (7, 0)}
"""NVIDIA's compute capability from which on a GPU has matrix units for a precision."""
FASTEST: Mapping[str, tuple[str, ...]] = {"cpu": ("bfloat16",), "cuda": ("bfloat16", "float16")}
"""What a kind of device may compute in instead of float32, the best first."""


@dataclass(frozen=True, slots=True)
class Processor:
    """What workers of a campaign compute on, as far as the precision depends on it."""

    device: str
    """`cpu` or `cuda`."""
    flags: frozenset[str] = frozenset()
    """cpu: what all cores can do, in the words of Linux."""
    capability: tuple[int, int] = (0, 0)
    """cuda: compute capability of the weakest GPU."""

    @property
    def name(self) -> str:
        """For a person."""
        if self.device == "cpu":
            return "this processor"
        return f"the GPU (compute capability {self.capability[0]}.{self.capability[1]})"

    def has_units(self, precision: str) -> bool:
        """Return whether it computes in that precision, and does not emulate it."""
        if self.device == "cpu":
            return precision == "float32" or bool(CPU_UNITS[precision] & self.flags)
        return self.capability >= LEAST_CAPABILITY[precision]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How the workers of a campaign compute."""

    device: str
    """`cpu` or `cuda`: what the precision was decided for."""
    threads: int
    """Of a worker on the CPU."""
    precision: str
    """`float32`, `bfloat16` or `float16`."""
    why: str
    """For a person: what the precision follows from."""


def best_precision(model: ModelSpec, processor: Processor) -> tuple[str, str]:
    """Return the precision in which that model trains fastest without need, by the backbone's facts, and why."""
    backbone = BACKBONES[model.backbone]
    least = backbone.pays_from
    if model.training == "frozen":
        return "float32", "only the head trains"
    if least is None:
        return "float32", f"{model.backbone} gains too little from a lower precision"
    if model.image_size < least:
        return "float32", f"below {least} pixels a lower precision gains too little"
    for precision in FASTEST[processor.device]:
        if processor.has_units(precision) and precision in backbone.precisions:
            return precision, f"{processor.name} has units for it"
    return "float32", f"{processor.name} has no units for {' or '.join(FASTEST[processor.device])}"


def require_precision(model: ModelSpec, precision: str, processor: Processor) -> None:
    """Raise BadRecipe if the model never computes in that precision, NoDevice if the processor cannot.

    Torch would emulate it, tens of times slower than float32: nobody asks for that knowingly.
    """
    if precision != "float32" and model.training == "frozen":
        raise BadRecipe(
            f"run.precision is {precision}, and the head of a frozen backbone always computes in float32",
            hint="use --set run.precision=float32, or --set model.training=finetune",
        )
    if not processor.has_units(precision):
        raise NoDevice(
            f"run.precision is {precision}, and {processor.name} has no units for it",
            hint="use --set run.precision=auto",
        )


def device_of(run: RunSpec) -> str:
    """Return the kind of device that workers of such a campaign get on this machine: `cpu` or `cuda`."""
    return "cuda" if run.device != "cpu" and gpus() else "cpu"


def this_processor(device: str) -> Processor:
    """Return what this machine has of that kind; a GPU whose driver is silent about it counts as the weakest."""
    if device == "cpu":
        return Processor(device, flags=cpu_flags())
    return Processor(device, capability=compute_capability() or (0, 0))


def decide_arithmetic(recipe: Recipe) -> Arithmetic:
    """Return what the recipe says, and decide for this machine what it leaves open.

    Raises:
        BadRecipe: it asks for a precision that its model never computes in.
        NoDevice: it asks for one that this machine has no units for.
    """
    run, device = recipe.run, device_of(recipe.run)
    processor = this_processor(device)
    if run.precision == "auto":
        precision, why = best_precision(recipe.model, processor)
    else:
        require_precision(recipe.model, run.precision, processor)
        precision, why = run.precision, "as the recipe says"
    return Arithmetic(device, run.threads or sane_threads(run.gpus_per_fit), precision, why)


def with_arithmetic(recipe: Recipe, arithmetic: Arithmetic) -> Recipe:
    """Return the recipe with threads and precision as they were decided; nothing is left to a worker."""
    decided = {"threads": arithmetic.threads, "precision": arithmetic.precision}
    return recipe.model_copy(update={"run": recipe.run.model_copy(update=decided)})
