"""What people are asked about, changed while a campaign is on: classes are added, renamed and retired.

Changes are lines among the answers: they belong to the data set, and hold for every campaign on it that people label.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, nextafter

from campaigns.core.answers import ClassChange
from campaigns.core.classes import why_no_class
from campaigns.core.labels import Label, Labelling
from campaigns.errors import BadData, Mistake
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.services.labelling.backfill import count_unasked
from campaigns.services.labelling.label import append_changes, user
from campaigns.services.labelling.shown_classes import require_class
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import list_campaigns
from campaigns.store.rows import CampaignRow

LEAST = 2
"""Classes that a campaign needs to choose images by."""


@dataclass(frozen=True, slots=True)
class AskedClass:
    """One class that people are asked about, and what is known of it."""

    name: str
    yes: int
    """Images, as the two that follow."""
    no: int
    unsure: int
    """Also those of which people disagree."""
    unasked: int
    """Answered images that nobody has said anything of it about."""


@dataclass(frozen=True, slots=True)
class AskedClasses:
    """What people are asked about, and how it came to that."""

    campaign: CampaignRow
    classes: tuple[AskedClass, ...]
    changes: tuple[tuple[int, ClassChange], ...]
    """Since the campaign was created, each with the number of its line, which takes it back."""


@dataclass(frozen=True, slots=True)
class ChangedClasses:
    """What came of a change."""

    lines: tuple[int, ...]
    now: AskedClasses
    added: tuple[str, ...]
    """Classes that came."""
    notes: tuple[str, ...]
    """What a person should know."""


def class_names(workspace: Workspace, name: str) -> tuple[str, ...]:
    """Return the classes that people are asked about by now, in order.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set.
    """
    return Subject.open(workspace, name).classes


def asked_classes(workspace: Workspace, name: str) -> AskedClasses:
    """Return what people are asked about.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set.
    """
    return _asked(Subject.open(workspace, name))


def add_classes(workspace: Workspace, name: str, names: Sequence[str], *, by: str | None = None) -> ChangedClasses:
    """Ask about more classes from now on, all of them or none; of everything answered so far they are unknown.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set; or a name cannot be that of a class, or is that of one.
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    subject = Subject.open(workspace, name)
    names = [each.strip() for each in names]
    own = subject.classes
    mistakes = [m for at, each in enumerate(names) for m in _mistakes(each, (*own, *names[:at]))]
    _refuse(mistakes)
    return _changed(subject, [ClassChange(_now(subject), by or user(), adds=each) for each in names])


def rename_class(workspace: Workspace, name: str, old: str, new: str, *, by: str | None = None) -> ChangedClasses:
    """Call a class otherwise from now on; what was said of it stays with it.

    Raises:
        NoSuchName, BadData, NotNow: as `add_classes`; BadData also when there is no such class.
    """
    workspace.require_writing()
    subject = Subject.open(workspace, name)
    old, new = old.strip(), new.strip()
    require_class(old, subject.classes)
    others = {each: row.name for row, classes in _beside(subject) for each in classes if each != old}
    mistakes = _mistakes(new, [each for each in subject.classes if each != old])
    if new == old:
        mistakes = [Mistake(new, "it is called so already")]
    elif not mistakes and new in others:
        mistakes = [Mistake(new, f"{others[new]}, which is on the same images, has a class of that name")]
    _refuse(mistakes)
    return _changed(subject, [ClassChange(_now(subject), by or user(), renames=(old, new))])


def retire_class(workspace: Workspace, name: str, class_name: str, *, by: str | None = None) -> ChangedClasses:
    """Ask about a class no more; its answers and the rounds that have it stay.

    Raises:
        NoSuchName, BadData, NotNow: as `add_classes`; BadData also when there is no such class, or too few are left.
    """
    workspace.require_writing()
    subject = Subject.open(workspace, name)
    class_name = class_name.strip()
    require_class(class_name, subject.classes)
    for row, classes in ((subject.row, subject.classes), *_beside(subject)):
        if class_name in classes and len(classes) <= LEAST:
            rest = ", ".join(each for each in classes if each != class_name) or "none"
            raise BadData(
                f"{row.name} would have one class left ({rest}): {LEAST} or more are needed to choose images by",
                hint=f"add another one first: alwsl-tui classes add {row.name} CLASS",
            )
    return _changed(subject, [ClassChange(_now(subject), by or user(), retires=class_name)])


def _now(subject: Subject) -> float:
    """Return the time of a change: behind the last one, whatever the clock says, for campaigns begin between two."""
    changes = subject.labelling().changes
    return max(time.time(), nextafter(changes[-1][1].at, inf)) if changes else time.time()


def _changed(subject: Subject, changes: Sequence[ClassChange]) -> ChangedClasses:
    before = {row.name: classes for row, classes in _beside(subject)}
    appended = append_changes(subject, changes)
    notes = []
    if appended.cut:
        notes.append(f"the last line of {subject.answers.answers} was cut in half and was removed")
    notes += [
        f"{row.name} is on the same images: it asks about {', '.join(classes)} now"
        for row, classes in _beside(subject)
        if classes != before.get(row.name)
    ]
    added = tuple(change.adds for change in changes if change.adds is not None)
    return ChangedClasses(tuple(e.number for e in appended.entries), _asked(subject), added, tuple(notes))


def _asked(subject: Subject) -> AskedClasses:
    labelling = subject.labelling()
    classes = tuple(_counted(labelling, name) for name in subject.classes_by(labelling))
    since = subject.split.changed
    changes = tuple((line, change) for line, change in labelling.changes if since is None or change.at > since)
    return AskedClasses(subject.row, classes, changes)


def _counted(labelling: Labelling, name: str) -> AskedClass:
    known = Counter(image.labels[name] for image in labelling.images.values() if name in image.labels)
    unsure = known[Label.UNSURE] + known[Label.DISPUTED]
    return AskedClass(name, known[Label.YES], known[Label.NO], unsure, count_unasked(labelling, name))


def _beside(subject: Subject) -> list[tuple[CampaignRow, tuple[str, ...]]]:
    """Return the other campaigns that people label on the same images, each with its classes of now."""
    home, changes = subject.workspace.home, subject.labelling().changes
    with subject.workspace.store() as store:
        rows = [row for row in list_campaigns(store) if row.dataset == subject.row.dataset and row.id != subject.row.id]
    splits = [(row, FrozenSplit.read(home.campaign(row.id).split)) for row in rows]
    return [
        (row, split.classes_by(row.plan.classes, changes)) for row, split in splits if split.labels is LabelSource.HUMAN
    ]


def _mistakes(name: str, known: Sequence[str]) -> list[Mistake]:
    """Return why a name cannot be that of a class beside these."""
    reason = why_no_class(name, known)
    return [Mistake(repr(name) if name else "CLASS", reason)] if reason else []


def _refuse(mistakes: Sequence[Mistake]) -> None:
    if mistakes:
        raise BadData(
            "the classes stay as they are", mistakes=tuple(mistakes), hint="give another name: letters, digits, blanks"
        )


def words_of(change: ClassChange) -> Mapping[str, object]:
    """Return what a change did, as one key and its value."""
    values = {"adds": change.adds, "renames": change.renames and list(change.renames), "retires": change.retires}
    return {key: value for key, value in values.items() if value is not None}
