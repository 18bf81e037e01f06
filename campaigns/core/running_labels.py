"""Labels kept up while people answer: what a new line costs depends on the line, not on how many there are. Pure."""

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence

from campaigns.core.answers import Answer, AnswerLine, ClassChange, Import, RequestClosing, TakesBack
from campaigns.core.classes import Changes, Naming
from campaigns.core.known_images import KnownImages
from campaigns.core.labels import LabelledImage, Labelling, Words, answers_by_image, changes_in, taken_back


class RunningLabels:
    """What lines of answers come to: after any lines, `labelling` is what `resolve` makes of all of them.

    Not to be used from two threads at once; a `Labelling` that it gave out never changes.
    """

    def __init__(self) -> None:
        self._lines: dict[int, AnswerLine] = {}
        self._last = 0
        self._void: set[int] = set()
        self._void_end = 0
        """No line from this number on was taken back before it came."""
        self._changes: Changes = ()
        self._words = Words(Naming())
        self._images = KnownImages(self._words, {})
        """By those answers that count; as `_closings`."""
        self._answered = 0
        self._closings: dict[int, str] = {}
        self._people: dict[str, list[tuple[float, int]]] = {}
        """Time and number of the answers of each person, also of those that were taken back, in the order of time."""
        self._labelling: Labelling | None = None
        self._given: KnownImages | None = None
        """The images of that."""

    def add(self, entries: Iterable[AnswerLine]) -> None:
        """Fold lines in; a line that is there already, or comes out of order, is taken as `resolve` takes it."""
        entries = list(entries)
        is_rebuilt = not self._lines
        for entry in entries:
            is_rebuilt = is_rebuilt or entry.number <= self._last
            self._lines[entry.number] = entry
            self._last = max(self._last, entry.number)
        if entries and self._given is not None:
            self._images.take_known(self._given)
            self._given = self._labelling = None
        # One by one it is the same, slower: an image that is answered twice is looked at twice.
        if is_rebuilt or not all(map(self._fold, entries)):
            self._rebuild()

    def labelling(self) -> Labelling:
        """Return what all lines come to."""
        if self._labelling is None:
            self._given = self._images.copy()
            self._labelling = Labelling(
                self._given, self._answered, frozenset(self._closings.values()), self._changes, self._last
            )
        return self._labelling

    def answers_of(self, person: str) -> Iterator[AnswerLine]:
        """Yield this person's answers that still count, the last one first."""
        for _, number in reversed(self._people.get(person, [])):
            if number not in self._void:
                yield self._lines[number]

    def labels_in(self, entries: Sequence[AnswerLine]) -> LabelledImage:
        """Return what some answers about one image come to, at least one, as if nobody had said more."""
        return self._words.image(sorted(entries, key=lambda entry: entry.number))

    def _fold(self, entry: AnswerLine) -> bool:
        """Fold in a line that comes after all others; return False where it takes a look at all of them."""
        statement, number = entry.statement, entry.number
        if number < self._void_end:
            return False
        if isinstance(statement, TakesBack):
            return statement.line >= number or self._take_back(statement.line)
        match statement:
            case Answer():
                insort(self._people.setdefault(statement.by, []), (entry.when, number))
                self._put(statement.image, (*self._images.answers(statement.image), entry))
            case RequestClosing():
                self._closings[number] = statement.request
            case ClassChange():
                return False
            case Import():
                pass
        return True

    def _take_back(self, line: int) -> bool:
        """Take back a line and its import; return False where that changes what other lines take back or are called."""
        import_ = self._lines.get(line)
        answers = import_.statement.images if import_ is not None and isinstance(import_.statement, Import) else 0
        gone = range(line, min(line + answers, self._last) + 1)
        lost = [self._lines[number] for number in gone if number in self._lines]
        if any(isinstance(entry.statement, (TakesBack, ClassChange)) for entry in lost):
            return False
        self._void.update(gone)
        self._void_end = max(self._void_end, line + answers + 1)
        for entry in lost:
            self._closings.pop(entry.number, None)
        for image in {entry.statement.image for entry in lost if isinstance(entry.statement, Answer)}:
            self._put(image, [entry for entry in self._images.answers(image) if entry.number not in self._void])
        return True

    def _put(self, image: str, answers: Sequence[AnswerLine]) -> None:
        """Let these be the answers about an image that count."""
        self._answered -= self._images.is_answered(image)
        self._images.put(image, answers)
        self._answered += self._images.is_answered(image)

    def _rebuild(self) -> None:
        """Make everything anew out of the lines."""
        ordered = [self._lines[number] for number in sorted(self._lines)]
        self._void = taken_back(ordered)
        # An import may say that it has more answers than there are yet: taken back, it takes those that come with it.
        imports = ((e.number, e.statement.images) for e in ordered if isinstance(e.statement, Import))
        self._void_end = max((number + images + 1 for number, images in imports if number in self._void), default=0)
        standing = [entry for entry in ordered if entry.number not in self._void]
        self._changes = changes_in(standing)
        self._words = Words(Naming(self._changes))
        self._images = KnownImages(self._words, answers_by_image(standing))
        self._answered = self._images.count_answered()
        self._closings = {e.number: e.statement.request for e in standing if isinstance(e.statement, RequestClosing)}
        self._people = {}
        for entry in standing:
            if isinstance(answer := entry.statement, Answer):
                self._people.setdefault(answer.by, []).append((answer.at, entry.number))
        for own in self._people.values():
            own.sort()
        self._given = self._labelling = None
