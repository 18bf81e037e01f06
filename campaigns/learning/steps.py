"""Steps of the optimiser: the gradients of a batch, in parts where memory does not suffice, as one graph on a GPU."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor
from torch.amp.grad_scaler import GradScaler
from torch.optim import Optimizer

from campaigns.errors import OutOfMemory
from campaigns.learning.joint import JointGradients, images_of
from campaigns.learning.loss import KnownTargets
from campaigns.learning.memory import is_memory
from campaigns.learning.models import MapModel
from campaigns.learning.sgd import Descent
from campaigns.learning.team import Team

EAGER = 3
"""Whole batches of a fit that are computed kernel by kernel: libraries choose what they work with at first use."""


@dataclass(slots=True)
class Fit:
    """A model on its way; all that a checkpoint has to keep."""

    model: MapModel
    optimiser: Descent
    scaler: GradScaler
    """Keeps small gradients of float16 from vanishing; does nothing in other precisions."""
    losses: list[float] = field(default_factory=list)
    """The mean loss of each finished epoch."""
    pieces: int = field(default=1)
    """Parts a batch, or a process's part of it, is computed in; doubled each time memory does not suffice."""
    _statistics: list[list[Tensor]] = field(default_factory=list, repr=False)
    """The model's running statistics, those of one type together: so a card copies them in one launch, not hundreds."""
    _kept: list[list[Tensor]] = field(default_factory=list, repr=False)
    """As they were before the present step."""

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return len(self.losses)

    def keep(self) -> None:
        """Remember how the running statistics are now."""
        if not self._kept:
            buffers = list(self.model.buffers())
            types = dict.fromkeys(tensor.dtype for tensor in buffers)
            self._statistics = [[tensor for tensor in buffers if tensor.dtype == type_] for type_ in types]
            self._kept = [[tensor.clone() for tensor in some] for some in self._statistics]
        for kept, now in zip(self._kept, self._statistics, strict=True):
            torch._foreach_copy_(kept, now)

    def take_back(self) -> None:
        """Make the running statistics what they were when they were kept."""
        for kept, now in zip(self._kept, self._statistics, strict=True):
            torch._foreach_copy_(now, kept)


@dataclass(slots=True)
class Steps:
    """The steps of one fit, one after the other."""

    state: Fit
    batch: int
    """Images of a whole batch."""
    team: Team | None = None
    """Those who compute each batch together; None where this process does alone."""
    _joint: JointGradients | None = None
    _eager: int = 0
    """Whole batches so far that were computed kernel by kernel."""
    _graph: "StepGraph | None" = None
    _can_record: bool = True
    """Whether a graph can be recorded, as far as was tried."""

    @property
    def pieces(self) -> int:
        """Parts a batch is computed in, by all processes."""
        return self.state.pieces * (1 if self.team is None else self.team.size)

    def begin_epoch(self) -> None:
        """Begin a pass over the images, with the model in training."""
        if self.team is not None:
            self._joint = self._joint or JointGradients.of(self.team, self.state.model, self.state.optimiser)
            self._joint.begin_epoch()

    def take(self, x: Tensor, wanted: KnownTargets) -> Tensor:
        """Take one step of the optimiser; return the mean loss of the batch, still on the device.

        `x` is what this process computes on, `wanted` that of the whole batch.
        """
        if self._joint is not None:
            loss: Tensor | None = self._computed_jointly(self._joint, x, wanted)
        else:
            loss = self._replayed(x, wanted) if self._is_recordable(x) else None
        if loss is None:
            loss = self._computed(x, wanted)
            self._eager += len(x) == self.batch
        state = self.state
        state.scaler.step(cast(Optimizer, state.optimiser))  # all it asks for are groups and a step
        state.scaler.update()
        return loss

    def _is_recordable(self, x: Tensor) -> bool:
        is_whole = len(x) == self.batch and self.state.pieces == 1
        return self._can_record and x.is_cuda and is_whole and self._eager >= EAGER and not _is_compiled(self.state)

    def _replayed(self, x: Tensor, wanted: KnownTargets) -> Tensor | None:
        """Compute the gradients by the graph; None where none could be recorded: they are the same without."""
        if self._graph is None:
            self._graph = self._recorded(x, wanted)
            self._can_record = self._graph is not None
        return None if self._graph is None else self._graph.replay(x, wanted)

    def _recorded(self, x: Tensor, wanted: KnownTargets) -> "StepGraph | None":
        """Return the graph of such batches; None where memory does not suffice for one beside what else is computed, or
        a part of the model, perhaps somebody's own, asks the processor in between.
        """
        stream = torch.cuda.current_stream(x.device)
        self.state.keep()
        with suppress(MemoryError, RuntimeError):
            return StepGraph.of(self.state, x, wanted)
        # What is wrong with the batch itself is raised when it is computed. PyTorch may have left its own stream on.
        torch.cuda.set_stream(stream)
        torch.cuda.synchronize(x.device)
        self._let_go()
        return None

    def _let_go(self) -> None:
        """Make everything but the weights what it was before the batch, in as little memory as it takes."""
        self._graph = None
        self.state.optimiser.zero_grad(set_to_none=True)
        # Layers that were passed before memory ran out have counted these images in their running statistics.
        self.state.take_back()
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            torch.cuda.empty_cache()

    def _computed_jointly(self, joint: JointGradients, x: Tensor, wanted: KnownTargets) -> Tensor:
        state, team, images = self.state, joint.team, len(wanted.targets)
        part = wanted.part(team.part(images))
        state.keep()
        while True:
            joint.begin()
            is_short = False
            try:
                if len(x):
                    with joint.statistics.captured():
                        gradients(state, x, part, whole=wanted, told=joint.note)
                else:  # there are fewer images than processes
                    state.optimiser.zero_grad(set_to_none=True)
                    state.scaler.scale(torch.zeros((), device=wanted.targets.device))
            except (MemoryError, RuntimeError) as error:
                if not is_memory(error):
                    raise
                is_short = True
            # Outside the handler, as below. Where it was one process, all of them try again in smaller pieces.
            is_any_short, present = joint.agree(is_short=is_short)
            if not is_any_short:
                return joint.settle(images, state.pieces, present)
            if state.pieces >= images_of(team, images, 0):
                raise OutOfMemory(
                    f"not even one image fits on each of {team.size} devices", hint="lower model.image_size"
                )
            state.pieces *= 2
            self._let_go()

    def _computed(self, x: Tensor, wanted: KnownTargets) -> Tensor:
        state = self.state
        state.keep()
        while True:
            try:
                return gradients(state, x, wanted)
            except (MemoryError, RuntimeError) as error:
                if not is_memory(error):
                    raise
                if state.pieces >= len(x):
                    raise OutOfMemory(f"not even one image fits: {error}", hint="lower model.image_size") from error
            # Outside the handler: the error holds the tensors that have to go first. A graph holds what a batch needs,
            # too; without it the batch may fit whole, as it does where none was recorded.
            if self._graph is None:
                state.pieces *= 2
            else:
                self._can_record = False
            self._let_go()


@dataclass(frozen=True, slots=True)
class StepGraph:
    """The gradients of a whole batch as a CUDA graph: launched at once, where a thousand kernels each wait for Python.

    What it computes is what was recorded: the same kernels in the same order, so the same bytes.
    """

    graph: torch.cuda.CUDAGraph
    x: Tensor
    """(B, ...) what the graph reads; a batch is copied to it."""
    wanted: KnownTargets
    """Likewise."""
    loss: Tensor
    """() what the graph writes."""
    parameters: Sequence[Tensor]
    gradients: Sequence[Tensor | None]
    """Of the parameters, likewise."""

    @classmethod
    def of(cls, state: Fit, x: Tensor, wanted: KnownTargets) -> "StepGraph":
        """Record how the gradients of such a batch come about; weights and statistics stay as they were kept."""
        known = None if wanted.known is None else wanted.known.clone()
        own, own_wanted = x.clone(), KnownTargets(wanted.targets.clone(), known, wanted.task)
        side = torch.cuda.Stream(x.device)  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream(x.device))
        with torch.cuda.stream(side):
            gradients(state, own, own_wanted)
        torch.cuda.current_stream(x.device).wait_stream(side)
        state.take_back()
        graph = torch.cuda.CUDAGraph()
        # Only this thread is recorded: another one locks pages for the next batches meanwhile.
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            loss = gradients(state, own, own_wanted)
        parameters = [parameter for group in state.optimiser.param_groups for parameter in group["params"]]
        return cls(graph, own, own_wanted, loss, parameters, [parameter.grad for parameter in parameters])

    def replay(self, x: Tensor, wanted: KnownTargets) -> Tensor:
        """Compute the gradients of another batch; return its mean loss, which the next call overwrites."""
        self.x.copy_(x)
        self.wanted.targets.copy_(wanted.targets)
        if self.wanted.known is not None and wanted.known is not None:
            self.wanted.known.copy_(wanted.known)
        self.graph.replay()
        # A batch that is computed kernel by kernel has put its own in their place.
        for parameter, gradient in zip(self.parameters, self.gradients, strict=True):
            parameter.grad = gradient
        return self.loss


def _is_compiled(state: Fit) -> bool:
    """Return whether PyTorch's compiler, which launches kernels its own way, has a part of the model."""
    return any(module._compiled_call_impl is not None for module in state.model.modules())


def gradients(
    state: Fit,
    x: Tensor,
    wanted: KnownTargets,
    *,
    whole: KnownTargets | None = None,
    told: Callable[[Tensor], None] | None = None,
) -> Tensor:
    """Add up gradients of the mean loss over the batch in pieces: what the optimiser sees is the same.

    Batch normalisation sees each piece by itself, which is the one thing that differs. `whole` is the batch that these
    images are a part of, the images themselves where it is None; `told` hears each piece's part of its loss.
    """
    state.optimiser.zero_grad(set_to_none=True)
    size = -(-len(x) // state.pieces)
    total = torch.zeros((), device=x.device)
    for piece, part in zip(torch.split(x, size), wanted.pieces(size), strict=True):
        outputs = state.model.maps(piece) if wanted.task.is_dense else state.model(piece)
        loss = part.loss(outputs, whole or wanted)
        state.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]  # torch has no signature for it
        total += loss.detach()
        if told is not None:
            told(loss.detach())
    return total
