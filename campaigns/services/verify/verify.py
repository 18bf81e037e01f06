"""Is a campaign what it says it is? Every choice drawn up again, every hash looked at; nothing is changed."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from campaigns.datasets.campaign_data import CampaignData, open_campaign_data
from campaigns.errors import AlwslError
from campaigns.home.answers import read_answers
from campaigns.home.cleaned import Cleaned
from campaigns.home.extensions import Extensions
from campaigns.home.intake import read_intakes
from campaigns.home.journal import from_line
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.recipe import Recipe, recipe_now
from campaigns.services.archive.manifest import left_out
from campaigns.services.data import registered
from campaigns.services.verify.choices import Basis
from campaigns.services.verify.frozen import check_charter, check_data, check_plan, check_store, why
from campaigns.services.verify.ledger import Discrepancy, Ledger
from campaigns.services.verify.people import ClassHistory
from campaigns.services.verify.trials import CompleteRounds, check_full, check_trial
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_rounds
from campaigns.store.campaigns import get_campaign, list_jobs
from campaigns.store.rows import CampaignRow

NO_HISTORY = ClassHistory((), 0)
THREADS = 4
"""Trials that are looked over at once, where there are as many cores: each holds one pool's numbers."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What came out."""

    campaign: CampaignRow
    differences: tuple[Discrepancy, ...]
    checked: Mapping[str, int]
    """By what was looked at: how many; under `bytes`, how much."""
    unchecked: Mapping[str, int]
    """By why it could not be looked at: how many."""
    unfinished: int
    """Rounds of the plan that are not complete, and so have nothing to be held to."""
    seconds: float

    @property
    def is_same(self) -> bool:
        """True when nothing that was looked at differs."""
        return not self.differences


def verify_campaign(
    workspace: Workspace, name: str, *, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Verification:
    """Look a campaign over; `progress` hears how many of how many parts are done.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    began = time.monotonic()
    with workspace.store() as store, store.reading():
        row = get_campaign(store, name)
        jobs, rounds = list_jobs(store, row.id), list_rounds(store, row.id)
    paths = workspace.home.campaign(row.id)
    ledger, complete = Ledger(paths.folder), CompleteRounds()
    check_charter(ledger, paths, row)
    basis = _basis(ledger, workspace, paths, row)
    if basis is not None:
        for part, more in _looked_over(basis, paths, progress):
            ledger.add(part)
            complete |= more
        check_store(ledger, row.plan, jobs, rounds, complete)
    _check_journals(ledger, paths)
    planned = sum(len(row.plan.rounds(job)) for job in row.plan.jobs)
    done = sum(1 for job in row.plan.jobs for number in row.plan.rounds(job) if (job.id, number) in complete)
    differences = tuple(sorted(ledger.differences, key=lambda difference: difference.where))
    seconds = time.monotonic() - began
    return Verification(row, differences, dict(ledger.checked), dict(ledger.unchecked), planned - done, seconds)


def _basis(ledger: Ledger, workspace: Workspace, paths: CampaignPaths, row: CampaignRow) -> Basis | None:
    """Return what choices follow from; None when recipe or split cannot be read."""
    try:
        recipe, split = recipe_now(paths), FrozenSplit.read(paths.split)
        ends = Extensions.read(paths.extensions).former_ends(row.plan.schedule.last)
    except AlwslError as error:
        ledger.differ(paths.folder / "recipe.toml, split.json", "what was frozen", "as it was written", why(error))
        return None
    before = len(ledger.differences)
    check_plan(ledger, paths, row, recipe, split)
    if len(ledger.differences) > before and len(split.initial) < row.plan.trials:
        return None
    try:
        intakes = read_intakes(paths.intakes)
    except AlwslError as error:
        ledger.differ(paths.intakes, "the images that were taken in", "as they were written", why(error))
        return None
    data = _data(ledger, workspace, paths, recipe, split)
    if data is not None and not check_data(ledger, paths, row.plan, recipe, split, data):
        data = None
    freed = frozenset(paths.folder / name for name in Cleaned.read_or_nothing(paths.cleaned).files)
    history = _history(ledger, workspace, paths, row) if split.labels is LabelSource.HUMAN else NO_HISTORY
    return Basis(row.plan, recipe, split, data, intakes, left_out(paths), freed, history, ends)


def _history(ledger: Ledger, workspace: Workspace, paths: CampaignPaths, row: CampaignRow) -> ClassHistory:
    """Return what people said of classes; nothing, and a line in the ledger, where the answers cannot be read."""
    answers = workspace.home.labels(row.dataset)
    try:
        return ClassHistory.of(read_answers(answers), is_carried=paths.carried.exists())
    except AlwslError as error:
        ledger.differ(answers.answers, "the answers", "as they were written", why(error))
        return NO_HISTORY


def _data(
    ledger: Ledger, workspace: Workspace, paths: CampaignPaths, recipe: Recipe, split: FrozenSplit
) -> CampaignData | None:
    """Return the data of a campaign: where its recipe says that they lie, else where `data add` said."""
    with workspace.store() as store:
        known = registered(store)
    try:
        return open_campaign_data(workspace.home, paths, recipe.data, split, registered=known)
    except AlwslError as error:
        ledger.unchecked[f"data set {recipe.data.name}: {why(error)}"] += 1
    return None


def _looked_over(
    basis: Basis, paths: CampaignPaths, progress: Callable[[int, int], None]
) -> list[tuple[Ledger, CompleteRounds]]:
    parts = [
        partial(check_full, basis, paths),
        *(partial(check_trial, basis, paths, trial) for trial in range(basis.plan.trials)),
    ]
    results = []
    # NumPy and the hashes let other threads work meanwhile.
    with ThreadPoolExecutor(THREADS) as pool:
        for result in pool.map(lambda part: part(), parts):
            results.append(result)
            progress(len(results), len(parts))
    return results


def _check_journals(ledger: Ledger, paths: CampaignPaths) -> None:
    """Check that every whole line of every journal can be read, and none is missing."""
    for path in sorted(paths.jobs.glob("*/attempts/*/journal.jsonl")):
        number = 0
        with path.open("rb") as file:
            for at, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break  # it was killed over it
                try:
                    number, last = from_line(line.decode()).number, number
                except ValueError as error:
                    ledger.differ(path, f"line {at}", "what a worker writes", str(error))
                    number += 1
                    continue
                if number != last + 1:
                    ledger.differ(path, f"line {at}", f"event {last + 1}", f"event {number}")
                ledger.checked["lines of journals"] += 1
