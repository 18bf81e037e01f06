"""A small dossier that is the same every time: three trials of three criteria, three classes, all of it made up."""

from dataclasses import replace

import numpy as np

from campaigns.core.fingerprint import Fingerprint
from campaigns.core.ids import CampaignId, Job, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import CampaignState, Intent, JobState
from campaigns.home.picks import SCHEMA, Pick, PickedRound
from campaigns.reporting.aggregate import agreed, by_class
from campaigns.reporting.claims import RoundVotes, claims
from campaigns.reporting.cost import cost
from campaigns.reporting.dossier import (
    Cause,
    Discovered,
    Discovery,
    Dossier,
    FurtherValue,
    Progress,
    Provenance,
    Sealed,
    Sent,
    Shown,
    ShownPick,
)
from campaigns.reporting.opening import headline
from campaigns.reporting.series import result
from campaigns.reporting.standings import standings
from campaigns.selection.agreement import Agreement
from campaigns.selection.criteria import PAPER
from campaigns.store.rows import CampaignRow, JobRow, RoundRow

CLASSES = ("cat", "dog", "newt")
NASTY = "=1+1\"'<b>&amp;$_{%}#~^\\\u202e\x1b[31m</script><svg onload=x>"
"""What somebody may call a class, an image or a campaign."""
PAPER_OF_PETS = "The paper's protocol on pets"
GAINS = {"random": 0.0, "unc": 0.02, "ag": 0.03}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


FURTHER: dict[str, float | None] = {"of1": 0.5, "macro-f1": None}


def a_plan(classes: tuple[str, ...] = CLASSES, criteria: tuple[str, ...] = tuple(GAINS)) -> Plan:
    """Of 100 training images, read at 10 and 20 of them."""
    return Plan(Schedule(4, (6, 10), (1, 1, 1)), 3, criteria, 100, 40, True, 1, (10, 20), classes)


def a_dossier(
    classes: tuple[str, ...] = CLASSES, *, name: str = "pets", about: str = PAPER_OF_PETS, image: str = ""
) -> Dossier:
    """All of it; `image` is put before the name of every image."""
    plan = a_plan(classes)
    row = CampaignRow(
        CampaignId("pets.abcdef"), name, "file.toml", about, "voc2007", "weldon tiny", plan, 0.0, Intent.RUN, None
    )
    jobs = [JobRow(row.id, job, at, JobState.DONE, 0) for at, job in enumerate(plan.jobs)]
    rounds = [made for job in plan.jobs for made in _rounds(row, job)]
    found = result(plan, jobs, rounds)
    seen = standings(plan, found)
    votes = [RoundVotes(trial, number, (6, 3, 1, 0, 0, 0)) for trial in range(3) for number in range(2)]
    steps = {(made.job, made.number): {f"rank {one}": 0.001 for one in (*PAPER, "ag")} for made in rounds}
    sent = _sent(plan, image)
    return Dossier(
        campaign=row,
        progress=Progress(CampaignState.DONE, 1.0, len(jobs), len(rounds), 3),
        result=found,
        standings=seen,
        headline=headline(plan, seen),
        claims=claims(plan, found, votes=votes, delta_ag_percent=0.6),
        causes=(Cause("too few trials", "likely", "three"),),
        cost=cost(row, jobs, rounds, attempts=(), steps=steps),
        agreed=agreed(plan, sent),
        classes=by_class(plan, jobs, rounds),
        discovery=Discovery((50, 20, 4), tuple(_discovered(plan)), 100),
        sent=sent,
        shown=(_shown(classes, image),),
        provenance=Provenance(
            "about = 'pets'\n", "1.2.3", 7, Fingerprint("f" * 64, "e" * 64), ("a note",), {"cpu, torch 2": 13},
            {"float32": 22}, {"cpu AVX512": 20, "cpu AVX2": 2}, 1,
            (Sealed("arm-t0-ag", 1, "picks.json", "a" * 64),),
        ),
        further=tuple(FurtherValue(plan.jobs[-1], 1, 10, metric, value) for metric, value in FURTHER.items()),
    )  # fmt: skip


def a_dossier_short_of(criterion: str, trial: int) -> Dossier:
    """The same, before a criterion was measured in one trial."""
    whole = a_dossier()
    plan, row = whole.campaign.plan, whole.campaign
    jobs = [JobRow(row.id, job, at, JobState.DONE, 0) for at, job in enumerate(plan.jobs)]
    missing = Job(JobKind.ARM, trial, criterion)
    measured = result(plan, jobs, [made for job in plan.jobs if job != missing for made in _rounds(row, job)])
    ranking = standings(plan, measured)
    return replace(whole, result=measured, standings=ranking, headline=headline(plan, ranking))


def an_empty_dossier() -> Dossier:
    """Of a campaign that has not begun."""
    whole = a_dossier()
    plan, row = whole.campaign.plan, whole.campaign
    jobs = [JobRow(row.id, job, at, JobState.WAITING, 0) for at, job in enumerate(plan.jobs)]
    found = result(plan, jobs, [])
    seen = standings(plan, found)
    return replace(
        whole,
        progress=Progress(CampaignState.NEW, 0.0, 0, 0, 0),
        result=found,
        standings=seen,
        headline=headline(plan, seen),
        claims=claims(plan, found, votes=(), delta_ag_percent=None),
        causes=(),
        cost=cost(row, jobs, [], attempts=(), steps={}),
        agreed=(),
        classes=(),
        discovery=None,
        sent=(),
        shown=(),
        further=(),
        worries=("the data set cannot be opened",),
    )


def _rounds(row: CampaignRow, job: Job) -> list[RoundRow]:
    """What a job has measured: better with more images, differently so by criterion and trial."""
    plan, found = row.plan, []
    for number in plan.rounds(job):
        labelled = plan.train_images if job.kind is JobKind.FULL else plan.schedule.labelled(number)
        level = 0.8 if job.kind is JobKind.FULL else 0.4 + 0.1 * number + 0.01 * (job.trial or 0)
        level += GAINS.get(job.criterion or "", 0.0)
        ap: tuple[float | None, ...] = (round(level + 0.1, 6), round(level, 6), None)
        found.append(RoundRow(row.id, job.id, number, labelled, "map", level, ap, 2.0, 0.5, 0.25, 0.125, 1.0))
    return found


def _sent(plan: Plan, image: str) -> tuple[Sent, ...]:
    found = []
    for name in plan.criteria:
        for trial in range(plan.trials):
            for number in range(plan.schedule.last):
                n = plan.schedule.picks(number)
                found.append(Sent(name, trial, plan.schedule.labelled(number), _picks(name, number, n, image)))
    return tuple(found)


def _picks(name: str, number: int, n: int, image: str) -> PickedRound:
    size = range(len(PAPER))
    overlap = [[n if x == y else (x + y + number) % n for x in size] for y in size]
    kendall = [[1.0 if x == y else 0.1 * (x + y) - 0.5 for x in size] for y in size]
    is_ag = name == "ag"
    return PickedRound(
        schema=SCHEMA, criterion=name, round=number, n=n, pool=100 - n, criteria=PAPER,
        agreement=Agreement(np.array(overlap), np.array((2 * n, n, 1, 0, 0, 0)), np.array(kendall)),
        picks=tuple(
            Pick(
                image=f"{image}{LETTERS[at]}{number}", list="unc" if is_ag else None, turn=at + 1 if is_ag else None,
                value=0.5 + at / 8 if name == "unc" else None, ranks=dict.fromkeys(PAPER, 1), votes=1,
                probabilities=(0.5, 0.25, 0.125),
            )
            for at in range(n)
        ),
    ).brief(1)  # fmt: skip


def _discovered(plan: Plan) -> list[Discovered]:
    return [
        Discovered(name, trial, labelled, (labelled // 2, labelled // 4, trial))
        for name in plan.criteria
        for trial in range(plan.trials)
        for labelled in map(plan.schedule.labelled, plan.schedule.rounds)
    ]


def _shown(classes: tuple[str, ...], image: str) -> Shown:
    pick = ShownPick(1, f"{image}a0", b"jpeg", b"png", classes[0], 0.5, classes[:2], "unc ranks it 1 of 90")
    return Shown("ag", 0, 0, 4, 6, (pick, replace(pick, place=2, picture=None, overlay=None, truth=())))
