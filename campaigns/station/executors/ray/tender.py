"""Looks after one attempt that an engine holds, from its first answer to its last file."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from campaigns.core.execution import EndCause, StopStep
from campaigns.errors import BadRecipe, Damaged
from campaigns.home.asked import StopRequest
from campaigns.home.paths import AttemptPaths, HomePaths
from campaigns.home.task import Task
from campaigns.station.executors.holding.receiving import Passed, Receiver
from campaigns.station.executors.holding.shipping import ship, unshippable
from campaigns.station.executors.holding.talk import (
    Hold,
    HoldFailed,
    HoldGone,
    HoldReport,
    HoldSilent,
    HoldStage,
    report_from,
)
from campaigns.station.executors.ray.talk import AttemptNews, AttemptPhase
from campaigns.version import VERSION

LONG = 5.0
"""Seconds that a holder may wait for something to happen before it answers."""
GRACE = 8.0
"""Seconds that an answer may take besides."""
BEGINNING = 120.0
"""Seconds that a holder may take to start a worker."""
SIGHT = 30.0
"""Seconds that a node which sees the campaign's folder may take to see the newest file in it: file servers are late."""
SOON = 0.3
"""Seconds before a file that was being replaced is looked at again."""
TROUBLE = 5.0
"""Seconds before what the disk of the home did not take is tried again."""


class HoldUnknown(Exception):
    """The engine knows no attempt of that name."""


class _Refused(Exception):
    """A node cannot run the attempt."""

    def __init__(self, report: HoldReport, words: str) -> None:
        super().__init__(f"{report.host} {words}")
        self.report = report


class Reached(Protocol):
    """Finds the holder of an attempt."""

    def hold(self, name: str) -> Hold:
        """Return the way to a holder.

        Raises:
            HoldUnknown: there is none of that name.
            HoldSilent: the engine does not answer.
        """
        ...


@dataclass(slots=True)
class Tender:
    """One attempt, in a thread of its own."""

    name: str
    paths: AttemptPaths
    reached: Reached
    say: Callable[[AttemptNews], None]
    is_watching: bool = False
    """It only tells: another bridge sees to what has to be done."""
    is_new: bool = False
    """Nobody has given it to the engine before."""
    is_dropped: threading.Event = field(default_factory=threading.Event)
    _last: AttemptNews | None = None
    _heard: float = field(default_factory=time.time)
    _passed: StopStep | None = None
    """The step that the holder was told."""
    _host: str = "a node"
    """Where it is, for a person, as far as the holder has said."""
    _is_begun: bool = False
    """Its worker was told to begin, or may have been."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Look after it until it is over or nobody wants it any more."""
        try:
            self._tend()
        except Passed:
            return
        except HoldUnknown:
            self._tell(AttemptPhase.LOST, "Ray does not know it any more", cause=EndCause.ENGINE)
        except HoldGone as gone:
            self._tell(AttemptPhase.LOST, gone.words, cause=gone.cause)
        except _Refused as refusal:
            report = refusal.report
            self._tell(AttemptPhase.LOST, str(refusal), where=report.host, node=report.node, cause=EndCause.LAUNCH)
        except HoldFailed as failure:
            self._tell(AttemptPhase.LOST, f"{self._host}: {failure}", cause=EndCause.LAUNCH)
        except OSError as failure:
            self._tell(AttemptPhase.LOST, str(failure), cause=EndCause.LAUNCH)
        except (ValueError, BadRecipe) as error:
            words = f"what its node sends is not what an attempt leaves: {error}"
            self._tell(AttemptPhase.LOST, words, cause=EndCause.WORKER)

    def withdraw(self, *, by_force: bool) -> bool:
        """Take it back, and return True, where no worker was told to begin: it has nothing to finish.

        What another bridge has asked for may have begun; it is taken back by force alone, while nobody hears of it.
        """
        with self._lock:
            is_heard = self._last is not None and self._last.phase is not AttemptPhase.QUEUED
            if self._is_begun or is_heard or self.is_dropped.is_set() or not (self.is_new or by_force):
                return False
            self._tell(AttemptPhase.ENDED, "taken back before it began", cause=EndCause.ENGINE)
            self.is_dropped.set()
            return True

    def _tend(self) -> None:
        hold = self._reach()
        if hold is None:
            return
        report = self._asked(hold, "report")
        self._host = report.host if report is not None else self._host
        if report is not None and report.is_shared is not None:
            self._is_begun = True
        elif report is not None and not self.is_watching:
            report = self._begun(hold, report)
        receiver = None if report is None or report.is_shared or self.is_watching else self._receiver()
        if report is not None and receiver is not None:
            report = replace(report, stage=HoldStage.RUNNING)  # until all of it is here
        while report is not None and not self.is_dropped.is_set():
            if report.stage is HoldStage.ENDED:
                self._tell(
                    AttemptPhase.ENDED, report.words, where=report.host, node=report.node, code=report.code,
                    cause=report.cause,
                )  # fmt: skip
                return
            self._tell(AttemptPhase.RUNNING, where=report.host, node=report.node)
            self._pass_on(hold)
            report = self._next(hold, report, receiver)

    def _reach(self) -> Hold | None:
        while not self.is_dropped.is_set():
            try:
                return self.reached.hold(self.name)
            except HoldSilent:
                self._be_silent()
        return None

    def _next(self, hold: Hold, report: HoldReport, receiver: Receiver | None) -> HoldReport | None:
        if receiver is None:
            return self._asked(hold, "report", report.version, LONG)
        while not self.is_dropped.is_set():
            try:
                later = receiver.receive(hold)
            except HoldSilent:
                self._be_silent()
            except OSError:
                # The home's disk takes no more, or fails: the station says so, and nothing is taken until it does.
                self.is_dropped.wait(TROUBLE)
            else:
                self._heard = time.time()
                if receiver.is_behind:
                    self.is_dropped.wait(SOON)
                return later
        return None

    def _asked(self, hold: Hold, method: str, *words: object, seconds: float = LONG + GRACE) -> HoldReport | None:
        """Return what a holder answers, however long that takes; None once nobody wants it any more."""
        while not self.is_dropped.is_set():
            try:
                report = report_from(hold.ask(method, *words, seconds=seconds))
            except HoldSilent:
                self._be_silent()
            else:
                self._heard = time.time()
                return report
        return None

    def _be_silent(self) -> None:
        if self._last is None or self._last.phase is AttemptPhase.QUEUED:
            self._tell(AttemptPhase.QUEUED)  # no holder has answered yet: the engine has not placed it
        else:
            self._tell(AttemptPhase.UNREACHABLE, where=self._last.where, node=self._last.node, since=self._heard)
        self.is_dropped.wait(0.2)

    def _begun(self, hold: Hold, report: HoldReport) -> HoldReport | None:
        """Let a holder begin, in the home itself where its node sees it, else in one of the node's own."""
        if report.program != VERSION:
            raise _Refused(report, f"has alwsl-tui {report.program}, here is {VERSION}")
        end = time.monotonic() + SIGHT
        current: HoldReport | None = report
        while current is not None and current.sees_campaign and not current.sees_home and time.monotonic() < end:
            self.is_dropped.wait(0.5)
            current = self._asked(hold, "report")
        if current is None:
            return None
        if current.sees_home:
            return self._start(hold, True, b"")
        if current.sees_campaign:
            raise _Refused(report, f"sees an older state of {self.home.folder}")
        task = Task.read(self.paths.task)
        if why := unshippable(self.home, task):
            raise _Refused(report, f"does not see {self.home.folder}, and {why}")
        while not self.is_dropped.is_set():
            try:
                ship(self.home, task, hold)
            except HoldSilent:
                self._be_silent()
            else:
                return self._start(hold, False, self.paths.task.read_bytes())
        return None

    def _start(self, hold: Hold, *words: object) -> HoldReport | None:
        with self._lock:
            if self.is_dropped.is_set():
                return None
            self._is_begun = True
        return self._asked(hold, "begin", *words, seconds=BEGINNING)

    @property
    def home(self) -> HomePaths:
        """The home that the attempt belongs to."""
        return HomePaths(self.paths.folder.parents[5])

    def _receiver(self) -> Receiver:
        from campaigns.recipe import load_recipe

        campaign = self.home.campaign(self.paths.folder.parents[3].name)
        return Receiver(self.paths, load_recipe(campaign.recipe).run.checkpoint_minutes * 60)

    def _pass_on(self, hold: Hold) -> None:
        """Say what was asked of the worker while nobody was there to say it."""
        if self.is_watching:
            return
        with suppress(Damaged, OSError, HoldSilent):
            asked = StopRequest.read(self.paths.asked)
            if asked is not None and asked.step is not self._passed:
                hold.ask("stop", asked.step.value, seconds=GRACE)
                self._passed = asked.step

    def _tell(
        self, phase: AttemptPhase, words: str = "", *, where: str = "", node: str = "", code: int = 0,
        cause: EndCause = EndCause.WORKER, since: float | None = None,
    ) -> None:  # fmt: skip
        news = AttemptNews(self.name, phase, words, where, node, code, cause, since)
        if self._last is not None and not node:
            news = replace(news, where=self._last.where, node=self._last.node)
        if news != self._last and not self.is_dropped.is_set():
            self._last = news
            self.say(news)
