"""Somebody at a real terminal who knows the truth, and types it by the keys of the screen to label on.

    python -m tests.labelling.person FOLDER [--size 80x24] [--kills 100] [--outages 30] …

FOLDER holds photographs with `labels.csv`, as drawn ones do, or is a `VOC2007`. What they type of each photograph, and
by which keys, is drawn: digits, letters of a class, every class by itself, marks and answers that are taken back.
"""

import csv
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.core.labels import Label, resolve
from campaigns.home.answers import read_answers
from campaigns.services.workspace import ensure_station
from tests.patience import Deadline
from tests.stage import processes, require_ended
from tests.tui.terminal import Terminal

NAME = re.compile(r"^ (\S+)  ")
"""The photograph that is shown, at the start of the second line."""
ROUND = re.compile(r"round (\d+)")
SIGNS = {"✓": True, "·": False}
"""Marks of a class; every other sign is none."""
IS_OVER, IS_WAITING = "Everything is labelled", "Nothing is asked for now"
SLIPS = 0.08
"""How often each kind of mistake is made, and taken back."""


class Killed(Exception):
    """The screen was killed between two keys."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What there is to see on photographs."""

    classes: tuple[str, ...]
    present: Mapping[str, frozenset[str]]
    """By photograph."""

    @classmethod
    def read(cls, table: Path) -> "Truth":
        """Read a table with a column a class."""
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        classes = tuple(name for name in rows[0] if name != "image")
        return cls(classes, {row["image"]: frozenset(c for c in classes if row[c] == "1") for row in rows})


@dataclass
class Person:
    """Labels for one campaign until nothing is asked for any more."""

    terminal: Terminal
    name: str
    """Of the campaign."""
    truth: Truth
    draw: random.Random
    by: str = "anna"
    kills: int = 0
    """How often the screen is still to be killed."""
    outages: int = 0
    """How often station and workers are still to be killed."""
    keys: int = 0
    """Pressed so far."""
    answered: set[str] = field(default_factory=set)
    """Photographs whose answer the screen has shown to be kept, by showing another one."""

    def open(self) -> None:
        """Open the screen."""
        self.terminal.open("label", self.name, "--by", self.by)

    def label(self) -> None:
        """Label all that is asked for, round by round, until the budget is used up."""
        self.open()
        while (image := self._upcoming()) is not None:
            try:
                self._label(image)
            except Killed:
                self.require_kept()
                self.open()
        self.require_kept()
        self.terminal.press("C-q")
        self.terminal.shows("ended:0")

    def require_kept(self) -> None:
        """Raise AssertionError unless every answer that was shown to be kept is on the disk, and true."""
        place = self.terminal.place
        kept = resolve(read_answers(place.home.labels(self.name))).images
        wrong = [image for image in self.answered if image not in kept or kept[image].labels != self._labels(image)]
        assert wrong == [], {image: kept.get(image) for image in wrong}

    def _labels(self, image: str) -> dict[str, Label]:
        return {name: Label.YES if name in self.truth.present[image] else Label.NO for name in self.truth.classes}

    def _upcoming(self) -> str | None:
        """Return the photograph that is to be labelled next, once there is one; None when all is labelled."""
        text = self._until(lambda text: IS_OVER in text or NAME.match(_line(text)) is not None, self._outage)
        return None if IS_OVER in text else shown(text)

    def _outage(self, text: str) -> None:
        """Kill what trains while it does, and let another station go on."""
        place = self.terminal.place
        if IS_WAITING in text and self.outages and self.draw.random() < 0.2:
            killed = [*processes(place, "campaigns.station"), *processes(place, "campaigns.worker")]
            for process in killed:
                process.kill()
            require_ended(killed)
            self.outages -= bool(killed)
            ensure_station(place)

    def _label(self, image: str) -> None:
        if self._slips():
            self._skip_and_return(image)
        if self._slips():
            self._answer(image, self.truth.classes[:1])
            self._return(image)
        self._answer(image, self._present(image))
        if self._slips() and shown(self.terminal.screen()) not in (None, image):
            self._return(image)
            self._correct(image)
            self._enter(image)
        self.answered.add(image)

    def _present(self, image: str) -> Sequence[str]:
        return [name for name in self.truth.classes if name in self.truth.present[image]]

    def _answer(self, image: str, present: Sequence[str]) -> None:
        """Mark classes by keys that are drawn, and go on with the next photograph."""
        if len(self.truth.classes) <= 10 and self.draw.random() < 0.2:
            for at, name in enumerate(self.truth.classes):
                self._press(*(["Down"] if at else []), "y" if name in present else "n")
            self._require_marks({name: name in present for name in self.truth.classes})
            self._enter(image, "Space")
            return
        if self._slips():
            self._press("2")
            self._require_marks({self.truth.classes[1]: True})
            self._press("BSpace")
            self._require_marks({self.truth.classes[1]: None})
        for name in present:
            self._mark(name)
        self._require_marks({name: name in present or None for name in self.truth.classes})
        self._enter(image)

    def _mark(self, name: str) -> None:
        """Mark a class as present by its digit, or by its letters."""
        at = self.truth.classes.index(name)
        if at < 10 and self.draw.random() < 0.8:
            self._press(str((at + 1) % 10))
            return
        self._press("/")
        self._until(lambda text: "letters of a class" in text)
        self._press(*name)
        self._press("Enter")
        self._require_marks({name: True})

    def _correct(self, image: str) -> None:
        """Let the marks of a photograph that came back be what they should be."""
        present = self._present(image)
        marks = self._until_marks(lambda marks: any(marks.values()) or not present)
        for name in self.truth.classes:
            is_present = name in present
            if is_present != bool(marks.get(name)):
                self._mark(name)
                if not is_present:
                    self._press("n")
        self._require_marks({name: True for name in present})

    def _skip_and_return(self, image: str) -> None:
        self._press("s")
        self._until(lambda text: "Skip this image" in text)
        self._press("Down", "Enter")
        if self._next(image) is not None:
            self._return(image)

    def _return(self, image: str) -> None:
        """Take the last answer back: its photograph is asked again."""
        self.answered.discard(image)
        self._until(lambda text: f"last: {image[:6]}" in text or "last:" in text)
        self._press("BSpace")
        self._until(lambda text: shown(text) == image)

    def _enter(self, image: str, key: str = "Enter") -> None:
        self._press(key)
        self._next(image)

    def _next(self, image: str) -> str | None:
        """Return the photograph behind one, once it is shown; None when nothing more is asked for now."""
        text = self._until(
            lambda text: IS_OVER in text or IS_WAITING in text or shown(text) not in (None, image)
        )
        return shown(text)

    def _slips(self) -> bool:
        return self.draw.random() < SLIPS

    def _press(self, *keys: str) -> None:
        for key in keys:
            if self.kills and self.draw.random() < 0.03:
                self._kill()
            self.terminal.press(key)
            self.keys += 1

    def _kill(self) -> None:
        """Kill the screen at a moment that is drawn, while its last key may still be on the way."""
        self.kills -= 1
        time.sleep(0.05 * self.draw.random())
        for process in self.terminal.programs():
            process.kill()
        self.terminal.shows("ended:137")
        self.terminal.recover()
        raise Killed

    def _require_marks(self, wanted: Mapping[str, bool | None]) -> None:
        self._until_marks(lambda marks: all(marks.get(name) is mark for name, mark in wanted.items()))

    def _until_marks(self, is_so: Callable[[Mapping[str, bool | None]], bool]) -> Mapping[str, bool | None]:
        text = self._until(lambda text: is_so(marks_of(text, self.truth.classes)))
        return marks_of(text, self.truth.classes)

    def _until(self, is_so: Callable[[str], bool], meanwhile: Callable[[str], None] = lambda _: None) -> str:
        deadline = Deadline()
        while True:
            text = self.terminal.screen()
            if is_so(text):
                return text
            meanwhile(text)
            deadline.require_time(self.terminal.screen)
            time.sleep(max(0.02, deadline.pause()))


def shown(text: str) -> str | None:
    """Return the photograph that a screen shows; None while none is drawn."""
    match = NAME.match(_line(text))
    return match[1] if match else None


def marks_of(text: str, classes: Sequence[str]) -> dict[str, bool | None]:
    """Return the marks on classes that a screen shows; None where there is none."""
    marks: dict[str, bool | None] = {}
    for name in classes:
        match = re.search(rf"[▸ ][0-9 ] {re.escape(name)} +([✓·?–]) ", text)
        if match:
            marks[name] = SIGNS.get(match[1])
    return marks


def _line(text: str) -> str:
    return text.split("\n", 2)[1] if "\n" in text else ""
