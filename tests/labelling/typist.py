"""Somebody at a real terminal who knows the truth, and types it by the keys of the screen to label on.

What they type of each photograph, and by which keys, is drawn: digits, letters of a class, every class by itself, marks
and answers that are taken back.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from campaigns.core.labels import Label, LabelledImage, resolve
from campaigns.home.answers import read_answers
from campaigns.services.labelling.requests import next_images
from campaigns.services.workspace import ensure_station
from tests.cli.calling import good
from tests.labelling.reading import marks_of, shown
from tests.labelling.truth import Truth
from tests.patience import Deadline
from tests.stage import kill, processes, require_ended
from tests.tui.terminal import Terminal

IS_OVER, IS_WAITING, HAS_FAILED = "Everything is labelled", "Nothing is asked for now", "a job failed"
MOMENT = 4.0
"""Seconds within which what trains is killed: a worker has started, trained and picked by then."""
SLIPS = 0.08
"""How often each kind of mistake is made, and taken back."""


class Killed(Exception):
    """The screen was killed between two keys."""


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
    kill_share: float = 0.03
    """Of keys, those before which the screen is killed."""
    outages: int = 0
    """How often station and workers are still to be killed."""
    outages_a_wait: int = 30
    """How often they are killed at most between two requests: a round has to end some time."""
    outage_wait: float | None = None
    """Seconds to the next time that they are killed; None while there is something to label."""
    outage_from: float = 0.0
    """Since when, on the monotonic clock."""
    outages_of_wait: int = 0
    """Since there was something to label."""
    keys: int = 0
    """Pressed so far."""
    answered: set[str] = field(default_factory=set)
    """Photographs whose answer the screen has shown to be kept, by showing another one."""
    marks: Mapping[str, bool | None] = field(default_factory=dict)
    """Of the last answer."""
    mistaken: str = ""
    """The photograph whose last answer is wrong, and is to be taken back."""

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
                self._go_on()
        self.require_kept()
        self.terminal.press("C-q")
        self.terminal.shows("ended:0")

    def _go_on(self) -> None:
        """Open the screen again and mend what was wrong, however often it is killed over it."""
        while True:
            self.require_kept()
            self.open()
            with suppress(Killed):
                return self._mend()

    def require_kept(self) -> None:
        """Raise AssertionError unless every answer that was shown to be kept is on the disk, and true."""
        kept = self._kept()
        wrong = [image for image in self.answered if not self._is_true(image, kept)]
        assert wrong == [], {image: kept.get(image) for image in wrong}

    def _kept(self) -> Mapping[str, LabelledImage]:
        return resolve(read_answers(self.terminal.place.home.labels(self.name))).images

    def _is_true(self, image: str, kept: Mapping[str, LabelledImage]) -> bool:
        return image in kept and kept[image].labels == self._labels(image) and not kept[image].skips

    def _mend(self) -> None:
        """Take back a wrong answer that was kept before the screen was killed."""
        kept = self._kept()
        if self.mistaken in kept and not self._is_true(self.mistaken, kept):
            self._until(lambda text: shown(text) is not None)
            labels = kept[self.mistaken].labels
            self.marks = {name: labels.get(name) is Label.YES or None for name in self.truth.classes}
            self._return(self.mistaken, self.marks)
            self._correct(self.mistaken)
            self._enter(self.mistaken)
            self.answered.add(self.mistaken)

    def _labels(self, image: str) -> dict[str, Label]:
        return {name: Label.YES if name in self.truth.present[image] else Label.NO for name in self.truth.classes}

    def _upcoming(self) -> str | None:
        """Return the photograph that is to be labelled next, once there is one; None when all is labelled."""
        text = self._until(lambda text: IS_OVER in text or shown(text) is not None, self._outage)
        self.outages_of_wait, self.outage_wait = 0, None
        return None if IS_OVER in text else shown(text)

    def _outage(self, text: str) -> None:
        """Kill what trains while it does, and let another station go on; try again what was killed too often."""
        place = self.terminal.place
        if HAS_FAILED in text:
            good(place, "retry", self.name)  # as the screen says
            self._until(lambda text: HAS_FAILED not in text)
        if IS_WAITING not in text or not self.outages or self.outages_of_wait >= self.outages_a_wait:
            return
        now = time.monotonic()
        if self.outage_wait is None:
            self.outage_wait, self.outage_from = MOMENT * self.draw.random(), now
        elif now - self.outage_from >= self.outage_wait:
            killed = [*processes(place, "campaigns.station"), *processes(place, "campaigns.worker")]
            kill(killed)
            require_ended(killed)
            self.outages -= bool(killed)
            self.outages_of_wait += bool(killed)
            self.outage_wait, self.outage_from = MOMENT * self.draw.random(), time.monotonic()
            ensure_station(place)

    def _label(self, image: str) -> None:
        if self._slips() and self._has_more():
            self.mistaken = image
            self._skip(image)
            self._return(image, dict.fromkeys(self.truth.classes))
        if self._slips() and self._has_more():
            self.mistaken = image
            self._answer(image, self.truth.classes[:1])
            self._return(image, self.marks)
            self._correct(image)
            self._enter(image)
        elif self._answer(image, self._present(image)) is not None and self._slips():
            self._return(image, self.marks)
            self._correct(image)
            self._enter(image)
        self.answered.add(image)

    def _has_more(self) -> bool:
        """Return whether a round does not begin with the next answer: what it trains on cannot be taken back."""
        return len(next_images(self.terminal.place, self.name).images) > 1

    def _present(self, image: str) -> Sequence[str]:
        return [name for name in self.truth.classes if name in self.truth.present[image]]

    def _answer(self, image: str, present: Sequence[str]) -> str | None:
        """Mark classes by keys that are drawn, and go on; the photograph behind it, None when none is asked for."""
        classes = self.truth.classes
        if len(classes) <= 10 and self.draw.random() < 0.2:
            for at, name in enumerate(classes):
                self._press(*(["Down"] if at else []), "y" if name in present else "n")
            self.marks = {name: name in present for name in classes}
            self._require_marks(self.marks)
            return self._enter(image, "Space")
        if self._slips():
            self._press("2")
            self._require_marks({classes[1]: True})
            self._press("BSpace")
            self._require_marks({classes[1]: None})
        for name in present:
            self._mark(name)
        self.marks = {name: name in present or None for name in classes}
        self._require_marks(self.marks)
        return self._enter(image)

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
        for name in self.truth.classes:
            is_present = name in present
            if is_present != bool(self.marks[name]):
                self._mark(name)
                if not is_present:
                    self._press("n")
        self._require_marks(dict.fromkeys(present, True))

    def _skip(self, image: str) -> None:
        self._press("s")
        self._until(lambda text: "Skip this image" in text)
        self._press("Down", "Enter")
        self._next(image)

    def _return(self, image: str, marks: Mapping[str, bool | None]) -> None:
        """Take the last answer back: its photograph is asked again, with the marks it had."""
        self.answered.discard(image)
        self._until(lambda text: f"last: {image} " in text)
        self._press("BSpace")
        self._until(lambda text: shown(text) == image)
        # A terminal shows one line before another: the name may be new while the marks are still those of before.
        self._require_marks(marks)

    def _enter(self, image: str, key: str = "Enter") -> str | None:
        self._press(key)
        return self._next(image)

    def _next(self, image: str) -> str | None:
        """Return the photograph behind one, once it is shown; None when nothing more is asked for now."""
        return shown(
            self._until(lambda text: IS_OVER in text or IS_WAITING in text or shown(text) not in (None, image))
        )

    def _slips(self) -> bool:
        return self.draw.random() < SLIPS

    def _press(self, *keys: str) -> None:
        for key in keys:
            if self.kills and self.draw.random() < self.kill_share:
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
            deadline.require_time(self._scene)
            time.sleep(max(0.02, deadline.pause()))

    def _scene(self) -> str:
        """Return what the screen shows, and the last lines of answers on the disk."""
        path = self.terminal.place.home.labels(self.name).answers
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return "\n".join([self.terminal.screen(), *lines[-6:]])
