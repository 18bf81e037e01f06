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
    labels = one_class_each(count)
    masks = np.repeat(labels.argmax(axis=1).astype(np.uint8), 16).reshape(count, 4, 4) if task.is_dense else None
    training = training_on(np.arange(count), labels, CPU, task=task.name, masks=masks)
    return KnownTargets(training.targets, training.known, training.task)


def outputs(task: LearningTask, logits: torch.Tensor) -> torch.Tensor:
    """Return logits as the model gives them: of a task that learns masks class maps, the same at each place."""
    return logits[:, :, None, None].expand(-1, -1, 2, 2).clone() if task.is_dense else logits


@every_task
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_parts_of_a_batch_add_up_to_its_loss_and_its_gradient(task: LearningTask, size: int) -> None:
    whole = wanted(task, 7)
    logits = outputs(task, torch.randn(7, CLASSES, generator=torch.Generator().manual_seed(3)))
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
    each = (right, torch.zeros_like(right), -right)
    losses = [float(whole.loss(outputs(task, logits), whole)) for logits in each]
    assert losses == sorted(losses)
    assert losses[0] < losses[2]
