"""What a campaign asks for, as a folder that another program takes, and how its answers come back."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from campaigns.datasets.exchange.door import FORMS, write_labels
from campaigns.datasets.exchange.label_file import LabelItem, WriteOptions
from campaigns.datasets.exchange.marks import MARKS
from campaigns.errors import BadData, NameTaken, NotNow, UsageError
from campaigns.home.disk import telling
from campaigns.home.files import json_text, write_text
from campaigns.oracle.requests import is_answered
from campaigns.services.labelling.hand_off_readme import Handover, readme
from campaigns.services.labelling.requests import WantedImage, wanted_by
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

FILES: Mapping[str, str] = {
    "labelstudio": "tasks.json",
    "cvat": "annotations.xml",
    "datumaro": "annotations/default.json",
    "csv": "labels.csv",
    "hf": "metadata.jsonl",
}
"""The label file of each form that a request is handed off in."""
README, CVAT_LABELS = "README.txt", "cvat-labels.json"
LOCAL = "/data/local-files/?d="
"""Where Label Studio serves files of its own disk."""


@dataclass(frozen=True, slots=True)
class HandOffOrder:
    """Where a request goes, and how."""

    folder: Path
    """New or empty."""
    form: str
    """A key of FILES."""
    is_all: bool = False
    """Every image without an answer, those that are asked for first."""
    is_copying: bool = False
    """The photographs go along; otherwise they are named as they lie in their folder."""
    prefix: str | None = None
    """Stands before every image's path; None where the form says what does."""
    is_replacing: bool = False
    """The folder may hold something, which is replaced where it has the same name."""


@dataclass(frozen=True, slots=True)
class HandedOff:
    """A folder that was just written."""

    campaign: CampaignRow
    folder: Path
    file: Path
    form: str
    images: int
    tests: int
    """Of these, how many are test images: nothing that a model says goes with them."""
    predicted: int
    """Images that what the model says goes with."""
    copied: int
    notes: tuple[str, ...]


def hand_off(workspace: Workspace, name: str, order: HandOffOrder) -> HandedOff:
    """Write what a campaign asks for into a folder, for another program.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set, or photographs cannot be read.
        NotNow: nothing is asked for, or with `is_all` every image has an answer.
        NameTaken: the folder holds something.
        UsageError: it cannot lie there.
    """
    subject = Subject.open(workspace, name)
    root = None if subject.recipe.data.root is None else Path(subject.recipe.data.root).absolute()
    wanted = wanted_by(subject).images
    # Test images first: whoever has seen what a model says of others is no longer blind.
    images = [each.image for each in sorted(wanted, key=lambda each: not each.is_test)]
    if order.is_all:
        images = list(dict.fromkeys([*images, *_unanswered(subject)]))
    if not images:
        hint = "every image has an answer" if order.is_all else "--all hands off every image without an answer"
        raise NotNow(f"{name} asks for no labels now", hint=hint)
    _require_place(order, root)
    predictions = dict(_predictions(subject, wanted))
    options = WriteOptions(_prefix(order, root), predictions, f"alwsl-tui {name}")
    file = order.folder / FILES[order.form]
    is_new = not order.folder.exists()
    try:
        with telling(order.folder.parent):
            order.folder.mkdir(exist_ok=True)
            if order.is_copying:
                _copy(subject, images, order.folder / _images(order.form))
            notes = _write(subject, file, images, order.form, options)
            _put_beside(subject, order, root)
    except BaseException:
        if is_new:
            shutil.rmtree(order.folder, ignore_errors=True)
        raise
    tests = set(subject.test_order)
    return HandedOff(
        subject.row, order.folder, file, order.form, len(images), sum(image in tests for image in images),
        len(predictions) if order.form == "labelstudio" else 0, len(images) if order.is_copying else 0, notes,
    )  # fmt: skip


def _unanswered(subject: Subject) -> Iterator[str]:
    """Yield every image that nobody has answered about: test images in test order, then the others."""
    labelled = subject.labelling().images
    for image in (*subject.test_order, *subject.images):
        if not is_answered(labelled.get(image)):
            yield image


def _predictions(subject: Subject, wanted: Sequence[WantedImage]) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield what the round that picked an image says of it, by class; nothing of test images."""
    classes = subject.classes
    for each in wanted:
        if each.pick is None or each.is_test:
            continue
        shares = zip(classes, each.shares(classes), strict=True)
        yield each.image, {name: share for name, share in shares if share is not None}


def _require_place(order: HandOffOrder, root: Path | None) -> None:
    folder = order.folder.absolute()
    if folder.exists() and not folder.is_dir():
        raise NameTaken(f"{order.folder} is a file", hint="give a folder that is new or empty")
    if not folder.parent.is_dir():
        raise UsageError(f"{order.folder} would lie in a folder that is not there", hint="make that folder first")
    if root is not None and folder.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"{order.folder} would lie among the photographs", hint="give a folder elsewhere")
    if folder.exists() and any(folder.iterdir()) and not order.is_replacing:
        raise NameTaken(f"{order.folder} is not empty", hint="give a new folder; --force writes into this one")
    if root is None and order.prefix is None and not order.is_copying and order.form == "labelstudio":
        raise UsageError("these photographs lie in no folder of their own", hint="give --copy, or --prefix URL")


def _prefix(order: HandOffOrder, root: Path | None) -> str:
    if order.prefix is not None:
        return order.prefix
    if order.form == "labelstudio":
        return f"{LOCAL}{'images' if order.is_copying or root is None else quote(root.name)}/"
    return "images/" if order.is_copying and order.form in {"csv", "hf"} else ""


def _images(form: str) -> str:
    """Return where copies go below the folder; Datumaro looks for them under the name of its label file."""
    return "images/default" if form == "datumaro" else "images"


def _copy(subject: Subject, images: Sequence[str], folder: Path) -> None:
    for image in images:
        path, copy = subject.path(image), folder / image
        if path is None:
            raise BadData(f"{image} is drawn, and lies nowhere as a file", hint="leave out --copy")
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, copy)
        except FileNotFoundError as error:
            raise BadData(f"cannot read {path}: {error.strerror}", hint="put it back, or set it aside") from error


def _write(subject: Subject, file: Path, images: Sequence[str], form: str, options: WriteOptions) -> tuple[str, ...]:
    notes = write_labels(
        file, form, [LabelItem(image) for image in images], classes=subject.classes, options=options
    )  # fmt: skip
    if options.predictions and form != "labelstudio":
        return (*notes, f"{FORMS[form].title} has no place for what a model says: the order alone tells")
    return notes


def _put_beside(subject: Subject, order: HandOffOrder, root: Path | None) -> None:
    if order.form == "cvat":
        write_text(order.folder / CVAT_LABELS, json_text(_cvat_labels(subject.classes)))
    shown = order.folder.absolute() if order.is_copying else root
    handover = Handover(
        subject.row.name, order.form, Path(FILES[order.form]).name, shown, order.is_copying, order.prefix is not None
    )  # fmt: skip
    write_text(order.folder / README, readme(handover))


def _cvat_labels(classes: Sequence[str]) -> list[object]:
    """Return the labels of a task as CVAT takes them in its field for raw labels."""
    checkbox = {"mutable": False, "input_type": "checkbox", "default_value": "false", "values": ["false"]}
    attributes = [{"name": mark, **checkbox} for mark in MARKS]
    return [{"name": name, "type": "tag", "attributes": attributes} for name in classes]
