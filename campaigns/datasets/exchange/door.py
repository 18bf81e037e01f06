"""The door of this package: read a file of labels in whatever form it is, write labels in a form that is named."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from campaigns.core.registry import Registry
from campaigns.datasets.exchange.dropped_choices import require_choices
from campaigns.datasets.exchange.gathering import Gathering
from campaigns.datasets.exchange.image_finder import ImageFinder
from campaigns.datasets.exchange.label_file import (
    LabelFile,
    LabelItem,
    ReadOptions,
    Trait,
    WriteOptions,
    merged,
)
from campaigns.datasets.exchange.label_form import LabelForm, LabelSheet
from campaigns.datasets.exchange.recognition import parts_of
from campaigns.datasets.foreign_files import require_no_foreign
from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadData, Mistake, UsageError
from campaigns.home.files import replacing

FORMS: Registry[LabelForm] = Registry(
    "form of label files",
    LabelForm,
    package="campaigns.datasets.exchange.forms",
    group="alwsl_tui.labels",
    first=(
        "labelstudio", "labelstudio-min", "labelstudio-csv", "cvat", "datumaro", "coco", "fiftyone", "roboflow",
        "openimages", "hf", "kaggle", "automl", "voc-lists", "csv", "folders",
    ),
)  # fmt: skip
"""The forms that are read and written. The first that a file has is taken: those that much fits come last."""


def read_labels(
    path: Path,
    *,
    images: Sequence[str],
    classes: Sequence[str] | None,
    form: str | None = None,
    options: ReadOptions | None = None,
) -> LabelFile:
    """Read what a file, or a folder of files, says of these images; without `classes`, of whatever classes it names.

    Its `mistakes` are all that is wrong with it; then it holds no item.

    Raises:
        BadData: it is not there, in no form that is read, or in one that drops labels; or it is no such form at all.
        NoSuchName: there is no form of that name.
    """
    if not path.exists():
        raise BadData(f"there is no {path}", hint="give the file that the other program exported")
    require_choices(path)
    named, says = None if form is None else FORMS.require(form), options or ReadOptions()
    chosen, probes = parts_of(path, forms=FORMS, named=named, encoding=says.encoding)
    gathering = Gathering(path, ImageFinder(images), classes, says)
    offered: list[str] | None = None
    try:
        for probe in probes:
            require_choices(probe.path)
            if form is None:
                require_no_foreign(probe.path)
            listed = chosen.read(probe, gathering)
            gathering.notes += probe.notes
            if listed is not None:
                offered = [*(offered or []), *(name for name in listed if name not in (offered or []))]
    except OSError as error:
        raise BadData(f"cannot read {path}: {error.strerror}", hint="check that it may be read") from error
    return gathering.finish(chosen.name, offered)


def require_right(labels: LabelFile) -> LabelFile:
    """Return what a file says.

    Raises:
        BadData: it has mistakes: all of them.
    """
    refuse(str(labels.path), labels.mistakes, hint="mend the file, or give the option that a mistake names")
    return labels


def write_labels(
    path: Path, form: str, items: Sequence[LabelItem], *, classes: Sequence[str], options: WriteOptions | None = None
) -> tuple[str, ...]:
    """Write items in a form; return what the form could not carry, for a person.

    What was written is read back before it counts as written: a file that says something else is never left behind.

    Raises:
        BadData: a name cannot stand in this form, or it would not come back as it went.
        UsageError: the form is only read.
        NoSuchName: there is no form of that name.
    """
    chosen = FORMS.require(form)
    if chosen.write is None:
        names = [name for name, entry in FORMS.items() if entry.write]
        raise UsageError(f"{chosen.title} is read, not written", hint=f"written are {', '.join(names)}")
    kept, notes = _carried(chosen, items)
    if not kept:
        hint = (
            f"skips can be written as {', '.join(n for n, e in FORMS.items() if e.write and Trait.SKIP in e.carries)}"
        )
        raise BadData(f"there is nothing that {chosen.title} has a word for", hint=hint)
    sheet = LabelSheet(path.name, kept, tuple(classes), options or WriteOptions())
    texts = chosen.write(sheet)
    with tempfile.TemporaryDirectory(prefix="alwsl-labels-") as scratch:
        trial = Path(scratch) / path.name
        _put(trial, chosen, texts)
        _require_same(chosen, trial, kept, sheet.classes)
    _put(path, chosen, texts)
    return notes


def _carried(form: LabelForm, items: Sequence[LabelItem]) -> tuple[list[LabelItem], tuple[str, ...]]:
    """Return the items that a form can carry, and what is lost."""
    notes = []
    kept = list(items) if Trait.SEVERAL in form.carries else merged(items)
    if len(kept) < len(items):
        notes.append(f"{len(items) - len(kept)} further answers to the same image were taken together")
    if Trait.SKIP not in form.carries and (skipped := sum(item.skip is not None for item in kept)):
        kept = [item for item in kept if item.skip is None]
        notes.append(f"{skipped} skipped images were left out: {form.title} has no word for them")
    if Trait.SECONDS not in form.carries and any(item.seconds is not None for item in kept):
        notes.append(f"{form.title} has no place for seconds")
    if Trait.WHO not in form.carries and any(item.by is not None for item in kept):
        notes.append(f"{form.title} has no place for who labelled")
    return kept, tuple(notes)


def _put(path: Path, form: LabelForm, texts: Mapping[str, str]) -> None:
    folder = path if form.is_folder else path.parent
    for name, text in texts.items():
        with replacing(folder / name) as draft:
            draft.write_bytes(text.encode("utf-8", "surrogateescape"))


def _require_same(form: LabelForm, path: Path, items: Sequence[LabelItem], classes: Sequence[str]) -> None:
    """Raise BadData unless a file says what it was written to say.

    Raises:
        BadData: it does not; with the first image and class.
    """
    images = list(dict.fromkeys(item.image for item in items))
    back = read_labels(path, images=images, classes=classes, form=form.name)
    unlike = back.mistakes or _unlike(merged(items), {item.image: item for item in merged(back.items)})
    hint = "rename the image or the class, or write another form"
    refuse(f"what would be written as {form.title}", unlike, hint=hint)


def _unlike(items: Sequence[LabelItem], back: Mapping[str, LabelItem]) -> list[Mistake]:
    """Return a mistake for the first image that would come back with other labels."""
    for item in items:
        came = back.get(item.image, LabelItem(item.image))
        wanted, labels = item.labels, came.labels
        if wanted != labels:
            name = next(name for name in {**wanted, **labels} if wanted.get(name) is not labels.get(name))
            before, after = wanted.get(name, "unknown"), labels.get(name, "unknown")
            return [Mistake(item.image, f"{name!r} is {before} and would come back as {after}")]
        if item.skip != came.skip:
            return [Mistake(item.image, f"is skipped as {item.skip!r} and would come back as {came.skip!r}")]
    return []
