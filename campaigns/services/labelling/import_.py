"""Labels of a file of another program, imported: one entry with its answers, which is taken back as one."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from campaigns.core.answers import Answer, AnswerLine, Channel, Import, Opinion
from campaigns.core.labels import Label, LabelledImage, Labelling, taken_back
from campaigns.core.people import labelling_by_person
from campaigns.core.text import is_printable
from campaigns.datasets.exchange.door import read_labels
from campaigns.datasets.exchange.label_file import LabelFile, LabelItem
from campaigns.datasets.exchange.recognition import ENDINGS
from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadHome, Mistake
from campaigns.home.answers import read_answers
from campaigns.home.checksums import digest
from campaigns.home.disk import telling
from campaigns.home.imports import importing, one_file
from campaigns.home.imports import keep_import as keep_file
from campaigns.home.locks import Held
from campaigns.services.labelling.import_order import ImportOrder
from campaigns.services.labelling.label import keep_import, tell, user
from campaigns.services.labelling.requests import LabellingProgress, progress_of
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

MOST_LETTERS = 200
"""Of a person's name and of a reason, as a file gives them."""


@dataclass(frozen=True, slots=True)
class ImportedLabels:
    """What a file said, and what was new of it."""

    campaign: CampaignRow
    labels: LabelFile
    by: str
    """Who imported it, and takes it back."""
    line: int | None
    """Of the entry; None when nothing was appended."""
    people: Mapping[str, int]
    """How many images each person labelled anew; those of a trial would be."""
    tests: int
    """Of these, how many are test images."""
    known: int
    """Images of which the same person had said the same before."""
    notes: tuple[str, ...]
    progress: LabellingProgress

    @property
    def answers(self) -> int:
        """How many answers are new."""
        return sum(self.people.values())


def import_labels(workspace: Workspace, name: str, order: ImportOrder, *, is_trial: bool = False) -> ImportedLabels:
    """Take the labels of a file as answers, all of them or none; let the campaign go on when nothing is missing.

    The same file, of the same person and read in the same way, adds nothing; neither does what that person said before.
    A trial appends nothing.

    Raises:
        NoSuchName: there is no campaign, or no form, of that name.
        BadData: the campaign's labels come from its data set; or the file has mistakes: all of them.
        NotNow: this workspace only looks.
    """
    if not is_trial:
        workspace.require_writing()
    subject = Subject.open(workspace, name)
    order = _with_root(order, subject).with_config()
    with telling(workspace.home.folder), one_file(order.path, frozenset(ENDINGS)) as file:
        sha256 = digest(file) if file.is_file() else ""
        labels = _read(subject, order)
        new = Import(
            time.time(), order.by or user(), labels.form, order.path.name, sha256, 0, order.words(labels.form)
        )  # fmt: skip
        if is_trial:
            return _outcome(subject, labels, _news(subject, labels, order.by, new), new)
        with _alone(subject):
            news = _news(subject, labels, order.by, new)
            if not news.answers:
                return _outcome(subject, labels, news, new)
            keep_file(subject.answers, file, sha256)
            if config := order.config_of(labels.form):
                keep_file(subject.answers, config, digest(config))
            appended = keep_import(subject, replace(new, images=len(news.answers)), news.answers)
    tell(subject)
    if appended.cut:
        news.notes.append(f"the last line of {subject.answers.answers} was cut in half and was removed")
    return _outcome(subject, labels, news, new, line=appended.entries[0].number)


@dataclass(slots=True)
class _News:
    """What of a file is new."""

    answers: list[Answer]
    known: int
    notes: list[str]


def _with_root(order: ImportOrder, subject: Subject) -> ImportOrder:
    root = subject.recipe.data.root
    return order if root is None else replace(order, options=replace(order.options, root=Path(root)))


def _read(subject: Subject, order: ImportOrder) -> LabelFile:
    """Return what a file says.

    Raises:
        BadData: it has mistakes.
    """
    labels = read_labels(
        order.path, images=subject.images, classes=subject.classes, form=order.form, options=order.options
    )
    hint = "mend the file, or give the option that a mistake names"
    if any("`classes add`" in mistake.what for mistake in labels.mistakes):
        hint += f"; a class is added with: alwsl-tui classes add {subject.row.name} CLASS"
    refuse(str(labels.path), labels.mistakes, hint=hint)
    # A name that no terminal shows could not be read back from the file of answers.
    texts = {text for item in labels.items for text in (item.by, item.skip) if text is not None}
    wrong = sorted(text for text in texts if len(text) > MOST_LETTERS or not is_printable(text))
    mistakes = [Mistake(str(labels.path), f"{text[:40]!r} is no name and no reason that can be kept") for text in wrong]
    refuse(str(labels.path), mistakes, hint="mend the file; a name is given with --by")
    return labels


@contextmanager
def _alone(subject: Subject) -> Iterator[None]:
    try:
        with importing(subject.answers):
            yield
    except Held as error:
        raise BadHome(f"{error}: nothing was imported", hint="try again; see who imports in this home now") from error


def _news(subject: Subject, labels: LabelFile, by: str | None, new: Import) -> _News:
    """Return the answers that a file adds to what people have said by now."""
    entries = read_answers(subject.answers)
    if earlier := _earlier(entries, new):
        note = f"{new.file} was imported before, as line {earlier}: nothing was added"
        return _News([], len({item.image for item in labels.items if not item.is_silent}), [note])
    requests = reversed(subject.requests())
    wanted = {image: request.id for request in requests for image in request.everything}
    present = labelling_by_person(entries)
    answers, known = [], 0
    for (who, image), item in _last_words(labels.items, by, new.by).items():
        if _adds_nothing(item, present.get(who)):
            known += 1
            continue
        answers.append(
            Answer(
                new.at, who, image, None, dict(item.says), item.is_rest_no, item.skip, item.seconds,
                Channel.IMPORT, wanted.get(image), classes=item.classes,
            )
        )  # fmt: skip
    people = {item.by for item in labels.items if item.by is not None}
    notes = [f"the file names {len(people)} people; all of it was taken as of {by}"] if by and len(people) > 1 else []
    return _News(answers, known, notes)


def _earlier(entries: Sequence[AnswerLine], new: Import) -> int | None:
    """Return the line of the same import, where one still counts."""
    void = taken_back(entries)
    for entry in reversed(entries):
        what = entry.statement
        if not isinstance(what, Import) or entry.number in void:
            continue
        if (what.sha256, what.by, what.format, what.options) == (new.sha256, new.by, new.format, new.options):
            return entry.number
    return None


def _last_words(items: Sequence[LabelItem], by: str | None, otherwise: str) -> Mapping[tuple[str, str], LabelItem]:
    """Return what each person says of each image, later words over earlier ones; the silent are left out."""
    words: dict[tuple[str, str], LabelItem] = {}
    for item in items:
        if item.is_silent:
            continue
        key = (by or item.by or otherwise, item.image)
        before = words.get(key)
        words[key] = item if before is None else _over(before, item)
    return words


def _over(before: LabelItem, item: LabelItem) -> LabelItem:
    if item.skip is not None or before.skip is not None:
        return item
    says: dict[str, Opinion] = {**before.labels, **item.labels}
    return replace(item, says=says, is_rest_no=False, classes=tuple(dict.fromkeys((*before.classes, *item.classes))))


def _adds_nothing(item: LabelItem, own: Labelling | None) -> bool:
    """Return whether a person has said of an image all that an item says."""
    image = LabelledImage() if own is None else own.images.get(item.image, LabelledImage())
    if item.skip is not None:
        return image.skips == (item.skip,)
    return not image.skips and all(image.labels.get(name) == Label(str(word)) for name, word in item.labels.items())


def _outcome(
    subject: Subject, labels: LabelFile, news: _News, new: Import, *, line: int | None = None
) -> ImportedLabels:
    tests = set(subject.test_order)
    people = Counter(answer.by for answer in news.answers)
    of_tests = sum(answer.image in tests for answer in news.answers)
    notes = (*labels.notes, *news.notes)
    progress = progress_of(subject)
    return ImportedLabels(subject.row, labels, new.by, line, dict(people), of_tests, news.known, notes, progress)
