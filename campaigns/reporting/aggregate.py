"""What several trials of the same arm have in common: agreement of criteria, average precision by class."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from campaigns.core.ids import JobKind
from campaigns.core.plan import Plan
from campaigns.reporting.dossier import ClassPoint, MeanAgreement, Sent
from campaigns.store.rows import JobRow, RoundRow


def agreed(plan: Plan, sent: Iterable[Sent]) -> tuple[MeanAgreement, ...]:
    """Return every round of every criterion's arms, over those trials that compared the same criteria in it."""
    groups: dict[tuple[str, int], list[Sent]] = defaultdict(list)
    for entry in sent:
        groups[entry.criterion, entry.picked.round].append(entry)
    return tuple(
        _agreed(groups[name, number])
        for name in plan.criteria
        for number in plan.schedule.rounds
        if (name, number) in groups
    )


def _agreed(group: Sequence[Sent]) -> MeanAgreement:
    first = group[0]
    rounds = [entry.picked for entry in group if entry.picked.criteria == first.picked.criteria]
    tables = [entry.agreement for entry in rounds]
    shares = [[count / max(1, sum(entry.votes.tolist())) for count in entry.votes.tolist()] for entry in tables]
    return MeanAgreement(
        criterion=first.criterion,
        round=first.picked.round,
        labelled=first.labelled,
        n=first.picked.n,
        pool=first.picked.pool,
        trials=len(rounds),
        names=first.picked.criteria,
        votes=tuple(map(statistics.fmean, zip(*shares, strict=True))),
        votes_sd=tuple(map(statistics.stdev, zip(*shares, strict=True))) if len(rounds) > 1 else None,
        overlap=_mean(
            [[[cell / max(1, entry.n) for cell in row] for row in entry.agreement.overlap.tolist()] for entry in rounds]
        ),
        kendall=_mean([entry.kendall.tolist() for entry in tables]),
        collapsed=sum(entry.is_collapsed for entry in rounds),
    )


def _mean(tables: Sequence[Sequence[Sequence[float]]]) -> tuple[tuple[float, ...], ...]:
    rows = zip(*tables, strict=True)
    return tuple(tuple(map(statistics.fmean, zip(*row, strict=True))) for row in rows)


def by_class(plan: Plan, jobs: Iterable[JobRow], rounds: Iterable[RoundRow]) -> tuple[ClassPoint, ...]:
    """Average precision by class of every criterion at every budget; the baseline is the first point of each."""
    kinds = {row.job.id: row.job for row in jobs}
    groups: dict[tuple[str, int], dict[int, RoundRow]] = defaultdict(dict)
    for row in rounds:
        job = kinds[row.job]
        if row.per_class and job.trial is not None:
            for name in plan.criteria if job.kind is JobKind.BASELINE else [job.criterion or ""]:
                groups[name, row.labelled][job.trial] = row
    return tuple(
        _class_point(name, labelled, groups[name, labelled], plan.classes)
        for name in plan.criteria
        for labelled in sorted(at for who, at in groups if who == name)
    )


def _class_point(name: str, labelled: int, by_trial: Mapping[int, RoundRow], planned: tuple[str, ...]) -> ClassPoint:
    numbers = tuple(sorted(by_trial))
    tables = [by_trial[number].by_class(planned) for number in numbers]
    classes = tuple(dict.fromkeys(class_ for table in tables for class_ in table))
    trials = tuple(tuple(table.get(class_) for class_ in classes) for table in tables)
    known = [[ap for ap in column if ap is not None] for column in zip(*trials, strict=True)]
    return ClassPoint(
        name, labelled, classes, numbers, trials,
        tuple(statistics.fmean(column) if column else None for column in known),
        tuple(statistics.stdev(column) if len(column) > 1 else None for column in known),
    )  # fmt: skip
