"""What a person has marked on one image so far, before Enter makes an answer of it. Pure: keys in, marks out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaigns.core.answers import Opinion


@dataclass(frozen=True, slots=True)
class Marking:
    """The marks on one image, which class the next key is about, and how it came to that."""

    classes: tuple[str, ...]
    walk: tuple[int, ...] = ()
    """Places of the classes that are to be decided one by one; empty where whole images are asked."""
    lit: int = 0
    """Place of the class that `y`, `n` and `u` are about."""
    marks: Mapping[int, Opinion] = field(default_factory=dict)
    """By place."""
    before: "Marking | None" = None
    """As it was before the last key."""

    @classmethod
    def of(cls, classes: Sequence[str], *, walk: Sequence[int] = (), lit: int = 0) -> "Marking":
        """Return an image without marks."""
        return cls(tuple(classes), tuple(walk), walk[0] if walk else lit)

    def among(self, classes: Sequence[str], names: Mapping[str, str | None]) -> "Marking":
        """Return the same marks after classes changed; `names` are new ones, None for a class that has none any more.

        What was marked before cannot be gone back to.
        """
        places = {name: at for at, name in enumerate(classes)}
        moved = {at: places[now] for at, name in enumerate(self.classes) if (now := names.get(name, name)) in places}
        return Marking(
            tuple(classes), tuple(moved[at] for at in self.walk if at in moved), moved.get(self.lit, 0),
            {moved[at]: opinion for at, opinion in self.marks.items() if at in moved},
        )  # fmt: skip

    @property
    def says(self) -> dict[str, Opinion]:
        """What is marked, by class, in the order of the classes."""
        return {self.classes[at]: self.marks[at] for at in sorted(self.marks)}

    @property
    def is_walked(self) -> bool:
        """True when no class of the walk is left to decide."""
        return all(at in self.marks for at in self.walk)

    def light(self, at: int) -> "Marking":
        """Turn to a class; no mark changes, and there is nothing to take back."""
        return replace(self, lit=at % len(self.classes)) if self.classes else self

    def toggle(self, at: int) -> "Marking":
        """Mark a class as present; where it is marked so, take the mark away."""
        if not 0 <= at < len(self.classes):
            return self
        if self.marks.get(at) is Opinion.YES:
            left = {place: mark for place, mark in self.marks.items() if place != at}
            return replace(self, lit=at, marks=left, before=self)
        return self.say(Opinion.YES, at)

    def say(self, opinion: Opinion, at: int | None = None) -> "Marking":
        """Mark a class, the lit one unless another is named; on a walk, the next one that is open is lit then."""
        place = self.lit if at is None else at
        marked = replace(self, lit=place, marks={**self.marks, place: opinion}, before=self)
        if at is None and place in self.walk:
            ahead = (*self.walk[self.walk.index(place) + 1 :], *self.walk)
            open_ones = [other for other in ahead if other not in marked.marks]
            return replace(marked, lit=open_ones[0]) if open_ones else marked
        return marked

    def undone(self) -> "Marking":
        """Return it as it was before the last key that marked something; itself where there was none."""
        return self if self.before is None else self.before


def matching(classes: Sequence[str], typed: str) -> tuple[int, ...]:
    """Return the places of the classes that what was typed may mean: by their beginning, by a word's, by any letters.

    Upper and lower case are the same. Nothing typed means none.
    """
    wanted = typed.casefold().strip()
    if not wanted:
        return ()
    names = [name.casefold() for name in classes]

    def rank(name: str) -> int | None:
        if name.startswith(wanted):
            return 0
        if any(word.startswith(wanted) for word in name.replace("_", " ").replace("-", " ").split()):
            return 1
        return 2 if wanted in name else None

    ranked = [(kind, at) for at, name in enumerate(names) if (kind := rank(name)) is not None]
    return tuple(at for _, at in sorted(ranked))
