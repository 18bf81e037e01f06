"""All that a report says of a campaign, collected from the store, the run folders and the data set."""

import itertools
from collections.abc import Sequence

import numpy as np

from campaigns.core.ids import Job, JobKind
from campaigns.datasets.dataset import POSITIVE
from campaigns.errors import BadData
from campaigns.home.picks import read_picks
from campaigns.home.split import FrozenSplit
from campaigns.reporting.aggregate import agreed, by_class
from campaigns.reporting.dossier import Cause, Discovered, Discovery, Dossier, Progress, Sent, Shown
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.report.provenance import provenance
from campaigns.services.report.thumbnails import SHOWN, shown
from campaigns.services.results.cost import load_cost
from campaigns.services.results.findings import findings
from campaigns.services.results.gallery import Gallery
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.rows import CampaignRow, RoundRow


def dossier(workspace: Workspace, name: str, *, classes: Sequence[str] = (), has_pictures: bool = True) -> Dossier:
    """Everything that is known of a campaign so far; `has_pictures` False leaves the thumbnails of picks out.

    Raises:
        NoSuchName: there is no campaign of that name.
        UsageError: one of the classes cannot be averaged over.
        Damaged: a file of a round is not what a worker writes.
    """
    seen = watch(workspace, name)
    row = seen.row
    with workspace.store() as store:
        rounds, attempts = list_rounds(store, row.id), list_attempts(store, row.id)
    recipe, paths = recipe_of(workspace, row.id), workspace.home.campaign(row.id)
    split, sent = FrozenSplit.read(paths.split), _sent(workspace, row)
    known = {(Job(JobKind.ARM, one.trial, one.criterion).id, one.picked.round): one.picked for one in sent}
    found = findings(workspace, row.id, classes=classes, picks=known)
    gallery, worries = Gallery(workspace, row.id), []
    notes: tuple[str, ...] = ()
    discovery, pictures = None, tuple[Shown, ...]()
    try:
        notes = gallery.dataset.notes
        discovery = _discovery(gallery, row, split, sent)
    except BadData as error:
        worries.append(f"the data set cannot be opened, so positives found and pictures are left out: {error.message}")
    if has_pictures:
        pictures = tuple(shown(workspace, row, recipe.model, sent, gallery))
    return Dossier(
        campaign=row,
        progress=_progress(seen, rounds),
        result=found.result,
        standings=found.standings,
        headline=found.headline,
        claims=found.claims,
        causes=tuple(Cause(one.cause, str(one.bearing), one.found) for one in found.checklist),
        cost=load_cost(workspace, row.id),
        agreed=agreed(row.plan, sent),
        classes=by_class(row.plan, [view.row for view in seen.jobs], rounds),
        discovery=discovery,
        sent=sent,
        shown=pictures,
        provenance=provenance(paths, row, recipe, split=split, attempts=attempts, rounds=rounds, notes=notes),
        worries=tuple(worries),
    )


def _progress(seen: CampaignView, rounds: Sequence[RoundRow]) -> Progress:
    plan = seen.row.plan
    ends = {row.job for row in rounds if row.number == plan.schedule.last and row.ap}
    late = {job.trial for job in plan.jobs if job.kind is JobKind.ARM and job.id not in ends}
    return Progress(
        seen.state,
        seen.progress,
        jobs=sum(view.row.state == "done" for view in seen.jobs),
        models=sum(bool(row.ap) for row in rounds),
        trials=plan.trials - len(late),
    )


def _sent(workspace: Workspace, row: CampaignRow) -> tuple[Sent, ...]:
    """What every round of every arm sent for labelling, in the order of the jobs; each file is read once."""
    paths, schedule = workspace.home.campaign(row.id), row.plan.schedule
    found = []
    for job in row.plan.jobs:
        if job.kind is not JobKind.ARM or job.criterion is None or job.trial is None:
            continue
        for number in range(schedule.last):
            picked = read_picks(paths.job(job.id).round(number).picks)
            if picked is not None:
                found.append(Sent(job.criterion, job.trial, schedule.labelled(number), picked.brief(SHOWN)))
    return tuple(found)


def _discovery(gallery: Gallery, row: CampaignRow, split: FrozenSplit, sent: Sequence[Sent]) -> Discovery:
    """Positives among what each arm has had labelled after every round.

    Raises:
        BadData: the data set cannot be opened, or lacks an image that was picked.
    """
    labels = gallery.dataset.train.labels
    is_there = labels == POSITIVE
    totals = is_there[~np.isin(np.arange(len(labels)), gallery.rows(split.unlabelled))].sum(axis=0)
    initial = [is_there[gallery.rows(images)].sum(axis=0) for images in split.initial]
    rows = []
    for (criterion, trial), arm in itertools.groupby(sent, key=lambda one: (one.criterion, one.trial)):
        found, labelled = initial[trial].copy(), len(split.initial[trial])
        rows.append(Discovered(criterion, trial, labelled, tuple(map(int, found))))
        for one in arm:
            found += is_there[gallery.rows(one.picked.images)].sum(axis=0)
            labelled += len(one.picked.picks)
            rows.append(Discovered(criterion, trial, labelled, tuple(map(int, found))))
    return Discovery(tuple(map(int, totals)), tuple(rows), split.train - len(split.unlabelled))
