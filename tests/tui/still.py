"""The program at one moment that is always the same: numbers by hand, no clock, no machine, no worker."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from textual.screen import Screen

from alwsl_tui import tui
from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.panes.curves import CurvesContent, CurvesPane
from alwsl_tui.tui.panes.overview import OverviewPane
from alwsl_tui.tui.panes.rounds import RoundsPane
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.screens.station import StationScreen
from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, CampaignState, Intent, JobState
from campaigns.home.picks import PickedRound
from campaigns.reporting.forecast import forecast_of
from campaigns.reporting.forecast_text import sentence
from campaigns.reporting.leader import Leader
from campaigns.reporting.series import result
from campaigns.selection.agreement import Agreement
from campaigns.services.monitor.feed import FeedLine
from campaigns.services.monitor.queue import QueueLine
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.results.agreement import AgreementOf
from campaigns.services.results.overview import Aspect, Overview
from campaigns.services.results.rounds import RoundDetails, RoundsToday, TrainingOf
from campaigns.services.station.devices import Device
from campaigns.services.station.list import CampaignLine
from campaigns.services.station.station import StationView
from campaigns.services.workspace import Workspace
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow, RoundRow

GIB = 2**30
CAMPAIGN = CampaignId("voc.000000")
CRITERIA = ("ag", "adv", "unc", "random")
PLAN = Plan(
    Schedule(1000, (500, 500, 1000), (30, 10, 10, 10)), 3, CRITERIA, 5011, 4952, has_full=True, full_epochs=20,
    reading_points=(1500, 3000), classes=("aeroplane", "bicycle", "bird", "boat", "bottle", "bus"),
)  # fmt: skip
STARTS = {"ag": 0.052, "adv": 0.047, "unc": 0.036, "random": 0.028}
"""What a round of each criterion adds to the mean AP."""
RUNNING = Job(JobKind.ARM, 2, "ag")
WAITING = {Job(JobKind.ARM, 2, name) for name in CRITERIA[1:]}


def campaign(name: str, *, days: float, dataset: str = "voc2007", model: str = "weldon resnet101") -> CampaignRow:
    """A campaign that is always as old as this, in words."""
    created = time.time() - 86400 * days
    return CampaignRow(CAMPAIGN, name, name, "", dataset, model, PLAN, created, Intent.RUN, None)


def measured(job: Job, number: int) -> RoundRow:
    """A round that is done, with an mAP that grows with the rounds and differs a little among trials."""
    labelled = PLAN.train_images if job.kind is JobKind.FULL else PLAN.schedule.labelled(number)
    step = 0.23 if job.kind is JobKind.FULL else number * STARTS.get(job.criterion or "", 0.0)
    mean = 0.61 + step - 0.004 * number * number + 0.006 * (job.trial or 0)
    spread = (0.12, -0.09, 0.05, -0.16, -0.02, 0.1)
    return RoundRow(
        CAMPAIGN, job.id, number, labelled, "map", mean, tuple(mean + by for by in spread), 90.0 * (number + 1), 8.0,
        31.0, 2.0, 1.0,
    )  # fmt: skip


def attempt(job: Job, state: AttemptState) -> AttemptRow:
    """The only try at a job."""
    is_running = state is AttemptState.RUNNING
    done = AttemptRow(CAMPAIGN, job.id, 1, state, "cuda:0", 4, None, 0.0, 400.0, 0, "", "", None, None, None, None, 0)
    if not is_running:
        return done
    return replace(done, ended=None, exit_code=None, activity="training", round=2, epoch=4, epochs=10, loss=0.0412)


def view(job: Job, at: int) -> JobView:
    """A job: one runs, those after it wait, the others are done."""
    if job in WAITING:
        return JobView(JobRow(CAMPAIGN, job, at, JobState.WAITING, 0), None, (), 0.0, False, "no free slot")
    is_running = job == RUNNING
    numbers = range(1, 2) if is_running else PLAN.rounds(job)
    rounds = tuple(measured(job, number) for number in numbers)
    state, tried = (JobState.RUNNING, AttemptState.RUNNING) if is_running else (JobState.DONE, AttemptState.DONE)
    share = 0.4 if is_running else 1.0
    return JobView(JobRow(CAMPAIGN, job, at, state, 0), attempt(job, tried), rounds, share, False, "")


JOBS = tuple(view(job, at) for at, job in enumerate(PLAN.jobs))
ROW = campaign("voc2007-weldon", days=2.5)
VIEW = CampaignView(ROW, CampaignState.RUNNING, 0.81, 5040.0, JOBS, True)
CURVES = result(PLAN, [one.row for one in JOBS], [row for one in JOBS for row in one.rounds])
LISTS = ("unc", "ent", "mm", "sepmax", "sepmin", "sepsum")


def agreed(number: int) -> PickedRound:
    """How far six criteria agree in a round: neighbours in the list more than others, and ever more."""
    n = PLAN.schedule.add[number]
    shared = np.array([[n if a == b else (50 + 60 * number) // abs(a - b) for b in range(6)] for a in range(6)])
    votes = np.array([1100, 420 + 40 * number, 160, 70, 21, 4])
    return PickedRound(
        schema=1, criterion="ag" if number else None, round=number, n=n, pool=4000, criteria=LISTS, picks=(),
        agreement=Agreement(shared, votes, shared / n),
    )  # fmt: skip


LOSSES = (0.212, 0.144, 0.097, 0.071, 0.058, 0.049, 0.044, 0.0412)


def line(row: CampaignRow, state: CampaignState, done: int, progress: float, best: Leader | None) -> CampaignLine:
    """A campaign in the list."""
    is_running = state is CampaignState.RUNNING
    return CampaignLine(
        row, state, done=done, failed=int(state is CampaignState.FAILED), running=int(is_running), progress=progress,
        seconds_left=5040.0 if is_running else None, best=best, touched=row.created,
    )  # fmt: skip


def at(hour: int, minute: int) -> float:
    """A time of day, wherever this is."""
    return time.mktime((2026, 1, 5, hour, minute, 0, 0, 0, -1))


STATION = StationView(
    lines=(
        line(campaign("demo", days=9, dataset="shapes", model="wildcat tiny"), CampaignState.DONE, len(PLAN.jobs), 1.0,
             Leader("ag", 0.514, 360, 0.031, 3)),
        line(campaign("voc-broken", days=5), CampaignState.FAILED, 3, 0.22, Leader("unc", 0.648, 1500, 0.0004, 1)),
        line(campaign("coco-wildcat", days=4, dataset="coco2014", model="wildcat resnet101"), CampaignState.PAUSED,
             4, 0.37, None),
        line(ROW, CampaignState.RUNNING, 12, 0.81, Leader("ag", 0.736, 3000, 0.027, 2)),
        line(campaign("next", days=1, dataset="voc2012"), CampaignState.NEW, 0, 0.0, None),
    ),
    queue=(QueueLine("voc2007-weldon", JobId("arm-t2-adv"), "no free slot"),),
    feed=(
        FeedLine(1, at(9, 12), "voc-broken", JobId("arm-t1-unc"), True, "out of memory on cuda:0"),
        FeedLine(2, at(9, 40), "coco-wildcat", None, False, "pause asked"),
        FeedLine(3, at(10, 5), "voc2007-weldon", JobId("arm-t1-random"), False, "done"),
    ),
    devices=(
        Device("cuda:0", "NVIDIA H200", 0.93, 21 * GIB, 141 * GIB, 61.0, 540.0, ("voc2007-weldon arm-t2-ag",)),
        Device("cpu", "32 cores", 0.18, 40 * GIB, 256 * GIB),
    ),
    has_station=True,
)  # fmt: skip
EMPTY = replace(STATION, lines=(), queue=(), feed=(), devices=STATION.devices[1:], has_station=False)


class StillStation(StationScreen):
    """The list of campaigns as it was at that moment."""

    view = STATION

    def read(self) -> StationView:
        return self.view


class EmptyStation(StillStation):
    """A home in which nothing is."""

    view = EMPTY


class StillCurves(CurvesPane):
    """The curves at that moment."""

    def read(self) -> CurvesContent:
        outlook = forecast_of(ROW.plan, CURVES)
        assert outlook is not None
        return CurvesContent(ROW, CURVES, sentence(outlook, test_images=ROW.plan.test_images, is_brief=True))


class StillRounds(RoundsPane):
    """The cell under the cursor at that moment."""

    def read(self) -> RoundDetails:
        trained = TrainingOf(RUNNING.id, 2, LOSSES[:4], (attempt(RUNNING, AttemptState.RUNNING),))
        return RoundDetails(trained, RoundsToday())


class StillOverview(OverviewPane):
    """The wall at that moment."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.chosen = ("curves", "losses", "vs random", "agreement", "votes", "jobs")

    def read(self) -> Overview:
        assert self._asked is not None
        trained = (TrainingOf(RUNNING.id, 2, LOSSES[:4], ()),)
        rounds = tuple(AgreementOf(0, PLAN.schedule.labelled(number), agreed(number)) for number in range(3))
        self._have = self._asked
        return Overview(VIEW, frozenset(Aspect), CURVES, rounds, trained)


class StillCampaign(CampaignScreen):
    """One campaign at that moment, with one of its tabs."""

    def __init__(self, workspace: Workspace, tab: str, pane: type[Pane[Any]]) -> None:
        super().__init__(workspace, ROW.name, tab=tab, manners=Manners(), images=Images.BLOCKS)
        self.pane: Pane[Any] = pane(workspace, ROW.name)

    def read(self) -> CampaignView:
        return VIEW

    def _read_oracle(self) -> None:
        """Ask nobody: the campaign of that moment is in no home."""

    async def action_tab(self, tab: str) -> None:
        if not self.panes:
            await self.query_one("#pane").mount(self.pane)
            self.panes[tab] = self.pane
        await super().action_tab(tab)


class Still(AlwslApp):
    """The program with a screen of that moment."""

    # A path of its own: what is relative belongs to the file of each class.
    CSS_PATH = str(Path(tui.__file__).with_name("app.tcss"))

    def __init__(self, workspace: Workspace, first: Screen[None]) -> None:
        super().__init__(workspace, Manners(images=Images.BLOCKS))
        self.first = first
        self.animation_level = "none"

    def get_default_screen(self) -> Screen[None]:
        return self.first
