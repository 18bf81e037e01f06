"""Planning a campaign before it is made: what may be chosen, what is wrong with a choice, what it would take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from threading import Lock
from typing import TypeVar

from campaigns.core.ids import checked_name
from campaigns.core.plan import Plan
from campaigns.core.schedule import Order
from campaigns.datasets.catalogue import Registered, drawn, open_dataset
from campaigns.errors import AlwslError, BadRecipe, Mistake, UsageError
from campaigns.recipe import PROTOCOL, DataSpec, Recipe, load_recipe
from campaigns.recipe.factories import require_installed
from campaigns.recipe.tasks import MULTILABEL, TASKS
from campaigns.services.campaigns.arithmetic import Arithmetic, decide_arithmetic
from campaigns.services.campaigns.choice import CampaignChoice, command_of, named, source_of
from campaigns.services.campaigns.estimate import Estimate, Estimator
from campaigns.services.campaigns.new import create_chosen
from campaigns.services.campaigns.protocol import STAND_IN, from_counts, outline
from campaigns.services.campaigns.requirements import (
    Facts,
    facts_of,
    fits,
    free_name,
    has_device,
    idle_keys,
    plan_of,
    require_labels,
    with_weights,
    words_of,
)
from campaigns.services.campaigns.start import start as start_campaign
from campaigns.services.data import registered, resolved
from campaigns.services.workspace import Workspace, free_bytes
from campaigns.store.campaigns import is_name_taken
from campaigns.store.rows import CampaignRow

T = TypeVar("T")

LOOKED_AT = 20_000
"""Drawn test scenes that planning looks at: a class that is in none of so many will not be missed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a choice comes to."""

    plan: Plan | None
    """None while a mistake keeps it from being known."""
    name: str
    model: str
    """As campaigns are listed by; empty without a plan."""
    dataset: str
    arithmetic: Arithmetic | None
    """As it would be frozen; None while a mistake keeps it from being known."""
    order: Order
    """In which arms run that cannot all run at once."""
    mistakes: tuple[Mistake, ...]
    """Everything that would keep the campaign from being made; `where` is the key of a recipe, `name` or `recipe`."""
    hint: str
    notes: tuple[str, ...]
    """What a person should know of the data and the disk."""
    estimate: Estimate | None
    """None without a plan."""
    command: str
    """The command line that makes and starts it, quoted for a shell."""


class Planner:
    """Drafts campaigns of one home, again and again: a data set is opened once. Safe to call from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._facts: dict[tuple[DataSpec, bool, str], Facts] = {}
        self._estimator = Estimator(workspace)
        self._lock = Lock()

    def draft(self, choice: CampaignChoice) -> Draft:
        """Return what the choice comes to, with all its mistakes; nothing is made.

        Raises:
            BadHome: the store cannot be read.
        """
        with self._lock:  # two that open the same data set at once would take twice as long
            return self._draft(choice)

    def recipe(self, choice: CampaignChoice) -> Recipe:
        """Return the recipe that is read or made; while data cannot be counted, that for some other number of images.

        Raises:
            BadRecipe: it is wrong, or not to be had.
        """
        with self._lock, self._workspace.store() as store:
            known = registered(store)
            if choice.source != PROTOCOL:
                return load_recipe(source_of(choice), choice.overrides)
            facts = self._counted(outline(choice.overrides).data, known, _Refusals())
        return from_counts(STAND_IN if facts is None else facts.labelled, choice.overrides).recipe

    def _draft(self, choice: CampaignChoice) -> Draft:
        refusals = _Refusals()
        name = named(choice)
        with self._workspace.store() as store:
            known = registered(store)
            taken = _Refusals()
            taken.attempt("name", lambda: free_name(store, checked_name(name)))
        recipe, why = self._read(choice, known, refusals)
        refusals.join(taken)
        arithmetic = None if recipe is None else _decided(recipe, refusals, choice.executor)
        facts = None if recipe is None else self._look(recipe, known, refusals)
        plan, estimate = None, None
        remarks = (*([why] if why else []), *(() if facts is None else facts.notes))
        if recipe is not None:
            remarks += idle_keys(recipe)
        if recipe is not None and facts is not None and refusals.is_clear("protocol"):
            plan = refusals.attempt("protocol", lambda: _planned(recipe, facts))
        if refusals.recipe:
            plan = None  # it would be the plan of another choice
        if recipe is not None and plan is not None:
            estimate = self._estimator.estimate(recipe, plan)
            remarks += self._scarce(estimate)
        model, dataset = ("", "") if recipe is None else (words_of(recipe.model), recipe.data.name)
        order: Order = "depth" if recipe is None else recipe.run.order
        return Draft(
            plan, name, model, dataset, arithmetic, order, tuple(dict.fromkeys(refusals.mistakes)), refusals.hint,
            remarks, estimate, command_of(self._workspace, choice, is_started=True),
        )  # fmt: skip

    def _look(self, recipe: Recipe, known: Mapping[str, Registered], refusals: "_Refusals") -> Facts | None:
        """Return the data, when they are there, and note what is wrong with device, weights and data."""
        if refusals.is_clear("model"):
            refusals.attempt("model.weights", lambda: with_weights(recipe.model))
            if recipe.model.kind == "module":  # what it gives is tried when the campaign is made
                refusals.attempt("model.module", lambda: require_installed(recipe.model.options.module))
        is_human = recipe.oracle == "human"
        if not refusals.is_clear("data"):
            return None
        return self._counted(recipe.data, known, refusals, is_human=is_human, task=recipe.model.task)

    def _counted(
        self,
        data: DataSpec,
        known: Mapping[str, Registered],
        refusals: "_Refusals",
        *,
        is_human: bool = False,
        task: str = MULTILABEL,
    ) -> Facts | None:
        where = "data.name" if data.root is None else "data.root"
        return refusals.attempt(where, lambda: self._facts_of(resolved(data, known), is_human, task))

    def _read(
        self, choice: CampaignChoice, known: Mapping[str, Registered], refusals: "_Refusals"
    ) -> tuple[Recipe | None, str]:
        """Read or make the recipe; of one that was made, what was chosen and why."""
        if choice.source != PROTOCOL:
            source = source_of(choice)
            return _checked(choice, refusals, lambda overrides: load_recipe(source, overrides)), ""
        early = _Refusals().attempt("data", lambda: outline(choice.overrides))
        facts = None if early is None else self._counted(early.data, known, refusals)
        images, reasons = STAND_IN if facts is None else facts.labelled, [""]

        def load(overrides: Sequence[str]) -> Recipe:
            made = from_counts(images, overrides)
            reasons.append(made.why)
            return made.recipe

        recipe = _checked(choice, refusals, load)
        return recipe, "" if facts is None else reasons[-1]

    def _facts_of(self, spec: DataSpec, is_human: bool, task: str) -> Facts:
        if (spec, is_human, task) not in self._facts:
            dataset = open_dataset(_glimpse(spec), indexes=self._workspace.home.indexes)
            require_labels(TASKS[task], dataset)
            self._facts[spec, is_human, task] = facts_of(dataset, is_human=is_human, task=task)
        facts = self._facts[spec, is_human, task]
        return _with_counts(facts, spec)

    def _scarce(self, estimate: Estimate) -> tuple[str, ...]:
        free = free_bytes(self._workspace.home.folder)
        needed = estimate.disk_bytes or 0
        return (f"it needs {needed >> 20} MiB, and the home has {free >> 20} MiB left",) if needed > free else ()


def draft_campaign(workspace: Workspace, choice: CampaignChoice) -> Draft:
    """Return what one choice comes to; use a `Planner` for many."""
    return Planner(workspace).draft(choice)


def refusal(draft: Draft) -> AlwslError | None:
    """Return the error that making it would end with, all mistakes in one; None when nothing is wrong."""
    if not draft.mistakes:
        return None
    kind = UsageError if {mistake.where for mistake in draft.mistakes} == {"name"} else BadRecipe
    number = len(draft.mistakes)
    return kind(
        f"{draft.name} cannot be made: {number} mistake{'s' if number > 1 else ''}",
        mistakes=draft.mistakes,
        hint=draft.hint,
    )


def create_from(workspace: Workspace, choice: CampaignChoice, *, is_started: bool) -> CampaignRow:
    """Make the campaign, and start it in the background when asked.

    Raises:
        AlwslError: as `create_campaign`.
    """
    created = create_chosen(workspace, replace(choice, name=named(choice)))
    return start_campaign(workspace, created.campaign.name) if is_started else created.campaign


def unused_name(workspace: Workspace, wanted: str) -> str:
    """Return that name, or the first of `wanted-2`, `wanted-3`, … that no campaign has."""
    with workspace.store() as store:
        names = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
        return next(name for name in names if not is_name_taken(store, name))


@dataclass(slots=True)
class _Refusals:
    """Mistakes, as they are met."""

    mistakes: list[Mistake] = field(default_factory=list)
    recipe: tuple[Mistake, ...] = ()
    """Those of the recipe and its overrides."""
    hint: str = ""

    def attempt(self, where: str, act: Callable[[], T]) -> T | None:
        """Return what `act` returns; None when it ends with an error, which is noted."""
        try:
            return act()
        except AlwslError as error:
            # A recipe's mistakes say all; data say in the message what is wrong, and in the mistakes where.
            if not (isinstance(error, BadRecipe) and error.mistakes):
                self.mistakes.append(Mistake(where, error.message))
            self.mistakes.extend(error.mistakes)
            self.hint = self.hint or error.hint
            return None

    def join(self, others: "_Refusals") -> None:
        """Add mistakes that were met elsewhere."""
        self.mistakes.extend(others.mistakes)
        self.hint = self.hint or others.hint

    def is_clear(self, section: str) -> bool:
        """Return whether nothing is wrong in that section of the recipe, so that it makes sense to go on with it."""
        keys = [mistake.where.removeprefix("--set ") for mistake in self.recipe]
        return not any(key.partition(".")[0] == section for key in keys)


def _checked(choice: CampaignChoice, refusals: "_Refusals", load: Callable[[Sequence[str]], Recipe]) -> Recipe | None:
    """Return the recipe; wrong overrides are left out, so that what else is wrong comes to light. None: there is no
    recipe.
    """
    recipe = refusals.attempt("recipe", lambda: load(choice.overrides))
    refusals.recipe = tuple(refusals.mistakes)
    kept = [o for o in choice.overrides if not any(_concerns(mistake.where, o) for mistake in refusals.recipe)]
    if recipe is not None or len(kept) == len(choice.overrides):
        return recipe
    return _Refusals().attempt("recipe", lambda: load(kept))


def _decided(recipe: Recipe, refusals: _Refusals, executor: str | None) -> Arithmetic | None:
    """Return how it would compute; None when something is wrong with that, which is noted."""
    if not refusals.is_clear("run"):
        return None
    before = len(refusals.mistakes)
    refusals.attempt("run.device", lambda: has_device(recipe.run, executor))
    if len(refusals.mistakes) > before or not refusals.is_clear("model"):
        return None
    return refusals.attempt("run.precision", lambda: decide_arithmetic(recipe))


def _planned(recipe: Recipe, facts: Facts) -> Plan:
    fits(recipe, facts)
    return plan_of(recipe, facts)


def _concerns(where: str, override: str) -> bool:
    key = override.partition("=")[0].strip()
    return where == f"--set {override}" or f"{where}.".startswith(f"{key}.") or key.startswith(f"{where}.")


def _glimpse(spec: DataSpec) -> DataSpec:
    """Ask for only as many drawn images as are needed: a number typed by mistake must not fill the memory."""
    kind = drawn(spec.name)
    return spec if kind is None or kind.drawn is None else kind.drawn.glimpse(spec, LOOKED_AT)


def _with_counts(facts: Facts, spec: DataSpec) -> Facts:
    """Return the facts with the counts of images that are not drawn to be counted."""
    kind = drawn(spec.name)
    return (
        facts
        if kind is None or kind.drawn is None
        else Facts(facts.name, facts.classes, *kind.drawn.counts(spec), facts.notes)
    )
