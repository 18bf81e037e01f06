"""A fit as the worker hands it to the other processes of its team: where it stands, and then its tensors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from campaigns.learning.steps import Fit
from campaigns.learning.team import Team


@dataclass(frozen=True, slots=True)
class FitStanding:
    """All of a fit but its tensors, as JSON has it."""

    losses: Sequence[float]
    pieces: int
    has_momentum: Sequence[Sequence[bool]]
    """For each parameter of each group: whether it has taken a step."""
    scaler: Mapping[str, Any]

    @classmethod
    def of(cls, state: Fit) -> "FitStanding":
        """Return where a fit stands."""
        has_momentum = [[buffer is not None for buffer in group] for group in state.optimiser.momenta]
        return cls(list(state.losses), state.pieces, has_momentum, state.scaler.state_dict())

    def take_up(self, fresh: Fit) -> None:
        """Bring a fresh fit of the same model there, but for its tensors."""
        fresh.losses, fresh.pieces = list(self.losses), self.pieces
        fresh.scaler.load_state_dict(dict(self.scaler))
        fresh.optimiser.momenta = [
            [
                torch.zeros_like(parameter, requires_grad=False) if is_there else None
                for parameter, is_there in zip(group["params"], has_momentum, strict=True)
            ]
            for group, has_momentum in zip(fresh.optimiser.param_groups, self.has_momentum, strict=True)
        ]


def hand_out(state: Fit, team: Team) -> None:
    """Make the tensors of a fit, which stands where the worker's does, those of the worker."""
    momenta = [buffer for group in state.optimiser.momenta for buffer in group if buffer is not None]
    team.hand_out([*state.model.state_dict().values(), *momenta])
