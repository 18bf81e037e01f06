"""The laws of a task's loss: parts of a batch add up, and what is better costs less."""

import numpy as np
import pytest
import torch

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Labels
from campaigns.learning.loss import KnownTargets
from campaigns.learning.training import training_on
from campaigns.recipe.tasks import TASKS, LearningTask

every_task = pytest.mark.parametrize("task", TASKS.values(), ids=str)
CPU = torch.device("cpu")
CLASSES = 4


def one_class_each(count: int) -> Labels:
    """Return labels that every task can learn; (n, C)."""
    labels = np.full((count, CLASSES), NEGATIVE, np.int8)
    labels[np.arange(count), np.arange(count) % CLASSES] = POSITIVE
    return labels


def wanted(task: LearningTask, count: int) -> KnownTargets:
    training = training_on(np.arange(count), one_class_each(count), CPU, task=task.name)
    return KnownTargets(training.targets, training.known, training.task)


@every_task
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_parts_of_a_batch_add_up_to_its_loss_and_its_gradient(task: LearningTask, size: int) -> None:
    whole = wanted(task, 7)
    logits = torch.randn(7, CLASSES, generator=torch.Generator().manual_seed(3))
    at_once, in_parts = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    loss = whole.loss(at_once, whole)
    loss.backward()  # type: ignore[no-untyped-call]
    total = torch.zeros(())
    for piece, part in zip(torch.split(in_parts, size), whole.pieces(size), strict=True):
        share = part.loss(piece, whole)
        share.backward()  # type: ignore[no-untyped-call]
        total += share.detach()
    torch.testing.assert_close(total, loss.detach())
    torch.testing.assert_close(in_parts.grad, at_once.grad)


@every_task
def test_what_is_right_costs_less_than_what_is_wrong(task: LearningTask) -> None:
    whole = wanted(task, 8)
    right = torch.from_numpy(one_class_each(8)).float() * 3
    losses = [float(whole.loss(logits, whole)) for logits in (right, torch.zeros_like(right), -right)]
    assert losses == sorted(losses)
    assert losses[0] < losses[2]
