"""The peer of our speed claims: training and scoring as the authors' code does them, written plainly.

A `DataLoader` decodes and warps every image in every epoch, one image at a time, on the host; tensors are float32 and
contiguous; the optimiser is plain SGD; nothing is cached. The model is the same as ours, so only the loop differs.
"""

from collections.abc import Iterator

import numpy as np
import torch
from PIL.Image import Resampling
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from campaigns.datasets.dataset import Split
from campaigns.learning.models import MapModel, parameter_groups

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Pictures(Dataset[tuple[Tensor, Tensor]]):
    """Decoded when asked for."""

    def __init__(self, split: Split, size: int, *, mirrors: bool) -> None:
        self.split, self.size, self.mirrors = split, size, mirrors

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """One normalised picture (3, S, S) and its targets (C,)."""
        picture = self.split.picture(index).resize((self.size, self.size), Resampling.BILINEAR)
        pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous().float().div(255)
        if self.mirrors and torch.rand(()) < 0.5:
            pixels = pixels.flip(2)
        mean, std = torch.tensor(MEAN).view(3, 1, 1), torch.tensor(STD).view(3, 1, 1)
        return (pixels - mean) / std, torch.from_numpy((self.split.labels[index] >= 0).astype(np.float32))


def loader(
    split: Split, size: int, batch: int, *, is_training: bool, workers: int
) -> DataLoader[tuple[Tensor, Tensor]]:
    """As the authors set it up."""
    return DataLoader(
        Pictures(split, size, mirrors=is_training), batch_size=batch, shuffle=is_training, num_workers=workers
    )


def optimiser(model: MapModel) -> torch.optim.SGD:
    """As the authors set it up: two groups, momentum, weight decay on everything."""
    return torch.optim.SGD(parameter_groups(model, lr=0.01, lrp=0.1), momentum=0.9, weight_decay=1e-4, foreach=False)


def epoch(
    model: MapModel, batches: DataLoader[tuple[Tensor, Tensor]], optimiser: torch.optim.SGD, device: torch.device
) -> Iterator[float]:
    """One epoch, a loss a step; each is fetched to the host, as the authors' meters do."""
    criterion = nn.MultiLabelSoftMarginLoss()
    model.train()
    for x, y in batches:
        loss = criterion(model(x.to(device)), y.to(device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        yield loss.item()


def score(model: MapModel, batches: DataLoader[tuple[Tensor, Tensor]], device: torch.device) -> Tensor:
    """Logits of every picture, without gradients."""
    model.eval()
    with torch.no_grad():
        return torch.cat([model(x.to(device)).cpu() for x, _ in batches])
