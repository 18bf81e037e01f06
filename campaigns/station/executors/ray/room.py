"""What a cluster of Ray has room for, and in which words it has none. Ray places by itself: this says when to ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns.core.execution import NODE_LABEL, Wish
from campaigns.station.executors.ray.talk import ClusterNode

CARD = "num_gpus"
"""First word of the option that says how much of a card a worker takes."""
SLACK = 1e-4
"""Ray counts ten thousandths of a resource."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one worker takes of a node."""

    threads: int
    share: float = 0.0
    """Of a card."""
    labels: tuple[tuple[str, str], ...] = ()
    resources: tuple[tuple[str, float], ...] = ()

    @property
    def words(self) -> str:
        """For a person: `2 cores, half a GPU`."""
        parts = [f"{self.threads} core{'' if self.threads == 1 else 's'}"]
        parts += [f"{self.share:g} GPU"] if self.share else []
        parts += [f"{name} {amount:g}" for name, amount in self.resources]
        return ", ".join(parts + [f"{name} {text}" for name, text in self.labels])


def load_of(threads: int, options: Iterable[str]) -> Load:
    """Return what a worker takes, from the options of a wish or a slot."""
    share, labels, resources = 0.0, [], []
    for option in options:
        kind, _, rest = option.partition(":")
        name, _, value = rest.partition("=")
        if kind == CARD:
            share = float(rest)
        elif kind == NODE_LABEL:
            labels.append((name, value))
        else:
            resources.append((name, float(value)))
    return Load(threads, share, tuple(labels), tuple(resources))


def device_for(wish: Wish, nodes: Sequence[ClusterNode]) -> str:
    """Return what a wish comes to on these nodes: `cpu` or `cuda`."""
    return "cuda" if wish.device == "cuda" or (wish.device == "auto" and _has_cards(nodes)) else "cpu"


def options_for(wish: Wish, nodes: Sequence[ClusterNode]) -> tuple[str, ...]:
    """Return what the executor is told of a worker: what it needs, and its share of a card."""
    share = (f"{CARD}:{1 / wish.workers_per_gpu:.4f}",) if device_for(wish, nodes) == "cuda" else ()
    return (*share, *wish.options)


def workers_on(nodes: Sequence[ClusterNode], load: Load) -> int:
    """Return how many such workers run at once on these nodes when nothing else does."""
    return sum(_times(node, load) for node in nodes if node.is_alive)


def lack_of_room(nodes: Sequence[ClusterNode], load: Load, unplaced: Sequence[Load]) -> str:
    """Return why one more worker has no room now, beside those that Ray has not placed yet; empty when it has."""
    left = [node for node in nodes if node.is_alive]
    for other in unplaced:
        at = next((i for i, node in enumerate(left) if _fits(node, other)), None)
        if at is not None:
            left[at] = _without(left[at], other)
    if any(_fits(node, load) for node in left):
        return ""
    able = [node for node in left if _meets(node, load)]
    if load.share:
        taken, cards = (sum(node.cards - node.free_cards for node in able), sum(node.cards for node in able))
        if taken > SLACK:
            return f"{taken:g} of {cards:g} GPUs are taken"
    free, cores = sum(node.free_cores for node in able), sum(node.cores for node in able)
    return f"needs {load.words}; {max(0, free):g} of {cores:g} cores are free, on no node enough"


def lack_of_nodes(nodes: Sequence[ClusterNode], load: Load) -> str:
    """Return why no node that was ever there could run such a worker; empty when one could, or none is known."""
    if not nodes or any(_meets(node, load) for node in nodes):
        return ""
    return f"no node of this cluster has {load.words}"


def _has_cards(nodes: Sequence[ClusterNode]) -> bool:
    return any(node.cards > SLACK for node in nodes)


def _meets(node: ClusterNode, load: Load) -> bool:
    """Return whether a node could run such a worker when nothing else runs there."""
    whole = replace(node, free_cores=node.cores, free_cards=node.cards)
    return all(name in node.resources for name, _ in load.resources) and _fits(whole, replace(load, resources=()))


def _fits(node: ClusterNode, load: Load) -> bool:
    return (
        node.free_cores + SLACK >= load.threads
        and _card_share(node) + SLACK >= load.share
        and all(node.resources.get(name, 0.0) + SLACK >= amount for name, amount in load.resources)
        and all(node.labels.get(name) == text for name, text in load.labels)
    )


def _card_share(node: ClusterNode) -> float:
    """Return how much of a card a worker may have: parts of two cards make none."""
    whole = int(node.free_cards + SLACK)
    return 1.0 if whole else node.free_cards


def _without(node: ClusterNode, load: Load) -> ClusterNode:
    resources: Mapping[str, float] = dict(load.resources)
    return replace(
        node, free_cores=node.free_cores - load.threads, free_cards=node.free_cards - load.share,
        resources={name: amount - resources.get(name, 0.0) for name, amount in node.resources.items()},
    )  # fmt: skip


def _times(node: ClusterNode, load: Load) -> int:
    if not _meets(node, load):
        return 0
    by_cores = node.cores / max(1, load.threads)
    return int((min(by_cores, node.cards / load.share) if load.share else by_cores) + SLACK)
