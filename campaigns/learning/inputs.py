"""What a model reads: batches of one split, by row number, mirrored or not, gathered ahead of their use."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AHEAD = 3
"""Batches that are gathered before they are asked for."""


class Inputs(Protocol):
    """Images of one split, ready for a model."""

    @property
    def readable(self) -> Bools:
        """(N,) False where an image cannot be decoded; asking for its batch is a mistake."""

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """Gather what has to be moved for these rows, on the host: (B, ...). Called from another thread, ahead of its
        use.
        """

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """Return what the model takes, on the device: (B, ...); `mirrored` (B,) asks for the mirror image."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """Images that are a tensor already: for a notebook."""

    values: Tensor
    """(N, D, H, W): normalised pictures, or features for a head."""

    @property
    def readable(self) -> Bools:
        """All of them."""
        return np.ones(len(self.values), np.bool_)

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """(B, D, H, W), as they lie there."""
        return self.values[torch.from_numpy(rows)]

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """(B, D, H, W), mirrored where asked; they stay on their device."""
        flags = torch.from_numpy(mirrored).to(gathered.device)[:, None, None, None]
        return torch.where(flags, gathered.flip(3), gathered)


@dataclass(frozen=True, slots=True)
class Joined:
    """Inputs of one split that lie in several caches, one behind the other."""

    parts: Sequence[Inputs]
    """All of one kind, so that any of them places what another gathered."""
    starts: Ints
    """(parts,) the row at which each begins."""
    readable: Bools

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """Gather these rows from where they lie, in their order."""
        owners = np.searchsorted(self.starts, rows, side="right") - 1
        gathered: Tensor | None = None
        for owner in np.unique(owners):
            is_there = owners == owner
            some: Tensor = self.parts[int(owner)].gather(rows[is_there] - self.starts[owner], mirrored[is_there])
            if len(some) == len(rows):
                return some
            if gathered is None:
                gathered = torch.empty((len(rows), *some.shape[1:]), dtype=some.dtype, pin_memory=some.is_pinned())
            gathered[torch.from_numpy(is_there)] = some
        assert gathered is not None, "a batch has an image"
        return gathered

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """Place what was gathered, as any of the parts does."""
        return self.parts[0].place(gathered, mirrored)


def joined(parts: Sequence[Inputs]) -> Inputs:
    """Return inputs one behind the other as one; those that hold no image are left out."""
    some = [part for part in parts if len(part.readable)] or list(parts[:1])
    if len(some) == 1:
        return some[0]
    starts = np.cumsum([0, *(len(part.readable) for part in some[:-1])])
    return Joined(some, starts, np.concatenate([part.readable for part in some]))


def all_of(images: int) -> slice:
    """Return the positions of a batch of so many images: all of them."""
    return slice(images)


@dataclass(slots=True)
class Feed:
    """Batches of some rows in order. The next ones are gathered while the present one is computed on."""

    inputs: Inputs
    rows: Ints
    mirrored: Bools
    """(n,) as `rows`."""
    batch_size: int
    part: Callable[[int], slice] = all_of
    """Which positions of a batch of so many images are asked for; where they are none, nothing is gathered."""
    waited: float = field(default=0.0, init=False)
    """Seconds the consumer has waited for images so far."""

    def __iter__(self) -> Iterator[tuple[slice, Tensor]]:
        """Yield positions among `rows`, and what the model takes for them: of each batch, whatever is asked for."""
        parts = list(self._parts())
        with ThreadPoolExecutor(1, "gather") as hands:
            coming: deque[Future[Tensor]] = deque()
            for at, part in enumerate(parts):
                for next_ in parts[at + len(coming) : at + AHEAD]:
                    coming.append(hands.submit(self._gather, next_))
                began = time.perf_counter()
                gathered = coming.popleft().result()
                self.waited += time.perf_counter() - began
                yield part, self.inputs.place(gathered, self.mirrored[part]) if len(gathered) else gathered

    def _parts(self) -> Iterator[slice]:
        for at in range(0, len(self.rows), self.batch_size):
            start, stop, _ = self.part(min(self.batch_size, len(self.rows) - at)).indices(self.batch_size)
            yield slice(at + start, at + stop)

    def _gather(self, part: slice) -> Tensor:
        rows = self.rows[part]
        return self.inputs.gather(rows, self.mirrored[part]) if len(rows) else torch.empty(0)


def to_device(host: Tensor, device: torch.device) -> Tensor:
    """Copy to the device, without waiting when the host's memory is page-locked."""
    return host.to(device, non_blocking=True)


def page_locked(host: Tensor, device: torch.device) -> Tensor:
    """Return the same values where a GPU can fetch them by itself; unchanged for a CPU."""
    return host.pin_memory() if device.type == "cuda" else host
