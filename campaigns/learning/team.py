"""Processes that train one fit together: each takes its part of every batch, and what they add up is in their order.

Sums in an order of their own, as libraries take them, would depend on how many links there are between the devices.
"""

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import torch
import torch.distributed as dist
from torch import Tensor
from torch._C._distributed_c10d import FileStore

PATIENCE = timedelta(minutes=10)
"""After which a process that is there and says nothing counts as gone; one that has ended is noticed at once."""
LOOPBACK = "lo0" if platform.system() == "Darwin" else "lo"


@dataclass(slots=True)
class Team:
    """What one of the processes knows of them all."""

    number: int
    """Its own; 0 is the worker, which alone writes anything."""
    size: int
    lose: Callable[[str], NoReturn]
    """What ends the process once another one does not answer."""
    _sent: Tensor = field(default_factory=lambda: torch.empty(0), repr=False)
    _received: Tensor = field(default_factory=lambda: torch.empty(0), repr=False)

    @classmethod
    def join(
        cls, meeting: Path, number: int, size: int, *, device: torch.device, lose: Callable[[str], NoReturn]
    ) -> "Team":
        """Meet the others at a file of this machine, which each process names; return once all are there."""
        team = cls(number, size, lose)
        # All are on one machine. What finds addresses by the machine's name fails where that has none.
        for library in ("GLOO", "NCCL"):
            os.environ.setdefault(f"{library}_SOCKET_IFNAME", LOOPBACK)
        backend = "gloo"
        if device.type == "cuda":
            torch.cuda.set_device(device)
            backend = "cpu:gloo,cuda:nccl"
        with team._answered():
            store = FileStore(str(meeting), size)
            dist.init_process_group(backend, store=store, rank=number, world_size=size, timeout=PATIENCE)
            dist.all_reduce(torch.zeros(1))
        return team

    def leave(self) -> None:
        """Forget the others."""
        dist.destroy_process_group()

    def part(self, images: int, number: int | None = None) -> slice:
        """Return the positions of a batch of so many images that a process computes on, this one by default.

        They are the pieces of `torch.split`, one for each process: the last ones of a small batch may be empty.
        """
        at = self.number if number is None else number
        size = -(-images // self.size)
        return slice(min(at * size, images), min((at + 1) * size, images))

    def agree(self, flags: Tensor) -> Tensor:
        """Return which flags, (n,) bytes on the CPU, any process has set."""
        with self._answered():
            dist.all_reduce(flags, dist.ReduceOp.MAX)
        return flags

    def gather(self, own: Tensor) -> list[Tensor]:
        """Return what each process has, of one shape, in the order of the processes."""
        everyone = [torch.empty_like(own) for _ in range(self.size)]
        with self._answered():
            dist.all_gather(everyone, own)
        return everyone

    def hand_out(self, tensors: Sequence[Tensor]) -> None:
        """Make tensors of these shapes what the worker has."""
        with torch.no_grad(), self._answered():
            for tensor in tensors:
                held = tensor.detach().clone(memory_format=torch.contiguous_format)
                dist.broadcast(held, 0)
                tensor.copy_(held)

    def reserve(self, length: int, device: torch.device) -> Tensor:
        """Return a vector of that length to fill and to `add_up`; the same one every time."""
        # Each process adds up a share of it, so there are as many shares, of one length.
        padded = -(-length // self.size) * self.size
        if len(self._sent) != padded:
            self._sent, self._received = torch.zeros(padded, device=device), torch.empty(padded, device=device)
        return self._sent[:length]

    def add_up(self, terms: int) -> None:
        """Make the reserved vector the sum of those of the first so many processes, added in their order."""
        with self._answered():
            dist.all_to_all_single(self._received, self._sent)
            shares = self._received.view(self.size, -1)
            total = shares[0]
            for share in shares[1:terms]:
                total += share
            dist.all_gather(list(self._sent.view(self.size, -1).unbind()), total)

    @contextmanager
    def _answered(self) -> Iterator[None]:
        """Inside, an error means that another process is gone."""
        try:
            yield
        except RuntimeError as error:
            self.lose(str(error))
