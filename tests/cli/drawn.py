"""A campaign in the middle of its work, made by hand, and what a person sees of something drawn."""

from io import StringIO

from rich.console import Console, RenderableType

from campaigns.core.ids import CampaignId, Job, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, CampaignState, Intent, JobState
from campaigns.reporting.series import Curve, Point, Result
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow, RoundRow

PLAN = Plan(Schedule(10, (10, 20), (3, 3, 3)), 2, ("ag", "random"), 100, 40, True, 3, (40,), ("cat", "dog"))
ROW = CampaignRow(
    CampaignId("mine.abcdef"), "mine", "mine.toml", "", "photos", "weldon tiny", PLAN, 0.0, Intent.RUN, None
)
RESULT = Result(
    ("cat", "dog"),
    ("newt",),
    0.8,
    (
        Curve("ag", (Point(10, (0.4, 0.5)), Point(20, (0.55, 0.65)), Point(40, (0.7,)))),
        Curve("random", (Point(10, (0.4, 0.5)), Point(20, (0.5, 0.5)))),
    ),
)


def an_attempt(job: Job, *, campaign: CampaignId = ROW.id, **said: object) -> AttemptRow:
    """A worker on the CPU, started just now."""
    fields: dict[str, object] = {
        "number": 1, "state": AttemptState.RUNNING, "slot": "cpu", "threads": 1, "handle": None,
        "started": 0.0, "ended": None, "exit_code": None, "last_words": "", "activity": "training", "round": None,
        "epoch": None, "epochs": None, "loss": None, "journal_offset": 0,
    }  # fmt: skip
    return AttemptRow(campaign=campaign, job=job.id, **(fields | said))  # type: ignore[arg-type]  # the test says what fits


def a_round(job: Job, number: int, labelled: int, value: float | None) -> RoundRow:
    """A round that has been trained in 2.5 seconds."""
    return RoundRow(ROW.id, job.id, number, labelled, "map", value, (), 2.5, None, None, None, None)


def a_view(
    job: Job, state: JobState, attempt: AttemptRow | None = None, *rounds: RoundRow, reason: str = ""
) -> JobView:
    """A job as it stands, half done."""
    return JobView(JobRow(ROW.id, job, 0, state, 0), attempt, rounds, 0.5, False, reason)


def a_campaign(*changed: JobView, state: CampaignState = CampaignState.RUNNING) -> CampaignView:
    """Every job waits, but for those that are given."""
    given = {view.row.job: view for view in changed}
    jobs = tuple(given.get(job, a_view(job, JobState.WAITING)) for job in PLAN.jobs)
    return CampaignView(ROW, state, 0.25, 90.0, jobs, True)


def seen(drawn: RenderableType, *, width: int = 120) -> str:
    """What a person sees, without spaces at the ends of lines and without empty lines."""
    out = StringIO()
    Console(file=out, width=width, highlight=False).print(drawn)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines() if line.strip())


def arm(trial: int, criterion: str) -> Job:
    """One criterion in one trial."""
    return Job(JobKind.ARM, trial, criterion)


def baseline(trial: int) -> Job:
    """Round 0 of a trial."""
    return Job(JobKind.BASELINE, trial)
