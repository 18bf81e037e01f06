"""The paper's campaigns, in full or shrunk to what this machine can do: planned, begun, and gone on with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from campaigns.core.states import CampaignState
from campaigns.datasets.catalogue import open_dataset
from campaigns.errors import NotNow, UsageError, none_such
from campaigns.recipe import ProtocolSpec, Recipe, load_recipe
from campaigns.reporting.paper import EXHIBITS, TRAINING_IMAGES, Exhibit, exhibits, shrunk
from campaigns.reporting.paper import SHRUNK as SMALLER
from campaigns.reporting.settings_compared import ClaimTwice, claims_twice
from campaigns.services.campaigns.choice import CampaignChoice
from campaigns.services.campaigns.draft import Draft, Planner, create_from, refusal
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.requirements import facts_of
from campaigns.services.campaigns.run import go_on
from campaigns.services.data import registered, resolved
from campaigns.services.monitor.progress import state_of
from campaigns.services.results.findings import findings
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign, is_name_taken, list_campaigns
from campaigns.store.rows import CampaignRow

TRIALS = 10
"""Of a shrunk protocol: three, as in the paper, could not tell anything apart (the least possible p is 0.25)."""
SHRUNK = SMALLER.capitalize()
"""How the line that describes a campaign begins, wherever it is shown, when the protocol is not the paper's own."""


FINISHED_EPOCHS = 100
"""In which a head is finished. On the subset of VOC 2007, 187 random images came to 28.8 % mAP after 25 epochs, 35.1
after 100 and 35.9 after 200; 94 images to 29.6 after 100 and 30.7 after 200. So 100 leave little behind. `converged`
would always go on to its 200, for twice the time: at the paper's learning rate its rule did not end a fit before."""
FULL_EPOCHS = (20, 25, 35)
"""Of the full model beside the paper's epochs: the paper does not say how many; its code has 20, its rounds 25 and 35.
"""


class Heads(StrEnum):
    """How long the heads of a shrunk protocol train."""

    PAPER = "paper's epochs"
    """As many epochs as the paper fine-tunes for, which leave a head on a frozen backbone half-trained."""
    FINISHED = "finished heads"
    """FINISHED_EPOCHS, all rounds and the full model alike."""


class Scale(StrEnum):
    """How much of the paper's protocol is kept."""

    FULL = "full"
    """All of it: ResNet-101, trained whole, the paper's budgets and three trials."""
    SMALL = "small"
    """The same shares of the images there are, a head on a frozen EfficientNet-Lite0 at 224 px, ten trials."""


@dataclass(frozen=True, slots=True)
class Part:
    """One campaign of a reproduction."""

    choice: CampaignChoice
    exhibits: tuple[Exhibit, ...]
    """What it answers to."""
    found: CampaignRow | None
    """The campaign, where it has been made before."""
    state: CampaignState | None
    """None where it has not been made."""
    draft: Draft | None
    """What it would take; None where it has been made."""
    model: str = ""
    """`weldon` or `wildcat`."""
    heads: Heads = Heads.PAPER

    @property
    def name(self) -> str:
        """Of the campaign."""
        return self.choice.name


@dataclass(frozen=True, slots=True)
class SettingsOf:
    """The paper's claims of one model, with the paper's epochs and with finished heads."""

    model: str
    names: tuple[str, str]
    """Of the campaigns."""
    claims: tuple[ClaimTwice, ...]


@dataclass(frozen=True, slots=True)
class ExhibitProgress:
    """How far one figure or table of the paper has been reproduced in this home."""

    exhibit: Exhibit
    states: Mapping[Scale, CampaignState | None]
    """Of the campaign that answers to it; None where it has not been made."""


def so_far(workspace: Workspace) -> tuple[ExhibitProgress, ...]:
    """Return everything the paper shows, with how far this home is with it."""
    with workspace.store() as store:
        known = {row.name: state_of(store, row) for row in list_campaigns(store)}
    return tuple(
        ExhibitProgress(exhibit, {scale: known.get(_name(exhibit.dataset, exhibit.model, scale)) for scale in Scale})
        for exhibit in EXHIBITS
    )


def plan_reproduction(
    workspace: Workspace, dataset: str, *, models: Sequence[str], scale: Scale, trials: int | None = None
) -> tuple[Part, ...]:
    """Return what would run for these models; nothing is made. Figures share campaigns where they can.

    A model has one campaign, and when small two: with the paper's epochs, and with finished heads.

    Raises:
        NoSuchName: the paper does not use that data set.
        BadData: it is not here.
        BadRecipe: the schedule does not fit it, or the weights are not here.
        UsageError: a campaign of that name was made from another recipe.
    """
    if dataset not in TRAINING_IMAGES:
        raise none_such("data set in the paper", dataset, list(TRAINING_IMAGES))
    planner = Planner(workspace)
    settings = tuple(Heads) if scale is Scale.SMALL else (Heads.PAPER,)
    wanted = [_PartWanted(dataset, model, scale, heads) for model in models for heads in settings]
    return tuple(_part(workspace, planner, item, trials=trials) for item in wanted)


def begin(workspace: Workspace, parts: Sequence[Part]) -> tuple[str, ...]:
    """Make what is not there, and let all of them go on to their ends in the background; their names.

    Raises:
        AlwslError: as `create_campaign`.
    """
    workspace.require_writing()
    for part in parts:
        if part.found is None:
            create_from(workspace, part.choice, is_started=False)
    for part in parts:
        go_on(workspace, part.name)
    return tuple(part.name for part in parts)


def halt(workspace: Workspace, names: Sequence[str]) -> tuple[str, ...]:
    """Pause those that run at their next checkpoints; the names of those that were asked."""
    asked = []
    for name in names:
        try:
            pause(workspace, name)
        except NotNow:  # it has ended, or has not begun
            continue
        asked.append(name)
    return tuple(asked)


@dataclass(frozen=True, slots=True)
class _PartWanted:
    """Which campaign is wanted."""

    dataset: str
    model: str
    scale: Scale
    heads: Heads

    @property
    def name(self) -> str:
        """Of the campaign."""
        name = _name(self.dataset, self.model, self.scale)
        return f"{name}-finished" if self.heads is Heads.FINISHED else name


def compared(workspace: Workspace, parts: Sequence[Part]) -> tuple[SettingsOf, ...]:
    """Return the claims of both settings side by side, for every model that has run in both.

    Raises:
        AlwslError: as `findings`.
    """
    names = {(part.model, part.heads): part.name for part in parts}
    models = [model for model in dict.fromkeys(part.model for part in parts) if (model, Heads.FINISHED) in names]
    pairs = {model: (names[model, Heads.PAPER], names[model, Heads.FINISHED]) for model in models}
    return tuple(
        SettingsOf(model, both, claims_twice(*(findings(workspace, name).claims for name in both)))
        for model, both in pairs.items()
    )


def _part(workspace: Workspace, planner: Planner, wanted: _PartWanted, *, trials: int | None) -> Part:
    name, source = wanted.name, f"{wanted.dataset}-{wanted.model}"
    shown = exhibits(wanted.dataset, wanted.model)
    with workspace.store() as store:
        existing = get_campaign(store, name) if is_name_taken(store, name) else None
        state = None if existing is None else state_of(store, existing)
    if existing is not None and trials is None:
        trials = existing.plan.trials
    changes = _changes(workspace, wanted, shown, trials)
    if existing is not None and "protocol.full_epochs" in changes:
        # Before there was a list of them a campaign had one number: it goes on with it.
        counts = existing.plan.full_epochs
        changes["protocol.full_epochs"] = str(list(counts) if isinstance(counts, tuple) else counts)
    choice = CampaignChoice(source, name, tuple(f"{key}={value}" for key, value in changes.items()))
    if existing is not None:
        _same_recipe(recipe_of(workspace, existing.id), load_recipe(choice.source, choice.overrides), name)
        return Part(choice, shown, existing, state, None, wanted.model, wanted.heads)
    draft = planner.draft(choice)
    error = refusal(draft)
    if error is not None:
        if wanted.scale is Scale.FULL and any(mistake.where.startswith("protocol") for mistake in draft.mistakes):
            error.hint = "the paper's budgets want the whole data set; its shares of what is here: --scale small"
        raise error
    return Part(choice, shown, None, None, draft, wanted.model, wanted.heads)


def _name(dataset: str, model: str, scale: Scale) -> str:
    return f"paper-{dataset}-{model}" + ("-small" if scale is Scale.SMALL else "")


def _changes(workspace: Workspace, wanted: _PartWanted, shown: Sequence[Exhibit], trials: int | None) -> dict[str, str]:
    """Return what differs from the shipped recipe of the paper's protocol, by key."""
    recipe = load_recipe(f"{wanted.dataset}-{wanted.model}")
    more = dict.fromkeys(name for exhibit in shown for name in exhibit.criteria)
    names = ", ".join(f'"{name}"' for name in (*recipe.criteria.names, *more))
    changes = {"criteria.names": f"[{names}]"} if more else {}
    if wanted.scale is Scale.SMALL:
        changes |= _small(workspace, recipe)
        changes |= _finished(changes["about"], recipe) if wanted.heads is Heads.FINISHED else {}
        trials = trials or TRIALS
    if trials is not None and trials != recipe.protocol.trials:
        changes["protocol.trials"] = str(trials)
    return changes


def _small(workspace: Workspace, recipe: Recipe) -> dict[str, str]:
    """Return the paper's protocol in the shares of the images there are, with a backbone that a processor can carry."""
    with workspace.store() as store:
        data = resolved(recipe.data, registered(store))
    images = facts_of(open_dataset(data, indexes=workspace.home.indexes)).labelled
    protocol, of = recipe.protocol, TRAINING_IMAGES[recipe.data.name]
    schedule = protocol.schedule
    try:
        budgets = shrunk([schedule.labelled(number) for number in schedule.rounds], images, of)
    except ValueError as error:
        raise UsageError(f"{recipe.data.name} is too small even for a shrunk protocol: {error}") from error
    about = (
        f"{SHRUNK}: {recipe.about[0].lower()}{recipe.about[1:]}, in shares of {images} images, "
        "with a frozen EfficientNet-Lite0 at 224 px"
    )
    return {
        "about": about,
        "model.backbone": "efficientnet_lite0",
        "model.training": "frozen",
        "model.image_size": "224",
        "protocol.initial": str(budgets[0]),
        "protocol.add": str([after - before for before, after in pairwise(budgets)]),
        "protocol.report_at": str(_read_at(protocol, budgets)),
        "protocol.full_epochs": str(list(FULL_EPOCHS)),
    }


def _finished(about: str, recipe: Recipe) -> dict[str, str]:
    """Return what lets the heads of a shrunk protocol train until they are done."""
    return {
        "about": f"{about}, its head trained for {FINISHED_EPOCHS} epochs",
        "protocol.epochs": str([FINISHED_EPOCHS] * len(recipe.protocol.epochs)),
        "protocol.full_epochs": str(FINISHED_EPOCHS),
    }


def _read_at(protocol: ProtocolSpec, budgets: Sequence[int]) -> list[int]:
    schedule = protocol.schedule
    return [budgets[n] for n in schedule.rounds if schedule.labelled(n) in protocol.reading_points]


def _same_recipe(existing: Recipe, wanted: Recipe, name: str) -> None:
    """Raise UsageError unless a campaign that was made before is the one that is meant.

    Raises:
        UsageError: it is not, with the keys that differ.
    """
    different = []
    for section in ("model", "training", "protocol", "criteria"):
        old, new = (getattr(recipe_, section).model_dump() for recipe_ in (existing, wanted))
        different += [f"{section}.{key} is {old[key]}, not {new[key]}" for key in old if old[key] != new[key]]
    if different:
        raise UsageError(
            f"there is a campaign {name} from another recipe: {'; '.join(different)}",
            hint=f"alwsl-tui delete {name}, or give another --home",
        )
