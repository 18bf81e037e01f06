"""Who looks after a home, and whether what should run does. A store only says what was last heard of."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.core.states import AttemptState, CampaignState
from campaigns.home.disk import telling
from campaigns.home.keeper import HomeKeeper, is_heard
from campaigns.home.paths import HomePaths
from campaigns.services.workspace import Workspace, has_station
from campaigns.station.executors.opening import is_at_work
from campaigns.station.starter import is_starting
from campaigns.store.rows import AttemptRow

UNATTENDED = "no station is at work"
"""Why a job waits where nobody will start it."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether a home has a station."""

    home: HomePaths
    has_station: bool
    is_starting: bool
    """None is there, but a process that was started to be one lives."""
    elsewhere: HomeKeeper | None = None
    """The other host that keeps the home: what runs runs there, and whether it still does cannot be seen from here."""

    @property
    def is_nobody(self) -> bool:
        """True when nothing is going to happen here before somebody asks."""
        return self.elsewhere is None and not (self.has_station or self.is_starting)

    @property
    def when_due(self) -> str:
        """What becomes of a job that may start: it is `next`, or nobody is known to be there who would start it."""
        if self.elsewhere is not None and not self.has_station:
            return f"no station is at work on {self.elsewhere.host.name}"
        return UNATTENDED if self.is_nobody else "next"

    def is_stranded(self, attempt: AttemptRow | None) -> bool:
        """Return whether an attempt ran when last heard of, while its process is gone and no station has noticed."""
        return self.elsewhere is None and not self.has_station and not self._lives(attempt)

    def is_here(self, attempt: AttemptRow) -> bool:
        """Return whether an attempt runs on this machine, or in an engine that this machine's station asks."""
        return self.elsewhere is None and not self.is_stranded(attempt)

    def state_of(self, state: CampaignState, attempts: Iterable[AttemptRow]) -> CampaignState:
        """Return what a campaign is doing, from what the store says of it and the last attempt at each job."""
        if state.is_over or not self.is_nobody:
            return state
        running = [attempt for attempt in attempts if attempt.state is AttemptState.RUNNING]
        return state if any(self._lives(attempt) for attempt in running) else CampaignState.STRANDED

    def _lives(self, attempt: AttemptRow | None) -> bool:
        if attempt is None:
            return False
        paths = self.home.campaign(attempt.campaign).job(attempt.job).attempt(attempt.number)
        return is_at_work(attempt.handle, paths)


def attendance(workspace: Workspace) -> Attendance:
    """Return who looks after a home, as of now."""
    if (keeper := workspace.elsewhere()) is not None:
        return Attendance(workspace.home, is_heard(workspace.home, keeper), False, keeper)
    if has_station(workspace):
        return Attendance(workspace.home, True, False)
    # In this order: a station that gets the lock between the two looks is still the process that was started.
    with telling(workspace.home.folder):
        return Attendance(workspace.home, False, is_starting(workspace.home))
