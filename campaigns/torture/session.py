"""One scratch home, tortured: a campaign, side commands and viewers at once, and kill -9 of all of them."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from threading import Event

import psutil

from campaigns.core.execution import LOCAL
from campaigns.errors import JobFailed
from campaigns.home.paths import AttemptPaths
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.station.ingest import last_lines
from campaigns.store.campaigns import is_name_taken
from campaigns.torture.labelled import LABELLED, Person, new_labelled
from campaigns.torture.promises import Outcome, Watch, bugs, counted, leftovers, losses, unheard
from campaigns.torture.scratch import (
    CAMPAIGN,
    MOST_SECONDS,
    Lives,
    Scratch,
    began,
    ended,
    new_arguments,
    screens,
    tidy,
)
from campaigns.torture.targets import (
    COMMANDS,
    MOMENTS,
    PIXELS,
    SEARCH_SECONDS,
    Census,
    Kill,
    KillTarget,
    ProcessKind,
    kill_at_moment,
    words_of,
)

WATCH_SECONDS = 0.25
MODULES: Mapping[ProcessKind, str] = {
    ProcessKind.STATION: "campaigns.station",
    ProcessKind.NURSERY: "campaigns.worker.nursery",
}
"""What processes run that are killed as long as a home has them."""
KILLERS = 2
"""Threads that kill workers."""
SIDE_COMMANDS = 0.7
"""Share of the killed commands that make, list, add and delete; the others run the campaign."""
SCREENS = 0.3
"""Share of the viewers that are screens on a terminal; the others print."""
BEGINNINGS = 0.3
"""Share of the screens that are killed from their start on; the others once something is drawn."""
REFUSED = 2
"""Exit code of a command that finds its work done: the name is taken, or there is none of that name."""


@dataclass(slots=True)
class Session:
    """One home, from its first command to the comparison of what it leaves."""

    scratch: Scratch
    number: int
    seed: str
    lives: Lives
    quota: Mapping[ProcessKind, int]
    """Kills of each kind of process, at most: the campaign may end before."""
    until: float
    """On the monotonic clock: no kills after that, the campaign only goes on to its end."""
    kills_made: list[Kill] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    _targeted: set[int] = field(default_factory=set)
    _killed: list[AttemptPaths] = field(default_factory=list)
    """Attempts whose workers were killed."""
    _over: Event = field(default_factory=Event)
    _began: float = field(default_factory=time.monotonic)

    @property
    def place(self) -> Workspace:
        """The home."""
        return open_workspace(self.scratch.folder / f"home-{self.number}")

    @property
    def log(self) -> Path:
        """What its commands print."""
        return self.scratch.folder / f"home-{self.number}.log"

    def run(self, expected: Mapping[str, Outcome]) -> None:
        """Run everything at once, to the end; what was killed and lost is in `kills` and `losses` then.

        `expected` is what each campaign leaves undisturbed, by name.
        """
        killers = [partial(self._kill_workers, n) for n in range(KILLERS)]
        killers += [partial(self._kill_those_of, kind, module) for kind, module in MODULES.items()]
        lines: list[Callable[[], None]] = [*killers, self._view, self._side_commands, self._watch]
        with ThreadPoolExecutor(len(lines) + 1) as pool:
            others = [pool.submit(line) for line in lines]
            people = pool.submit(self._people)
            try:
                self._campaign()
                people.result()
            finally:
                self._over.set()
            for other in others:
                other.result()
        tidy(self.place, self.scratch, self.log)
        self.losses += [f"left for ever: {path}" for path in leftovers(self.place)]
        for name, left in expected.items():
            self.losses += losses(self.place, name, left)
            self.losses += unheard(self.place, name, self._killed)
        self.losses += bugs(self.log, self.place.home.station_log)
        self.losses = [f"home {self.number}: {line}" for line in counted(self.losses)]
        for line in self.losses or [f"home {self.number}: nothing was lost"]:
            self.scratch.tell(line)

    def _campaign(self) -> None:
        """Make the campaign and run it again and again until it is done; the commands are killed for a while."""
        rng = self._rng("campaign")
        self._made(CAMPAIGN, rng, self.scratch.executor)
        while time.monotonic() < self._began + MOST_SECONDS:
            code = self._run_command(["run", CAMPAIGN, "--headless"], rng, life=self.lives.run, share=1)
            if code == 0:
                return
            if code not in {-9, JobFailed.exit_code}:
                self.losses.append(f"run ended with {code}: {last_lines(self.log, 5)}")
        self.losses.append(f"not done after {MOST_SECONDS:.0f} s: {last_lines(self.log, 5)}")

    def _people(self) -> None:
        """Make the campaign that people label, and answer all that it asks for; each command is killed for a while."""
        rng = self._rng("people")
        for arguments in (new_labelled(self.scratch.album), ["start", LABELLED]):
            self._repeat(arguments, rng, life=self.lives.new)
        person = Person(self.place, partial(self._answer, rng))
        person.label(until=self._began + MOST_SECONDS)
        self.losses += person.losses

    def _answer(self, rng: Random, arguments: Sequence[str]) -> bool:
        """Give one answer until its command was not killed; return whether that said that it is kept."""
        code, share = -9, 1
        while code == -9 and time.monotonic() < self._began + MOST_SECONDS:
            code = self._run_command(arguments, rng, life=self.lives.answer, share=share, kind=ProcessKind.WRITER)
            share = 1 if rng.random() < 0.5 else 0
        if code not in {0, -9}:
            self.losses.append(f"an answer ended with {code}: {last_lines(self.log, 5)}")
        return code == 0

    def _side_commands(self) -> None:
        """Make, list and delete campaigns beside the one that matters; each command is killed, then asked again."""
        rng, number = self._rng("side commands"), 0
        while self._goes_on(ProcessKind.COMMAND):
            number += 1
            name = f"side-{number}"
            self._made(name, rng)
            self._repeat(["list"], rng, life=self.lives.show)
            self._repeat(["data", "add", "photos", str(self.scratch.photos)], rng, life=self.lives.new)
            if self._repeat(["delete", name, "--yes"], rng, life=self.lives.show) and self._is_there(name):
                self.losses.append(f"{name} is there, though it was deleted")

    def _made(self, name: str, rng: Random, executor: str = LOCAL) -> None:
        if self._repeat(new_arguments(name, executor), rng, life=self.lives.new) and not self._is_there(name):
            self.losses.append(f"{name} is not there, though it was made")

    def _repeat(self, arguments: list[str], rng: Random, *, life: float) -> bool:
        """Repeat a command until it was not killed: after a kill every other one is spared.

        False when it did not come to its end, or the home's time is over.
        """
        share = SIDE_COMMANDS
        while time.monotonic() < self._began + MOST_SECONDS:
            code = self._run_command(arguments, rng, life=life, share=share)
            share = SIDE_COMMANDS if rng.random() < 0.5 else 0
            if code in {0, REFUSED}:
                return True
            if code != -9:
                self.losses.append(f"{arguments[0]} ended with {code}: {last_lines(self.log, 5)}")
                return False
        return False

    def _view(self) -> None:
        rng = self._rng("viewer")
        while self._goes_on(ProcessKind.VIEWER):
            if rng.random() < SCREENS:
                self._screens(rng)
                continue
            arguments = rng.choice((["show", CAMPAIGN], ["list"], ["queue"], ["show", CAMPAIGN, "--json"]))
            code = self._run_command(arguments, rng, life=self.lives.show, share=1, kind=ProcessKind.VIEWER)
            if code not in {0, -9, REFUSED}:  # it may look before the campaign is made
                self.losses.append(f"{arguments[0]} ended with {code}: {last_lines(self.log, 5)}")

    def _screens(self, rng: Random) -> None:
        home = self.place.home.folder
        drawn = self.log.with_suffix(".screens")
        with screens(self.scratch.program, home=home, log=drawn) as child:
            # They take longer than a command to begin, and have no end of their own.
            does = "begins to show screens" if rng.random() < BEGINNINGS else "shows screens"
            while does == "shows screens" and not drawn.stat().st_size and self._goes_on(ProcessKind.VIEWER):
                if child.poll() is not None:
                    break
                self._over.wait(SEARCH_SECONDS)
            target = KillTarget(psutil.Process(child.pid), home, MOMENTS[ProcessKind.VIEWER])
            moment = kill_at_moment(target, rng, life=self.lives.show, until=self.until)
            code = child.poll()
        if moment is not None:
            self._note(ProcessKind.VIEWER, f"{does} and {moment}")
        elif code is not None:
            self.losses.append(f"the screens ended by themselves with {code}: {last_lines(drawn, 5)}")

    def _kill_workers(self, killer: int) -> None:
        home = self.place.home
        rng, census = self._rng(f"worker {killer}"), Census(home.folder)
        while self._goes_on(ProcessKind.WORKER):
            # Each killer has workers of its own, so that two that run side by side are both in danger.
            fresh = [process for process in census.of("campaigns.worker") if process.pid not in self._targeted]
            if not fresh:
                self._over.wait(SEARCH_SECONDS)
                continue
            process = rng.choice(fresh)
            self._targeted.add(process.pid)
            try:
                attempt = AttemptPaths(Path(words_of(process)[-1]))
            except (psutil.Error, IndexError):
                continue
            target = KillTarget(process, attempt.folder.parent.parent, MOMENTS[ProcessKind.WORKER])
            if rng.random() < 0.1:
                target = KillTarget(process, home.folder, PIXELS)
            moment = kill_at_moment(target, rng, life=self.lives.worker, until=self.until)
            # One that had said its last word was not killed, only hurried.
            if moment is not None and not attempt.exit.exists():
                self._note(ProcessKind.WORKER, moment)
                self._killed.append(attempt)

    def _kill_those_of(self, kind: ProcessKind, module: str) -> None:
        home = self.place.home.folder
        rng, census = self._rng(kind), Census(home)
        while self._goes_on(kind):
            processes = census.of(module)
            if not processes:
                self._over.wait(SEARCH_SECONDS)
                continue
            target = KillTarget(rng.choice(processes), home, MOMENTS[kind])
            # A station of any age is like a young one that has adopted workers, so young ones are killed more often.
            life = self.lives.worker / 2 if kind is ProcessKind.STATION else self.lives.run
            moment = kill_at_moment(target, rng, life=life, until=self.until)
            if moment is not None:
                self._note(kind, moment)

    def _run_command(
        self,
        arguments: Sequence[str],
        rng: Random,
        *,
        life: float,
        share: float = SIDE_COMMANDS,
        kind: ProcessKind = ProcessKind.COMMAND,
    ) -> int:
        """Run a command and return its exit code; it is killed while its kind has had less than its share of kills."""
        child = began(self.scratch.program, *arguments, home=self.place.home.folder, log=self.log)
        moment = None
        if self._goes_on(kind) and self._count(kind) < share * self.quota[kind]:
            try:
                moments = {**MOMENTS[kind], **COMMANDS.get(arguments[0], {})}
                target = KillTarget(psutil.Process(child.pid), self.place.home.folder, moments)
                moment = kill_at_moment(target, rng, life=life, until=self.until)
            except psutil.NoSuchProcess:
                moment = None
        code = ended(child)
        if code == -9 and moment is not None:
            self._note(kind, f"does {arguments[0]} and {moment}")
        return code

    def _watch(self) -> None:
        watch = Watch(self.place)
        while not self._over.wait(WATCH_SECONDS):
            watch.look()
        self.losses += watch.losses

    def _is_there(self, name: str) -> bool:
        with self.place.store() as store:
            return is_name_taken(store, name)

    def _goes_on(self, kind: ProcessKind) -> bool:
        return not self._over.is_set() and time.monotonic() < self.until and self._count(kind) < self.quota[kind]

    def _count(self, kind: ProcessKind) -> int:
        return sum(kill.kind is kind for kill in self.kills_made)

    def _note(self, kind: ProcessKind, moment: str) -> None:
        kill = Kill(kind, moment, self.number, time.monotonic() - self._began)
        self.kills_made.append(kill)
        self.scratch.tell(str(kill))

    def _rng(self, line: str) -> Random:
        return Random(f"{self.seed}/{self.number}/{line}")  # noqa: S311  moments of kills, no secrets
