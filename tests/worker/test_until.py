"""Models that train until their loss has converged: as long wherever and however often that is done."""

import pytest

from campaigns.core.events import EpochDone, RoundStarted
from campaigns.core.ids import Job, JobKind
from campaigns.home.round import SealedRound
from campaigns.services.workspace import Workspace
from campaigns.station.ingest import new_events
from campaigns.store.rows import CampaignRow
from campaigns.worker.reuse import fit_inputs
from tests.stage import assert_same, outcome, perform, perform_job, tiny
from tests.worker.test_nonfinite import opened

CONVERGED = ("training.until=converged", "model.training=frozen", "training.lr=0.5")
ONE_ARM = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.add=[6]", "protocol.epochs=[2, 2]")
BASE = Job(JobKind.BASELINE, 0)


def told(place: Workspace, row: CampaignRow, job: Job, attempt: int = 1) -> tuple[list[RoundStarted], list[int]]:
    """How the rounds of an attempt began, and the epochs that were done."""
    journal = place.home.campaign(row.id).job(job.id).attempt(attempt).journal
    events = [recorded.event for recorded in new_events(journal, 0)[0]]
    begun = [event for event in events if isinstance(event, RoundStarted)]
    return begun, [event.epoch for event in events if isinstance(event, EpochDone)]


def trained(place: Workspace, row: CampaignRow, job: Job) -> int | None:
    sealed = SealedRound.read(place.home.campaign(row.id).job(job.id).round(0).done)
    assert sealed is not None
    return sealed.facts.epochs


def test_the_round_says_how_many_epochs_it_took_and_that_more_were_allowed(place: Workspace) -> None:
    row = tiny(place, *CONVERGED, *ONE_ARM)
    perform_job(place, row, BASE)
    begun, epochs = told(place, row, BASE)
    assert [(event.epochs, event.is_open_ended) for event in begun] == [(200, True)]
    assert epochs == list(range(1, len(epochs) + 1))
    assert 20 <= len(epochs) < 200
    assert trained(place, row, BASE) == len(epochs)
    assert row.plan.is_open_ended


def test_given_epochs_are_given(place: Workspace) -> None:
    row = tiny(place, *ONE_ARM)
    perform_job(place, row, BASE)
    begun, epochs = told(place, row, BASE)
    assert [(event.epochs, event.is_open_ended) for event in begun] == [(2, False)]
    assert (epochs, trained(place, row, BASE)) == ([1, 2], 2)
    assert not row.plan.is_open_ended


def test_a_model_that_is_taken_over_brings_its_epochs(place: Workspace) -> None:
    rows = [tiny(place, *CONVERGED, *ONE_ARM, name=name) for name in ("first", "second")]
    for row in rows:
        perform_job(place, row, BASE)
    first, second = (trained(place, row, BASE) for row in rows)
    (begun,), epochs = told(place, rows[1], BASE)
    assert epochs == []
    assert begun.epoch == first == second


def test_the_epochs_of_a_recipe_do_not_matter_to_a_model_that_converges(place: Workspace) -> None:
    first, second = (
        tiny(place, *CONVERGED, *ONE_ARM[:3], f"protocol.epochs=[{epochs}, 5]", name=f"n{epochs}") for epochs in (2, 30)
    )
    for row in (first, second):
        perform_job(place, row, BASE)
    assert told(place, second, BASE)[1] == [], "the first one's model is the same"
    assert trained(place, second, BASE) == trained(place, first, BASE)


@pytest.mark.parametrize("content", [b"", pytest.param(b"no checkpoint", marks=pytest.mark.slow)])
def test_a_damaged_checkpoint_is_no_reason_to_end_elsewhere(place: Workspace, content: bytes) -> None:
    whole, row = tiny(place, *CONVERGED, *ONE_ARM, name="whole"), tiny(place, *CONVERGED, *ONE_ARM, name="damaged")
    checkpoint = place.home.campaign(row.id).job(BASE.id).round(0).checkpoint
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_bytes(content)
    perform(place, row)
    for path in place.home.fits.iterdir():
        path.unlink()  # nothing is to be taken over
    perform(place, whole)
    assert_same(outcome(place, row), outcome(place, whole))


TRAINING = {"lr", "lrp", "momentum", "weight_decay", "batch_size", "lr_drops", "flip"}
INPUTS = {
    "fit", "images", "labels", "rows", "model", "training", "epochs", "entropy", "weights", "torch", "device", "tested",
    "precision", "threads", "compile", "deterministic",
}  # fmt: skip
"""What a model depended on when there was nothing but given epochs, and no head that was folded."""


def test_what_was_trained_before_there_was_a_choice_is_still_found(place: Workspace) -> None:
    setting, _, round_ = opened(place, tiny(place))
    inputs = fit_inputs(setting, round_.told, 2, (0,))
    assert (set(inputs), set(inputs["training"])) == (INPUTS, TRAINING)


@pytest.mark.parametrize(("maps", "kind", "folded"), [(4, "wildcat", 4), (1, "wildcat", None), (1, "weldon", None)])
def test_a_head_that_was_trained_unfolded_is_not_taken_for_one_that_is(
    place: Workspace, maps: int, kind: str, folded: int | None
) -> None:
    model = (f"model.maps={maps}", f"model.kind={kind}", "model.alpha=1.0", "model.training=frozen")
    setting, _, round_ = opened(place, tiny(place, *model))
    inputs = fit_inputs(setting, round_.told, 2, (0,))
    assert inputs.get("folded") == folded
    assert set(inputs) - {"folded"} == INPUTS


def test_a_model_that_converges_is_another_one(place: Workspace) -> None:
    setting, _, round_ = opened(place, tiny(place, *CONVERGED))
    assert fit_inputs(setting, round_.told, 200, (0,))["training"]["until"] == "converged"
