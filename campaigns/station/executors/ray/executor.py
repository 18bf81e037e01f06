"""Workers as actors of Ray: one detached, named actor holds each, and Ray's library is in a child of the station.

An actor is known by a name that is never given twice. Whoever knows the name finds it again.
"""

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from threading import RLock

from campaigns.core.execution import (
    RAY,
    Busy,
    Capacity,
    Condition,
    EndCause,
    Ended,
    Handle,
    Lost,
    Queued,
    Running,
    Slot,
    StopStep,
    Unreachable,
    Wish,
    device_of,
    executor_of,
)
from campaigns.home.paths import AttemptPaths
from campaigns.home.submission import Submission
from campaigns.home.task import Task
from campaigns.station.executors.ray.address import obstacle_at, unanswered
from campaigns.station.executors.ray.line import BridgeLine
from campaigns.station.executors.ray.room import (
    Load,
    device_for,
    lack_of_nodes,
    lack_of_room,
    load_of,
    options_for,
    workers_on,
)
from campaigns.station.executors.ray.talk import AttemptNews, AttemptPhase, BridgeOrder, BridgeVerb, ClusterNode

FIRST = 15.0
"""Seconds that somebody who only looks waits for the first answer: a child of his own has to find the cluster."""
AGAIN = 5.0
"""Seconds after which a step that was asked for may be asked again."""
SHUNNED = 600.0
"""Seconds for which a node that refused a job of a campaign gets no other one of it, as long as there are others."""
ASKING = "ray is asked what it has"


@dataclass(slots=True)
class _RayCharge:
    """An attempt that Ray has, or is to get."""

    order: BridgeOrder
    load: Load = field(default_factory=lambda: Load(0))
    is_known: bool = False
    """The bridge has spoken of it: it is never given to Ray a second time."""
    is_new: bool = False
    last: Condition | None = None
    asked: dict[StopStep, float] = field(default_factory=dict)
    campaign: str = ""


@dataclass(slots=True)
class RayExecutor:
    """Gives each worker to a cluster of Ray, when that has room for it."""

    address: str
    """`auto`, `HOST:PORT` or `//HOST:PORT`, as behind `ray:`."""
    is_looking: bool = False
    """It starts nothing, and asks Ray only of attempts."""
    line: BridgeLine = field(init=False)
    nodes: tuple[ClusterNode, ...] = ()
    """As last answered, those too that are gone."""
    _ever: dict[str, ClusterNode] = field(default_factory=dict)
    """Every node that was ever there: one that is started again is waited for."""
    _charges: dict[Handle, _RayCharge] = field(default_factory=dict)
    _shunned: dict[tuple[str, str], float] = field(default_factory=dict)
    """By campaign and node, until when."""
    _starts: int = 0
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self.line = BridgeLine(self.address)

    @property
    def name(self) -> str:
        """The executor's name."""
        return f"{RAY}:{self.address}"

    def capacity(self, wish: Wish) -> Capacity:
        """Return how many such jobs the cluster runs at once, as far as it is known."""
        load = load_of(wish.threads, options_for(wish, self.nodes))
        return Capacity(device_for(wish, self.nodes), max(1, workers_on(self.nodes, load)))

    def obstacle(self, wish: Wish) -> str:
        """Return why such a job could never run there, as far as it is known; empty when it could."""
        if obstacle := obstacle_at(self.address) or self.line.refusal:
            return obstacle
        if wish.processes > 1:
            return f"a fit wants {wish.processes} devices, and a worker that Ray runs has one"
        ever = tuple(self._ever.values())
        return lack_of_nodes(ever, load_of(wish.threads, options_for(wish, ever)))

    def require(self, wish: Wish) -> str:
        """Return why such a job could not be given to Ray now, after asking it; empty when it could."""
        if obstacle := obstacle_at(self.address):
            return obstacle
        end = time.monotonic() + 2 * FIRST
        while not (self.nodes or self.line.refusal) and time.monotonic() < end and self.line.starts < 3:
            self.look()
            time.sleep(0.05)
        if not (self.nodes or self.line.refusal):
            return f"ray at {self.address} cannot be reached: {self.line.complaint or unanswered(self.address)}"
        return self.obstacle(wish)

    def free(self, wish: Wish, busy: Sequence[Busy]) -> Slot | str:
        """Return a slot when a node has room, or why none has."""
        if obstacle := obstacle_at(self.address):
            return obstacle
        if not self.nodes:
            if self.is_looking:  # who only looks asks no cluster of what waits: the station does, and starts it
                given = sum(executor_of(other.slot) == self.name for other in busy)
                return f"behind {given} jobs that ray has of this home" if given else Slot("cpu", None, self.name)
            self.look()
        if self.line.silent_since is not None:
            return f"ray is out of reach: {self.line.complaint or unanswered(self.address)}"
        if not self.nodes:
            return ASKING
        options = options_for(wish, self.nodes)
        load = load_of(wish.threads, options)
        unplaced = self._unplaced(busy, load.share)
        if (why := lack_of_room(self.nodes, load, unplaced)) and len(unplaced) >= self._ahead():
            return why
        return Slot(device_for(wish, self.nodes), None, self.name, options)

    def _unplaced(self, busy: Sequence[Busy], share: float) -> list[Load]:
        """Return what those workers take that Ray has not told of yet: its count of what is free leaves them out."""
        waiting = [charge.load for charge in self._charges.values() if isinstance(charge.last, Queued | None)]
        ours = [other for other in busy if executor_of(other.slot) == self.name]
        # Given away within this look at the queue, and not started yet.
        fresh = ours[len(self._charges) :]
        return waiting + [Load(other.threads, share if device_of(other.slot) == "cuda" else 0.0) for other in fresh]

    def _ahead(self) -> int:
        """Return how many jobs Ray is given that it has no room for yet: it starts them sooner than we could look."""
        return max(1, sum(node.is_alive for node in self.nodes))

    def is_ready(self, threads: int, slot: Slot) -> bool:
        """Return whether Ray answered a moment ago."""
        return self.line.silent_since is None and self.line.has_heard

    def start(self, task: Task, paths: AttemptPaths, slot: Slot) -> Handle:
        """Give the worker of an attempt to Ray.

        Raises:
            OSError: its folder cannot be written; nothing runs.
        """
        paths.folder.mkdir(parents=True, exist_ok=True)
        task.write(paths.task)
        name = f"alwsl-{task.campaign}-{task.job.id}-{task.attempt}-{os.urandom(4).hex()}"
        submission = Submission(RAY, name, time.time(), cluster=self.address)
        # Before Ray is asked: whoever comes after a station that is killed now finds the actor by its name. It is the
        # proof of a shared folder, too: no node could read it elsewhere.
        submission.write(paths.engine)
        load = load_of(task.threads, slot.options)
        order = BridgeOrder(
            BridgeVerb.START, name, paths.folder, task.threads, load.share,
            tuple(option for option in slot.options if not option.startswith("num_gpus:")),
            tuple(self._shunned_by(task)),
        )  # fmt: skip
        handle = Handle(submission.to_text())
        with self._lock:
            self._charges[handle] = _RayCharge(order, load, is_new=True, campaign=task.campaign)
            if self.line.starts == self._starts:  # else all are told below
                self.line.tell(order)
        return handle

    def _shunned_by(self, task: Task) -> set[str]:
        now, unlike = time.monotonic(), {node.id for node in self.nodes if node.name in task.avoid}
        return unlike | {node for (of, node), until in self._shunned.items() if of == task.campaign and until > now}

    def recall(self, paths: AttemptPaths) -> Handle | None:
        """Return the handle that the note beside the task names; None where Ray was not asked.

        Raises:
            Damaged: no station wrote it.
        """
        submission = Submission.read(paths.engine)
        return None if submission is None else Handle(submission.to_text())

    def adopt(self, handle: Handle, paths: AttemptPaths) -> None:
        """Look after an actor that another station has asked for."""
        with self._lock, suppress(ValueError):  # one that nobody of ours gave means nothing
            submission = Submission.from_text(handle)
            if handle in self._charges:
                return
            order = BridgeOrder(
                BridgeVerb.WATCH if self.is_looking else BridgeVerb.ADOPT, submission.name, paths.folder
            )
            campaign = paths.folder.parents[3].name
            self._charges[handle] = _RayCharge(order, is_known=True, campaign=campaign)
            if self.line.starts == self._starts:
                self.line.tell(order)

    def look(self) -> Mapping[Handle, Condition]:
        """Return what the bridge said last of every attempt; an answer is waited for only by who merely looks."""
        with self._lock:
            self._take_news()
            end = time.monotonic() + FIRST
            while self.is_looking and self._is_unheard() and time.monotonic() < end:
                time.sleep(0.02)
                self._take_news()
            silent = self.line.silent_since
            return {handle: self._condition(charge, silent) for handle, charge in self._charges.items()}

    def _condition(self, charge: _RayCharge, silent_since: float | None) -> Condition:
        if isinstance(charge.last, Ended | Lost):
            return charge.last
        if silent_since is not None or (self.is_looking and charge.last is None):
            return Unreachable(silent_since or time.time())
        if isinstance(charge.last, Queued) or (charge.last is None and charge.is_new):
            return Queued(lack_of_room(self.nodes, charge.load, ()) if self.nodes else "")
        return charge.last or Running()

    def _is_unheard(self) -> bool:
        return any(charge.last is None for charge in self._charges.values()) and self.line.starts < 3

    def _take_news(self) -> None:
        charges = {charge.order.name: charge for charge in self._charges.values()}
        for news in self.line.poll():
            if news.nodes is not None:
                self.nodes = news.nodes
                self._ever |= {node.id: node for node in news.nodes if node.is_alive}
            if news.attempt is not None and (charge := charges.get(news.attempt.name)):
                self._take(charge, news.attempt)
        if self._starts != self.line.starts:
            # A new child knows of nothing: it finds each actor by its name.
            self._starts = self.line.starts
            for charge in charges.values():
                if not isinstance(charge.last, Ended | Lost):
                    is_start = charge.order.verb is BridgeVerb.START and not charge.is_known
                    verb = charge.order.verb if is_start or self.is_looking else BridgeVerb.ADOPT
                    self.line.tell(replace(charge.order, verb=verb))

    def _take(self, charge: _RayCharge, news: AttemptNews) -> None:
        if isinstance(charge.last, Ended | Lost):
            return
        charge.is_known = True
        charge.last = _told(news)
        if news.cause is EndCause.LAUNCH and news.node and isinstance(charge.last, Ended | Lost):
            self._shunned[charge.campaign, news.node] = time.monotonic() + SHUNNED

    def ask(self, handle: Handle, step: StopStep) -> None:
        """Let the actor signal its worker, or end it."""
        charge = self._charges.get(handle)
        if charge is None or isinstance(charge.last, Ended | Lost):
            return
        if time.monotonic() - charge.asked.get(step, -AGAIN) < AGAIN:
            return
        charge.asked[step] = time.monotonic()
        self.line.tell(BridgeOrder(BridgeVerb.ASK, charge.order.name, step=step))

    def forget(self, handle: Handle) -> None:
        """Look after an attempt no longer, and let its actor go."""
        with self._lock:
            charge = self._charges.pop(handle, None)
            if charge is not None:
                self.line.tell(replace(charge.order, verb=BridgeVerb.FORGET))

    def close(self) -> None:
        """End the child; attempts go on."""
        self.line.close()


@cache
def looking_ray(address: str) -> RayExecutor:
    """Return the executor of this process for who starts nothing."""
    return RayExecutor(address, is_looking=True)


def _told(news: AttemptNews) -> Condition:
    match news.phase:
        case AttemptPhase.QUEUED:
            return Queued(news.words)
        case AttemptPhase.RUNNING:
            return Running(news.where)
        case AttemptPhase.UNREACHABLE:
            return Unreachable(news.since or time.time())
        case AttemptPhase.ENDED:
            return Ended(news.code, news.words, news.cause)
        case AttemptPhase.LOST:
            return Lost(news.words, news.cause)
