"""What a recipe says of where and how it runs: its section `run`."""

from typing import Annotated, Literal

from pydantic import Field

from campaigns.core.schedule import Order
from campaigns.recipe.heads import Count
from campaigns.recipe.needs import Needs, as_options
from campaigns.recipe.section import Section
from campaigns.recipe.slurm_spec import SlurmSpec


class RunSpec(Section):
    """Where and how workers run. Nothing here changes what a campaign means."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers_per_gpu: Count = 1
    gpus_per_fit: Count = 1
    """Devices that each fit trains on, with a process for each: each batch is divided among them, in their order."""
    threads: Annotated[int, Field(ge=0)] = 0
    """Threads of each process on the CPU; 0 means chosen when the campaign is created, from the cores there are."""
    order: Order = "depth"
    """Where there are fewer slots than arms: `depth` runs an arm to its end before the next one starts, `breadth` lets
    the arms of a trial take turns, round by round."""
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """What a backbone that trains computes in; `auto`: chosen when the campaign is created, by model and machine."""
    compile: bool = False
    """Compile a backbone that trains: worth the minutes it takes on a GPU and in long campaigns only."""
    deterministic: bool = True
    """cuda: use only kernels that give the same bytes each time."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a lost worker is started again before its job counts as failed."""
    pixel_cache_gib: Annotated[float, Field(ge=0)] = 20.0
    """Decoded images are cached up to this size; beyond it they are decoded in every epoch."""
    feature_cache_gib: Annotated[float, Field(ge=0)] = 64.0
    """frozen: a campaign whose feature maps would take more is not created."""
    slurm: SlurmSpec | None = None
    """What `sbatch` is told where Slurm runs the campaign; what is not said here, `SBATCH_*` says."""
    needs: Needs | None = None
    """What a node of Ray has to have: a label by its text, or so much of a resource."""
    mixed: Literal["refuse", "allow"] = "refuse"
    """Nodes of an engine that are of several kinds: whether a trial may go on on another kind than it began on."""
    checkpoint_minutes: Annotated[float, Field(ge=0, le=1440)] = 5.0
    """Ray, without a shared folder: how seldom checkpoints come home at most; on the node one is kept every epoch."""

    score_shards: Annotated[int, Field(ge=1)] = 8192 * 64
    """A pool of more images is scored by several jobs, each of so many, rounded up to a multiple of 8192."""

    @property
    def node_needs(self) -> tuple[str, ...]:
        """What a node has to have, as Ray's executor is told."""
        return as_options(self.needs or {})
