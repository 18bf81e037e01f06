"""Changes of training images: the same whatever the batches are, others in every epoch, and nobody else's numbers."""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch
from torch import Tensor

from campaigns.errors import BadRecipe
from campaigns.home.evaluation import Evaluation
from campaigns.learning.augment import Augmented, change_of
from campaigns.learning.checkpoints import restore_fit, save_fit, save_weights
from campaigns.learning.inputs import Bools, Ints
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import TrainingSpec
from campaigns.recipe.augmentations import Augmentation
from campaigns.services.workspace import Workspace, open_workspace
from tests.learning.toys import MadeInputs, MadeModel, some_images
from tests.stage import perform_job, tiny

NAMES: tuple[Augmentation, ...] = get_args(Augmentation)
SIZE, ROWS = 32, 12
NOT_MIRRORED = np.zeros(ROWS, np.bool_)


@dataclass
class MadePictures:
    """Pictures (N, S, S, 3) of bytes that lie in memory."""

    values: Tensor

    @property
    def readable(self) -> Bools:
        return np.ones(len(self.values), np.bool_)

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        return self.values[torch.from_numpy(rows)]

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        flags = torch.from_numpy(mirrored)[:, None, None, None]
        return torch.where(flags, gathered.flip(2), gathered).permute(0, 3, 1, 2) / 255.0


@pytest.fixture
def pictures() -> MadePictures:
    generator = torch.Generator().manual_seed(1)
    return MadePictures(torch.randint(0, 256, (ROWS, SIZE, SIZE, 3), dtype=torch.uint8, generator=generator))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_stays_one_of_its_size_and_is_changed(name: Augmentation, pictures: MadePictures) -> None:
    changed = Augmented(pictures, (name,), (3, 0)).gather(np.arange(ROWS), NOT_MIRRORED)
    assert (changed.shape, changed.dtype) == (pictures.values.shape, torch.uint8)
    assert sum(not torch.equal(*pair) for pair in zip(changed, pictures.values, strict=True)) > 2


@pytest.mark.parametrize("names", [(name,) for name in NAMES] + [NAMES[:2], NAMES[1::-1]], ids="-".join)
def test_what_an_image_becomes_depends_on_epoch_and_row_alone(
    names: tuple[Augmentation, ...], pictures: MadePictures
) -> None:
    epoch = Augmented(pictures, names, (3, 0))
    together = epoch.gather(np.arange(ROWS), NOT_MIRRORED)
    backwards = torch.cat([epoch.gather(np.array([row]), NOT_MIRRORED[:1]) for row in reversed(range(ROWS))])
    assert torch.equal(together, backwards.flip(0))
    next_epoch = Augmented(pictures, names, (3, 1)).gather(np.arange(ROWS), NOT_MIRRORED)
    assert not torch.equal(together, next_epoch)


def test_the_order_of_changes_is_that_of_the_recipe(pictures: MadePictures) -> None:
    crop_first, jitter_first = (
        Augmented(pictures, names, (3, 0)).gather(np.arange(ROWS), NOT_MIRRORED) for names in (NAMES[:2], NAMES[1::-1])
    )
    assert not torch.equal(crop_first, jitter_first)


def test_nobody_elses_numbers_and_pictures_change(pictures: MadePictures) -> None:
    torch.manual_seed(7)
    drawn = torch.rand(4)
    torch.manual_seed(7)
    before = pictures.values.clone()
    Augmented(pictures, NAMES, (3, 0)).gather(np.arange(ROWS), NOT_MIRRORED)
    assert torch.equal(torch.rand(4), drawn)
    assert torch.equal(pictures.values, before)


def test_what_is_no_picture_is_refused() -> None:
    inputs = Augmented(MadeInputs(some_images(4)), NAMES[:1], (3, 0))
    with pytest.raises(ValueError, match="only pictures can be augmented"):
        inputs.gather(np.arange(2), NOT_MIRRORED[:2])


def test_a_crop_keeps_half_of_the_picture() -> None:
    """Rows that tell their own number: how many of them are left says how much was kept."""
    ramp = torch.arange(SIZE, dtype=torch.uint8)[None, :, None] * 8
    both = torch.stack([ramp.expand(3, SIZE, SIZE)[0], ramp.expand(3, SIZE, SIZE)[0].T, torch.zeros(SIZE, SIZE)])
    crop = change_of(("random-resized-crop",), SIZE)
    kept = []
    for seed in range(40):
        torch.manual_seed(seed)
        down, right, _ = crop(both.to(torch.uint8)).float()
        high, wide = (float(side.max() - side.min()) / 8 + 1 for side in (down, right))
        kept.append(high * wide / SIZE**2)
    assert min(kept) > 0.4
    assert min(kept) < 0.7 < max(kept)


def test_a_fit_that_is_continued_ends_in_the_same_bytes(tmp_path: Path, pictures: MadePictures) -> None:
    labels = np.where(np.random.default_rng(1).random((ROWS, 4)) < 0.3, 1, -1).astype(np.int8)
    training = training_on(np.arange(ROWS), labels, torch.device("cpu"))

    def weights(epochs: list[int], spec: TrainingSpec) -> bytes:
        state = begin(MadeModel(3, 4), spec)
        for last in epochs:
            list(fit(state, pictures, training, spec=spec, epochs=last, entropy=(5,)))
            save_fit(tmp_path / "c.pt", state)
            state = begin(MadeModel(3, 4), spec)
            restore_fit(tmp_path / "c.pt", state)
        save_weights(tmp_path / "m.safetensors", state.model)
        return (tmp_path / "m.safetensors").read_bytes()

    spec = TrainingSpec(batch_size=5, augment=NAMES[:3])
    assert weights([3], spec) == weights([1, 3], spec)
    assert weights([3], spec) != weights([3], TrainingSpec(batch_size=5))


def test_a_campaign_trains_on_changed_images_and_scores_unchanged_ones(tmp_path: Path) -> None:
    changes = 'training.augment=["random-resized-crop", "color-jitter"]'
    rounds = []
    for number, overrides in enumerate(((changes,), (changes,), ())):
        # A home of its own: in the same one the second campaign would take over the models of the first.
        place = open_workspace(tmp_path / str(number))
        row = tiny(place, "model.training=finetune", *overrides)
        perform_job(place, row, row.plan.jobs[0])
        paths = place.home.campaign(row.id).job(row.plan.jobs[0].id).round(0)
        rounds.append((paths.model.read_bytes(), Evaluation.read(paths.evaluation)))
    assert rounds[0] == rounds[1]
    assert rounds[0][0] != rounds[2][0]


@pytest.mark.parametrize(
    ("overrides", "fact"),
    [
        (["model.training=frozen", 'training.augment=["color-jitter"]'], "features of a frozen backbone"),
        (["model.training=finetune", 'training.augment=["color-jitter", "color-jitter"]'], "is listed twice"),
        (["model.training=finetune", 'training.augment=["colour-jitter"]'], "color-jitter"),
    ],
)
def test_what_cannot_be_is_refused_when_the_recipe_is_read(place: Workspace, overrides: list[str], fact: str) -> None:
    with pytest.raises(BadRecipe) as refusal:
        tiny(place, *overrides)
    assert fact in str(refusal.value)
