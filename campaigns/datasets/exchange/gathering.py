"""One label file while it is read: items, mistakes of a kind counted, and how images were matched."""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from campaigns.core.answers import Opinion
from campaigns.core.text import is_printable
from campaigns.datasets.doubtful_names import require_classes
from campaigns.datasets.exchange.image_finder import ImageFinder
from campaigns.datasets.exchange.label_file import LabelFile, LabelItem, MatchWay, ReadOptions
from campaigns.datasets.image_names import bare_notes, is_bare
from campaigns.datasets.name_shapes import shape_doubts
from campaigns.datasets.number_names import numbers_asked
from campaigns.datasets.raw_scores import Tally
from campaigns.errors import Mistake, nearest

LIST_THEM = "list all classes in --classes FILE"
TAKE_AS_ONE = ", take it as one by --separator ';'"
"""What a table is told, and a file of another form is not: its lists need no separator."""
LISTED = 20
"""Classes that are told one by one as unknown; the rest is counted."""
MOST_CLASSES = 10_000


@dataclass(frozen=True, slots=True)
class LabelDraft:
    """An item before it is known which classes the whole file speaks of."""

    image: str
    where: str
    says: Mapping[str, Opinion] = field(default_factory=dict)
    is_rest_no: bool = False
    offered: tuple[str, ...] | None = None
    """Classes that were asked about; None: those that occur in the file."""
    left_open: frozenset[str] = frozenset()
    """Classes that are expressly unknown."""
    skip: str | None = None
    seconds: float | None = None
    by: str | None = None


@dataclass(slots=True)
class Gathering:
    """What a reader brings together."""

    path: Path
    finder: ImageFinder
    known: Sequence[str] | None
    """The campaign's classes; None: those of the file."""
    options: ReadOptions
    tally: Tally = field(default_factory=Tally)
    notes: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    """Besides those that are counted by kind."""
    mentioned: set[str] = field(default_factory=set)
    """Classes that stand in the file, if only beside images that are not in the folder: they were offered too."""
    splits: dict[str, str] = field(default_factory=dict)
    """What the file says an image is for, by image."""
    _drafts: list[LabelDraft] = field(default_factory=list)
    _meant: dict[str, tuple[str, str]] = field(default_factory=dict)
    _ways: Counter[MatchWay] = field(default_factory=Counter)
    _names: dict[str, str | None] = field(default_factory=dict)
    _absent: list[tuple[str, str]] = field(default_factory=list)
    _bare: list[tuple[str, str]] = field(default_factory=list)
    _alone: dict[str, LabelDraft] = field(default_factory=dict)
    _nothing: int = 0
    """Labels that say what a person says means no class."""

    def image(self, name: str, where: str, *, is_copy: bool = False) -> str | None:
        """Return the image that a name means; None when there is none or no telling, which is noted.

        Copies of an image may lie in several places; otherwise two names of an image are a mistake.
        """
        if name not in self._names:
            self._names[name] = self._image(name, where, is_copy=is_copy)
        return self._names[name]

    def state_split(self, image: str, word: str) -> None:
        """Take what a file says an image is for; two words that differ are told together, and mean neither."""
        before = self.splits.setdefault(image, word)
        if before != word:
            self.splits[image] = f"{before}/{word}"

    def take_bytes(self, name: str, image: str) -> str:
        """Return the image whose bytes a file of that name has, and count it as matched."""
        self._names[name] = image
        self._ways[MatchWay.BYTES] += 1
        return image

    def add(self, draft: LabelDraft, *, is_alone: bool = True) -> None:
        """Take what a file says of an image; where it can say so once only, a second word that differs is a mistake."""
        draft = self._without_nothing(draft)
        if is_alone:
            first = self._alone.setdefault(draft.image, draft)
            if first is not draft:
                if (first.says, first.is_rest_no, first.skip) != (draft.says, draft.is_rest_no, draft.skip):
                    what = f"image {draft.image!r} has other labels already, {first.where}"
                    self.tally.add("again", draft.where, what)
                return
        self._drafts.append(draft)

    def finish(self, form: str, offered: Sequence[str] | None = None) -> LabelFile:
        """Return what the file says. `offered` are its classes where it lists them."""
        offered = None if offered is None else [name for name in map(_name, offered) if not self._is_nothing(name)]
        self.mentioned -= {name for name in self.mentioned if self._is_nothing(name)}
        self._check_found()
        self.notes += bare_notes(self._bare)
        occurring = self._occurring()
        if offered is None:
            listed = {name for draft in self._drafts for name in draft.offered or ()}
            offered = sorted({*occurring, *listed, *names_of(self.mentioned)})
        classes = self._classes(offered, occurring)
        if self._nothing:
            self.notes.append(f"{self._nothing} labels say {self.options.nothing!r}: no class")
        mistakes = (*self.mistakes, *self.tally.mistakes)
        if self._absent and self.options.skip_missing:
            self.notes.append(f"{len(self._absent)} images that are not in the folder were left out")
        if not mistakes and not self._names:
            mistakes = (Mistake(str(self.path), "labels no image"),)
        items = () if mistakes else self._items(tuple(offered), classes)
        notes = tuple(dict.fromkeys(self.notes))
        return LabelFile(
            self.path, form, items, classes, len(self._names), dict(self._ways), mistakes, notes, self.splits
        )

    def ask_about_names(self) -> None:
        """Note names that may be no classes, where people typed them and nobody has listed the classes."""
        if self.known is not None or self.options.numbered is not None:
            return
        places = self._occurring()
        are_single = all(len(draft.says) <= 1 for draft in self._drafts)
        if are_single and (asked := numbers_asked(places)):
            self.mistakes.append(Mistake(next(iter(places.values())), f"labels are {asked}"))
        for name, where in places.items():
            try:
                require_classes([name], None, way=LIST_THEM)
            except ValueError as error:
                self.tally.add("doubtful", where, str(error))
        for name, what in shape_doubts(places.keys(), way=LIST_THEM, separator=None).items():
            self.mistakes.append(Mistake(places[name], what.replace(TAKE_AS_ONE, "")))

    def _is_nothing(self, name: str) -> bool:
        word = self.options.nothing
        return word is not None and name.strip().casefold() == word.strip().casefold()

    def _without_nothing(self, draft: LabelDraft) -> LabelDraft:
        """Return a draft without the word that a person says means no class; beside a class it is a mistake."""
        words = [name for name in draft.says if self._is_nothing(name)]
        if not words and not any(map(self._is_nothing, draft.offered or ())):
            return draft
        rest = {name: opinion for name, opinion in draft.says.items() if name not in words}
        is_nothing = any(draft.says[name] is Opinion.YES for name in words)
        self._nothing += is_nothing
        if is_nothing and any(opinion is Opinion.YES for opinion in rest.values()):
            self.tally.add("nothing", draft.where, f"{words[0][:40]!r}, which means no class, stands beside others")
        offered = None if draft.offered is None else tuple(n for n in draft.offered if not self._is_nothing(n))
        return replace(draft, says=rest, offered=offered)

    def _image(self, name: str, where: str, *, is_copy: bool) -> str | None:
        match = self.finder.find(name)
        if is_copy and not match.images:
            # It lies where its class is: that says nothing of where the image does.
            match = self.finder.find(f"/{name.rpartition('/')[2]}")
        if not match.images:
            self._absent.append((name, where))
            return None
        if len(match.images) > 1:
            what = f"{name[:100]!r} may be {match.images[0]!r} or {match.images[1]!r}: write its folder too"
            self.tally.add("unclear", where, what)
            return None
        image = match.images[0]
        other, key = self._meant.setdefault(image, (name, match.key))
        if not is_copy and not _is_tail(key, match.key):
            self.tally.add("two files", where, f"{name[:60]!r} and {other[:60]!r} would both be {image!r}")
            return None
        self._ways[match.way] += 1
        if not is_copy and match.way is MatchWay.TAIL and is_bare(name, image):
            self._bare.append((name, image))
        return image

    def _check_found(self) -> None:
        """Note images that are not in the folder; when none is, the file is of another folder."""
        if not self._absent:
            return
        name, where = self._absent[0]
        if len(self._absent) == len(self._names):
            what = f"0 of {len(self._names)} images found; first: {name[:100]!r}"
            other = self.finder.elsewhere(name)
            what += f", where {other!r} has its name and lies in another folder" if other else ""
            self.mistakes.append(Mistake(str(self.path), what + "; is it of another folder?"))
        elif not self.options.skip_missing:
            other, like = self.finder.elsewhere(name), self.finder.like(name)
            hint = f", did you mean {like!r}?" if like else ""
            if other:
                hint = f": {other!r} has its name and lies in another folder; write {other!r} if it is meant"
            what = f"there is no image {name[:100]!r}{hint}; --skip-missing leaves such images out"
            self.tally.add("absent", where, what, times=len(self._absent))

    def _occurring(self) -> dict[str, str]:
        """Return every class of which something is said, and where first."""
        places: dict[str, str] = {}
        for draft in self._drafts:
            for name in (*draft.says, *draft.left_open):
                places.setdefault(name, draft.where)
        return places

    def _classes(self, offered: Sequence[str], occurring: Mapping[str, str]) -> tuple[str, ...]:
        """Return the campaign's classes that the file speaks of; what it says of others is a mistake."""
        known = list(offered) if self.known is None else list(self.known)
        if len(offered) > MOST_CLASSES:
            self.mistakes.append(Mistake(str(self.path), f"names {len(offered)} classes, more than {MOST_CLASSES}"))
            return ()
        for name in {**dict.fromkeys(offered, str(self.path)), **occurring}:
            if not is_printable(name) or not name:
                self.tally.add("hidden", occurring.get(name, str(self.path)), f"class {name[:60]!r} cannot be shown")
        unknown = [name for name in occurring if name not in set(known)]
        for name in unknown[:LISTED]:
            what = f"there is no class {name[:60]!r}, {nearest(name, known)}; `classes add` adds one"
            self.mistakes.append(Mistake(occurring[name], what))
        if len(unknown) > LISTED:
            self.mistakes.append(Mistake("and", f"{len(unknown) - LISTED} more classes that are not there"))
        unused = [name for name in offered if name not in set(known) and name not in occurring]
        if unused:
            self.notes.append(f"left out, being no classes here and said of no image: {', '.join(unused)[:200]}")
        spoken = set(offered) | set(occurring)
        if self.known is not None and (silent := [name for name in known if name not in spoken]):
            self.notes.append(f"the file never asks about {', '.join(silent)[:200]}: unknown")
        return tuple(name for name in known if name in spoken)

    def _items(self, offered: tuple[str, ...], classes: tuple[str, ...]) -> tuple[LabelItem, ...]:
        asked: dict[tuple[tuple[str, ...], frozenset[str]], tuple[str, ...]] = {}
        items = []
        for draft in self._drafts:
            key = (draft.offered if draft.offered is not None else offered, draft.left_open)
            if key not in asked:
                whole = set(key[0]) - draft.left_open
                asked[key] = tuple(name for name in classes if name in whole)
            is_rest_no = draft.is_rest_no and self.options.rest == "no"
            items.append(
                LabelItem(
                    draft.image, draft.says, is_rest_no, asked[key], draft.skip, draft.seconds, draft.by
                )
            )  # fmt: skip
        return tuple(items)


def _name(name: str) -> str:
    name = name.strip()
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def opinions(yes: Iterable[str] = (), *, unsure: Iterable[str] = (), no: Iterable[str] = ()) -> dict[str, Opinion]:
    """Return opinions by class, names in NFC; unsure wins over yes and no."""
    says = {_name(name): Opinion.NO for name in no}
    says |= {_name(name): Opinion.YES for name in yes}
    return says | {_name(name): Opinion.UNSURE for name in unsure}


def names_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of classes in NFC and without blanks around them, each once."""
    return tuple(dict.fromkeys(map(_name, names)))


def seconds_of(value: object) -> float | None:
    """Return the seconds that a file gives as a number or as text; None where it gives none that can be."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except (ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds < math.inf else None


def _is_tail(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    return long == short or long.endswith(f"/{short}")
