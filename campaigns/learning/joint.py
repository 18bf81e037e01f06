"""Gradients of a batch that several processes compute together, each a part: the same in all of them afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from campaigns.learning.batch_norm import RunningStatistics
from campaigns.learning.models import MapModel
from campaigns.learning.sgd import Descent
from campaigns.learning.team import Team


@dataclass(slots=True)
class JointGradients:
    """What the processes tell each other of a batch."""

    team: Team
    parameters: Sequence[Tensor]
    statistics: RunningStatistics
    others: Sequence[Tensor]
    """Whatever else the model keeps beside its weights. Each process has its own, and the worker's is kept."""
    shares: Sequence[Tensor]
    """For each parameter, its place in the vector that is added up; it lies there as the parameter lies in memory."""
    _pieces: list[Tensor] = field(default_factory=list)
    """Of each piece of this process's part: its loss, and what batch normalisation saw of it."""

    @classmethod
    def of(cls, team: Team, model: MapModel, optimiser: Descent) -> "JointGradients":
        """Return those of a model in training."""
        parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
        statistics = RunningStatistics.of(model)
        counted = {id(tensor) for tensor in statistics.buffers()}
        others = [tensor for tensor in model.buffers() if id(tensor) not in counted]
        vector = team.reserve(sum(parameter.numel() for parameter in parameters), parameters[0].device)
        shares, at = [], 0
        for parameter in parameters:
            shares.append(vector.as_strided(parameter.shape, parameter.stride(), at))
            at += parameter.numel()
        return cls(team, parameters, statistics, others, shares)

    def begin_epoch(self) -> None:
        """Make equal what the processes have had of their own: whoever goes on from a checkpoint has the worker's."""
        self.team.hand_out(self.others)

    def begin(self) -> None:
        """Begin a batch, or the same one again."""
        self._pieces.clear()
        self.statistics.keep()

    def note(self, loss: Tensor) -> None:
        """Take down a piece that has just been computed, and its part of the batch's mean loss."""
        self._pieces.append(torch.cat([loss.reshape(1).float(), self.statistics.take()]))

    def agree(self, *, is_short: bool) -> tuple[bool, Tensor]:
        """Return whether memory did not suffice in any process, and which parameters have a gradient in any."""
        flags = [is_short, *(parameter.grad is not None for parameter in self.parameters)]
        agreed = self.team.agree(torch.tensor(flags, dtype=torch.uint8))
        return bool(agreed[0]), agreed[1:]

    def settle(self, images: int, pieces: int, present: Tensor) -> Tensor:
        """Make gradients and running statistics those of the whole batch of so many images; return its mean loss.

        `pieces` is how many each part was computed in at most; `present`, which parameters have a gradient.
        """
        counts = [_count(images_of(self.team, images, number), pieces) for number in range(self.team.size)]
        self._add_up(present, terms=sum(count > 0 for count in counts))
        device = self.parameters[0].device
        own = torch.zeros((pieces, 1 + self.statistics.width), device=device)
        for row, piece in zip(own, self._pieces, strict=False):
            row.copy_(piece)
        rows = [row for part, count in zip(self.team.gather(own), counts, strict=True) for row in part[:count]]
        self.statistics.count([row[1:] for row in rows])
        total = torch.zeros((), device=device)
        for row in rows:
            total += row[0]
        return total

    @torch.no_grad()
    def _add_up(self, present: Tensor, *, terms: int) -> None:
        pairs = list(zip(self.parameters, self.shares, strict=True))
        own = [(share, parameter.grad) for parameter, share in pairs if parameter.grad is not None]
        for parameter, share in pairs:
            if parameter.grad is None:
                share.zero_()
        _copy(own)
        self.team.add_up(terms)
        for (parameter, _), is_present in zip(pairs, present.tolist(), strict=True):
            if is_present and parameter.grad is None:
                parameter.grad = torch.empty_like(parameter)
        _copy([(parameter.grad, share) for parameter, share in pairs if parameter.grad is not None])


def _copy(pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
    """Copy the second of each pair to the first; on a card in few launches, not in hundreds."""
    if pairs:
        torch._foreach_copy_([to for to, _ in pairs], [tensor for _, tensor in pairs])


def images_of(team: Team, images: int, number: int) -> int:
    """Return how many images of a batch of so many a process computes on."""
    part = team.part(images, number)
    return int(part.stop - part.start)


def _count(images: int, pieces: int) -> int:
    """Return into how many a part of so many images is split, where that is `pieces` at most."""
    return -(-images // -(-images // pieces)) if images else 0
