"""What holds on a GPU: the same bytes each time, whatever trains; what its memory cannot hold is done in parts."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from campaigns.learning import steps
from campaigns.learning.backbones import BACKBONES
from campaigns.learning.device import prepare
from campaigns.learning.features import FrozenBackbone
from campaigns.learning.inputs import InMemory
from campaigns.learning.loss import KnownTargets
from campaigns.learning.models import DTYPES, MapModel, build_model
from campaigns.learning.scoring import class_maps, score_pool
from campaigns.learning.setup import drawing
from campaigns.learning.steps import Fit
from campaigns.learning.training import Training, begin, fit, training_on
from campaigns.learning.weights import build_backbone
from campaigns.recipe import HEADS, ModelSpec, TrainingSpec
from campaigns.recipe.heads import Head
from campaigns.recipe.tasks import TASKS, LearningTask
from tests.learning.test_task_laws import CLASSES, one_class_each
from tests.learning.toys import MadeModel

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU that PyTorch can use")
COUNT, SIZE = 12, 64
SPEC = TrainingSpec(lr=0.01, batch_size=5)
GPU = torch.device("cuda")
OURS = [head for head in HEADS.values() if head.name != "module"]


@pytest.fixture
def replayed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of batches whose gradients a graph has computed."""
    sizes: list[int] = []
    replay = steps.StepGraph.replay

    def counted(self: steps.StepGraph, x: torch.Tensor, wanted: KnownTargets) -> torch.Tensor:
        sizes.append(len(x))
        return replay(self, x, wanted)

    monkeypatch.setattr(steps.StepGraph, "replay", counted)
    return sizes


@pytest.fixture(autouse=True)
def prepared() -> Iterator[None]:
    """This process computes as a worker of a campaign does that says nothing else; afterwards as before."""
    before, is_float = torch.backends.cudnn.benchmark, torch.backends.cudnn.allow_tf32
    prepare(torch.get_num_threads(), deterministic=True)
    yield
    torch.use_deterministic_algorithms(False)
    torch.backends.cudnn.benchmark, torch.backends.cudnn.allow_tf32 = before, is_float
    torch.cuda.set_per_process_memory_fraction(1.0)


def model(head: Head, backbone: str = "resnet18", precision: str = "float32") -> MapModel:
    """An untrained model on the GPU, the same each time."""
    spec = ModelSpec(kind=head.name, backbone=backbone, weights="none", image_size=SIZE)
    with drawing((1,)):
        made = build_model(spec, CLASSES)
    made.to(GPU, memory_format=torch.channels_last)  # type: ignore[call-overload]
    made.precision = DTYPES[precision]
    return made


def pictures() -> InMemory:
    return InMemory(torch.randn(COUNT, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(2)).to(GPU))


def wanted(task: LearningTask) -> Training:
    labels = one_class_each(COUNT)
    masks = np.repeat(labels.argmax(axis=1).astype(np.uint8), SIZE * SIZE).reshape(COUNT, SIZE, SIZE)
    return training_on(np.arange(COUNT), labels, GPU, task=task.name, masks=masks if task.is_dense else None)


def trained(made: MapModel, task: LearningTask) -> Fit:
    state = begin(made, SPEC)
    assert len(list(fit(state, pictures(), wanted(task), spec=SPEC, epochs=3, entropy=(3,)))) == 3
    return state


def values(made: MapModel) -> list[torch.Tensor]:
    return [tensor.cpu() for tensor in made.state_dict().values()]


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("task", TASKS.values(), ids=str)
@pytest.mark.parametrize("head", OURS, ids=str)
def test_training_and_scores_are_the_same_bytes_each_time(head: Head, task: LearningTask, precision: str) -> None:
    first, second = (model(head, precision=precision) for _ in range(2))
    losses = [trained(made, task).losses for made in (first, second)]
    assert losses[0] == losses[1]
    assert all(torch.equal(a, b) for a, b in zip(values(first), values(second), strict=True))
    scores = [score_pool(made, pictures(), batch_size=5) for made in (first, second)]
    assert np.array_equal(scores[0].logits, scores[1].logits)
    maps = [class_maps(made, pictures(), np.arange(COUNT)) for made in (first, second)]
    assert np.array_equal(maps[0], maps[1])


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("task", TASKS.values(), ids=str)
@pytest.mark.parametrize("head", OURS, ids=str)
def test_steps_that_are_recorded_once_and_replayed_are_the_same_bytes(
    head: Head, task: LearningTask, precision: str, replayed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []
    for eager in (1, 1000):
        monkeypatch.setattr(steps, "EAGER", eager)
        replayed.clear()
        made = model(head, precision=precision)
        ended.append((trained(made, task).losses, values(made)))
        assert len(replayed) == (5 if eager == 1 else 0)
    assert ended[0][0] == ended[1][0]
    assert all(torch.equal(a, b) for a, b in zip(ended[0][1], ended[1][1], strict=True))


class Asking(MadeModel):
    """Somebody's own model, which looks at a value on the processor: that cannot be recorded."""

    def maps(self, inputs: torch.Tensor) -> torch.Tensor:
        """(B, D, H, W) -> (B, C, H, W)."""
        maps = super().maps(inputs)
        return maps * 2 if maps.mean().item() > 0 else maps


def test_a_model_that_cannot_be_recorded_trains_kernel_by_kernel(replayed: list[int]) -> None:
    state = trained(Asking(3, CLASSES).to(GPU), TASKS["multilabel"])
    assert np.isfinite(state.losses).all()
    assert replayed == []


@pytest.mark.parametrize("backbone", [name for name in BACKBONES if ":" not in name])
def test_every_backbone_trains_to_the_same_bytes_each_time(backbone: str) -> None:
    first, second = (model(HEADS["gap"], backbone) for _ in range(2))
    losses = [trained(made, TASKS["multilabel"]).losses for made in (first, second)]
    assert losses[0] == losses[1]
    assert all(torch.equal(a, b) for a, b in zip(values(first), values(second), strict=True))


def test_a_gpu_gives_the_scores_of_the_processor() -> None:
    made = model(HEADS["wildcat"])
    there = score_pool(made, pictures()).logits
    here = score_pool(made.to("cpu"), InMemory(pictures().values.cpu())).logits
    np.testing.assert_allclose(there, here, rtol=1e-3, atol=1e-4)


def test_features_of_a_frozen_backbone_are_those_of_the_processor() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (COUNT, SIZE, SIZE, 3), np.uint8)
    about = BACKBONES["resnet18"]
    with drawing((1,)):
        module = build_backbone(about, "none").eval()
    here = FrozenBackbone(module, about, SIZE, torch.device("cpu")).maps(pixels)
    there = FrozenBackbone(module.to(GPU), about, SIZE, GPU)
    assert np.array_equal(there.maps(pixels), there.maps(pixels))
    np.testing.assert_allclose(there.maps(pixels), here, rtol=5e-3, atol=5e-3)


def test_a_batch_that_does_not_fit_is_trained_on_in_parts() -> None:
    made, batch = model(HEADS["gap"], "resnet18"), 64
    state, size = begin(made, TrainingSpec(lr=0.01, batch_size=batch)), 224
    large = InMemory(torch.randn(batch, 3, size, size))
    labels = np.resize(one_class_each(COUNT), (batch, CLASSES))
    training = training_on(np.arange(batch), labels, GPU)
    taken = torch.cuda.memory_reserved() + 600 * 2**20
    torch.cuda.set_per_process_memory_fraction(taken / torch.cuda.get_device_properties(0).total_memory)
    (epoch,) = fit(
        state, _Moved(large.values), training, spec=TrainingSpec(lr=0.01, batch_size=batch), epochs=1, entropy=(3,)
    )
    assert epoch.pieces > 1
    assert np.isfinite(epoch.loss)


class _Moved(InMemory):
    """Images on the host that are moved to the GPU batch by batch."""

    def place(self, gathered: torch.Tensor, mirrored: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> torch.Tensor:
        """(B, D, H, W) on the GPU."""
        return super().place(gathered.to(GPU), mirrored)
