"""Which form a file has, and which files of a folder belong together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.probe import TABLES, Probe
from campaigns.datasets.foreign_files import require_no_foreign
from campaigns.errors import BadData, Mistake

ENDINGS = TABLES | {".json", ".jsonl", ".xml"}
MOST_FILES = 1000
"""That are looked at in a folder."""
_LOOSE = frozenset({"csv", "automl", "folders"})
"""Forms that many a table fits; in a folder they count where no other form is recognised."""


def parts_of(
    path: Path, *, forms: Mapping[str, LabelForm], named: LabelForm | None, encoding: str | None = None
) -> tuple[LabelForm, list[Probe]]:
    """Return the form, that of the name where a person gave it, and the files to read.

    Raises:
        BadData: it is in no form that is read, not in the one that was named, or there is no telling which file counts.
    """
    probe = Probe(path, encoding)
    candidates = [named] if named else list(forms.values())
    try:
        if not probe.is_folder and (form := _form_of(probe, candidates)):
            if encoding is not None and probe.has_xml:
                raise BadData(f"{path} is XML, which names its own encoding", hint="leave --encoding out")
            return form, [probe]
        if probe.is_folder and (chosen := _of_folder(probe, candidates)):
            return chosen
    except OSError as error:
        raise BadData(f"cannot read {path}: {error.strerror}", hint="check that it may be read") from error
    if named is None:
        for file in sorted([*path.glob("*"), *path.glob("*/*")])[:MOST_FILES] if probe.is_folder else [path]:
            if file.is_file():
                require_no_foreign(file)
    if named is not None:
        raise BadData(f"{path} is not {named.title}{_why(probe)}", hint=f"its files are usually {named.files}")
    mistakes = [Mistake(form.files, f"would be {form.title}") for form in candidates]
    hint = "export the labels in one of these forms, or name the form"
    raise BadData(f"{path} is in no form of labels that is read{_why(probe)}", mistakes=mistakes, hint=hint)


def _form_of(probe: Probe, forms: Sequence[LabelForm]) -> LabelForm | None:
    return next((form for form in forms if form.is_folder == probe.is_folder and form.is_form(probe)), None)


def _of_folder(probe: Probe, forms: Sequence[LabelForm]) -> tuple[LabelForm, list[Probe]] | None:
    """Return the form of a folder or of files in it; folders that are classes come last, since any picture lies so."""
    whole = [form for form in forms if form.is_folder and form.is_form(probe)]
    if whole and whole[0].name not in _LOOSE:
        return whole[0], [probe]
    by_form: dict[str, list[Probe]] = {}
    entries = {form.name: form for form in forms}
    for file in _files(probe.path):
        inner = Probe(file, probe.encoding)
        if form := _form_of(inner, forms):
            by_form.setdefault(form.name, []).append(inner)
    names = [name for name in by_form if name not in _LOOSE] or list(by_form)
    if len(names) == 1 and (len(by_form[names[0]]) == 1 or entries[names[0]].has_parts):
        return entries[names[0]], by_form[names[0]]
    if not names:
        return (whole[0], [probe]) if whole else None
    mistakes = [
        Mistake(str(inner.path), f"would be {entries[name].title}") for name in names for inner in by_form[name][:5]
    ]
    raise BadData(f"{probe.path} holds several files of labels", mistakes=mistakes, hint="give the one to read")


def _files(folder: Path) -> list[Path]:
    files = [
        file
        for pattern in ("*", "*/*")
        for file in sorted(folder.glob(pattern))
        if file.suffix.lower() in ENDINGS and file.is_file() and not file.name.startswith(".")
    ]
    if len(files) > MOST_FILES:
        raise BadData(f"{folder} holds {len(files)} files that may be labels", hint="give the file of labels itself")
    return files


def _why(probe: Probe) -> str:
    if probe.is_folder:
        return ""
    if probe.has_json and (keys := probe.json_keys):
        return f": it is {keys}"
    why = probe.why_no_tree if probe.has_json else probe.why_no_table
    return f": {why}" if why else ""
