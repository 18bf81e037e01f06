"""Nothing is trained twice in a home."""

from campaigns.home.files import read_json, write_json
from campaigns.services.workspace import Workspace
from tests.stage import outcome, perform, tiny


def said(place: Workspace, campaign: str) -> str:
    """What the workers of a campaign said."""
    journals = place.home.campaign(campaign).folder.glob("jobs/*/attempts/*/journal.jsonl")
    return "".join(path.read_text() for path in journals)


def test_a_second_campaign_takes_over_every_model_of_the_first(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    perform(place, second)
    assert '"event":"reused"' not in said(place, first.id)
    assert said(place, second.id).count('"event":"reused"') == second.plan.models
    assert '"event":"epoch_done"' not in said(place, second.id)
    assert outcome(place, second) == outcome(place, first)


def test_another_seed_trains_for_itself(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, "protocol.seed=1", name="second")
    perform(place, first)
    perform(place, second)
    assert '"event":"reused"' not in said(place, second.id)


def test_more_epochs_train_for_themselves(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, "protocol.full_epochs=3", name="second")
    perform(place, first)
    perform(place, second)
    assert said(place, second.id).count('"event":"reused"') == second.plan.models - 1


def test_a_model_that_was_changed_is_not_taken_over(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    for path in place.home.campaign(first.id).folder.glob("jobs/full/rounds/0/model.safetensors"):
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.unlink()
        path.write_bytes(content)
    perform(place, second)
    assert said(place, second.id).count('"event":"reused"') == second.plan.models - 1


def test_an_evaluation_that_was_changed_is_not_taken_over(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    evaluation = place.home.campaign(first.id).job("full").round(0).evaluation
    write_json(evaluation, read_json(evaluation) | {"mean_ap": 0.999})
    perform(place, second)
    assert said(place, second.id).count('"event":"reused"') == second.plan.models - 1


def test_what_is_gone_or_damaged_in_the_index_is_trained_again(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    for path in place.home.fits.glob("*.json"):
        write_json(path, {"round": "nowhere/jobs/full/rounds/0"})
    perform(place, second)
    assert '"event":"reused"' not in said(place, second.id)


def test_a_taken_over_model_outlives_the_campaign_that_trained_it(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    perform(place, second)
    model = place.home.campaign(second.id).job("full").round(0).model
    assert model.stat().st_nlink == 2
    assert read_json(place.home.campaign(second.id).job("full").round(0).done)["sha256"]["model.safetensors"]
