"""What `doctor` is told of a cluster of Ray, node by node: a line of JSON each."""

from dataclasses import dataclass

from campaigns.station.executors.slurm.probe import NodeSight


@dataclass(frozen=True, slots=True)
class RaySight:
    """What a node says."""

    view: NodeSight
    ray: str
    """Version of Ray there."""
    scratch: str
    """Where it would make a home of its own."""
    free: int
    """Bytes that are free there."""


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """One line of the probe."""

    node: str = ""
    sight: RaySight | None = None
    failure: str = ""
    """Why the node said nothing; without a node, why the cluster cannot be asked."""
    hint: str = ""
