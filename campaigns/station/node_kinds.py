"""On which kind of node a job has to go on: a trial stays on the kind that it began on, if its recipe says so."""

from collections.abc import Iterator
from dataclasses import replace

from campaigns.core.execution import LOCAL, executor_of
from campaigns.core.ids import CampaignId, Job
from campaigns.home.task import Task
from campaigns.store.node_kinds import first_kind, nodes_of_other_kinds
from campaigns.store.store import Store


def on_kind(store: Store, task: Task, *, mixed: str) -> Task:
    """Return the task with the kind of node that its trial began on, and the nodes that are known to be of another.

    The baseline of a trial decides for all of its arms, so that they differ by what they choose alone. The kind is firm
    where `run.mixed` is `"refuse"`, and within one executor: to hand a campaign to another one is a person's decision.
    """
    executor = executor_of(task.slot)
    if mixed == "refuse" and executor != LOCAL and (kind := _began_on(store, task, executor)):
        return replace(task, kind=kind, is_kind_firm=True, avoid=tuple(nodes_of_other_kinds(store, executor, kind)))
    return replace(task, kind=_began_on(store, task, None))


def _began_on(store: Store, task: Task, executor: str | None) -> str:
    campaign = CampaignId(task.campaign)
    return next((kind for job in _deciding(task.job) if (kind := first_kind(store, campaign, job.id, executor))), "")


def _deciding(job: Job) -> Iterator[Job]:
    """Yield the jobs of which the first that has begun decides for this one."""
    if job.asking.needs is not None:
        yield job.asking.needs
    yield job.asking
