"""A cluster of Ray as its head tells it: connecting, and which nodes there are and what of them is free."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ray
from ray.exceptions import RayError

from campaigns.station.executors.ray.address import CLIENT, can_be_reached
from campaigns.station.executors.ray.room import load_of, workers_on
from campaigns.station.executors.ray.talk import BridgeNews, BridgeOrder, ClusterNode

NAMESPACE = "alwsl"
"""Of all our actors: their names are never given twice, whichever home they are of."""
EVERY = 1.0
"""Seconds between two questions."""
WRONG_VERSION = "Version mismatch"
NO_TOKEN = ("Unauthenticated", "InvalidAuthToken", "uthentication token")
"""Parts of what Ray says of a token that is missing, or another one."""
_KNOWN = {"CPU", "GPU", "memory", "object_store_memory"}


def connect(address: str) -> BridgeNews | None:
    """Connect to a cluster as one of its drivers; return what keeps us from it, None when nothing does."""
    if not can_be_reached(address):  # Ray itself would try for more than a minute
        return BridgeNews(complaint=f"nobody listens at {address.removeprefix(CLIENT)}")
    full = f"ray:{address}" if address.startswith(CLIENT) else address
    try:
        ray.init(
            address=full, namespace=NAMESPACE, log_to_driver=False, configure_logging=False,
            logging_level=logging.ERROR,
        )  # fmt: skip
    except (ConnectionError, RuntimeError, ValueError, AssertionError, ImportError, OSError, RayError) as error:
        words = " ".join(str(error).split())[:600]
        if WRONG_VERSION in words:
            return BridgeNews(refusal=words, hint="install the same Ray and Python here as on the cluster")
        if any(part in _chain(error) for part in NO_TOKEN):
            where = address.removeprefix(CLIENT)
            return BridgeNews(
                refusal=f"the cluster at {where} wants its token: set RAY_AUTH_MODE=token and its RAY_AUTH_TOKEN here",
                hint="it is the one that its head was started with",
            )
        return BridgeNews(complaint=words or type(error).__name__)
    return None


def _chain(error: BaseException | None) -> str:
    """Return what an error says, and those that it came of."""
    words = []
    while error is not None:
        words.append(str(error))
        error = error.__cause__ or error.__context__
    return "\n".join(words)


@dataclass(slots=True)
class Cluster:
    """What was last heard of a cluster."""

    say: Callable[[BridgeNews], None]
    is_far: bool
    """It is reached through Ray's client."""
    heard: float | None = None
    """When the head answered last, in seconds since the epoch."""
    nodes: Mapping[str, ClusterNode] = field(default_factory=dict)

    def watch(self) -> None:
        """Ask over and over, for ever: a head that is gone does not answer until Ray's library ends this process."""
        while True:
            self.ask()
            time.sleep(EVERY)

    def ask(self) -> None:
        """Ask which nodes there are, and say so where that is news."""
        try:
            nodes = tuple(_nodes(is_far=self.is_far))
        except (RayError, ConnectionError, RuntimeError):  # not now: the silence says it
            return
        self.heard = time.time()
        if nodes != tuple(self.nodes.values()):
            self.nodes = {node.id: node for node in nodes}
            self.say(BridgeNews(heard=self.heard, nodes=nodes))

    def name_of(self, node: str) -> str:
        """Return the name of a node; empty when it is not known."""
        return self.nodes[node].name if node in self.nodes else ""

    def is_dead(self, node: str, *, within: float) -> bool:
        """Return whether a node is known to be dead, or is so within some seconds."""
        end = time.monotonic() + within
        while node in self.nodes and self.nodes[node].is_alive and time.monotonic() < end:
            time.sleep(EVERY / 4)
        return node in self.nodes and not self.nodes[node].is_alive

    def shunned_by(self, order: BridgeOrder) -> tuple[str, ...]:
        """Return the nodes to keep such a job from, where others could run it; none: it waits for no other one."""
        if not order.shunned:
            return ()
        load = load_of(order.threads, (f"num_gpus:{order.share}", *order.needs))
        able = {node.id for node in self.nodes.values() if workers_on([node], load)}
        return order.shunned if able - set(order.shunned) else ()


def _nodes(*, is_far: bool) -> Iterable[ClusterNode]:
    # Ray's client knows the sum alone: Ray itself has to say what waits.
    free: Mapping[str, Mapping[str, float]] = {} if is_far else _free()
    for node in alive_and_dead():
        id_, total = str(node["NodeID"]), node.get("Resources", {})
        left = free.get(id_, total)
        yield ClusterNode(
            id_, str(node.get("NodeManagerHostname") or node.get("NodeName", "")), bool(node["Alive"]),
            float(total.get("CPU", 0)), round(float(left.get("CPU", 0)), 4), float(total.get("GPU", 0)),
            round(float(left.get("GPU", 0)), 4), float(total.get("memory", 0)),
            {name: float(amount) for name, amount in left.items() if name not in _KNOWN and ":" not in name},
            {str(name): str(text) for name, text in node.get("Labels", {}).items()},
        )  # fmt: skip


def alive_and_dead() -> Sequence[Mapping[str, Any]]:
    """Return every node that the head knows, as Ray describes it."""
    nodes: Sequence[Mapping[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return nodes


def _free() -> Mapping[str, Mapping[str, float]]:
    answer: Mapping[str, Mapping[str, float]] = ray._private.state.available_resources_per_node()  # type: ignore[no-untyped-call]
    return answer
