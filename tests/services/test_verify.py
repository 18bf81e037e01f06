"""What is not as it was recorded is found, also where the traces were covered; what is sound is not accused."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadData
from campaigns.home.paths import RoundPaths
from campaigns.services.campaigns.freeze import frozen_sum
from campaigns.services.repair.repair import repair_home
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good
from tests.services.backups import copied
from tests.services.tampering import Arrays, edit, flip, rescore, reseal, told, twin
from tests.stage import perform_job, tiny

Done = tuple[Workspace, CampaignRow]
ARM = Job(JobKind.ARM, 0, "ag")


@pytest.fixture(scope="module")
def whole(rich: Done, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Two trials of six criteria, with a store."""
    place, row = rich
    back = copied(place, tmp_path_factory.mktemp("whole") / "home")
    repair_home(back)
    return back, row


@pytest.fixture
def mine(whole: Done, tmp_path: Path) -> Done:
    """The same, to be harmed."""
    place, row = whole
    return twin(place, tmp_path / "home"), row


def round_of(mine: Done, job: Job = ARM, number: int = 1) -> RoundPaths:
    place, row = mine
    return place.home.campaign(row.id).job(job.id).round(number)


def test_a_sound_campaign_is_the_same_in_everything(whole: Done) -> None:
    place, row = whole
    found = verify_campaign(place, row.name)
    assert (told(found), dict(found.unchecked), found.unfinished) == ("", {}, 0)
    assert found.checked["choices"] == 2 * 6 * 2
    assert found.checked["picks"] == 2 * 6 * 2 * 6
    assert found.checked["rows of the store"] == found.checked["evaluations"] == 2 * 6 * 2 + 3


@pytest.mark.parametrize(
    "path",
    [
        "jobs/full/rounds/0/model.safetensors", "jobs/full/rounds/0/evaluation.json",
        "jobs/baseline-t1/rounds/0/scores.safetensors", "jobs/baseline-t1/rounds/0/picks.json",
        "jobs/arm-t0-adv/rounds/0/maps.safetensors", "jobs/arm-t0-adv/rounds/0/picks.json",
        "jobs/arm-t1-random/rounds/1/scores.safetensors", "jobs/arm-t1-vote/rounds/2/model.safetensors",
        "jobs/arm-t1-vote/rounds/2/round.json", "recipe.toml", "split.json", "campaign.json",
        "jobs/arm-t0-ag/attempts/1/journal.jsonl",
    ],
)  # fmt: skip
def test_one_byte_of_any_file_is_found_and_the_file_named(mine: Done, path: str) -> None:
    place, row = mine
    flip(place.home.campaign(row.id).folder / path)
    found = told(verify_campaign(place, row.name))
    # A hash that changed is a file that is not what it says; the recipe's stands in the charter.
    assert path.replace("round.json", "") in found or (path == "recipe.toml" and "hash of recipe and split" in found)


@pytest.mark.parametrize("name", ["model.safetensors", "scores.safetensors", "picks.json", "evaluation.json"])
def test_a_file_that_is_gone_is_missed(mine: Done, name: str) -> None:
    place, row = mine
    (round_of(mine).folder / name).unlink()
    assert f"rounds/1/{name}: the file is missing" in told(verify_campaign(place, row.name))


def test_a_recipe_that_is_no_toml_is_a_difference(mine: Done) -> None:
    place, row = mine
    path = place.home.campaign(row.id).recipe
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b"= nothing\n")
    found = told(verify_campaign(place, row.name))
    assert "hash of recipe and split" in found
    assert "is not TOML" in found


def test_scores_that_were_changed_and_stamped_again_do_not_lead_to_the_picks(mine: Done) -> None:
    place, row = mine
    rescore(round_of(mine), lambda arrays: arrays["logits"].__imul__(-1))
    found = verify_campaign(place, row.name)
    assert {one.where for one in found.differences} == {"jobs/arm-t0-ag/rounds/1/picks.json"}
    assert "picks[0].image" in told(found) or "agreement" in told(found)


def _other_rows(arrays: Arrays) -> None:
    pool = arrays["pool"].tolist()
    labelled = next(row for row in range(60) if row not in pool)
    arrays["pool"] = np.array(sorted([*pool[1:], labelled]))


def _no_rows(arrays: Arrays) -> None:
    arrays["pool"][-1] += 1 << 56


@pytest.mark.parametrize(("harm", "words"), [(_other_rows, "of the pool is image"), (_no_rows, "no ascending rows")])
def test_a_pool_that_is_not_the_rest_is_found_though_every_hash_is_right(
    mine: Done, harm: Callable[[Arrays], None], words: str
) -> None:
    place, row = mine
    rescore(round_of(mine), harm)
    assert words in told(verify_campaign(place, row.name))


def _swap(said: dict[str, Any]) -> None:
    said["picks"][0], said["picks"][1] = said["picks"][1], said["picks"][0]


def _swap_names(said: dict[str, Any]) -> None:
    first, last = said["picks"][0], said["picks"][-1]
    first["image"], last["image"] = last["image"], first["image"]


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "picks[0].image": _swap,
    "picks[5].image": _swap_names,
    "picks[2].votes": lambda said: said["picks"][2].update(votes=7),
    "picks[2].ranks.unc": lambda said: said["picks"][2]["ranks"].update(unc=99),
    "picks[2].turn": lambda said: said["picks"][2].update(turn=99),
    "picks[2].list": lambda said: said["picks"][2].update(list="random"),
    "picks[2].probabilities[1]": lambda said: said["picks"][2]["probabilities"].__setitem__(1, 0.12345),
    "agreement.kendall[0][1]": lambda said: said["agreement"]["kendall"][0].__setitem__(1, 0.5),
    "agreement.votes[0]": lambda said: said["agreement"]["votes"].__setitem__(0, 99),
    "agreement.overlap[0][1]": lambda said: said["agreement"]["overlap"][0].__setitem__(1, 99),
    "length of picks": lambda said: said["picks"].pop(),
    "n is 5": lambda said: said.update(n=5),
    "picks[0].extra": lambda said: said["picks"][0].update(extra=1),
    "is_collapsed": lambda said: said.update(is_collapsed=True),
}


@pytest.mark.parametrize(("number", "what"), [(at % 2, what) for at, what in enumerate(CHANGES)])
def test_what_a_round_says_of_its_choice_is_held_to_its_scores(mine: Done, what: str, number: int) -> None:
    place, row = mine
    files = round_of(mine, number=number)
    edit(files.picks, CHANGES[what])
    reseal(files)
    found = told(verify_campaign(place, row.name))
    assert f"rounds/{number}/picks.json: {what}" in found
    assert "sha-256" not in found


def test_a_value_is_held_to_its_last_digit(mine: Done) -> None:
    place, row = mine
    files = round_of(mine, Job(JobKind.ARM, 1, "unc"))
    edit(files.picks, lambda said: said["picks"][3].update(value=said["picks"][3]["value"] * (1 + 4e-16)))
    reseal(files)
    (one,) = verify_campaign(place, row.name).differences
    assert one.what == "picks[3].value"
    assert "only the last digits" in one.found


@pytest.mark.parametrize("criterion", ["random", "adv", "vote", "sepmin"])
def test_another_image_in_place_of_a_pick_is_found_for_every_kind_of_criterion(mine: Done, criterion: str) -> None:
    place, row = mine
    files = round_of(mine, Job(JobKind.ARM, 0, criterion), 0)
    edit(files.picks, lambda said: said["picks"][0].update(image=said["picks"][1]["image"]))
    reseal(files)
    assert f"arm-t0-{criterion}/rounds/0/picks.json: picks[0].image" in told(verify_campaign(place, row.name))


def test_an_evaluation_has_to_add_up_and_be_what_the_store_says(mine: Done) -> None:
    place, row = mine
    files = round_of(mine, number=2)
    edit(files.evaluation, lambda said: said.update(value=0.99), has_sum=True)
    reseal(files)
    found = told(verify_campaign(place, row.name))
    assert "evaluation.json: value is 0.99" in found
    assert "the store: arm-t0-ag round 2, mAP" in found


def test_a_store_that_says_something_else_is_found(mine: Done) -> None:
    place, row = mine
    with place.store() as store:
        store.connection.execute("UPDATE round SET labelled = 17 WHERE job = 'arm-t0-ag' AND number = 1")
        store.connection.execute("UPDATE round SET per_class = '[0.5]' WHERE job = 'arm-t0-unc' AND number = 1")
        store.connection.execute("DELETE FROM round WHERE job = 'arm-t1-adv' AND number = 2")
        store.connection.execute("UPDATE job SET state = 'done'")
    shutil.rmtree(round_of(mine, Job(JobKind.FULL), 0).folder)
    found = told(verify_campaign(place, row.name))
    for words in (
        "arm-t0-ag round 1, labelled is 17, expected 18", "arm-t0-unc round 1, AP",
        "arm-t1-adv round 2 is not there", "full round 0 is complete, expected not",
        "the state of full is done, expected not done",
    ):  # fmt: skip
        assert words in found
    assert "arm-t0-vote" not in found


def test_another_initial_set_or_seed_is_found_though_it_was_hashed_anew(mine: Done) -> None:
    place, row = mine
    paths = place.home.campaign(row.id)
    edit(paths.split, lambda said: said["initial"][1].reverse())
    text = paths.recipe.read_text()
    paths.recipe.unlink()
    paths.recipe.write_text(text.replace("epochs = [", "epochs = [ ", 1).replace("seed = 0", "seed = 1"))
    edit(paths.charter, lambda said: said.update(frozen=frozen_sum(paths)))
    found = verify_campaign(place, row.name)
    assert "split.json: initial[1][0]" in told(found)
    assert dict(found.unchecked) == {}


@pytest.mark.parametrize("part", ["images", "labels"])
def test_data_that_changed_are_named_by_what_changed(mine: Done, part: str) -> None:
    place, row = mine
    paths = place.home.campaign(row.id)
    edit(paths.split, lambda said: said["fingerprint"].update({part: "0" * 64}))
    edit(paths.charter, lambda said: said.update(frozen=frozen_sum(paths)))
    lines = told(verify_campaign(place, row.name)).splitlines()
    assert [line.partition(" is ")[0] for line in lines] == [f"split.json: the fingerprint of the {part}"]
    with pytest.raises(BadData, match=f"the {part} of shapes are not what they were"):
        perform_job(place, row, Job(JobKind.BASELINE, 0), attempt=9)


def test_a_charter_that_is_gone_is_a_difference(mine: Done) -> None:
    place, row = mine
    place.home.campaign(row.id).charter.unlink()
    assert "campaign.json: the charter is missing" in told(verify_campaign(place, row.name))


def test_what_is_not_done_is_no_difference_and_is_counted(place: Workspace) -> None:
    row = tiny(place)
    found = verify_campaign(place, row.name)
    assert (told(found), found.unfinished) == ("", 6)
    perform_job(place, row, Job(JobKind.BASELINE, 0))
    repair_home(place)
    found = verify_campaign(place, row.name)
    assert found.unfinished == 5
    assert found.checked["rounds"] == 1


def test_a_round_behind_one_that_is_not_complete_is_found(mine: Done) -> None:
    place, row = mine
    round_of(mine, number=1).done.unlink()
    found = told(verify_campaign(place, row.name))
    assert "arm-t0-ag/rounds/2/round.json: the round is there, expected none" in found


@pytest.mark.parametrize("content", [b"", b'{"schema": 1, "round": 1, "labelled": 18}'])
@pytest.mark.parametrize("name", ["round.json", "picks.json", "evaluation.json", "scores.safetensors"])
def test_junk_is_told_and_stops_nothing(mine: Done, name: str, content: bytes) -> None:
    place, row = mine
    path = round_of(mine).folder / name
    path.unlink()
    path.write_bytes(content)
    found = verify_campaign(place, row.name)
    assert f"rounds/1/{name}" in told(found)
    assert found.checked["choices"] >= 22


def test_the_command_ends_with_three_when_something_differs_and_lists_it(mine: Done) -> None:
    place, row = mine
    assert "all of it is as it follows" in good(place, "verify", row.name)
    flip(round_of(mine).model)
    said = call(place, "verify", row.name)
    assert said.code == 3
    assert "jobs/arm-t0-ag/rounds/1/model.safetensors: its sha-256 is" in said.out
    told_ = call(place, "verify", row.name, "--json").json("verification")
    assert (told_["is_same"], len(told_["differences"])) == (False, 2)
