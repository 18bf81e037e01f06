"""From a folder of photographs and a budget to a campaign that people label for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.classes import why_no_classes
from campaigns.core.ids import checked_name
from campaigns.datasets.class_list import read_classes
from campaigns.datasets.folder_tree import file_tree
from campaigns.datasets.formats import SUFFIXES, other_formats
from campaigns.datasets.identity import uniform
from campaigns.errors import BadData, Mistake, NoSuchName, UsageError
from campaigns.home.typed_paths import expanded
from campaigns.recipe import PEOPLE
from campaigns.recipe.people import BUDGET, test_images_of
from campaigns.services.campaigns.choice import CampaignChoice, NewArguments, data_of
from campaigns.services.data import registered
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asks:
    """What a command line says of a campaign that people label for; None where it says nothing."""

    classes: str | None = None
    """`car,person,cat`, or a file that lists them."""
    budget: int | None = None
    batch: int | None = None
    test: int | None = None

    @property
    def is_empty(self) -> bool:
        """True when nothing was said of people at all."""
        return self == Asks()


def choose_people(
    workspace: Workspace, wanted: NewArguments, asks: Asks, *, name: str | None = None, overrides: Sequence[str] = ()
) -> CampaignChoice:
    """Return the choice of a campaign on a folder of photographs, which is called after it.

    Raises:
        BadData: there is no image, or there are too few; or the classes are not what can be asked about.
        NoSuchName: there is no such folder.
        UsageError: no folder or no classes were given, or a model or a recipe was.
    """
    if name is not None:
        checked_name(name)
    if wanted.folder is None or wanted.dataset or wanted.recipe or wanted.model:
        raise UsageError(
            "what people label is a folder of photographs",
            hint="give --folder PATH; a model is chosen by --set model.kind=…",
        )
    ids, root = require_photographs(wanted.folder), expanded(wanted.folder).absolute()
    classes = require_classes(asks.classes)
    with workspace.store() as store:
        roots = {dataset: known.root for dataset, known in registered(store).items()}
    data_name, images = data_of(wanted, roots)["name"], len(ids)
    tests = test_images_of(images) if asks.test is None else asks.test
    if not 0 <= tests < images:
        raise BadData(
            f"{tests} of {images} images cannot be set aside for testing",
            hint=f"give --test a number from 0 to {images - 1}",
        )
    data = {
        "name": data_name,
        "root": str(root),
        "asked": list(classes),
        "test_share": _share(ids, tests),
        "on_unreadable": "skip",
    }
    # All of a small folder may be labelled, where nobody says how many.
    budget = images - tests if asks.budget is None and images - tests < BUDGET else asks.budget
    numbers = {"budget": budget, "batch": asks.batch, "test": tests}
    keys = [f"protocol.{key}={number}" for key, number in numbers.items() if number is not None]
    return CampaignChoice(PEOPLE, name or data_name, (f"data={_table(data)}", *keys, *overrides))


def require_photographs(folder: Path) -> Sequence[str]:
    """Return the images in a folder and those below, by their paths in it.

    Raises:
        BadData: it holds no image.
        NoSuchName: there is no such folder.
    """
    root = expanded(folder).absolute()
    if not root.is_dir():
        raise NoSuchName(f"there is no folder {str(folder)!r}", hint="give the folder that holds the photographs")
    tree = file_tree(root)
    if not tree.ids:
        formats = other_formats(tree.unreadable)
        raise BadData(
            f"{root} holds no image ({', '.join(sorted(SUFFIXES))}){formats and f'; {formats}'}",
            hint="give the folder that holds the photographs",
        )
    return tree.ids


def _share(ids: Sequence[str], tests: int) -> float:
    """Return the share that sets aside so many of these images by the hash of their ids, and as many of later ones."""
    if not tests:
        return 0.0
    hashes = sorted(map(uniform, ids))
    return (hashes[tests - 1] + hashes[tests]) / 2


def require_classes(text: str | None) -> tuple[str, ...]:
    """Return the classes that people are asked about: `car,person,cat`, or those that a file lists.

    Raises:
        BadData: they are not what can be asked about, or there are fewer than two.
        UsageError: None was given.
    """
    if text is None:
        raise UsageError("people have to be asked about something", hint="give --classes car,person,cat or a file")
    mistakes: list[Mistake] = []
    path = expanded(text)
    if path.is_file():
        names = read_classes(path, mistakes) or ()
    else:
        names = tuple(part.strip() for part in text.split(",") if part.strip())
    mistakes += [
        Mistake("--classes", f"{name!r} cannot be a class: {reason}") for name, reason in why_no_classes(names)
    ]
    if len(names) < 2 and not mistakes:
        what = f"{names[0]!r} is the only one" if names else "it names none"
        mistakes.append(Mistake("--classes", f"{what}: two or more are needed to choose images by"))
    if mistakes:
        raise BadData(
            "people cannot be asked about these classes", mistakes=mistakes, hint="give --classes car,person,cat"
        )
    return names


def _table(values: dict[str, object]) -> str:
    """Return an inline table as TOML has it."""
    parts = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return f"{{{', '.join(parts)}}}"
