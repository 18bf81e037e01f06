"""Label Studio's JSON: tasks with the annotations of several people, and predictions that are no answers.

An annotation that was submitted says no of every class that was offered and not chosen. What is unsure stands in the
Choices `unsure` and what was not looked for in the Choices `open`, both of the `config.xml` that is written beside it;
a skip is an annotation that was cancelled, its reason the first comment. A task without annotations says nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any
from urllib.parse import quote

from campaigns.core.answers import Opinion
from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, names_of, opinions, seconds_of
from campaigns.datasets.exchange.label_file import LabelItem, Trait
from campaigns.datasets.exchange.label_form import LabelForm, LabelSheet
from campaigns.datasets.exchange.labelstudio_config import (
    CLASSES,
    OPEN,
    UNSURE,
    Controls,
    config_text,
    controls_of,
    read_config,
    values_of,
)
from campaigns.datasets.exchange.labelstudio_results import (
    TAXONOMY,
    ask_about_taxonomies,
    is_about_region,
    others_in,
    paths_of,
    regions_in,
)
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.formats import SUFFIXES, suffix_of

CANCELLED = "Label Studio: cancelled"
Node = Mapping[str, Any]


def _is_form(probe: Probe) -> bool:
    tree = probe.tree
    return (
        isinstance(tree, list)
        and bool(tree)
        and all(isinstance(task, dict) and isinstance(task.get("data"), dict) for task in tree)
    )


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    tasks: list[Node] = probe.tree
    config = read_config(gathering)
    chosen: dict[str, set[str]] = {}
    for task in tasks:
        for answer in (*_annotations(task), *_list(task.get("predictions"))):
            for control, names in _choices(answer).items():
                if control not in config.per_region:
                    chosen.setdefault(control, set()).update(names)
    if not ask_about_taxonomies(_taxonomies(tasks), values_of(config, chosen), gathering):
        return None
    controls = controls_of(config, chosen, gathering)
    if controls is None:
        return None
    for place, task in enumerate(tasks):
        where = f"{probe.path}: task {task.get('id', place + 1)}"
        name = _image_of(task["data"], config.image)
        if name is None:
            gathering.tally.add("no image", where, "names no image, or several")
        elif image := gathering.image(name, where):
            for annotation in sorted(_annotations(task), key=_moment):
                gathering.add(_draft(image, where, annotation, controls), is_alone=False)
    gathering.notes += _left_out([_list(a.get("result")) for task in tasks for a in _annotations(task)])
    return controls.offered


def _left_out(annotations: Sequence[Sequence[Node]]) -> list[str]:
    """Return what a person is told of results that are no choices for a whole image."""
    regions = [regions_in(results) for results in annotations]
    notes = []
    if boxes := sum(map(bool, regions)):
        notes.append(f"{boxes} annotations hold boxes or outlines, which are no labels of a whole image")
    pairs = zip(annotations, regions, strict=True)
    about = sum(is_about_region(r, its) for results, its in pairs for r in results if r.get("type") == "choices")
    if about:
        notes.append(f"choices about boxes or outlines were left out ({about}): they are not about the whole image")
    if others := set().union(*map(others_in, annotations)):
        notes.append(f"left out, being no choices: {', '.join(sorted(others))[:200]}")
    return notes


def _taxonomies(tasks: Sequence[Node]) -> dict[str, list[list[str]]]:
    """Return the paths that people chose, by the name of the taxonomy."""
    answered: dict[str, list[list[str]]] = {}
    for result in (r for task in tasks for a in _annotations(task) for r in _list(a.get("result"))):
        if result.get("type") == TAXONOMY and (paths := paths_of(result.get("value"))):
            answered.setdefault(str(result.get("from_name", TAXONOMY)), []).extend(paths)
    return answered


def _draft(image: str, where: str, annotation: Node, controls: Controls) -> LabelDraft:
    seconds = seconds_of(annotation.get("lead_time"))
    by = person(annotation.get("completed_by"))
    if annotation.get("was_cancelled"):
        reason = annotation.get("skip_reason")
        skip = reason if isinstance(reason, str) and reason else CANCELLED
        return LabelDraft(image, where, skip=skip, seconds=seconds, by=by)
    choices = _choices(annotation)
    unsure = choices.get(controls.unsure or "", ())
    says = opinions((name for control in controls.classes for name in choices.get(control, ())), unsure=unsure)
    left_open = frozenset(choices.get(controls.open or "", ())) - set(says)
    return LabelDraft(image, where, says, True, controls.offered, left_open, seconds=seconds, by=by)


def person(value: object) -> str | None:
    """Return who labelled, by address or name where the export tells it, else by number."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("email", "username", "first_name", "id") if value.get(key)), None)
    return str(value) if isinstance(value, str | int) and str(value) else None


def _annotations(task: Node) -> list[Node]:
    """Return what people submitted; old versions call it completions."""
    return _list(task.get("annotations", task.get("completions")))


def _list(value: object) -> list[Node]:
    return [node for node in value if isinstance(node, dict)] if isinstance(value, list) else []


def _choices(answer: Node) -> dict[str, tuple[str, ...]]:
    """Return choices for the whole image by control."""
    choices: dict[str, tuple[str, ...]] = {}
    results = _list(answer.get("result"))
    regions = regions_in(results)
    for result in results:
        value = result.get("value")
        names = value.get("choices") if isinstance(value, dict) else None
        if result.get("type") == "choices" and isinstance(names, list) and not is_about_region(result, regions):
            control = str(result.get("from_name", CLASSES))
            choices[control] = (*choices.get(control, ()), *names_of(str(name) for name in names))
    return choices


def _moment(annotation: Node) -> str:
    return str(annotation.get("updated_at") or annotation.get("created_at") or "")


def _image_of(data: Node, key: str | None) -> str | None:
    """Return the name of a task's image: the field that the config names, else the one that looks like a picture."""
    if key is not None and isinstance(data.get(key), str):
        return str(data[key])
    texts = {name: value for name, value in data.items() if isinstance(value, str)}
    usual = next((texts[name] for name in ("image", "img", "image_url", "url", "photo") if name in texts), None)
    pictures = [value for value in texts.values() if suffix_of(value.partition("?")[0]) in SUFFIXES]
    return usual or (pictures[0] if len(pictures) == 1 else None)


def _write(sheet: LabelSheet) -> Mapping[str, str]:
    by_image: dict[str, list[LabelItem]] = {}
    for item in sheet.items:
        by_image.setdefault(item.image, []).append(item)
    numbers = count(1)
    tasks = [
        {
            "id": place + 1,
            "data": {"image": _address(sheet.options.prefix, image), "order": place + 1},
            "annotations": [_annotation(item, sheet.classes, numbers) for item in items if not item.is_silent],
            "predictions": _predictions(image, 1 - place / len(by_image), sheet),
        }
        for place, (image, items) in enumerate(by_image.items())
    ]
    text = json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"
    return {sheet.file: text, "config.xml": config_text(sheet.classes)}


def _address(prefix: str, image: str) -> str:
    """Return where a browser gets an image; in the query of an address some signs of a path mean something else."""
    return f"{prefix}{quote(image, errors='surrogateescape') if '?' in prefix else image}"


def _annotation(item: LabelItem, classes: Sequence[str], numbers: Iterator[int]) -> Node:
    """Return what a person said, numbered: tables of Label Studio tell by it that somebody has labelled a task."""
    labels = item.labels
    by_control = {
        CLASSES: [name for name, opinion in labels.items() if opinion is Opinion.YES],
        UNSURE: [name for name, opinion in labels.items() if opinion is Opinion.UNSURE],
        OPEN: [name for name in classes if name not in labels] if item.skip is None else [],
    }
    annotation: dict[str, Any] = {
        "id": next(numbers), "result": list(_results(by_control)), "was_cancelled": item.skip is not None,
    }  # fmt: skip
    if item.seconds is not None:
        annotation["lead_time"] = item.seconds
    if item.by is not None:
        annotation["completed_by"] = {"email": item.by}
    if item.skip not in {None, CANCELLED}:
        annotation["skip_reason"] = item.skip
    return annotation


def _results(by_control: Mapping[str, Sequence[str]]) -> Iterator[Node]:
    for control, names in by_control.items():
        if names:
            yield {
                "from_name": control, "to_name": "image", "type": "choices", "value": {"choices": list(names)},
            }  # fmt: skip


def _predictions(image: str, score: float, sheet: LabelSheet) -> list[Node]:
    """Return what a model takes for there; its score is the image's place, by which Label Studio sorts tasks."""
    probabilities = sheet.options.predictions.get(image)
    if probabilities is None:
        return []
    names = [name for name in sheet.classes if probabilities.get(name, 0) >= 0.5]
    return [{"model_version": sheet.options.model, "score": score, "result": list(_results({CLASSES: names}))}]


ENTRIES = (
    LabelForm(
        "labelstudio", "Label Studio JSON", "project-1-at-….json, with config.xml beside it", _is_form, _read, _write,
        carries=frozenset(Trait), beside=("config.xml",),
    ),
)  # fmt: skip
