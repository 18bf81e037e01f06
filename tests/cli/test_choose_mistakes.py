"""`choose`: what is asked or given wrongly is refused with the next step, and no home is needed."""

import json
from pathlib import Path

import pytest

from tests.cli.calling import call, good, refused
from tests.cli.test_choose import write

USAGE, INPUT = 2, 3


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--n", "4"), "4 images were asked for"),
        (("--n", "0"), "greater than or equal to 1"),
        (("--n", "-1"), "greater than or equal to 1"),
        ((), "Missing option"),
        (("--n", "1", "--criterion", "uncc"), "did you mean 'unc'?"),
        (("--n", "1", "--criterion", "sepsum"), "sepsum needs class maps (peaks and troughs), and "),
        (("--n", "1", "--criterion", "sepsum"), "here these can choose: unc, ent, mm, ag, vote, random"),
        (("--n", "1", "--criterion", "adv"), "adv needs the true labels of the pool"),
        (("--n", "1", "--lists", "unc,sepmin"), "sepmin needs class maps"),
        (("--n", "1", "--lists", "unc,random"), "there is no criterion that gives images a value 'random'"),
        (("--n", "1", "--lists", "unc,unc"), "--lists names a criterion twice"),
        (("--n", "1", "--lists", ","), "--lists names no criterion"),
        (("--n", "1", "--logits", "--probabilities"), "--probabilities or --logits, not both"),
        (("--n", "1", "--seed", "-1"), "greater than or equal to 0"),
        (("--n", "1", "--format", "html"), "--format"),
    ],
)
def test_a_slip_is_refused_with_a_next_step(tmp_path: Path, words: tuple[str, ...], hint: str) -> None:
    assert hint in refused(None, USAGE, "choose", write(tmp_path / "scores.csv"), *words).err


@pytest.mark.parametrize(
    ("lines", "words", "mistake"),
    [
        (["a,0.1,1.3"], ["--probabilities"], ":2: column 'dog' is 1.3; should be a probability, in [0, 1]"),
        (["a,0.1,1.3"], [], "say --probabilities or --logits"),
        (["a,0.1,"], [], ":2: column 'dog' is empty"),
        (["a,0.1,high"], [], ":2: column 'dog' is 'high'"),
        (["a,0.1,nan"], [], ":2: column 'dog' is nan"),
        (["a,0.1,inf"], ["--logits"], ":2: column 'dog' is inf"),
        (["a,0.1"], [], ":2: has 2 cells, the first line has 3"),
        (["a,0.1,1", "a,0.1,0"], [], ":3: image 'a' is already listed"),
        (["\x1b[2Ja,0.1,1"], [], "has characters that a terminal cannot show"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_column(
    tmp_path: Path, lines: list[str], words: list[str], mistake: str
) -> None:
    assert mistake in refused(None, INPUT, "choose", write(tmp_path / "a.csv", lines), "--n", "1", *words).err


def test_a_file_that_is_not_there_or_is_none(tmp_path: Path) -> None:
    assert "No such file" in refused(None, INPUT, "choose", tmp_path / "none.csv", "--n", "1").err
    assert "it is not a file" in refused(None, INPUT, "choose", tmp_path, "--n", "1").err
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    assert "it holds zero bytes" in refused(None, INPUT, "choose", picture, "--n", "1").err


def test_scores_that_tell_no_image_from_another_are_said_to_be_noise(tmp_path: Path) -> None:
    same = write(tmp_path / "same.csv", ["a,0.5,0.25", "b,0.5,0.25", "c,0.5,0.25"])
    told = call(None, "choose", same, "--n", "1")
    assert (told.code, told.err) == (
        0, "the scores are the same for every image, so what is chosen is the order of the file\n",
    )  # fmt: skip
    flat = write(tmp_path / "flat.csv", ["a,0.5,0.1", "b,0.5,0.2", "c,0.5,0.3"])
    assert "mm is the same for every image" in call(None, "choose", flat, "--n", "1").err


def test_no_home_is_looked_at_or_made(tmp_path: Path) -> None:
    path, home = write(tmp_path / "scores.csv"), tmp_path / "home"
    good(home, "choose", path, "--n", "1")
    assert not home.exists()
    home.write_text("a file in its place")
    assert json.loads(good(home, "choose", path, "--n", "1", "--readonly", "--json"))["n"] == 1
