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
from campaigns.reporting.dossier import Cause, Discovered, Discovery, Dossier, FurtherValue, Progress, Sent, Shown
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.labelling.foresight import campaign_foresights
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.report.provenance import provenance
from campaigns.services.report.thumbnails import SHOWN, shown
from campaigns.services.results.cost import load_cost
from campaigns.services.results.findings import findings
from campaigns.services.results.gallery import Gallery
from campaigns.services.results.rounds import Further, further_of, rounds_today
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.rows import CampaignRow, RoundRow


def dossier(workspace: Workspace, name: str, *, classes: Sequence[str] = (), has_pictures: bool = True) -> Dossier:
    """Return everything that is known of a campaign so far; `has_pictures` False leaves the thumbnails of picks out.

    Raises:
        NoSuchName: there is no campaign of that name.
        UsageError: one of the classes cannot be averaged over.
        Damaged: a file of a round is not what a worker writes.
    """
    view = watch(workspace, name)
    row = view.row
    with workspace.store() as store:
        rounds, attempts = list_rounds(store, row.id), list_attempts(store, row.id)
    today = rounds_today(workspace, row, rounds)
    recipe, paths = recipe_of(workspace, row.id), workspace.home.campaign(row.id)
    split, sent = FrozenSplit.read(paths.split), _sent(workspace, row)
    known = {(Job(JobKind.ARM, entry.trial, entry.criterion).id, entry.picked.round): entry.picked for entry in sent}
    known_findings = findings(workspace, row.id, classes=classes, picks=known)
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
        progress=_progress(view, rounds),
        result=known_findings.result,
        standings=known_findings.standings,
        headline=known_findings.headline,
        claims=known_findings.claims,
        causes=tuple(Cause(entry.cause, str(entry.bearing), entry.found) for entry in known_findings.checklist),
        cost=load_cost(workspace, row.id),
        agreed=agreed(row.plan, sent),
        classes=by_class(row.plan, [job.row for job in view.jobs], list(map(today.of, rounds))),
        discovery=discovery,
        sent=sent,
        shown=pictures,
        provenance=provenance(paths, row, recipe, split=split, attempts=attempts, rounds=rounds, notes=notes),
        worries=tuple(worries),
        further=_further(row, rounds, {**further_of(workspace, row, rounds), **today.further}),
        foresights=campaign_foresights(workspace, row.name, has_changes=True),
    )


def _further(row: CampaignRow, rounds: Sequence[RoundRow], further: Further) -> tuple[FurtherValue, ...]:
    jobs, labelled = {job.id: job for job in row.plan.jobs}, {(done.job, done.number): done.labelled for done in rounds}
    return tuple(
        FurtherValue(jobs[job], number, labelled[job, number], metric, value)
        for (job, number), values in further.items()
        for metric, value in values.items()
    )


def _progress(view: CampaignView, rounds: Sequence[RoundRow]) -> Progress:
    plan = view.row.plan
    ends = {row.job for row in rounds if row.number == plan.schedule.last and row.per_class}
    late = {job.trial for job in plan.jobs if job.kind is JobKind.ARM and job.id not in ends}
    return Progress(
        view.state,
        view.progress,
        jobs=sum(job.row.state == "done" for job in view.jobs),
        models=sum(bool(row.per_class) for row in rounds),
        trials=plan.trials - len(late),
    )


def _sent(workspace: Workspace, row: CampaignRow) -> tuple[Sent, ...]:
    """Return what every round of every arm sent for labelling, in the order of the jobs; each file is read once."""
    paths, schedule = workspace.home.campaign(row.id), row.plan.schedule
    sent = []
    for job in row.plan.jobs:
        if job.kind is not JobKind.ARM or job.criterion is None or job.trial is None:
            continue
        for number in range(schedule.last):
            picked = read_picks(paths.job(job.id).round(number).picks)
            if picked is not None:
                sent.append(Sent(job.criterion, job.trial, schedule.labelled(number), picked.brief(SHOWN)))
    return tuple(sent)


def _discovery(gallery: Gallery, row: CampaignRow, split: FrozenSplit, sent: Sequence[Sent]) -> Discovery:
    """Return the positives among what each arm has had labelled after every round.

    Raises:
        BadData: the data set cannot be opened, or lacks an image that was picked.
    """
    labels = gallery.dataset.train.labels
    is_there = labels == POSITIVE
    totals = is_there[~np.isin(np.arange(len(labels)), gallery.rows(split.unlabelled))].sum(axis=0)
    initial = [is_there[gallery.rows(images)].sum(axis=0) for images in split.initial]
    rows = []
    for (criterion, trial), arm in itertools.groupby(sent, key=lambda entry: (entry.criterion, entry.trial)):
        positives_, labelled = initial[trial].copy(), len(split.initial[trial])
        rows.append(Discovered(criterion, trial, labelled, tuple(map(int, positives_))))
        for entry in arm:
            positives_ += is_there[gallery.rows(entry.picked.images)].sum(axis=0)
            labelled += len(entry.picked.picks)
            rows.append(Discovered(criterion, trial, labelled, tuple(map(int, positives_))))
    return Discovery(tuple(map(int, totals)), tuple(rows), split.train - len(split.unlabelled))
