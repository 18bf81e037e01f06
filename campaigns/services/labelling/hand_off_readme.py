"""The README of a hand-off: how its folder gets into a program, and how what people said comes back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote


@dataclass(frozen=True, slots=True)
class Handover:
    """What a README tells of."""

    campaign: str
    form: str
    file: str
    """The name of the label file."""
    root: Path | None
    """The folder that the paths of the photographs start from, or that of the hand-off where they were copied."""
    is_copied: bool
    has_prefix: bool
    """Somebody chose what stands before the paths, and knows where it leads."""


def readme(handover: Handover) -> str:
    """Return the text of the README."""
    name = quote(handover.campaign)
    steps, back = STEPS[handover.form](handover)
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    head = f"Photographs of the campaign {handover.campaign}, to be labelled. Those that matter most come first."
    tail = [
        "The answers come back with:",
        f"   alwsl-tui labels import {name} {back} --by WHO",
        "Give the name of whoever labelled for WHO. With --dry-run it only says what would be read.",
    ]
    return "\n".join([head, "", *numbered, "", *tail]) + "\n"


def _labelstudio(handover: Handover) -> tuple[Sequence[str], str]:
    root = handover.root or Path()
    storage, served = (root / "images", root) if handover.is_copied else (root, root.parent)
    serving = [
        "Start Label Studio so that it may show the photographs:\n"
        "   LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT="
        f"{quote(str(served))} label-studio start",
        "In the project's settings, under Cloud Storage, add a source storage of the type Local files with the path\n"
        f"   {storage}\n   It need not be synchronised.",
    ]
    project = "Create a project. In its settings, under Labeling Interface, Code, put what config.xml holds."
    steps = [project] if handover.has_prefix else [serving[0], project, serving[1]]
    return [
        *steps,
        f"Import {handover.file} into the project. Tasks have a field `order`; predictions are scored by it.",
        "Mark what is there. A class in none of the three groups counts as absent once the task is submitted. "
        "Skip\n   what cannot be labelled; a comment says why.",
        "Export the project as JSON. The other exports leave out choices or who made them.",
    ], "project-1-at-….json"


def _cvat(handover: Handover) -> tuple[Sequence[str], str]:
    where = f"{handover.root}/images" if handover.is_copied else str(handover.root)
    return [
        "Create a task in CVAT. Under Labels, Raw, put what cvat-labels.json holds.",
        f"Give it the images that {handover.file} names, under the same paths: they lie in {where}.",
        "Tag what is there. A photograph with a tag says no of all other labels; the attributes `unsure` and `open` "
        "of a\n   tag say that it cannot be told, or was not looked for, and `no` that it is absent.",
        "Export the task as CVAT for images 1.1. A photograph without a tag counts as not looked at; once all were,\n"
        "   add --empty nothing to the command below.",
    ], "annotations.xml"


def _datumaro(handover: Handover) -> tuple[Sequence[str], str]:
    return [
        f"Open this folder as a data set in Datumaro's own format; annotations/{handover.file} lists the photographs.",
        "Give each photograph the labels of what is there. The attributes `unsure`, `no` and `open` of a label say "
        "that it\n   cannot be told, is absent, or was not looked for; the attribute `skip` of an item says why it "
        "has none.",
        "Export in Datumaro's format.",
    ], f"annotations/{handover.file}"


def _csv(handover: Handover) -> tuple[Sequence[str], str]:
    return [
        f"Open {handover.file} in a spreadsheet: a line for each photograph, a column for each class.",
        "Write 1 where the class is there, 0 where it is not, ? where it cannot be told. An empty cell was not "
        "looked at.",
        "Save it as CSV.",
    ], handover.file


def _hf(handover: Handover) -> tuple[Sequence[str], str]:
    return [
        f"{handover.file} has a line for each photograph, as Hugging Face's imagefolder reads it.",
        "Put classes that are there into `labels`, those that are not into `absent`, those that cannot be told into\n"
        "   `unsure`; a class in none of them is unknown. `skip` says why a photograph has no labels.",
    ], handover.file


STEPS: Mapping[str, Callable[[Handover], tuple[Sequence[str], str]]] = {
    "labelstudio": _labelstudio,
    "cvat": _cvat,
    "datumaro": _datumaro,
    "csv": _csv,
    "hf": _hf,
}
"""What is done in each program, and the file that comes back."""
