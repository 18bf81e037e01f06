"""Models for other programs: ONNX and PyTorch's exported programs, which need nothing of ours to be run.

What is written is run and compared with ours on real pictures before it is called written.
"""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from campaigns.errors import BadInput, JobFailed
from campaigns.home.files import replacing
from campaigns.learning.models import WeakModel
from campaigns.learning.trained import FrozenModel, TrainedModel

TOLERANCE = 1e-5
"""By which another program's logits may differ from ours at most."""
ONNX_PACKAGES = ("onnx", "onnxscript", "onnxruntime")
INPUT, OUTPUTS = "pictures", ("logits", "maps")

Pictures = NDArray[np.uint8]
"""(n, S, S, 3): warped, as models look at them."""


class Portable(nn.Module):
    """A model with its normalisation inside: bytes of red, green and blue in, logits and class maps out."""

    def __init__(self, trained: TrainedModel) -> None:
        super().__init__()
        self.model: WeakModel = trained.model
        scale = torch.tensor((trained.description.preparation.mean, trained.description.preparation.std)) * 255
        self.register_buffer("scale", scale.view(2, 1, 3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Compute logits and maps; pictures (B, 3, S, S) uint8 -> (B, C) and (B, C, H, W)."""
        centre, spread = self.get_buffer("scale")
        maps = self.model.maps((pictures.to(torch.float32) - centre) / spread)
        return self.model.pool(maps), maps


def write_onnx(path: Path, trained: TrainedModel, pictures: Pictures) -> None:
    """Write a model as ONNX, with a batch of any size, once ONNX Runtime gives what ours gives on those pictures.

    Raises:
        BadInput: the packages that this needs are not installed.
        JobFailed: what was written gives other numbers, and is not kept.
    """
    if missing := [name for name in ONNX_PACKAGES if find_spec(name) is None]:
        raise BadInput(f"ONNX needs {', '.join(missing)}", hint="pip install 'alwsl-tui[onnx]'")
    portable, example = _on_the_cpu(trained, pictures)
    with _quietly():
        program = torch.onnx.export(
            portable, (example,), dynamo=True, verbose=False, input_names=[INPUT], output_names=list(OUTPUTS),
            dynamic_shapes=({0: torch.export.Dim.DYNAMIC},),
        )  # fmt: skip
    assert program is not None
    program.model.metadata_props.update(about(trained))
    with replacing(path) as draft:
        program.save(draft)
        options = {"providers": ["CPUExecutionProvider"]}
        session = import_module("onnxruntime").InferenceSession(str(draft), **options)
        for batch in _batches(example):
            _require_same(portable, batch, session.run(list(OUTPUTS), {INPUT: batch.numpy()}))


def write_pt2(path: Path, trained: TrainedModel, pictures: Pictures) -> None:
    """Write a model as a program of `torch.export`, with a batch of any size, once it gives what ours gives.

    Raises:
        JobFailed: what was written gives other numbers, and is not kept.
    """
    portable, example = _on_the_cpu(trained, pictures)
    with _quietly():
        program = torch.export.export(portable, (example,), dynamic_shapes=({0: torch.export.Dim.DYNAMIC},))
        with replacing(path) as draft:
            torch.export.save(program, draft, extra_files=about(trained))
            read = torch.export.load(draft).module()
            for batch in _batches(example):
                _require_same(portable, batch, [part.detach().numpy() for part in read(batch)])


def about(trained: TrainedModel) -> dict[str, str]:
    """Return what other programs have to know: classes in order, thresholds, and all the rest; JSON by key."""
    return {
        "classes": json.dumps(trained.classes),
        "thresholds": json.dumps(trained.thresholds),
        "description": trained.description.metadata()["alwsl"],
    }


def _on_the_cpu(trained: TrainedModel, pictures: Pictures) -> tuple[Portable, Tensor]:
    """Return the network in float32, and pictures as other programs give them: (n, 3, S, S) uint8."""
    trained.model.to("cpu")
    trained.model.precision = torch.float32
    if isinstance(trained.model, FrozenModel):
        # Another program's features differ in their last bits; rounding makes a thousand times as much of some of them.
        trained.model.is_rounding = False
    # An example of one picture would make programs for one picture.
    twice = pictures if len(pictures) > 1 else np.concatenate([pictures, pictures])
    return Portable(trained).eval(), torch.from_numpy(np.ascontiguousarray(twice.transpose(0, 3, 1, 2)))


def _batches(example: Tensor) -> tuple[Tensor, ...]:
    return example, example[:1], torch.cat([example, example])


def _require_same(portable: Portable, batch: Tensor, other: "list[NDArray[np.float32]]") -> None:
    """Raise JobFailed unless another program's logits and maps are ours."""
    with torch.inference_mode():
        ours = [part.numpy() for part in portable(batch)]
    for name, mine, theirs in zip(OUTPUTS, ours, other, strict=True):
        # Maps are not bounded by what pooling leaves of them: their tolerance grows with them.
        tolerance = TOLERANCE * max(1.0, float(np.abs(mine).max()))
        if mine.shape != theirs.shape or float(np.abs(mine - theirs).max()) > tolerance:
            raise JobFailed(
                f"the exported model gives other {name} than ours, by more than {tolerance:.0e}: it is not kept",
                hint="export it as safetensors",
            )


@contextmanager
def _quietly() -> Iterator[None]:
    """PyTorch's exporters tell of their steps on stdout, which is ours, and warn of their own insides."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        yield
