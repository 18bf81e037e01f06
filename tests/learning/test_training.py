"""The loop: what it draws, what it steps by, and that it can be left and taken up anywhere."""

from pathlib import Path

import numpy as np
import pytest
import torch

from campaigns.core.convergence import MOST_EPOCHS, has_converged
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN
from campaigns.errors import JobFailed
from campaigns.learning.checkpoints import restore_fit, save_fit, save_weights
from campaigns.learning.loss import KnownTargets
from campaigns.learning.models import MapModel, build_model
from campaigns.learning.setup import drawing
from campaigns.learning.steps import Fit
from campaigns.learning.training import Training, begin, fit, is_finished, training_on
from campaigns.recipe import TrainingSpec
from tests.learning.heads import CPU, SPEC, Maps, a_head, some_labels, some_maps

TRAINING = TrainingSpec(lr=0.1, batch_size=8, lr_drops=(2, 4))
CONVERGED = TrainingSpec(lr=0.1, batch_size=8, until="converged")
ROWS = np.arange(2, 32)


def on(rows: np.ndarray[tuple[int], np.dtype[np.int64]] = ROWS) -> Training:
    return training_on(rows, some_labels()[rows], CPU)


def train(state: Fit, inputs: Maps, epochs: int, *, spec: TrainingSpec = TRAINING, seed: int = 3) -> list[float]:
    return [epoch.loss for epoch in fit(state, inputs, on(), spec=spec, epochs=epochs, entropy=(seed,))]


def weights(state: Fit, folder: Path) -> bytes:
    save_weights(folder / "m.safetensors", state.model)
    return (folder / "m.safetensors").read_bytes()


@pytest.mark.parametrize("left", [1, 3, 5])
def test_a_fit_that_is_continued_ends_in_the_same_bytes(tmp_path: Path, left: int) -> None:
    whole = begin(a_head(), TRAINING)
    losses = train(whole, some_maps(), 6)
    first = begin(a_head(), TRAINING)
    early = train(first, some_maps(), left)
    save_fit(tmp_path / "c.pt", first)
    second = begin(a_head(seed=99), TRAINING)
    assert restore_fit(tmp_path / "c.pt", second)
    assert second.epoch == left
    assert early + train(second, some_maps(), 6) == losses
    assert weights(second, tmp_path) == weights(whole, tmp_path)


def test_a_whole_model_is_continued_to_the_same_bytes(tmp_path: Path) -> None:
    def model(seed: int) -> MapModel:
        with drawing((seed,)):
            return build_model(SPEC, 3)

    pictures = Maps(torch.randn(40, 3, 32, 32, generator=torch.Generator().manual_seed(1)))
    whole, first, second = (begin(model(seed), TRAINING) for seed in (0, 0, 5))
    train(whole, pictures, 3)
    train(first, pictures, 2)
    save_fit(tmp_path / "c.pt", first)
    restore_fit(tmp_path / "c.pt", second)
    train(second, pictures, 3)
    assert weights(second, tmp_path) == weights(whole, tmp_path)


def test_an_epoch_that_is_given_up_can_be_done_again_from_the_checkpoint(tmp_path: Path) -> None:
    whole = begin(a_head(), TRAINING)
    train(whole, some_maps(), 2)
    state = begin(a_head(), TRAINING)
    train(state, some_maps(), 1)
    save_fit(tmp_path / "c.pt", state)
    calls = iter(range(9))
    given_up = fit(
        state, some_maps(), on(), spec=TRAINING, epochs=2, entropy=(3,), is_stopping=lambda: next(calls) == 2
    )
    assert list(given_up) == []
    assert state.epoch == 1
    again = begin(a_head(), TRAINING)
    restore_fit(tmp_path / "c.pt", again)
    train(again, some_maps(), 2)
    assert weights(again, tmp_path) == weights(whole, tmp_path)


def test_order_and_mirror_images_come_from_the_entropy_alone() -> None:
    found = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        np.random.seed(seed)  # noqa: NPY002  what somebody else does with the global generator
        inputs = some_maps()
        state = begin(a_head(), TRAINING)
        before = torch.get_rng_state()
        train(state, inputs, 3)
        assert torch.equal(torch.get_rng_state(), before)
        found.append(inputs.asked)
    assert found[0] == found[1]
    other = some_maps()
    train(begin(a_head(), TRAINING), other, 3, seed=4)
    assert other.asked != found[0]


def test_every_epoch_sees_every_image_once_in_an_order_and_a_mirror_of_its_own() -> None:
    inputs = some_maps()
    train(begin(a_head(), TRAINING), inputs, 3)
    epochs = [inputs.asked[at : at + 4] for at in (0, 4, 8)]  # thirty images in batches of eight
    orders = [[row for rows, _ in epoch for row in rows] for epoch in epochs]
    mirrors = [[flag for _, flags in epoch for flag in flags] for epoch in epochs]
    assert all(sorted(order) == ROWS.tolist() for order in orders)
    assert len({tuple(order) for order in orders}) == len({tuple(mirror) for mirror in mirrors}) == 3
    assert all(5 < sum(mirror) < 25 for mirror in mirrors)


def test_without_flip_nothing_is_mirrored_and_the_order_is_the_same() -> None:
    plain, flipped = some_maps(), some_maps()
    train(begin(a_head(), TRAINING), plain, 1, spec=TRAINING.model_copy(update={"flip": False}))
    train(begin(a_head(), TRAINING), flipped, 1)
    assert not any(flag for _, flags in plain.asked for flag in flags)
    assert [rows for rows, _ in plain.asked] == [rows for rows, _ in flipped.asked]


def test_difficult_counts_as_present_and_unknown_cannot_train() -> None:
    labels = np.array([[POSITIVE, NEGATIVE, DIFFICULT], [UNKNOWN, UNKNOWN, UNKNOWN]], np.int8)
    assert training_on(np.array([0]), labels[:1], CPU).targets.tolist() == [[1.0, 0.0, 1.0]]
    with pytest.raises(ValueError, match="without labels"):
        training_on(np.array([0, 1]), labels, CPU)


def test_labels_of_other_images_cannot_train() -> None:
    with pytest.raises(ValueError, match="40 rows of labels for 30 images"):
        training_on(ROWS, some_labels(), CPU)


def test_the_loss_is_the_mean_over_images_and_classes_of_the_authors_formula() -> None:
    still = TRAINING.model_copy(update={"lr": 1e-30, "flip": False})
    head = a_head()
    (loss,) = train(begin(head, still), some_maps(), 1, spec=still)
    with torch.no_grad():
        logits = head(some_maps().values[torch.from_numpy(ROWS)])
    p, y = torch.sigmoid(logits), on().targets
    assert loss == pytest.approx(float(-(y * p.log() + (1 - y) * (1 - p).log()).mean()), rel=1e-5)
    assert loss == pytest.approx(float(torch.nn.MultiLabelSoftMarginLoss()(logits, y)), rel=1e-5)


def test_one_step_is_plain_gradient_descent_with_decay() -> None:
    spec = TRAINING.model_copy(update={"batch_size": 64, "flip": False, "weight_decay": 0.5})
    head, twin = a_head(), a_head()
    train(begin(head, spec), some_maps(), 1, spec=spec)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        twin(some_maps().values[torch.from_numpy(ROWS)]), on().targets
    )
    loss.backward()  # type: ignore[no-untyped-call]
    for moved, parameter in zip(head.parameters(), twin.parameters(), strict=True):
        assert parameter.grad is not None
        expected = parameter - 0.1 * (parameter.grad + 0.5 * parameter)
        assert torch.allclose(moved, expected, atol=1e-6)


def test_the_learning_rate_drops_after_the_epochs_that_say_so() -> None:
    state = begin(a_head(), TRAINING)
    rates = [
        state.optimiser.param_groups[0]["lr"]
        for _ in fit(state, some_maps(), on(), spec=TRAINING, epochs=6, entropy=(3,))
    ]
    assert rates == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


def test_training_ends_with_the_epoch_after_which_its_loss_has_converged() -> None:
    state = begin(a_head(), CONVERGED)
    losses = train(state, some_maps(), MOST_EPOCHS, spec=CONVERGED)
    assert losses == state.losses
    assert 20 <= len(losses) < MOST_EPOCHS
    assert [has_converged(losses[:n]) for n in range(len(losses) + 1)] == [False] * len(losses) + [True]
    assert train(state, some_maps(), MOST_EPOCHS, spec=CONVERGED) == []


def test_training_until_the_loss_has_converged_is_the_same_as_for_as_many_epochs(tmp_path: Path) -> None:
    until, fixed = begin(a_head(), CONVERGED), begin(a_head(), CONVERGED)
    losses = train(until, some_maps(), MOST_EPOCHS, spec=CONVERGED)
    given = CONVERGED.model_copy(update={"until": "epochs"})
    assert train(fixed, some_maps(), len(losses), spec=given) == losses
    assert weights(until, tmp_path) == weights(fixed, tmp_path)


@pytest.mark.parametrize("left", [1, 12, 20, 25])
def test_a_fit_that_is_continued_converges_at_the_same_epoch(tmp_path: Path, left: int) -> None:
    whole = begin(a_head(), CONVERGED)
    losses = train(whole, some_maps(), MOST_EPOCHS, spec=CONVERGED)
    assert len(losses) > 25
    first = begin(a_head(), CONVERGED)
    early = train(first, some_maps(), left, spec=CONVERGED)
    save_fit(tmp_path / "c.pt", first)
    second = begin(a_head(seed=99), CONVERGED)
    assert restore_fit(tmp_path / "c.pt", second)
    assert early + train(second, some_maps(), MOST_EPOCHS, spec=CONVERGED) == losses
    assert weights(second, tmp_path) == weights(whole, tmp_path)


def test_every_step_of_the_learning_rate_takes_place_before_a_loss_has_converged() -> None:
    spec = CONVERGED.model_copy(update={"lr_drops": (5, 90)})
    state = begin(a_head(), spec)
    assert len(train(state, some_maps(), MOST_EPOCHS, spec=CONVERGED)) < 90, "without them it ends earlier"
    state = begin(a_head(), spec)
    assert len(train(state, some_maps(), MOST_EPOCHS, spec=spec)) >= 110
    assert is_finished(state, spec, MOST_EPOCHS)


def test_a_backbone_learns_by_its_own_rate_also_after_a_drop() -> None:
    spec = TRAINING.model_copy(update={"lrp": 0.5, "lr_drops": (1,)})
    with drawing((0,)):
        state = begin(build_model(SPEC, 3), spec)
    pictures = Maps(torch.zeros(40, 3, 32, 32))
    train(state, pictures, 2, spec=spec)
    assert sorted(group["lr"] for group in state.optimiser.param_groups) == pytest.approx([0.005, 0.01])


def test_a_loss_that_is_no_number_is_told_with_its_epoch() -> None:
    state = begin(a_head(), TRAINING)
    wild = Maps(some_maps().values * 1e38 * 1e3)
    with pytest.raises(JobFailed, match="the loss is nan in epoch 1, batch 1 of 4"):
        train(state, wild, 3)


def test_what_nobody_knows_trains_nothing() -> None:
    labels = np.array([[1, -1, UNKNOWN], [UNKNOWN, 1, -1]], np.int8)
    training = training_on(np.arange(2), labels, CPU)
    assert training.known is not None
    logits = torch.randn(2, 3, requires_grad=True)
    wanted = KnownTargets(training.targets, training.known)
    wanted.loss(logits, wanted).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert (logits.grad[torch.from_numpy(labels == UNKNOWN)] == 0).all()
    assert (logits.grad[torch.from_numpy(labels != UNKNOWN)] != 0).all()


def test_pieces_of_a_batch_with_unknown_labels_add_up_to_its_loss() -> None:
    labels = np.array([[1, -1, UNKNOWN], [UNKNOWN, 1, -1], [1, 1, 1]], np.int8)
    training = training_on(np.arange(3), labels, CPU)
    logits, wanted = torch.randn(3, 3), KnownTargets(training.targets, training.known)
    parts = [part.loss(piece, wanted) for piece, part in zip(torch.split(logits, 2), wanted.pieces(2), strict=True)]
    assert torch.allclose(torch.stack(parts).sum(), wanted.loss(logits, wanted))


def test_where_all_is_known_nothing_is_masked() -> None:
    assert training_on(np.arange(2), np.array([[1, -1], [0, 1]], np.int8), CPU).known is None
