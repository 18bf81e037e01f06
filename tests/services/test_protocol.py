"""A new campaign on data that no recipe was written for."""

import json
import os
import shlex
from pathlib import Path

import pytest

from campaigns.datasets.catalogue import open_dataset
from campaigns.recipe import DataSpec, load_recipe
from campaigns.services.campaigns.find import find_campaign, recipe_of
from campaigns.services.data import add
from campaigns.services.workspace import Workspace
from tests.cli.calling import call, good, left_behind, refused
from tests.cli.folders import photos

CPU = ("--set", "run.device=cpu")


def test_drawn_scenes_have_a_protocol_that_says_what_was_chosen_and_why(place: Workspace) -> None:
    text = good(place, "new", "--dataset", "shapes", "--dry-run", *CPU)
    assert "shapes-wildcat" in text
    why = next(line for line in text.splitlines() if "made from counts" in line)
    assert "20, 40, 60, 80, 100, 200 of 1000 labelled images" in why
    assert "frozen EfficientNet-Lite0 at 224 px, as it runs on the processor" in why
    assert left_behind(place) == []


def test_a_folder_is_enough(place: Workspace, tmp_path: Path) -> None:
    root = photos(tmp_path / "My photos", 60)
    told = good(place, "new", root, *CPU)
    assert "5, 10, 15, 20 of 40 labelled images" in told
    row = find_campaign(place, "My-photos-wildcat")
    recipe = recipe_of(place, row.id)
    assert (recipe.data.root, recipe.data.name) == (str(root), "My-photos")
    assert row.plan.schedule.initial == 5
    assert row.recipe == "protocol"
    assert "made from its 40 labelled training images" in row.about


def test_a_name_of_ones_own_is_enough_and_both_models_are_to_be_had(place: Workspace, tmp_path: Path) -> None:
    add(place, "yard", photos(tmp_path / "yard", 60))
    for model in ("weldon", "wildcat"):
        good(place, "new", "--dataset", "yard", "--model", model, *CPU)
        assert find_campaign(place, f"yard-{model}").model == f"{model} efficientnet_lite0 frozen"


def test_a_recipe_is_applied_to_another_data_set(place: Workspace, tmp_path: Path) -> None:
    add(place, "yard", photos(tmp_path / "yard", 400))
    good(place, "new", "--dataset", "yard", "--recipe", "smoke")
    recipe = recipe_of(place, find_campaign(place, "yard-smoke").id)
    assert recipe.data.name == "yard"
    assert recipe.protocol == load_recipe("smoke").protocol
    assert recipe.data.images == DataSpec(name="yard").images


def test_sizes_that_do_not_fit_are_refused_with_numbers_and_the_way_out(place: Workspace, tmp_path: Path) -> None:
    add(place, "yard", photos(tmp_path / "yard", 60))
    told = refused(place, 3, "new", "--dataset", "yard", "--recipe", "smoke")
    assert "40 labelled training images" in told.err
    assert "adds 40, which makes 80 where there are 40" in told.err
    assert "--recipe protocol" in told.err
    good(place, "new", "--dataset", "yard", "--recipe", "protocol", *CPU)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--dataset", "shapse"), "did you mean 'shapes'?"),
        (("--dataset", "yrad"), "did you mean 'yard'?"),
        (("--dataset", "demmo"), "did you mean the recipe 'demo'?"),
        (
            ("--dataset", "zzz"),
            "voc2012, voc2012-masks, yard; recipes: coco-weldon",
        ),
        (("shapes",), "give it by its name: --dataset shapes"),
        (("demo",), "give it by its name: --recipe demo"),
        (("--dataset", "yard", "--model", "wildcta"), "did you mean 'wildcat'?"),
        (("--recipe", "demo", "--model", "weldon"), "--set model.kind=weldon"),
        (("--recipe", "protocol"), "give --dataset NAME, or a folder"),
        ((), "give a folder of images, --dataset NAME"),
    ],
)
def test_what_is_not_known_is_answered_with_the_nearest_of_both_kinds(
    place: Workspace, tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    add(place, "yard", photos(tmp_path / "yard", 12))
    assert expected in refused(place, 2, "new", *words).err
    assert left_behind(place) == []


def test_a_data_set_named_as_a_recipe_is_answered_with_both(place: Workspace) -> None:
    told = refused(place, 3, "new", "--recipe", "voc2007").err
    assert "did you mean the recipe 'voc2007-weldon' or the data set 'voc2007'?" in told


def test_a_folder_that_bears_the_name_of_other_data_gets_another(place: Workspace, tmp_path: Path) -> None:
    add(place, "yard", photos(tmp_path / "elsewhere" / "yard", 60))
    for folder, name in (("yard", "yard-2"), ("shapes", "shapes-2")):
        root = photos(tmp_path / folder, 60)
        draft = call(place, "new", root, "--dry-run", "--json", *CPU).json("draft")
        assert draft["dataset"] == name
    assert (
        call(place, "new", tmp_path / "elsewhere" / "yard", "--dry-run", "--json", *CPU).json("draft")["dataset"]
        == "yard"
    )


def test_a_folder_whose_path_is_no_text_is_refused_with_the_way_out(place: Workspace, tmp_path: Path) -> None:
    root = photos(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")), 60)
    for words in (("new", root), ("data", "add", "yard", root)):
        told = refused(place, 3, *words).err
        assert "is not UTF-8" in told
        assert "give a link to it" in told
    link = tmp_path / "yard"
    link.symlink_to(root)
    assert "yard-wildcat" in good(place, "new", link, *CPU)


def test_what_a_person_changed_is_not_said_to_be_chosen(place: Workspace) -> None:
    changed = ("--set", "protocol.trials=4", "--set", "model.image_size=96")
    text = good(place, "new", "--dataset", "shapes", "--dry-run", *CPU, *changed)
    why = next(line for line in text.splitlines() if "made from counts" in line)
    assert "1000 labelled images" in why
    assert "trials" not in why
    assert "EfficientNet" not in why


@pytest.mark.parametrize(
    ("words", "until", "epochs"),
    [
        ((), "converged", [200] * 6),
        (("training.until=epochs",), "epochs", [100] * 6),
        (("protocol.epochs=[3, 3, 3, 3, 3, 3]",), "epochs", [3] * 6),
        (("protocol.full_epochs=7",), "epochs", [100] * 6),
        (("protocol.full_epochs=7", "training.until=converged"), "converged", [200] * 6),
        (("model.training=finetune",), "epochs", [35, 35, 35, 35, 25, 25]),
    ],
)
def test_a_head_on_a_frozen_backbone_trains_until_it_has_converged_unless_epochs_are_given(
    place: Workspace, words: tuple[str, ...], until: str, epochs: list[int]
) -> None:
    changes = [part for word in words for part in ("--set", word)]
    plan = call(place, "new", "--dataset", "shapes", "--dry-run", "--json", *CPU, *changes).json("draft")["plan"]
    assert (plan["until"], plan["epochs"]) == (until, epochs)


def test_the_command_of_a_draft_makes_what_it_shows(place: Workspace, tmp_path: Path) -> None:
    root = photos(tmp_path / "photos", 60)
    for words in (("--dataset", "shapes"), (str(root),), ("--dataset", "shapes", "--recipe", "voc2007-weldon")):
        draft = call(place, "new", *words, "--dry-run", "--json", *CPU).json("draft")
        command = shlex.split(draft["command"])
        again = call(place, *command[1 : command.index("--start")], "--dry-run", "--json").json("draft")
        assert json.dumps(again) == json.dumps(draft)


def test_counts_are_those_of_the_images_that_have_labels(place: Workspace, tmp_path: Path) -> None:
    root = photos(tmp_path / "photos", 60)
    (root / "labels.csv").write_text("\n".join((root / "labels.csv").read_text().splitlines()[:31]) + "\n")
    draft = call(place, "new", root, "--dry-run", "--json", *CPU).json("draft")
    dataset = open_dataset(DataSpec(name="photos", root=str(root)), indexes=tmp_path / "indexes")
    assert int(dataset.train.known.sum()) == 20
    assert "of 20 labelled images" in draft["notes"][0]
