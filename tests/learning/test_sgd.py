"""Our optimiser is PyTorch's."""

import pytest
import torch
from torch import Tensor, nn

from campaigns.learning.sgd import Descent
from campaigns.recipe import TrainingSpec


def stepped(lrs: list[tuple[float, float]], *, is_ours: bool) -> list[Tensor]:
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 1))
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            parameter.copy_(torch.linspace(-1, 1 + number, parameter.numel()).view_as(parameter))
    groups = [{"params": list(model[0].parameters()), "lr": 0.0}, {"params": list(model[1:].parameters()), "lr": 0.0}]
    spec = TrainingSpec(momentum=0.9, weight_decay=1e-2)
    ours, theirs = Descent.of(groups, spec), torch.optim.SGD(groups, momentum=0.9, weight_decay=1e-2)
    x = torch.randn(5, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    for both in lrs:
        optimiser = ours if is_ours else theirs
        for group, lr in zip(optimiser.param_groups, both, strict=True):
            group["lr"] = lr
        optimiser.zero_grad(set_to_none=True)
        model(x).square().mean().backward()
        optimiser.step()
    return [parameter.detach() for parameter in model.parameters()]


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_its_steps_are_those_of_torch(steps: int) -> None:
    lrs = [(1e-4 * (1 + at), 1e-3) for at in range(steps)]
    for ours, theirs in zip(stepped(lrs, is_ours=True), stepped(lrs, is_ours=False), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


def test_a_parameter_without_a_gradient_stays() -> None:
    used, unused = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    descent = Descent.of([{"params": [used, unused], "lr": 0.1}], TrainingSpec())
    used.sum().backward()  # type: ignore[no-untyped-call]
    descent.step()
    assert unused.tolist() == [1, 1]
    assert used.tolist() != [1, 1]
