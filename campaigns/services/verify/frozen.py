"""What a campaign froze when it was made, against its recipe, its data, and what the store has of it."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from campaigns.core.ids import JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import JobState
from campaigns.datasets.campaign_data import CampaignData
from campaigns.errors import AlwslError, Damaged
from campaigns.home.charter import Charter
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit
from campaigns.recipe import Recipe, plan_now
from campaigns.services.campaigns.freeze import charter_of, draw_split, frozen_sum, unlike
from campaigns.services.campaigns.requirements import words_of
from campaigns.services.verify.ledger import Ledger
from campaigns.services.verify.trials import CompleteRounds
from campaigns.store.rows import CampaignRow, JobRow, RoundRow

STORE = "the store"


def check_charter(ledger: Ledger, paths: CampaignPaths, row: CampaignRow) -> None:
    """Check the campaign as it was created: as its folder and the store have it, and the hash of what it froze."""
    try:
        charter = Charter.read(paths.charter)
    except Damaged as error:
        ledger.differ(paths.charter, "the charter", "as it was written", str(error))
        return
    if charter is None:
        ledger.differ(paths.charter, "the charter", "as it was written", "missing")
        return
    try:
        charter = replace(charter, plan=plan_now(paths, charter.plan))
    except AlwslError as error:
        ledger.differ(paths.extensions, "the extensions", "rounds that follow the recipe's", why(error))
    known = charter_of(row, charter.frozen)
    for field in fields(Charter):
        ledger.demand(paths.charter, field.name, getattr(known, field.name), getattr(charter, field.name))
    try:
        now = frozen_sum(paths)
    except AlwslError as error:  # a recipe that is no TOML any more
        now = why(error)
    ledger.demand(paths.charter, "the hash of recipe and split", charter.frozen, now)


def check_plan(ledger: Ledger, paths: CampaignPaths, row: CampaignRow, recipe: Recipe, split: FrozenSplit) -> None:
    """Recipe, split and plan have to be of one campaign."""
    for what, wanted, actual in unlike(row.plan, recipe, split):
        ledger.differ(paths.split if "image" in what or "set" in what else paths.recipe, what, wanted, actual)
    ledger.demand(paths.recipe, "data.name", row.dataset, recipe.data.name)
    ledger.demand(paths.recipe, "the model", row.model, words_of(recipe.model))


def check_data(
    ledger: Ledger, paths: CampaignPaths, plan: Plan, recipe: Recipe, split: FrozenSplit, data: CampaignData
) -> bool:
    """Check the data against what was frozen of them; return whether they are the same, but for what may change."""
    dataset = data.parts[0]
    unlike_parts = data.unlike(split)
    for part in unlike_parts:
        here, frozen = getattr(dataset.fingerprint, part), getattr(split.fingerprint, part)
        ledger.differ(paths.split, f"the fingerprint of the {part}", here, frozen)
    if unlike_parts:
        return False
    drawn = draw_split(recipe, dataset)
    ledger.demand(paths.split, "train", drawn.train, split.train)
    ledger.demand(paths.split, "unlabelled", list(drawn.unlabelled), list(split.unlabelled))
    ledger.demand_all(paths.split, {"test_order": drawn.test_order}, {"test_order": split.test_order})
    for trial, (wanted, actual) in enumerate(zip(drawn.initial, split.initial, strict=False)):
        ledger.demand_all(paths.split, {f"initial[{trial}]": list(wanted)}, {f"initial[{trial}]": list(actual)})
    ledger.demand(paths.charter, "classes", list(dataset.classes), list(plan.classes))
    if plan.test_images != len(dataset.test):
        ledger.differ(paths.charter, "test images", len(dataset.test), plan.test_images)
    ledger.checked["initial sets"] += len(split.initial)
    ledger.checked["intakes of images"] += len(data.intakes)
    if data.missing:
        ledger.unchecked["images that are not in the folder any more"] += len(data.missing)
    if data.replaced:
        ledger.unchecked["images in whose place another file lies"] += len(data.replaced)
    return True


def check_store(
    ledger: Ledger, plan: Plan, jobs: Sequence[JobRow], rounds: Sequence[RoundRow], complete: CompleteRounds
) -> None:
    """Check what the store says of rounds and jobs against what lies in the folder."""
    rows = {(row.job, row.number): row for row in rounds if row.done is not None}
    arms = {job.id for job in plan.jobs if job.kind is JobKind.ARM}
    told = {key for key in complete if key[1] or key[0] not in arms}  # an arm's round 0 is its baseline's to the store
    for id_, number in sorted(told - rows.keys()):
        ledger.differ(STORE, f"{id_} round {number}", "complete, as its folder has it", "not there (see: repair)")
    for id_, number in sorted(rows.keys() - told):
        ledger.differ(STORE, f"{id_} round {number}", "not complete, as its folder has it", "complete")
    for key in sorted(told & rows.keys()):
        _check_row(ledger, f"{key[0]} round {key[1]}", rows[key], complete[key], plan)
    for job in jobs:
        # The other way round is no lie: a worker may be killed behind its last round.
        if job.state is JobState.DONE and any((job.job.id, number) not in complete for number in plan.rounds(job.job)):
            ledger.differ(STORE, f"the state of {job.job.id}", "not done: it lacks rounds", job.state)


def _check_row(ledger: Ledger, what: str, row: RoundRow, complete: Any, plan: Plan) -> None:
    sealed, evaluation = complete
    ledger.demand(STORE, f"{what}, labelled", sealed.labelled, row.labelled)
    if evaluation is not None:
        ledger.demand(STORE, f"{what}, {plan.yardstick.title}", evaluation.value, row.value)
        classes = list(row.classes or plan.classes)
        if ledger.demand(STORE, f"{what}, classes", list(evaluation.per_class), classes):
            name, values = f"{what}, {plan.yardstick.each}", list(evaluation.per_class.values())
            ledger.demand_all(STORE, {name: values}, {name: list(row.per_class)})
    # Seconds are no result: a round that was looked at again after a kill tells the store other ones.
    ledger.checked["rows of the store"] += 1


def why(error: AlwslError | OSError) -> str:
    """Return an error in one line."""
    return (error.message if isinstance(error, AlwslError) else str(error)).splitlines()[0]
