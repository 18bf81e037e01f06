"""What a person chose for a new campaign: a recipe or a protocol, the data it is about, and what should differ."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from campaigns.core.ids import checked_name
from campaigns.datasets.catalogue import built_in, recognise
from campaigns.errors import BadRecipe, NoSuchName, UsageError, nearest_of, none_such
from campaigns.home.paths import default_home
from campaigns.home.typed_paths import expanded
from campaigns.recipe import HEADS, PROTOCOL, load_recipe, override_value, shipped
from campaigns.services.data import registered, require_text
from campaigns.services.workspace import Workspace

MODEL = "wildcat"
"""Of a protocol, where nobody says another one."""
MOST_LETTERS = 40
"""Of a name made from a folder's: that of the campaign adds its own."""
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class CampaignChoice:
    """What a person has chosen so far."""

    source: str
    """A shipped recipe by name, a file, or `PROTOCOL`, which is made from the counts of the data."""
    name: str = ""
    """Of the campaign; the recipe's when empty."""
    overrides: tuple[str, ...] = ()
    """`key=value`, as `--set` takes them."""
    executor: str | None = None
    """What runs it; None: as the environment says."""


@dataclass(frozen=True, slots=True)
class NewArguments:
    """What a command line says of data and recipe; None where it says nothing."""

    folder: Path | None = None
    dataset: str | None = None
    model: str | None = None
    recipe: str | None = None


def choose(
    workspace: Workspace, wanted: NewArguments, *, name: str | None = None, overrides: Sequence[str] = ()
) -> CampaignChoice:
    """Return the choice that these words mean: the recipe named, with those data; else the protocol for them.

    The protocol for published data is the paper's, for all others one that is made from their counts.

    Raises:
        BadData: the folder is laid out like no data set.
        UsageError: too little was said, or what contradicts itself.
        NoSuchName: nobody knows the data set or the model.
        BadRecipe: nobody knows the recipe, or it is wrong.
    """
    if name is not None:
        checked_name(name)
    with workspace.store() as store:
        roots = {dataset: known.root for dataset, known in registered(store).items()}
    _require_consistent(wanted, overrides)
    _require_known(wanted, sorted({*built_in(), *roots}))
    data = data_of(wanted, roots)
    if wanted.recipe not in {None, PROTOCOL}:
        source = str(wanted.recipe)
        return CampaignChoice(source, name or "", (*_only(data, source), *overrides))
    model = wanted.model or MODEL
    if wanted.recipe is None and wanted.folder is None and f"{wanted.dataset}-{model}" in shipped():
        return CampaignChoice(f"{wanted.dataset}-{model}", name or "", tuple(overrides))
    kind = [] if wanted.model is None and given(overrides, "model.kind") else [f"model.kind={model}"]
    keys = [f"data.{key}={json.dumps(value, ensure_ascii=False)}" for key, value in data.items()]
    return CampaignChoice(PROTOCOL, name or "", (*keys, *kind, *overrides))


def named(choice: CampaignChoice) -> str:
    """Return the name of the campaign: the one given, else the recipe's, with that of the data it was given."""
    if choice.name:
        return choice.name
    data = given(choice.overrides, "data")
    if choice.source == PROTOCOL:
        return f"{given(choice.overrides, 'data.name') or 'data'}-{given(choice.overrides, 'model.kind') or MODEL}"
    stem = Path(choice.source).stem
    return f"{data['name']}-{stem}" if isinstance(data, dict) and isinstance(data.get("name"), str) else stem


def source_of(choice: CampaignChoice) -> str:
    """Return the recipe's name, or its file with the home folder of its user spelt out."""
    try:
        return str(expanded(choice.source)) if choice.source.startswith("~") else choice.source
    except RuntimeError:  # there is no such user
        return choice.source


def command_of(workspace: Workspace, choice: CampaignChoice, *, is_started: bool) -> str:
    """Return the command line that does this, quoted for a shell; it names the home unless that is the usual one."""
    data, rest = _words_of(choice)
    sets = [word for override in rest for word in ("--set", override)]
    home = workspace.home.folder
    place = [] if home == expanded(default_home()).absolute() else ["--home", str(home)]
    start = ["--start"] if is_started else []
    executor = ["--executor", choice.executor] if choice.executor is not None else []
    return shlex.join(["alwsl-tui", "new", *data, "--name", named(choice), *sets, *executor, *start, *place])


def given(overrides: Sequence[str], key: str) -> Any:
    """Return the value that overrides give a key, or a table of it; None where they give none."""
    values = [value for name, _, value in (override.partition("=") for override in overrides) if name.strip() == key]
    return override_value(values[-1].strip()) if values else None


def _words_of(choice: CampaignChoice) -> tuple[list[str], tuple[str, ...]]:
    """Return how data and recipe are said on a command line, and the overrides that this does not say."""
    if choice.source != PROTOCOL:
        data = given(choice.overrides, "data")
        recipe = ["--recipe", source_of(choice)]
        if not isinstance(data, dict) or not data.keys() <= {"name"} or not choice.overrides[0].startswith("data="):
            return recipe, choice.overrides
        return ["--dataset", data["name"], *recipe], choice.overrides[1:]
    name, root, kind = (given(choice.overrides, key) for key in ("data.name", "data.root", "model.kind"))
    if not isinstance(name, str):
        return ["--recipe", PROTOCOL], choice.overrides
    told = {"data.name", "data.root", "model.kind"}
    rest = tuple(o for o in choice.overrides if o.partition("=")[0].strip() not in told)
    if root is not None:
        return [str(root), "--model", str(kind or MODEL)], rest
    # A published name alone would mean the paper's protocol.
    recipe = ["--recipe", PROTOCOL] if f"{name}-{kind or MODEL}" in shipped() else []
    return ["--dataset", name, *recipe, "--model", str(kind or MODEL)], rest


def _require_consistent(wanted: NewArguments, overrides: Sequence[str]) -> None:
    """Raise UsageError unless the words say which data and which protocol, each once."""
    if wanted.folder is not None and wanted.dataset is not None:
        raise UsageError(
            f"two data sets are given: the folder {wanted.folder} and --dataset {wanted.dataset}",
            hint="leave one of them out",
        )
    has_data = wanted.folder is not None or wanted.dataset is not None
    if wanted.recipe is None and not has_data:
        raise UsageError(
            "a new campaign needs data or a recipe",
            hint="give a folder of images, --dataset NAME (alwsl-tui data list) or --recipe NAME (alwsl-tui recipes)",
        )
    if wanted.recipe == PROTOCOL and not has_data and given(overrides, "data.name") is None:
        raise UsageError(
            f"--recipe {PROTOCOL} is made from a data set's counts", hint="give --dataset NAME, or a folder"
        )
    if wanted.model is not None and wanted.recipe not in {None, PROTOCOL}:
        raise UsageError(
            f"--recipe {wanted.recipe} says which model it is", hint=f"for another: --set model.kind={wanted.model}"
        )
    if wanted.model is not None and wanted.model not in HEADS:
        raise none_such("model", wanted.model, HEADS.names())


def _require_known(wanted: NewArguments, datasets: Sequence[str]) -> None:
    """Raise NoSuchName if nobody knows the data set or the recipe; the nearest of both kinds are named."""
    known = {"data set": datasets, "recipe": [*shipped(), PROTOCOL]}
    if wanted.dataset is not None and wanted.dataset not in datasets:
        is_folder = expanded(wanted.dataset).is_dir()
        hint = f"a folder is given by itself: alwsl-tui new {shlex.quote(wanted.dataset)}" if is_folder else ""
        raise NoSuchName(f"there is no data set {wanted.dataset!r}", hint=hint or nearest_of(wanted.dataset, known))
    recipe = wanted.recipe
    if recipe is not None and not Path(recipe).suffix and "/" not in recipe and recipe not in known["recipe"]:
        meant = {"recipe": known["recipe"], **known}
        raise BadRecipe(f"there is no shipped recipe {recipe!r}", hint=nearest_of(recipe, meant))
    folder = wanted.folder
    if folder is None or expanded(folder).is_dir():
        return
    name = str(folder)
    if expanded(folder).is_file():
        raise UsageError(f"{name} is a file, not a folder of images", hint=f"a recipe is given by --recipe {name}")
    option = "--dataset" if name in datasets else "--recipe" if name in known["recipe"] else ""
    hint = f"give it by its name: {option} {name}" if option else nearest_of(name, known)
    raise NoSuchName(f"there is no folder {name!r}", hint=hint)


def data_of(wanted: NewArguments, roots: Mapping[str, Path]) -> dict[str, str]:
    """Return the keys of a recipe's `[data]` that say which data are meant; none where only a recipe was named.

    Raises:
        BadData: the folder is laid out like no data set.
    """
    if wanted.folder is None:
        return {} if wanted.dataset is None else {"name": wanted.dataset}
    root = expanded(wanted.folder).absolute()
    require_text(root)
    for name, known in roots.items():
        if known == root:
            return {"name": name}
    return {"name": _free_name(root, recognise(root), roots), "root": str(root)}


def _free_name(root: Path, kind: str, roots: Mapping[str, Path]) -> str:
    """Return a name for a folder that nobody has added: its own, unless that means other data."""
    plain = (_ODD.sub("-", path.name).strip("._-")[:MOST_LETTERS] for path in (root, root.resolve()))
    name = next(filter(None, plain), "data")
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(name for name in names if name not in roots and (name not in built_in() or name == kind))


def _only(data: Mapping[str, str], source: str) -> tuple[str, ...]:
    """Return the override that puts these data in the place of a recipe's; its other keys of `[data]` go, too."""
    if not data or (data.keys() == {"name"} and load_recipe(source).data.name == data["name"]):
        return ()
    return (f"data={{{', '.join(f'{key} = {json.dumps(value, ensure_ascii=False)}' for key, value in data.items())}}}",)
