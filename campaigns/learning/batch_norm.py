"""Running statistics of batch normalisation where several processes each see a part of a batch.

What a layer keeps depends on the order in which it sees the parts. So each process takes down what its own parts have,
and then all of them count all parts, in their order: they come to what one process would that saw them one by one.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from campaigns.learning.models import MapModel


@dataclass(frozen=True, slots=True)
class RunningStatistics:
    """Means and variances that the layers of one model keep, of L layers with F features in all."""

    layers: tuple[_BatchNorm, ...]
    """Those that count what they see."""
    owners: Tensor
    """(F,) which layer each feature is of."""
    momenta: Tensor
    """(F,) what a part counts for; NaN where it counts as much as each one before it."""
    is_low: Tensor
    """(F,) whether the layer reads numbers of a lower precision than it keeps."""
    before: Tensor
    """(2F,) means, then variances, as they were kept."""
    counts: Tensor
    """(L,) parts that each layer had counted then."""

    @classmethod
    def of(cls, model: MapModel) -> "RunningStatistics":
        """Return those of a model in training; layers that keep none, or evaluate, count for nothing."""
        names = {name: module for name, module in model.named_modules() if isinstance(module, _BatchNorm)}
        names = {name: layer for name, layer in names.items() if _is_counting(layer)}
        layers = tuple(names.values())
        # The head always computes in float32.
        is_low = [model.precision is not torch.float32 and name.startswith("backbone.") for name in names]
        device = next(model.parameters()).device
        sizes = torch.tensor([layer.num_features for layer in layers], dtype=torch.int64, device=device)
        owners = torch.repeat_interleave(torch.arange(len(layers), device=device), sizes)
        momenta = torch.tensor([math.nan if layer.momentum is None else layer.momentum for layer in layers])
        before = torch.zeros(2 * len(owners), device=device)
        counts = torch.zeros(len(layers), dtype=torch.int64, device=device)
        low = torch.tensor(is_low, dtype=torch.bool, device=device)
        return cls(layers, owners, momenta.to(device)[owners], low[owners], before, counts)

    @property
    def width(self) -> int:
        """Numbers in what `take` returns: L + 2F."""
        return len(self.counts) + len(self.before)

    def buffers(self) -> list[Tensor]:
        """Return the tensors in which the layers keep all this."""
        return [*self._kept(), *self._counters()]

    def keep(self) -> None:
        """Remember how the layers are before a batch."""
        if self.layers:
            self.before.copy_(self._flat())
            self.counts.copy_(torch.stack(self._counters()))

    @contextmanager
    def captured(self) -> Iterator[None]:
        """Inside, a layer that sees a part keeps its mean and variance alone, without what was before."""
        momenta = [layer.momentum for layer in self.layers]
        for layer in self.layers:
            layer.momentum = 1.0
        try:
            yield
        finally:
            for layer, momentum in zip(self.layers, momenta, strict=True):
                layer.momentum = momentum

    def take(self) -> Tensor:
        """Return what the last part had, (L + 2F,): which layers counted it, their means, their variances.

        The layers are then as they were kept: one that does not count a part may look at what it keeps.
        """
        if not self.layers:
            return self.before
        fresh = torch.stack(self._counters()) - self.counts
        taken = torch.cat([fresh.to(self.before.dtype), self._flat()])
        self._put(self.before, self.counts)
        return taken

    def count(self, parts: Sequence[Tensor]) -> None:
        """Make the layers what they were when they were kept, and then these parts, (L + 2F,) each, in their order."""
        if not self.layers:
            return
        features = len(self.owners)
        means, variances = torch.split(self.before, features)
        counts = self.counts
        for part in parts:
            fresh, mean, variance = torch.split(part, [len(self.layers), features, features])
            counts = counts + fresh.to(counts.dtype)
            weight = self._weights(counts)
            rest = 1 - weight
            # As PyTorch's own kernel rounds on a CPU: in float32, but for the sum that makes a variance, which is in
            # float64 where the layer reads float32.
            new_means = weight * mean + rest * means
            low = weight * variance + rest * variances
            high = (weight.double() * variance.double() + (rest * variances).double()).float()
            new_variances = torch.where(self.is_low, low, high)
            is_fresh = fresh[self.owners] > 0
            means, variances = means.where(~is_fresh, new_means), variances.where(~is_fresh, new_variances)
        self._put(torch.cat([means, variances]), counts)

    def _weights(self, counts: Tensor) -> Tensor:
        """Return what the last of so many parts, (L,), counts for in each feature, (F,)."""
        even = counts.clamp(min=1).double().reciprocal().float()[self.owners]
        return torch.where(self.momenta.isnan(), even, self.momenta)

    def _kept(self) -> list[Tensor]:
        return [_there(layer.running_mean) for layer in self.layers] + [
            _there(layer.running_var) for layer in self.layers
        ]

    def _counters(self) -> list[Tensor]:
        return [_there(layer.num_batches_tracked) for layer in self.layers]

    def _flat(self) -> Tensor:
        return torch.cat(self._kept())

    @torch.no_grad()
    def _put(self, flat: Tensor, counts: Tensor) -> None:
        kept = self._kept()
        torch._foreach_copy_(kept, list(torch.split(flat, [len(tensor) for tensor in kept])))
        torch._foreach_copy_(self._counters(), list(counts.unbind()))


def _is_counting(layer: _BatchNorm) -> bool:
    mean = layer.running_mean
    return layer.training and layer.track_running_stats and mean is not None and mean.dtype is torch.float32


def _there(buffer: Tensor | None) -> Tensor:
    assert buffer is not None
    return buffer
