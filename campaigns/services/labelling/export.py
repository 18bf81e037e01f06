"""What people said of all images, written for other programs."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from campaigns.core.answers import Answer, AnswerLine, Opinion
from campaigns.core.labels import Label, LabelledImage, Labelling, resolve, taken_back
from campaigns.core.people import labelling_by_person
from campaigns.datasets.exchange.door import FORMS, write_labels
from campaigns.datasets.exchange.label_file import LabelItem, Trait
from campaigns.errors import NameTaken, NotNow, UsageError
from campaigns.home.answers import read_answers
from campaigns.home.disk import telling
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

PLAIN = "csv"
"""The form that is written where nobody names one."""
OPINIONS: Mapping[Label, Opinion] = {Label.YES: Opinion.YES, Label.NO: Opinion.NO, Label.UNSURE: Opinion.UNSURE}
"""What is written of a label; a disputed one is unknown."""


@dataclass(frozen=True, slots=True)
class SaidLabels:
    """What people said of all images, as it is to be written."""

    campaign: CampaignRow
    classes: tuple[str, ...]
    items: tuple[LabelItem, ...]
    """One an image, ordered by its name; several where each person's words are kept apart."""
    disputed: int
    """Labels of which two people disagree: unknown."""
    notes: tuple[str, ...]

    @property
    def images(self) -> int:
        """How many images somebody answered about."""
        return len({item.image for item in self.items})


@dataclass(frozen=True, slots=True)
class ExportedLabels:
    """A file of labels that was just written."""

    file: Path
    form: str
    labels: SaidLabels
    notes: tuple[str, ...]
    """What was left out, and what the form could not carry."""


def said_labels(workspace: Workspace, name: str, *, has_people: bool = False) -> SaidLabels:
    """Return what people said of all images; with `has_people`, of each image what each of them said.

    The folder of the images need not be there.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set.
        NotNow: nobody has said anything.
    """
    subject = Subject.open(workspace, name)
    entries = read_answers(subject.answers)
    labelling, classes = resolve(entries), subject.classes
    if not labelling.images:
        raise NotNow(f"nobody has labelled anything for {name}", hint=f"see: alwsl-tui label {name} --next")
    answers = _last_answers(entries)
    if has_people:
        people = labelling_by_person(entries)
        items = [_item(image, own, by, classes, answers) for image, by, own in _words(labelling, people)]
    else:
        items = [_item(image, labelling.images[image], None, classes, answers) for image in sorted(labelling.images)]
    disputed = sum(label is Label.DISPUTED for each in labelling.images.values() for label in each.labels.values())
    lost = sorted({label for each in labelling.images.values() for label in each.labels} - set(classes))
    notes = [f"left out, being no classes of {name} now: {', '.join(lost)}"] if lost else []
    return SaidLabels(subject.row, classes, tuple(items), disputed, tuple(notes))


def export_labels(
    workspace: Workspace, name: str, file: Path, *, form: str = PLAIN, is_replacing: bool = False
) -> ExportedLabels:
    """Write what people said of all images to a file, or to a folder where the form is one.

    Raises:
        NoSuchName: there is no campaign, or no form, of that name.
        BadData: its labels come from its data set; or a name cannot stand in this form.
        NotNow: nobody has said anything.
        NameTaken: the file, or one that belongs beside it, is there and is not to be replaced.
    """
    chosen = FORMS.require(form)
    if not file.parent.is_dir() or (file.is_dir() and not chosen.is_folder):
        what = "is a folder" if file.is_dir() else "would lie in a folder that is not there"
        raise UsageError(f"{file} {what}", hint="give a file, such as labels.csv")
    for path in (file, *(file.with_name(other) for other in chosen.beside)):
        if path.exists() and not is_replacing:
            raise NameTaken(f"{path} exists already", hint="--force replaces it")
    labels = said_labels(workspace, name, has_people=Trait.SEVERAL in chosen.carries)
    with telling(file.parent):
        lost = write_labels(file, form, labels.items, classes=labels.classes)
    disputes = _disputes(labels, is_kept=Trait.SEVERAL in chosen.carries)
    return ExportedLabels(file, form, labels, (*labels.notes, *disputes, *lost))


def labels_text(workspace: Workspace, name: str) -> tuple[str, ExportedLabels]:
    """Return the table of labels that `export_labels` writes.

    Raises:
        NoSuchName, BadData, NotNow: as `export_labels`.
    """
    with tempfile.TemporaryDirectory(prefix="alwsl-labels-") as scratch:
        exported = export_labels(workspace, name, Path(scratch) / "labels.csv")
        return exported.file.read_bytes().decode("utf-8", "surrogateescape"), exported


def _disputes(labels: SaidLabels, *, is_kept: bool) -> tuple[str, ...]:
    if not labels.disputed:
        return ()
    count = "1 label is" if labels.disputed == 1 else f"{labels.disputed} labels are"
    return (f"{count} disputed: {'each person stands there for themselves' if is_kept else 'left open'}",)


def _last_answers(entries: Sequence[AnswerLine]) -> Mapping[str, Mapping[str, Answer]]:
    """Return the last answer of each person that counts, by image."""
    void = taken_back(entries)
    last: dict[str, dict[str, Answer]] = {}
    for entry in entries:
        if isinstance(entry.statement, Answer) and entry.number not in void:
            last.setdefault(entry.statement.image, {})[entry.statement.by] = entry.statement
    return last


def _words(labelling: Labelling, people: Mapping[str, Labelling]) -> Iterator[tuple[str, str, LabelledImage]]:
    """Yield what each person said of each image, images ordered by name."""
    for image in sorted(labelling.images):
        for by in sorted(people):
            if (own := people[by].images.get(image)) is not None:
                yield image, by, own


def _item(
    image: str,
    labelled: LabelledImage,
    by: str | None,
    classes: tuple[str, ...],
    answers: Mapping[str, Mapping[str, Answer]],
) -> LabelItem:
    """Return what is written of an image; who said it, and in how many seconds, where it was one person alone."""
    own = answers.get(image, {})
    by = by or (next(iter(own)) if len(own) == 1 else None)
    seconds = own[by].seconds if by is not None and by in own else None
    item = LabelItem(image, classes=classes, seconds=seconds, by=by)
    if labelled.skips:
        return replace(item, skip=labelled.skips[0])
    known = {name: OPINIONS.get(labelled.labels[name]) for name in classes if name in labelled.labels}
    return replace(item, says={name: opinion for name, opinion in known.items() if opinion is not None})
