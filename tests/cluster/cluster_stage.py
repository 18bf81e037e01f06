"""A campaign on a cluster, watched: on Slurm or on Ray."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from campaigns.core.execution import SLURM
from campaigns.core.ids import Job, JobKind
from campaigns.core.states import CampaignState, JobState
from campaigns.services.campaigns.executor import choose_executor
from campaigns.services.campaigns.run import go_on
from campaigns.services.campaigns.wait import wait
from campaigns.services.monitor.show import JobView, watch
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import AttemptRow, CampaignRow
from tests.cluster.ray_cluster import RayCluster
from tests.cluster.slurm_cluster import Cluster as SlurmCluster
from tests.cluster.undisturbed import LONG as LONG_FIT
from tests.patience import patience
from tests.stage import assert_same, outcome, said, tiny, wait_for

BASE = Job(JobKind.BASELINE, 0)
LONG = (*LONG_FIT, "run.checkpoint_minutes=0")
"""Each checkpoint comes home."""
HERE, AWAY = 'run.needs={view="home"}', 'run.needs={view="none"}'
"""On nodes that see the home, and on nodes that do not."""


class Talking(Protocol):
    """A cluster that tells what it has said last."""

    def said(self) -> str: ...


C = TypeVar("C", bound=Talking)


@dataclass
class ClusterStage(Generic[C]):
    """A campaign that a cluster runs."""

    cluster: C
    place: Workspace
    row: CampaignRow

    def begin(self) -> None:
        go_on(self.place, self.row.name)

    def said(self) -> str:
        return f"{said(self.place)}\n{self.attempts()}\n{self.cluster.said()}"

    def attempts(self, of: Job | None = None) -> list[AttemptRow]:
        with self.place.store() as store:
            return [row for row in list_attempts(store, self.row.id) if of is None or row.job == of.id]

    def base(self) -> JobView:
        return next(job for job in watch(self.place, self.row.name).jobs if job.row.job == BASE)

    def until(self, condition: Callable[[], object]) -> None:
        wait_for(lambda: bool(condition()), on_failure=self.said)

    def until_it_trains(self, epoch: int = 5) -> None:
        """Wait until its baseline has done so many epochs, and its engine has told where."""
        self.until(
            lambda: (attempt := self.base().attempt) is not None and attempt.node and (attempt.epoch or 0) >= epoch
        )

    def ends_with(self, expected: dict[str, bytes]) -> None:
        """Wait for its end, and hold its bytes against those of an undisturbed one."""
        state = wait(self.place, self.row.name, timeout=patience())
        assert state is CampaignState.DONE, self.said()
        assert_same(outcome(self.place, self.row), expected, log=self.said())

    def state_of(self, job: Job) -> JobState:
        with self.place.store() as store:
            return next(row.state for row in list_jobs(store, self.row.id) if row.job == job)

    def lost(self) -> int:
        with self.place.store() as store:
            return sum(job.lost for job in list_jobs(store, self.row.id))


def on_ray(cluster: RayCluster, place: Workspace, *overrides: str) -> ClusterStage[RayCluster]:
    return _staged(cluster, cluster.executor, place, overrides)


def on_slurm(cluster: SlurmCluster, place: Workspace, *overrides: str) -> ClusterStage[SlurmCluster]:
    return _staged(cluster, SLURM, place, overrides)


def _staged(cluster: C, executor: str, place: Workspace, overrides: Sequence[str]) -> ClusterStage[C]:
    row = tiny(place, *overrides)
    choose_executor(place, row.name, executor)
    return ClusterStage(cluster, place, row)
