"""Running statistics that were taken part by part are those of a layer that has seen the parts one by one."""

import pytest
import torch
from torch import Tensor, nn

from campaigns.learning.batch_norm import RunningStatistics
from campaigns.learning.segmenters import SteadyNorm
from tests.learning.toys import MadeModel

PLAIN, LAST = torch.contiguous_format, torch.channels_last


class Layers(MadeModel):
    """Layers that each keep something."""

    def __init__(self, momentum: float | None, precision: torch.dtype = torch.float32) -> None:
        super().__init__(3, 4)
        self.precision = precision
        self.backbone = nn.Sequential(nn.BatchNorm2d(3, momentum=momentum))
        self.two = SteadyNorm(3, momentum=0.3)
        self.three = nn.BatchNorm2d(3, track_running_stats=False)

    def maps(self, inputs: Tensor) -> Tensor:
        """(B, D, H, W) -> (B, C, H, W)."""
        normalised = self.two(self.backbone(inputs).float().mean((2, 3), keepdim=True))
        return super().maps(self.three(inputs.float()) + normalised)


def parts(count: int, memory: torch.memory_format) -> list[Tensor]:
    generator = torch.Generator().manual_seed(5)
    # One of a single image, which the second layer does not count.
    sizes = [4, 3, 1, 5][:count]
    return [(torch.randn(n, 3, 6, 6, generator=generator) * 3 + 1).contiguous(memory_format=memory) for n in sizes]


@pytest.mark.parametrize("memory", [PLAIN, LAST], ids=["plain", "channels last"])
@pytest.mark.parametrize("momentum", [0.1, 0.37, None])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_parts_counted_in_their_order_are_what_one_process_keeps(
    momentum: float | None, memory: torch.memory_format, precision: torch.dtype
) -> None:
    alone, apart = (Layers(momentum, precision).train() for _ in range(2))
    statistics = RunningStatistics.of(apart)
    for batch in (parts(4, memory), parts(2, memory), parts(3, memory)):
        statistics.keep()
        rows = []
        for part in batch:
            alone(part.to(precision))
            with statistics.captured():
                apart(part.to(precision))
            rows.append(statistics.take())
        statistics.count(rows)
        for (name, mine), kept in zip(apart.named_buffers(), alone.buffers(), strict=True):
            # What the second layer gives for a single image depends on what it keeps, and nothing behind it counts.
            assert torch.equal(mine, kept), name
    assert [int(count) for name, count in apart.named_buffers() if "tracked" in name] == [9, 7]


def test_a_model_without_such_layers_has_nothing_to_count() -> None:
    statistics = RunningStatistics.of(MadeModel(3, 4).train())
    statistics.keep()
    assert statistics.width == len(statistics.take()) == 0
    statistics.count([statistics.take()])


def test_momenta_are_put_back() -> None:
    model = Layers(None).train()
    statistics = RunningStatistics.of(model)
    with statistics.captured():
        assert [layer.momentum for layer in statistics.layers] == [1.0, 1.0]
    assert [layer.momentum for layer in statistics.layers] == [None, 0.3]
