"""When training a model on is in vain: a rule that looks at its losses alone."""

from collections.abc import Sequence
from math import fsum
from typing import Literal

Until = Literal["epochs", "converged"]
"""How long a model trains: for the epochs that are given, or until its loss has converged."""

# Whoever changes one of these gives another model to the same recipe: raise FIT in worker/reuse.py.
WINDOW = 10
"""Epochs whose mean loss is compared with that of as many before."""
LEAST_FALL = 0.01
"""Share by which the mean has to fall for training to go on."""
MOST_EPOCHS = 200
"""Epochs after which training ends, whether its loss has converged or not."""


def has_converged(losses: Sequence[float], *, after: int = 0) -> bool:
    """Return whether a loss falls no more, from the mean loss of each epoch so far.

    With n losses L and W = WINDOW, the loss has converged when n >= after + 2 W and

        mean(L[n - 2W : n - W]) - mean(L[n - W : n]) < LEAST_FALL * mean(L[n - 2W : n - W])

    or when the earlier mean is 0, below which nothing falls. Epochs up to `after` are not looked at: there the learning
    rate was another one.
    """
    if len(losses) < after + 2 * WINDOW:
        return False
    earlier, latest = fsum(losses[-2 * WINDOW : -WINDOW]) / WINDOW, fsum(losses[-WINDOW:]) / WINDOW
    return earlier - latest < LEAST_FALL * earlier or earlier == 0
