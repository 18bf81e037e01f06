"""A wrong recipe: every mistake at once, each with its key, the value found and what is allowed."""

from pathlib import Path

import pytest

from campaigns.errors import BadRecipe
from campaigns.recipe import MAX_BYTES, SHIPPED, load_recipe
from tests.stage import refusal

WRONG = {
    "model.kind=weldom": ("model.kind", '"weldom"', "did you mean 'weldon'?"),
    "model.backbone=resnet11": ("model.backbone", '"resnet11"', "did you mean 'resnet1"),
    "protocol.trials=0": ("protocol.trials", "is 0", "1 or more"),
    "training.lr=fast": ("training.lr", '"fast"', "a number"),
    "training.momentum=1.5": ("training.momentum", "1.5", "less than 1"),
    'criteria.names=["ag", "sepmim", "ag"]': ("criteria.names", "'sepmim' is not a criterion", "'ag' is listed twi"),
    "run.devise=cpu": ("run.devise", "no such key", "did you mean 'device'?"),
    "run.threads=true": ("run.threads", "true", "whole number"),
    "run.gpus_per_fit=0": ("run.gpus_per_fit", "is 0", "1 or more"),
    "data.images=many": ("data.images", '"many"', "whole number"),
    "protocl.trials=5": ("protocl", "no such key", "did you mean 'protocol'?"),
}  # fmt: skip
"""Overrides and what has to stand in the line about each."""


def mistakes(*overrides: str, source: str | Path = "smoke") -> dict[str, str]:
    with pytest.raises(BadRecipe) as caught:
        load_recipe(source, overrides)
    assert caught.value.hint
    assert caught.value.exit_code == 3
    return {mistake.where: mistake.what for mistake in caught.value.mistakes}


@pytest.mark.parametrize(("override", "said"), WRONG.items(), ids=WRONG)
def test_one_mistake_is_one_line_with_what_was_found_and_what_is_allowed(
    override: str, said: tuple[str, str, str]
) -> None:
    where, *words = said
    found = mistakes(override)
    assert list(found) == [where]
    assert all(word in found[where] for word in words), found[where]


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes(*WRONG)
    assert set(found) == {where for where, *_ in WRONG.values()}
    assert f"has {len(WRONG)} mistakes" in refusal(lambda: load_recipe("smoke", list(WRONG)))


def test_mistakes_of_the_file_and_of_the_command_line_are_told_together() -> None:
    assert set(mistakes("nonsense", "protocol.trials=0")) == {"--set nonsense", "protocol.trials"}


def test_a_round_without_epochs_is_named() -> None:
    found = mistakes("protocol.epochs=[6, 6]")
    assert "2 numbers for 3 rounds" in found["protocol.epochs"]


def test_a_budget_that_no_round_reaches_cannot_be_reported() -> None:
    found = mistakes("protocol.report_at=[60, 70]")
    assert "no round labels 70 images; rounds label 40, 60, 80" in found["protocol.report_at"]


def test_what_the_baseline_labels_can_be_reported() -> None:
    assert load_recipe("smoke", ["protocol.report_at=[40, 80]"]).protocol.reading_points == (40, 80)
    assert load_recipe("smoke").protocol.reading_points == (80,)


@pytest.mark.parametrize(("key", "value"), [("maps", "8"), ("alpha", "0.7")])
def test_weldon_has_neither_maps_nor_alpha(key: str, value: str) -> None:
    found = mistakes("model.kmax=15", f"model.{key}={value}", source="voc2007-weldon")
    assert found == {f"model.{key}": f"is {value}; WELDON has no {key}: leave it at 1"}
    assert not hasattr(load_recipe("voc2007-weldon", [f"model.{key}=1"]).model.options, key)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_what_is_no_number_is_no_learning_rate(number: str) -> None:
    assert list(mistakes(f"training.lr={number}")) == ["training.lr"]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text("[model]\n[protocol]\ninitial = 3\n")
    found = mistakes(source=path)
    assert set(found) == {"data", "model.kind", "protocol.add", "protocol.epochs", "criteria"}
    assert set(found.values()) == {"is missing and has no default"}


def test_an_empty_file_is_a_recipe_that_lacks_everything(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.touch()
    assert set(mistakes(source=path)) == {"data", "model", "protocol", "criteria"}


def test_a_value_where_a_table_should_be_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text((SHIPPED / "smoke.toml").read_text().replace("[run]\ndevice", "# device") + "\n")
    path.write_text("run = 3\n" + path.read_text())
    assert "is 3" in mistakes(source=path)["run"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[data\n", "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
        (b"a = 1\na = 2\n", "is not TOML"),
        (b"#" * (MAX_BYTES + 1), "larger than a recipe can be"),
    ],
    ids=["half a table", "not text", "a key twice", "a megabyte"],
)
def test_what_is_no_recipe_is_refused_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(content)
    text = refusal(lambda: load_recipe(path))
    assert str(path) in text
    assert said in text


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path: Path) -> None:
    assert "No such file" in refusal(lambda: load_recipe(tmp_path / "none.toml"))
    assert "directory" in refusal(lambda: load_recipe(tmp_path))


def test_a_misspelt_shipped_recipe_suggests_the_right_one() -> None:
    assert "did you mean 'voc2007-wildcat'?" in refusal(lambda: load_recipe("voc2007-wildcats"))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (("run.gpus_per_fit=7",), "a batch of 16 images makes 6 parts of 3, for 7 devices"),
        (("training.batch_size=4", "run.gpus_per_fit=8"), "a batch of 4 images makes 4 parts of 1, for 8 devices"),
        (("model.training=frozen", "run.gpus_per_fit=2"), "on one device: leave gpus_per_fit out"),
    ],
)
def test_a_device_that_would_have_nothing_to_do_is_a_mistake(overrides: tuple[str, ...], words: str) -> None:
    told = mistakes(*overrides)
    assert list(told) == ["run.gpus_per_fit"]
    assert words in told["run.gpus_per_fit"]


@pytest.mark.parametrize("devices", [1, 2, 3, 4, 6, 8, 16])
def test_a_batch_is_divided_among_devices_that_all_have_images_of_it(devices: int) -> None:
    assert load_recipe("smoke", [f"run.gpus_per_fit={devices}"]).run.gpus_per_fit == devices
