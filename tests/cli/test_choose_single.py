"""`choose` from scores of a model that finds exactly one class in each image, by a softmax."""

from pathlib import Path

import numpy as np
import pytest

from campaigns.selection import CRITERIA, Scores, agnostic_picks
from campaigns.selection.criteria import LISTS
from campaigns.selection.scores import softmax
from tests.cli.calling import call, good, refused
from tests.cli.test_choose import Pool, chosen, write

USAGE, INPUT = 2, 3
SOFT = ("entropy", "margin", "leastconf")
SUMS = ("a,0.1,0.9", "b,0.6,0.4", "c,1,0")
SINGLE = ("--task", "single")


@pytest.fixture
def pool() -> Pool:
    rng = np.random.default_rng(11)
    logits, trough = rng.normal(0, 3, (2, 90, 6))
    scores = Scores(logits, trough + rng.random((90, 6)) + 0.5, trough, link="softmax")
    return Pool([f"{at}.jpg" for at in range(90)], list("abcdef"), scores)


@pytest.mark.parametrize("name", LISTS["softmax"])
def test_every_criterion_picks_what_it_ranks_first(pool: Pool, tmp_path: Path, name: str) -> None:
    own = [pool.images[at] for at in CRITERIA[name].top(pool.scores, 20).tolist()]
    assert chosen(pool.logits(tmp_path / "scores.csv"), 20, "--criterion", name, *SINGLE) == own


@pytest.mark.parametrize("name", [*SOFT, "ag", "vote"])
def test_probabilities_give_the_picks_of_their_logits(pool: Pool, tmp_path: Path, name: str) -> None:
    shares = pool.write(tmp_path / "shares.csv", softmax(pool.scores.logits), has_maps=False)
    plain = pool.logits(tmp_path / "logits.csv", has_maps=False)
    words = ("--criterion", name, *SINGLE)
    assert chosen(shares, 15, *words) == chosen(plain, 15, *words)


def test_values_are_those_of_the_formulas_also_of_a_class_that_is_impossible(tmp_path: Path) -> None:
    path = write(tmp_path / "scores.csv", ["a,0.75,0.25", "b,0.5,0.5", "c,1,0"])
    expected = {
        "entropy": [np.log(2), -0.75 * np.log(0.75) - 0.25 * np.log(0.25), 0],
        "margin": [0, 0.5, 1],
        "leastconf": [0.5, 0.25, 0],
    }
    for name, values in expected.items():
        record = call(None, "choose", path, "--n", "3", "--criterion", name, *SINGLE, "--json").json("choice")
        assert [pick["image"] for pick in record["picks"]] == ["b", "a", "c"]
        assert [pick["value"] for pick in record["picks"]] == pytest.approx(values, abs=1e-12)
        assert record["picks"][1]["probabilities"] == pytest.approx([0.75, 0.25])


def test_ag_asks_the_lists_of_the_task(pool: Pool, tmp_path: Path) -> None:
    tops = [CRITERIA[name].top(pool.scores, 9) for name in LISTS["softmax"]]
    own = [pool.images[at] for at in agnostic_picks(tops, 9).images.tolist()]
    record = call(None, "choose", pool.logits(tmp_path / "a.csv"), "--n", "9", *SINGLE, "--json").json("choice")
    assert [pick["image"] for pick in record["picks"]] == own
    assert (record["task"], record["criteria"], record["lacking"]) == ("single", list(LISTS["softmax"]), [])
    assert record["seed"] is None
    bare = pool.logits(tmp_path / "b.csv", has_maps=False)
    record = call(None, "choose", bare, "--n", "9", *SINGLE, "--json").json("choice")
    assert (record["criteria"], record["lacking"]) == (list(SOFT), ["sepmax", "sepmin", "sepsum"])


def test_an_array_says_the_task_as_well(pool: Pool, tmp_path: Path) -> None:
    path, table = tmp_path / "scores.npz", pool.logits(tmp_path / "a.csv", has_maps=False)
    np.savez(path, images=pool.images, classes=pool.classes, logits=pool.scores.logits, task="single")
    assert chosen(path, 20) == chosen(table, 20, *SINGLE) != chosen(table, 20)
    assert "exactly one class in an image (as the file says), logits" in good(None, "choose", path, "--n", "1")
    told = refused(None, INPUT, "choose", path, "--n", "1", "--task", "multilabel").err
    assert "is of the task 'single', and --task multilabel was given" in told


@pytest.mark.parametrize(
    ("task", "mistake"),
    [
        ("singel", "is of the task 'singel': did you mean 'single'?"),
        (["single", "single"], "array 'task' has 2 names; should be one"),
        ([], "array 'task' has 0 names; should be one"),
        (0.5, "array 'task' is float64"),
    ],
)
def test_a_task_that_is_none_is_refused(tmp_path: Path, task: object, mistake: str) -> None:
    path = tmp_path / "scores.npz"
    np.savez(path, images=["a", "b"], classes=["x"], logits=[[1.0], [2.0]], task=np.array(task))
    assert mistake in refused(None, INPUT, "choose", path, "--n", "1").err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--criterion", "unc", *SINGLE), "unc is for images that may show several classes, and here each shows"),
        (("--criterion", "unc", *SINGLE), "these can choose: ag, vote, random, entropy, leastconf, margin\n"),
        (("--criterion", "adv", *SINGLE), "adv is for images that may show several classes"),
        (("--lists", "entropy,mm", *SINGLE), "mm is for images that may show several classes"),
        (("--criterion", "sepsum", *SINGLE), "sepsum needs class maps"),
        (("--criterion", "pixent", *SINGLE), "pixent needs what single places of class maps say"),
        (("--criterion", "margin"), "of a model of exactly one class in an image: --task single"),
        (("--task", "singel"), "did you mean 'single'?"),
    ],
)
def test_what_does_not_apply_is_refused_with_a_next_step(tmp_path: Path, words: tuple[str, ...], hint: str) -> None:
    assert hint in refused(None, USAGE, "choose", write(tmp_path / "a.csv", SUMS), "--n", "1", *words).err


def test_probabilities_that_do_not_add_up_to_one_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ["a,0.2,0.8", "b,0.9,0.8", "c,0.1,0.1", "d,0.96,0.08"])
    told = refused(None, INPUT, "choose", path, "--n", "1", *SINGLE).err
    assert f"{path}:3: the probabilities of 'b' add up to 1.7; those of a single model add up to 1" in told
    assert "leave out --task (and 1 more like it)" in told
    good(None, "choose", path, "--n", "1", *SINGLE, "--logits")


def test_who_forgot_the_task_is_told_of_it(tmp_path: Path) -> None:
    told = "the probabilities of each image add up to 1"
    path = write(tmp_path / "a.csv", SUMS)
    assert told in call(None, "choose", path, "--n", "1").err
    for words in (SINGLE, ("--task", "multilabel"), ("--logits",)):
        assert told not in call(None, "choose", path, "--n", "1", *words).err
    assert told not in call(None, "choose", write(path, [*SUMS, "d,0.9,0.9"]), "--n", "1").err
