"""`python -m campaigns.station.executors.ray.bridge ADDRESS`: speaks to Ray for a station, in lines of JSON.

It is a child of the station, which it outlives by no more than a moment: it ends when nobody speaks to it any more.
The actors go on, and whoever is started next finds each by its name.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import ray
from ray.exceptions import ActorUnavailableError, ActorUnschedulableError, RayActorError, RayError, RayTaskError

from campaigns.core.execution import NODE_LABEL, EndCause, StopStep
from campaigns.errors import Damaged
from campaigns.home.identity import home_id
from campaigns.home.paths import AttemptPaths
from campaigns.home.task import Task
from campaigns.station.executors.holding.talk import (
    Hold,
    HoldFailed,
    HoldGone,
    HoldOrder,
    HoldSilent,
    report_from,
    to_bytes,
)
from campaigns.station.executors.ray.actor import RayAttempt
from campaigns.station.executors.ray.address import CLIENT
from campaigns.station.executors.ray.cluster import Cluster, connect
from campaigns.station.executors.ray.talk import (
    AttemptNews,
    BridgeNews,
    BridgeOrder,
    BridgeVerb,
    line_of,
    read_order,
)
from campaigns.station.executors.ray.tender import HoldUnknown, Tender

HANDS = 16
"""Calls that an actor answers at once: one may wait for something to happen."""
SETTLING = 3.0
"""Seconds that Ray is given to tell whether the node of an actor that died is dead, too."""
REPORTING = frozenset({"report", "begin", "stop"})
"""Methods that answer with a report, which names the node."""
FAILED_IMPORT = ("failed to import", "No module named")
"""Words of Ray's about a node that lacks what the actor is made of."""


@dataclass(slots=True)
class _RayHold:
    """The way to an actor."""

    actor: Any
    cluster: Cluster
    node: str = ""
    """Where it was, as far as it has said."""
    _late: "tuple[tuple[object, ...], Future[Any]] | None" = None
    """What was asked last, where no answer came in time."""

    def ask(self, method: str, *words: object, seconds: float) -> bytes:
        """Return what the actor answers; see `Hold`."""
        try:
            answer = self._answer_to(method, words).result(timeout=seconds)
            self._late = None
        except TimeoutError as error:
            raise HoldSilent(f"no answer within {seconds:g} s") from error
        except RayError as error:
            self._late = None
            raise self._meaning_of(error) from error
        if method in REPORTING and not self.node:
            self.node = report_from(answer).node
        return bytes(answer)

    def _answer_to(self, method: str, words: tuple[object, ...]) -> "Future[Any]":
        # Who asks the same again waits for the first answer: an actor that is placed hours later is asked once.
        if self._late is None or self._late[0] != (method, words):
            # Not `ray.get` with a timeout, over and over: what is large never comes from another node that way.
            self._late = ((method, words), getattr(self.actor, method).remote(*words).future())
        return self._late[1]

    def tell(self, method: str, *words: object) -> None:
        """Say something that no answer is waited for."""
        with suppress(RayError):
            getattr(self.actor, method).remote(*words)

    def _meaning_of(self, error: RayError) -> HoldFailed | HoldSilent | HoldGone:
        match error:
            case RayTaskError():
                return HoldFailed(_last_line(error))
            case ActorUnavailableError():  # not its end
                return HoldSilent(_last_line(error))
            case RayActorError():
                return self._gone(error)
            case ActorUnschedulableError():
                return HoldGone(f"Ray could not place it: {_last_line(error)}", EndCause.LAUNCH)
        return HoldSilent(_last_line(error))

    def _gone(self, error: RayActorError) -> HoldGone:
        words = str(error)
        name = self.cluster.name_of(self.node)
        if error.preempted:
            return HoldGone(f"preempted{f' on {name}' if name else ''}", EndCause.PREEMPTION)
        if self.cluster.is_dead(self.node, within=SETTLING):
            return HoldGone(f"the node failed{f': {name}' if name else ''}", EndCause.NODE)
        if any(part in words for part in FAILED_IMPORT):
            return HoldGone(f"a node has no alwsl-tui for {sys.executable}: {_last_line(error)}", EndCause.LAUNCH)
        if not self.node:
            is_node = "node" in words and ("died" in words or "dead" in words or "terminated" in words)
            cause = EndCause.NODE if is_node else EndCause.LAUNCH
            return HoldGone(f"Ray could not start it: {_last_line(error)}", cause)
        return HoldGone(f"killed with its actor on {name or self.node}: {_last_line(error)}", EndCause.WORKER)


@dataclass(slots=True)
class Bridge:
    """All that a station has in a cluster."""

    cluster: Cluster
    say: Callable[[BridgeNews], None]
    _tenders: dict[str, Tender] = field(default_factory=dict)
    _holds: dict[str, _RayHold] = field(default_factory=dict)
    _orders: dict[str, BridgeOrder] = field(default_factory=dict)
    """Attempts that are to be given to Ray, unless it has them."""

    def obey(self, order: BridgeOrder) -> None:
        """Carry out what the station asks; nothing here waits for Ray."""
        match order.verb:
            case BridgeVerb.START | BridgeVerb.ADOPT | BridgeVerb.WATCH:
                if order.name not in self._tenders:
                    self._tend(order)
            case BridgeVerb.ASK:
                tender, hold = self._tenders.get(order.name), self._holds.get(order.name)
                if tender is not None and tender.withdraw(by_force=order.step is StopStep.KILL):
                    self._let_go(order.name)
                elif hold is not None and order.step is not None:
                    hold.tell("stop", order.step.value)
            case BridgeVerb.FORGET:
                self._orders.pop(order.name, None)
                if (tender := self._tenders.pop(order.name, None)) is not None:
                    tender.is_dropped.set()
                    if not tender.is_watching:
                        self._let_go(order.name)

    def _let_go(self, name: str) -> None:
        if (hold := self._holds.pop(name, None)) is not None:
            threading.Thread(target=_end, args=(hold.actor,), daemon=True).start()

    def _tend(self, order: BridgeOrder) -> None:
        if order.verb is BridgeVerb.START:
            self._orders[order.name] = order
        tender = Tender(
            order.name, AttemptPaths(order.folder), self, self._pass,
            is_watching=order.verb is BridgeVerb.WATCH, is_new=order.verb is BridgeVerb.START,
        )  # fmt: skip
        self._tenders[order.name] = tender
        threading.Thread(target=tender.run, name=order.name, daemon=True).start()

    def _pass(self, news: AttemptNews) -> None:
        self.say(BridgeNews(attempt=news))

    def hold(self, name: str) -> Hold:
        """Return the way to an actor; an attempt that is to begin gets one, unless it has.

        Raises:
            HoldUnknown: Ray knows none of that name.
            HoldSilent: Ray does not answer.
        """
        try:
            actor = _actor_of(name)
            if actor is None:
                order = self._orders.get(name)
                if order is None or _has_begun(AttemptPaths(order.folder)):
                    raise HoldUnknown(name)
                actor = _new_actor(order, self.cluster)
        except (RayError, ConnectionError) as error:
            raise HoldSilent(_last_line(error)) from error
        hold = self._holds[name] = _RayHold(actor, self.cluster)
        tender = self._tenders.get(name)
        if tender is None or tender.is_dropped.is_set():  # nobody wants it any more, since a moment ago
            self._let_go(name)
        return hold


def _actor_of(name: str) -> Any:
    try:
        return ray.get_actor(name)
    except ValueError:
        return None


def _has_begun(paths: AttemptPaths) -> bool:
    """Return whether a worker was here: its actor is gone, and another one would begin the attempt anew."""
    return paths.process.exists() or paths.journal.exists() or paths.exit.exists()


def _new_actor(order: BridgeOrder, cluster: Cluster) -> Any:
    task = Task.read(AttemptPaths(order.folder).task)
    hold = HoldOrder(
        order.name, task.home, home_id(task.home), order.folder, task.campaign, task.job.id, task.attempt,
        order.threads, is_on_card=order.share > 0,
    )  # fmt: skip
    labels, resources = {}, {}
    for need in order.needs:
        kind, _, rest = need.partition(":")
        name, _, value = rest.partition("=")
        if kind == NODE_LABEL:
            labels[name] = value
        else:
            resources[name] = float(value)
    options: dict[str, Any] = {
        "name": order.name, "lifetime": "detached", "max_restarts": 0, "max_task_retries": 0,
        "max_concurrency": HANDS, "num_cpus": order.threads, "num_gpus": order.share, "resources": resources,
    }  # fmt: skip
    if shunned := cluster.shunned_by(order):
        labels[NODE_ID] = f"!in({','.join(shunned)})"
    if labels:
        options["label_selector"] = labels
    try:
        return _actor_class().options(**options).remote(to_bytes(hold))
    except ValueError as error:
        if (actor := _actor_of(order.name)) is None:
            raise HoldGone(f"Ray refuses it: {_last_line(error)}", EndCause.LAUNCH) from error
        return actor  # a moment ago somebody else was faster


NODE_ID = "ray.io/node-id"
"""The label by which each node of Ray bears its own id."""


@cache
def _actor_class() -> Any:
    return ray.remote(RayAttempt)


def _end(actor: Any) -> None:
    with suppress(RayError, ValueError):
        ray.kill(actor, no_restart=True)


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__


def speaking() -> Callable[[BridgeNews], None]:
    """Return what writes a line where the station reads it; whatever else is printed from here on goes to stderr."""
    lines, lock = os.dup(1), threading.Lock()
    os.dup2(2, 1)

    def say(news: BridgeNews) -> None:
        content = memoryview(line_of(news))
        with lock:
            try:
                while content:
                    content = content[os.write(lines, content) :]
            except BrokenPipeError:  # the station is gone
                os._exit(0)

    return say


def main(address: str) -> int:
    """Connect, and do what the lines on stdin say until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    say = speaking()
    if (refusal := connect(address)) is not None:
        say(refusal)
        return 1
    cluster = Cluster(say, is_far=address.startswith(CLIENT))
    threading.Thread(target=cluster.watch, daemon=True).start()
    threading.Thread(target=_beat, args=(cluster, say), daemon=True).start()
    bridge = Bridge(cluster, say)
    for line in sys.stdin.buffer:
        try:
            bridge.obey(read_order(line))
        except (ValueError, Damaged) as error:
            say(BridgeNews(complaint=f"a bridge was told what it does not understand: {error}"))
    # Not the way out that Ray's library knows, which waits for a head that may be gone.
    os._exit(0)


def _beat(cluster: Cluster, say: Callable[[BridgeNews], None]) -> None:
    while True:
        say(BridgeNews(heard=cluster.heard))
        time.sleep(1.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
