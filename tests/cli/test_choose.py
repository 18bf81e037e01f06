"""`choose`: what it picks from scores of other programs is what a campaign with these scores picks."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from campaigns.core.ids import Job, JobKind
from campaigns.datasets.catalogue import open_dataset
from campaigns.home.picks import PickedRound, read_picks
from campaigns.home.scores import read_scores
from campaigns.recipe import load_recipe
from campaigns.selection import CRITERIA, PAPER, Scores, agnostic_picks
from campaigns.selection.scores import sigmoid
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good, refused

Rich = tuple[Workspace, CampaignRow]
USAGE, INPUT = 2, 3
ROUNDS = [(trial, round_) for trial in (0, 1) for round_ in (0, 1)]


@dataclass(frozen=True)
class Pool:
    """The scores that a round chose by, with names."""

    images: list[str]
    classes: list[str]
    scores: Scores

    def write(self, path: Path, outputs: NDArray[np.floating], *, has_maps: bool = True) -> Path:
        """Write them as a CSV, every digit of them."""
        maps = [self.scores.peak, self.scores.trough] if has_maps else []
        endings = ("", ".peak", ".trough") if has_maps else ("",)
        rows = np.concatenate([outputs.astype(np.float64), *maps], axis=1).tolist()
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["image", *(f"{name}{ending}" for ending in endings for name in self.classes)])
            out.writerows([image, *map(repr, row)] for image, row in zip(self.images, rows, strict=True))
        return path

    def logits(self, path: Path, *, has_maps: bool = True) -> Path:
        return self.write(path, self.scores.logits, has_maps=has_maps)


def picked(rich: Rich, trial: int, name: str, round_: int) -> PickedRound:
    place, row = rich
    files = place.home.campaign(row.id).job(Job(JobKind.ARM, trial, name).id).round(round_)
    sent = read_picks(files.picks)
    assert sent is not None
    return sent


def pool_of(rich: Rich, trial: int, name: str, round_: int) -> Pool:
    """What the arm chose by: the baseline's scores in round 0, then its own."""
    place, row = rich
    job = Job(JobKind.BASELINE, trial) if round_ == 0 else Job(JobKind.ARM, trial, name)
    paths = place.home.campaign(row.id)
    scored = read_scores(paths.job(job.id).round(round_).scores)
    data = open_dataset(load_recipe(paths.recipe).data, indexes=place.home.indexes)
    return Pool([data.train.ids[at] for at in scored.rows.tolist()], list(row.plan.classes), scored.scores.parts[0])


def chosen(path: Path, n: int, *words: str) -> list[str]:
    return good(None, "choose", path, "--n", str(n), *words, "--format", "paths").splitlines()


def write(path: Path, lines: Sequence[str] = ("a,0.1,0.9", "b,0.4,0.2", "c,0.3,0.3")) -> Path:
    path.write_text("\n".join(["image,cat,dog", *lines, ""]))
    return path


@pytest.fixture
def pool(rich: Rich) -> Pool:
    return pool_of(rich, 0, "ag", 0)


@pytest.mark.parametrize(("trial", "round_"), ROUNDS)
@pytest.mark.parametrize("name", ["ag", "vote", "unc", "sepmin"])
def test_the_scores_of_a_campaign_give_its_own_picks(
    rich: Rich, tmp_path: Path, name: str, trial: int, round_: int
) -> None:
    own = picked(rich, trial, name, round_)
    path = pool_of(rich, trial, name, round_).logits(tmp_path / "scores.csv")
    record = call(None, "choose", path, "--n", "6", "--criterion", name, "--logits", "--json").json("choice")
    ours = [(pick.image, pick.list, pick.turn, pick.ranks, pick.votes) for pick in own.picks]
    assert [tuple(pick[key] for key in ("image", "list", "turn", "ranks", "votes")) for pick in record["picks"]] == ours
    assert [pick["probabilities"] for pick in record["picks"]] == [list(pick.probabilities) for pick in own.picks]
    assert record["criteria"] == list(own.criteria)
    assert record["agreement"]["overlap"] == own.agreement.overlap.tolist()


@pytest.mark.parametrize("name", PAPER)
def test_every_criterion_picks_what_it_ranks_first_from_a_table_and_from_arrays(
    pool: Pool, tmp_path: Path, name: str
) -> None:
    own = [pool.images[at] for at in CRITERIA[name].top(pool.scores, 10).tolist()]
    arrays = tmp_path / "scores.npz"
    np.savez(
        arrays, images=pool.images, classes=pool.classes, logits=pool.scores.logits, peaks=pool.scores.peak,
        troughs=pool.scores.trough,
    )  # fmt: skip
    table = pool.logits(tmp_path / "scores.csv")
    assert chosen(table, 10, "--criterion", name, "--logits") == own
    assert chosen(arrays, 10, "--criterion", name) == own


@pytest.mark.parametrize("name", ["ag", "vote", *PAPER])
def test_the_order_of_the_classes_is_nothing_to_a_choice(tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(5)
    logits, trough = rng.normal(-1, 2, (2, 80, 7))
    pool = Pool(
        [f"{at}" for at in range(80)], list("abcdefg"), Scores(logits, trough + rng.random((80, 7)) + 0.5, trough)
    )
    order = rng.permutation(7)
    turned = Pool(
        pool.images, [pool.classes[at] for at in order],
        Scores(logits[:, order], pool.scores.peak[:, order], trough[:, order]),
    )  # fmt: skip
    first, second = pool.logits(tmp_path / "a.csv"), turned.logits(tmp_path / "b.csv")
    assert chosen(first, 20, "--criterion", name) == chosen(second, 20, "--criterion", name)


@pytest.mark.parametrize("name", ["ag", "unc", "ent", "mm"])
def test_probabilities_give_the_picks_of_their_logits(tmp_path: Path, name: str) -> None:
    logits = np.random.default_rng(3).normal(-1, 3, (90, 6))
    pool = Pool([f"{at}" for at in range(90)], list("abcdef"), Scores(logits, logits, logits))
    shares = pool.write(tmp_path / "shares.csv", sigmoid(logits), has_maps=False)
    plain = pool.logits(tmp_path / "logits.csv", has_maps=False)
    assert chosen(shares, 15, "--criterion", name) == chosen(plain, 15, "--criterion", name)


def test_without_maps_ag_asks_the_lists_that_can_be_made_and_says_which(pool: Pool, tmp_path: Path) -> None:
    path = pool.logits(tmp_path / "scores.csv", has_maps=False)
    tops = [CRITERIA[name].top(pool.scores, 6) for name in ("unc", "ent", "mm")]
    own = agnostic_picks(tops, 6)
    record = call(None, "choose", path, "--n", "6", "--logits", "--json").json("choice")
    assert [pick["image"] for pick in record["picks"]] == [pool.images[at] for at in own.images.tolist()]
    assert [pick["list"] for pick in record["picks"]] == [("unc", "ent", "mm")[at] for at in own.lists.tolist()]
    assert record["lacking"] == ["sepmax", "sepmin", "sepsum"]
    assert sum(record["brought"].values()) == 6
    assert set(record["picks"][0]["ranks"]) == {"unc", "ent", "mm"}
    assert "there are no lists of sepmax, sepmin, sepsum" in good(None, "choose", path, "--n", "6", "--logits")


def test_lists_that_are_named_are_those_that_ag_asks_in_that_order(pool: Pool, tmp_path: Path) -> None:
    path = pool.logits(tmp_path / "scores.csv")
    own = agnostic_picks([CRITERIA[name].top(pool.scores, 6) for name in ("sepsum", "unc")], 6)
    record = call(None, "choose", path, "--n", "6", "--logits", "--lists", "sepsum, unc", "--json").json("choice")
    assert [pick["image"] for pick in record["picks"]] == [pool.images[at] for at in own.images.tolist()]
    assert (record["criteria"], record["lacking"]) == (["sepsum", "unc"], [])


def test_a_pick_of_ag_has_the_value_under_the_list_that_brought_it(pool: Pool, tmp_path: Path) -> None:
    path = pool.logits(tmp_path / "scores.csv")
    row = {image: at for at, image in enumerate(pool.images)}
    for pick in call(None, "choose", path, "--n", "9", "--logits", "--json").json("choice")["picks"]:
        assert pick["value"] == CRITERIA[pick["list"]].values(pool.scores)[row[pick["image"]]]


def test_a_draw_depends_on_the_seed_which_is_said(pool: Pool, tmp_path: Path) -> None:
    path = pool.logits(tmp_path / "scores.csv")
    words = ("--criterion", "random", "--logits")
    first, again, other = (chosen(path, 9, *words, "--seed", seed) for seed in ("0", "0", "1"))
    assert first == again == chosen(path, 9, *words)
    assert first != other
    assert "random, seed 0, chose 9 of 48" in good(None, "choose", path, "--n", "9", *words)
    assert call(None, "choose", path, "--n", "9", *words, "--json").json("choice")["seed"] == 0
    assert call(None, "choose", path, "--n", "9", "--logits", "--json").json("choice")["seed"] is None


def test_the_table_says_how_the_file_was_understood_and_why_each_image(pool: Pool, tmp_path: Path) -> None:
    path = pool.write(tmp_path / "scores.csv", pool.scores.probs)
    text = good(None, "choose", path, "--n", "6", "--limit", "4")
    count = len(pool.classes)
    assert f"48 images, {count} classes, probabilities (all numbers are in [0, 1]), class maps; UTF-8" in text
    assert "ag chose 6 of 48: " in text
    assert "The first 4 are shown; --limit 6 shows all." in text
    picks = call(None, "choose", path, "--n", "6", "--json").json("choice")["picks"]
    assert [pick["image"] in text for pick in picks] == [True] * 4 + [False] * 2
    assert all(f"{pick['list']} {pick['turn']}" in text for pick in picks[:4])


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_in_a_narrow_terminal_ranks_make_way_before_names_and_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    console = Console(width=width, file=StringIO())
    monkeypatch.setattr("alwsl_tui.cli.choose.stdout", lambda: console)
    good(None, "choose", write(tmp_path / "scores.csv", ["one.jpg,0.1,0.9", "two.jpg,0.3,0.3"]), "--n", "2")
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert all(word in shown for word in ("one.jpg", "two.jpg", "value", "list, "))
    assert max(map(len, shown.splitlines())) <= width
    assert ("likeliest" in shown) is (width >= 80)


def test_every_format_has_the_same_picks_and_stdout_holds_them_alone(pool: Pool, tmp_path: Path) -> None:
    path = pool.logits(tmp_path / "scores.csv")
    words = ("choose", path, "--n", "7", "--logits")
    record = call(None, *words, "--json").json("choice")
    paths, table = call(None, *words, "--format", "paths"), call(None, *words, "--format", "csv")
    rows = list(csv.DictReader(StringIO(table.out)))
    assert paths.out.splitlines() == [row["image"] for row in rows] == [pick["image"] for pick in record["picks"]]
    assert [int(row["rank_unc"]) for row in rows] == [pick["ranks"]["unc"] for pick in record["picks"]]
    assert all("logits (as --logits says)" in told.err for told in (paths, table))


@pytest.mark.parametrize("form", ["list", "odd", "picks", "quoted", "columns"])
def test_what_has_labels_is_left_out_before_anything_is_ranked(pool: Pool, tmp_path: Path, form: str) -> None:
    labelled = pool.images[5:20]
    kept = [at for at, image in enumerate(pool.images) if image not in labelled]
    own = [pool.images[kept[at]] for at in CRITERIA["unc"].top(pool.scores.take(np.array(kept)), 6).tolist()]
    skip = tmp_path / "labelled"
    skip.write_text(
        {
            "list": "\n".join(labelled),
            "odd": "\r".join(['"half a quote', *labelled, "with, a comma"]),
            "picks": "place,image\n" + "".join(f"1,{image}\n" for image in labelled),
            "quoted": '"image";"labels"\r\n' + "".join(f'"{image}";"cat, dog"\r\n' for image in labelled),
            "columns": "name\tcat\n" + "".join(f"{image}\t1\n" for image in labelled),
        }[form]
    )
    words = ("--criterion", "unc", "--logits", "--skip", str(skip))
    path = pool.logits(tmp_path / "scores.csv")
    assert chosen(path, 6, *words) == own
    assert "48 images (15 of them labelled)" in good(None, "choose", path, "--n", "6", *words)
    assert f"has {48}, 33 without labels" in refused(None, USAGE, "choose", path, "--n", "34", *words).err


def test_one_choice_after_the_other_sends_every_image_once(pool: Pool, tmp_path: Path) -> None:
    path, skip = pool.logits(tmp_path / "scores.csv"), tmp_path / "labelled.csv"
    rounds: list[str] = []
    for _ in range(3):
        skip.write_text("\n".join(rounds) or "\n")
        rounds += chosen(path, 16, "--logits", "--skip", str(skip))
    assert sorted(rounds) == sorted(pool.images)


def test_labelled_images_that_are_not_here_are_said_and_none_at_all_is_a_mistake(pool: Pool, tmp_path: Path) -> None:
    path, skip = pool.logits(tmp_path / "scores.csv"), tmp_path / "labelled.txt"
    skip.write_text(f"{pool.images[0]}\nelsewhere.jpg\nnowhere.jpg\n")
    words = ("choose", path, "--n", "3", "--logits", "--skip", skip)
    assert f"2 names in {skip} are of no image here, as 'elsewhere.jpg'" in call(None, *words).err
    skip.write_text("elsewhere.jpg\n")
    assert f"{skip} names none of the images in {path}" in refused(None, INPUT, *words).err
    assert "cannot read " in refused(None, INPUT, *words[:-1], tmp_path / "none.txt").err
