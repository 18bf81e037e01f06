"""On which kind of node a job has to go on: a trial stays on the kind that it began on, if its recipe says so."""

from dataclasses import replace

from campaigns.core.execution import LOCAL, device_of, executor_of
from campaigns.core.ids import CampaignId
from campaigns.home.task import Task
from campaigns.store.node_kinds import first_kind, nodes_of_other_kinds
from campaigns.store.store import Store


def on_kind(store: Store, task: Task, *, mixed: str) -> Task:
    """Return the task with the kind of node that its trial began on, and the nodes that are known to be of another.

    The baseline of a trial, which is its first job, decides for all of its arms, so that they differ by what they
    choose alone. The kind is firm where `run.mixed` is `"refuse"`, and within one executor: to hand a campaign to
    another one is a person's decision.
    """
    campaign, trial, executor = CampaignId(task.campaign), task.job.trial, executor_of(task.slot)
    if mixed == "refuse" and executor != LOCAL and (kind := first_kind(store, campaign, trial, executor)):
        unlike = nodes_of_other_kinds(store, executor, device_of(task.slot), kind)
        return replace(task, kind=kind, is_kind_firm=True, avoid=tuple(unlike))
    return replace(task, kind=first_kind(store, campaign, trial))
