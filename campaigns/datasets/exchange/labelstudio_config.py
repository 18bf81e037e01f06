"""The labelling interface of a Label Studio project, `config.xml`: which choices were offered for which field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from campaigns.datasets.exchange.gathering import Gathering, names_of
from campaigns.datasets.exchange.labelstudio_results import IN_DATA_ADD
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.exchange.xml_tree import read_xml
from campaigns.errors import BadData, Mistake

CLASSES, UNSURE, OPEN = "classes", "unsure", "open"
"""Names of the Choices in the config that we write: present; not to be told; not looked for."""
CONFIGS = ("config.xml", "label_config.xml")
"""How it may be called."""
_REGIONS = re.compile(r"(?:rectangle|polygon|brush|ellipse|keypoint)labels", re.IGNORECASE)
TITLES = {CLASSES: "What is there", UNSURE: "Cannot be told", OPEN: "Not looked for"}


@dataclass(frozen=True, slots=True)
class LabelConfig:
    """What a person was asked."""

    image: str | None = None
    """The field of a task that holds the image; None when the config is not there."""
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Choices by the name of the control."""
    single: frozenset[str] = frozenset()
    """Controls in which one choice excludes the others."""
    per_region: frozenset[str] = frozenset()
    """Controls that are about a box or an outline."""


@dataclass(frozen=True, slots=True)
class Controls:
    """Which controls are read."""

    classes: tuple[str, ...]
    unsure: str | None
    open: str | None
    offered: tuple[str, ...] | None
    """None when there is no config: those that occur."""


def read_config(gathering: Gathering) -> LabelConfig:
    """Return the config that belongs to an export; one without controls when there is none.

    Raises:
        BadData: it cannot be read.
    """
    path = gathering.options.config or config_beside(gathering.path)
    if path is None:
        gathering.notes.append("no config.xml beside it: only classes that were chosen somewhere count as offered")
        return LabelConfig()
    try:
        root = read_xml(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        hint = "copy the labelling interface of the project into it again"
        raise BadData(f"cannot read {path}", mistakes=[Mistake(str(path), str(reason))], hint=hint) from error
    everything = list(root.iter("Choices"))
    per_region = frozenset(c.get("name", "") for c in everything if c.get("perRegion", "").lower() == "true")
    several = [choices for choices in everything if choices.get("name", "") not in per_region]
    controls = {choices.get("name", ""): names_of(map(_value, choices.iter("Choice"))) for choices in several}
    single = frozenset(c.get("name", "") for c in several if not c.get("choice", "single").startswith("multiple"))
    image = next((image.get("value", "").lstrip("$") for image in root.iter("Image")), "")
    return LabelConfig(image or None, controls, single, per_region)


def config_beside(path: Path) -> Path | None:
    """Return the config that lies in an export's folder; None when there is none."""
    folder = path if path.is_dir() else path.parent
    return next((file for name in CONFIGS if (file := folder / name).is_file()), None)


def _value(choice: Element) -> str:
    return choice.get("alias") or choice.get("value") or ""


def values_of(config: LabelConfig, chosen: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the values of Choices by the name of each: those that the config offers, and those that occur."""
    return {
        name: set(config.controls.get(name, ())) | chosen.get(name, set()) for name in {**config.controls, **chosen}
    }


def controls_of(config: LabelConfig, chosen: Mapping[str, set[str]], gathering: Gathering) -> Controls | None:
    """Return which controls hold classes; None when there is no telling, which is noted.

    `chosen` are the choices that occur in the export, by control.
    """
    values = values_of(config, chosen)
    ours = {name: CLASSES in values and name in values and values[name] <= values[CLASSES] for name in (UNSURE, OPEN)}
    rest = [name for name in values if not ours.get(name)]
    names = tuple(name for name in gathering.options.controls if name in rest) or tuple(rest)
    if len(names) > 1 and not gathering.options.controls:
        known = set(gathering.known or ())
        names = tuple(name for name in rest if values[name] & known)
    if not names:
        shown = ", ".join(sorted(rest)) or "none"
        what = f"which Choices hold the classes? There are {shown}: name them with --control NAME, {IN_DATA_ADD}"
        gathering.mistakes.append(Mistake(str(gathering.path), what if rest else _no_choice(gathering)))
        return None
    if others := [name for name in rest if name not in names]:
        gathering.notes.append(f"the Choices {', '.join(others)} were left out: they hold no classes")
    if config.single & set(names):
        gathering.notes.append("its Choices allow one choice: the classes beside it were read as no")
    offered = None
    if all(name in config.controls for name in names):
        offered = tuple(dict.fromkeys(value for name in names for value in config.controls[name]))
    unsure, left_open = (name if ours[name] else None for name in (UNSURE, OPEN))
    return Controls(names, unsure, left_open, offered)


def _no_choice(gathering: Gathering) -> str:
    """Say that there is no choice, and what a person may do where there are boxes or outlines."""
    what = "holds no choice for a whole image"
    if not _REGIONS.search(Probe(gathering.path).head):
        return what
    return (
        f"{what} but boxes or outlines: export the project as COCO for `data add`, where they make their class "
        "present; or add Choices to the project and answer those"
    )


def config_text(classes: Sequence[str]) -> str:
    """Return the config for these classes: what is there, what cannot be told, what was not looked for."""
    view = Element("View")
    SubElement(view, "Image", name="image", value="$image")
    for name, title in TITLES.items():
        SubElement(view, "Header", value=title)
        choices = SubElement(view, "Choices", name=name, toName="image", choice="multiple")
        for value in classes:
            SubElement(choices, "Choice", value=value)
    indent(view)
    return tostring(view, encoding="unicode") + "\n"
