"""The learning curves of a campaign."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from campaigns.home.answer_log import log_of
from campaigns.home.labels import read_labels
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit
from campaigns.reporting.series import Curve, Result, result
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.labelling.label import user
from campaigns.services.results.picks import arm_of
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.campaigns import get_campaign, list_jobs
from campaigns.store.rows import CampaignRow, JobRow, RoundRow


def load_curves(
    workspace: Workspace, name: str, *, classes: Sequence[str] = (), criteria: Sequence[str] = ()
) -> Result:
    """Return the learning curves of a campaign so far: of all its criteria, or of some, in the campaign's order.

    Raises:
        NoSuchName: there is no campaign of that name, or it has no such criterion.
        UsageError: one of the classes cannot be averaged over.
    """
    return _reader(workspace, name, criteria)(tuple(classes))


def load_curves_by_class(workspace: Workspace, name: str) -> tuple[tuple[str, Result], ...]:
    """Return each class that can be measured, and the learning curves of its average precision, in the data's order.

    Where people label, they lack the interval that the test photographs leave: no small chart shows it.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    read = _reader(workspace, name, (), has_interval=False)
    return tuple((class_, read((class_,))) for class_ in read(()).known)


def _reader(
    workspace: Workspace, name: str, criteria: Sequence[str], *, has_interval: bool = True
) -> Callable[[tuple[str, ...]], Result]:
    """Return what makes curves, over some classes or all, of what is stored now."""
    with workspace.store() as store:
        row = get_campaign(store, name)
        for criterion in criteria:
            arm_of(row, criterion)
        jobs, rounds_, attempts = list_jobs(store, row.id), list_rounds(store, row.id), list_attempts(store, row.id)
    paths = workspace.home.campaign(row.id)
    tested = _tested(paths, row, jobs, rounds_)
    wanted = set(criteria) or set(row.plan.criteria)
    if tested is None:  # only where people label does anybody look for their answers: there may be a hundred thousand

        def stored(classes: tuple[str, ...]) -> Result:
            whole = result(row.plan, jobs, rounds_, classes=classes, attempts=attempts)
            return replace(whole, curves=_of(whole, wanted))

        return stored
    from campaigns.services.results.today import measured_today  # metrics, for which no other campaign has to wait

    today = measured_today(workspace, row, rounds_)
    assert today is not None
    log = log_of(workspace.home.labels(row.dataset))
    changes = log.labelling().changes
    asked = FrozenSplit.read(paths.split).classes_by(row.plan.classes, changes) if changes else today.plan.classes
    pace, seed = log.pace_of(user()), recipe_of(workspace, row.id).protocol.seed

    def todays(classes: tuple[str, ...]) -> Result:
        whole = result(today.plan, jobs, today.rounds, classes=classes, attempts=attempts)
        shown = replace(
            whole, curves=_of(whole, wanted), tested=len(today.tests.known) or tested, seconds=pace, asked=len(asked)
        )
        return replace(shown, interval=today.interval(shown, seed)) if has_interval else shown

    return todays


def _of(whole: Result, criteria: set[str]) -> tuple[Curve, ...]:
    return tuple(curve for curve in whole.curves if curve.criterion in criteria)


def _tested(paths: CampaignPaths, row: CampaignRow, jobs: Sequence[JobRow], rounds: Sequence[RoundRow]) -> int | None:
    """Return how many test images had a label in the last measured round of the leading criterion, which begins with
    the baseline; the trial with the fewest counts. None where the data set has all labels.

    Raises:
        BadData: what a round froze is damaged.
    """
    trials = {entry.job.id: entry.job.trial for entry in jobs if entry.job.criterion in (None, row.plan.leading)}
    lasts: dict[int, tuple[int, Path]] = {}
    for measured in rounds:
        trial, labels = trials.get(measured.job), paths.job(measured.job).round(measured.number).labels
        if trial is not None and measured.per_class and labels.exists():
            lasts[trial] = max((measured.number, labels), lasts.get(trial, (-1, labels)))
    frozen = (read_labels(labels) for _, labels in lasts.values())
    return min((len(labels.test_rows) for labels in frozen if labels is not None), default=None)
