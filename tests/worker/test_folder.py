"""What a campaign leaves in its folder, and that it says the truth."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from campaigns.core.ids import Job, JobKind
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import Dataset
from campaigns.home.checksums import digest
from campaigns.home.files import read_json
from campaigns.home.paths import RoundPaths
from campaigns.home.scores import read_scores
from campaigns.home.split import FrozenSplit
from campaigns.recipe import load_recipe
from campaigns.selection import CRITERIA, PAPER, Scores, agnostic_picks, agreement, select
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

Rich = tuple[Workspace, CampaignRow]
ARMS = [(trial, name) for trial in (0, 1) for name in ("ag", "vote", "adv", "random", "unc", "sepmin")]


def round_of(rich: Rich, job: Job, number: int) -> RoundPaths:
    place, row = rich
    return place.home.campaign(row.id).job(job.id).round(number)


def picks_of(rich: Rich, trial: int, name: str, number: int) -> dict[str, Any]:
    said: dict[str, Any] = read_json(round_of(rich, Job(JobKind.ARM, trial, name), number).picks)
    return said


def images_of(rich: Rich, trial: int, name: str, number: int) -> list[str]:
    return [pick["image"] for pick in picks_of(rich, trial, name, number)["picks"]]


def scored(rich: Rich, trial: int, name: str, number: int) -> tuple[Scores, list[str]]:
    """What the arm's picks of a round were chosen by: the baseline's scores in round 0, then its own."""
    job = Job(JobKind.BASELINE, trial) if number == 0 else Job(JobKind.ARM, trial, name)
    pool = read_scores(round_of(rich, job, number).scores)
    scores, rows = pool.scores, pool.rows
    return scores.parts[0], [data_of(rich).train.ids[int(row)] for row in rows]


def data_of(rich: Rich) -> Dataset:
    place, row = rich
    return open_dataset(load_recipe(place.home.campaign(row.id).recipe).data, indexes=place.home.indexes)


def split_of(rich: Rich) -> FrozenSplit:
    place, row = rich
    return FrozenSplit.read(place.home.campaign(row.id).split)


def test_the_folder_holds_what_the_design_says_and_nothing_else(rich: Rich) -> None:
    place, row = rich
    folder = place.home.campaign(row.id).folder
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    expected = {"campaign.json", "recipe.toml", "split.json", "jobs/full/attempts/1/journal.jsonl"}
    expected |= {f"jobs/full/rounds/0/{name}" for name in ("model.safetensors", "evaluation.json", "round.json")}
    whole = ("model.safetensors", "scores.safetensors", "picks.json", "evaluation.json", "round.json")
    for trial in (0, 1):
        expected |= {f"jobs/baseline-t{trial}/rounds/0/{name}" for name in whole}
        expected.add(f"jobs/baseline-t{trial}/attempts/1/journal.jsonl")
    for trial, name in ARMS:
        job = f"jobs/arm-t{trial}-{name}"
        expected |= {f"{job}/attempts/1/journal.jsonl", f"{job}/rounds/0/picks.json", f"{job}/rounds/0/round.json"}
        expected |= {f"{job}/rounds/{number}/maps.safetensors" for number in (0, 1)}
        expected |= {f"{job}/rounds/1/{file}" for file in whole}
        expected |= {f"{job}/rounds/2/{file}" for file in ("model.safetensors", "evaluation.json", "round.json")}
    assert found == expected


def test_a_sealed_round_names_the_hashes_of_its_files(rich: Rich) -> None:
    done = round_of(rich, Job(JobKind.ARM, 0, "ag"), 1).done
    said = json.loads(done.read_text())
    kept = {"model.safetensors", "evaluation.json", "scores.safetensors", "picks.json", "maps.safetensors"}
    assert said["sha256"] == {name: digest(done.with_name(name)) for name in kept}
    assert (said["round"], said["labelled"]) == (1, 18)
    assert {"train", "evaluate", "score", "select"} <= set(said["seconds"])


def test_no_file_is_a_pickle(rich: Rich) -> None:
    place, _ = rich
    assert not [
        path for path in place.home.folder.rglob("*") if re.search(r"\.(pkl|pickle|pt|pth|npy|npz)$", path.name)
    ]


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(("trial", "name"), ARMS)
def test_picks_follow_from_the_scores_that_were_kept(rich: Rich, trial: int, name: str, number: int) -> None:
    place, row = rich
    scores, ids = scored(rich, trial, name, number)
    truth = dict(zip(data_of(rich).train.ids, data_of(rich).train.labels, strict=True))
    seed = load_recipe(place.home.campaign(row.id).recipe).protocol.seed
    entropy = (seed, trial, zlib.crc32(name.encode()), number, 2)
    chosen = select(name, scores, 6, rng=np.random.default_rng(entropy), truth=np.stack([truth[i] for i in ids]))
    assert images_of(rich, trial, name, number) == [ids[int(at)] for at in chosen]


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(("trial", "name"), ARMS)
def test_the_provenance_of_every_pick_is_exactly_what_the_criteria_say(
    rich: Rich, trial: int, name: str, number: int
) -> None:
    scores, ids = scored(rich, trial, name, number)
    said = picks_of(rich, trial, name, number)
    rankings = {criterion: CRITERIA[criterion].rank(scores) for criterion in PAPER}
    assert (said["criterion"], said["round"], said["n"], said["pool"]) == (name, number, 6, len(ids))
    brought = agnostic_picks(list(rankings.values()), 6)
    for turn, pick in enumerate(said["picks"]):
        at = ids.index(pick["image"])
        ranks = {criterion: ranking.tolist().index(at) + 1 for criterion, ranking in rankings.items()}
        assert pick["ranks"] == ranks
        assert pick["votes"] == sum(rank <= 6 for rank in ranks.values())
        assert pick["probabilities"] == [round(float(p), 4) for p in scores.probs[at]]
        if name in CRITERIA and name != "random":
            assert pick["value"] == CRITERIA[name].values(scores)[at]
        else:
            assert "value" not in pick
        if name == "ag":
            assert (pick["list"], pick["turn"]) == (PAPER[int(brought.lists[turn])], int(brought.turns[turn]))
        else:
            assert "list" not in pick


def test_the_agreement_of_the_criteria_is_that_of_the_same_scores(rich: Rich) -> None:
    scores, _ = scored(rich, 0, "ag", 1)
    found = agreement([CRITERIA[name].rank(scores) for name in PAPER], 6)
    whole = picks_of(rich, 0, "ag", 1)
    said = whole["agreement"]
    assert whole["criteria"] == list(PAPER)
    assert said["overlap"] == found.overlap.tolist()
    assert said["votes"] == found.votes.tolist()
    assert np.allclose(said["kendall"], found.kendall, atol=1e-6)


@pytest.mark.parametrize(("trial", "name"), ARMS)
def test_no_image_is_picked_twice_or_out_of_the_initial_set(rich: Rich, trial: int, name: str) -> None:
    picked = images_of(rich, trial, name, 0) + images_of(rich, trial, name, 1)
    labelled = [*split_of(rich).initial[trial], *picked]
    assert len(labelled) == len(set(labelled)) == 24
    assert set(labelled) <= set(data_of(rich).train.ids)


@pytest.mark.parametrize(("trial", "name"), ARMS)
def test_the_pool_is_what_is_not_labelled_in_the_order_of_the_data(rich: Rich, trial: int, name: str) -> None:
    labelled = set(split_of(rich).initial[trial])
    for number in (0, 1):
        _, ids = scored(rich, trial, name, number)
        assert ids == [id_ for id_ in data_of(rich).train.ids if id_ not in labelled]
        labelled |= set(images_of(rich, trial, name, number))


def test_arms_share_the_model_of_their_baseline_and_trials_do_not(rich: Rich) -> None:
    place, row = rich
    folders = sorted(path.parent.name for path in place.home.campaign(row.id).folder.glob("jobs/*/rounds/0/model.*"))
    assert folders == ["0"] * 3  # full and two baselines: no arm has trained one of its own
    first, second = (round_of(rich, Job(JobKind.BASELINE, trial), 0).model.read_bytes() for trial in (0, 1))
    assert first != second


def test_trials_start_with_different_images_and_all_criteria_of_a_trial_with_the_same(rich: Rich) -> None:
    first, second = split_of(rich).initial
    assert len(set(first)) == len(set(second)) == 12
    assert set(first) != set(second)


def test_criteria_go_different_ways(rich: Rich) -> None:
    ways = {tuple(images_of(rich, 0, name, 0)) for trial, name in ARMS if trial == 0}
    assert len(ways) == 6
    assert images_of(rich, 0, "random", 0) != images_of(rich, 1, "random", 0)


def test_a_baseline_picks_nothing_but_says_what_the_criteria_would(rich: Rich) -> None:
    said = read_json(round_of(rich, Job(JobKind.BASELINE, 0), 0).picks)
    assert (said["criterion"], said["picks"], said["n"]) == (None, [], 6)
    assert len(said["agreement"]["overlap"]) == len(PAPER)


def test_an_evaluation_names_every_class_and_averages_those_with_positives(rich: Rich) -> None:
    said = read_json(round_of(rich, Job(JobKind.FULL), 0).evaluation)
    known = [value for value in said["per_class"].values() if value is not None]
    assert tuple(said["per_class"]) == data_of(rich).classes
    assert said["images"] == 30
    assert said["value"] == pytest.approx(np.mean(known))


def test_scores_are_logits_and_extrema_of_the_maps(rich: Rich) -> None:
    arrays = load_file(round_of(rich, Job(JobKind.BASELINE, 0), 0).scores)
    assert set(arrays) == {"logits", "peak", "trough", "pool"}
    assert arrays["logits"].shape == (48, 10)
    assert (arrays["peak"] >= arrays["trough"]).all()


def test_numbers_of_a_journal_have_no_gaps(rich: Rich) -> None:
    place, row = rich
    for journal in place.home.campaign(row.id).folder.glob("jobs/*/attempts/*/journal.jsonl"):
        said = [json.loads(line)["n"] for line in Path(journal).read_text().splitlines()]
        assert said == list(range(1, len(said) + 1))
