"""Planning says beforehand what making a campaign would say, and what the campaign would take."""

import shlex
from pathlib import Path

import pytest

from campaigns.errors import AlwslError, BadRecipe, UsageError
from campaigns.services.campaigns.choice import CampaignChoice, command_of
from campaigns.services.campaigns.draft import (
    Draft,
    Planner,
    create_from,
    draft_campaign,
    refusal,
    unused_name,
)
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.form import choices, overrides_of, settings_of
from campaigns.services.monitor.feed import load_feed
from campaigns.services.workspace import Workspace, has_station
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good, left_behind, refused
from tests.cli.folders import photos
from tests.stage import TINY, tiny
from tests.stage import refusal as said_by

Finished = tuple[Workspace, CampaignRow]


def wheres(found: Draft) -> set[str]:
    return {mistake.where for mistake in found.mistakes}


def test_a_plan_is_that_of_the_campaign_that_is_then_made(place: Workspace) -> None:
    choice = CampaignChoice("smoke", "one", TINY)
    found = draft_campaign(place, choice)
    assert left_behind(place) == []
    row = create_from(place, choice, is_started=False)
    assert (found.plan, found.name, found.model, found.dataset) == (row.plan, row.name, row.model, row.dataset)
    assert (found.mistakes, found.hint, refusal(found)) == ((), "", None)
    assert not has_station(place)


def test_a_campaign_that_is_started_has_a_station(place: Workspace) -> None:
    create_from(place, CampaignChoice("smoke", "one", TINY), is_started=True)
    assert [row.text for row in load_feed(place, "one")][:1] == ["started"]


def test_every_mistake_is_told_at_once(place: Workspace) -> None:
    tiny(place)
    wrong = ("protocol.add=[900, 900]", "run.device=cuda", "model.weights=/nowhere.pth", "foo.bar=3", "words")
    found = draft_campaign(place, CampaignChoice("smoke", "tiny", wrong))
    expected = {"protocol.add", "protocol.initial", "model.weights", "foo", "--set words", "name"}
    assert wheres(found) - {"run.device"} == expected
    assert (found.plan, found.estimate) == (None, None)


@pytest.mark.parametrize(
    ("choice", "where"),
    [
        (CampaignChoice("smoek"), "recipe"),
        (CampaignChoice(""), "recipe"),
        (CampaignChoice("/nowhere/mine.toml"), "recipe"),
        (CampaignChoice("/dev/zero"), "recipe"),
        (CampaignChoice("~nobody-of-that-name/mine.toml"), "recipe"),
        (CampaignChoice("smoke", "a b"), "name"),
        (CampaignChoice("smoke", "x", ("data.name=voc2012",)), "data.name"),
        (CampaignChoice("smoke", "x", ("data.name=nothing",)), "data.name"),
        (CampaignChoice("smoke", "x", ("data.name=mine", "data.root=/nowhere")), "data.root"),
        (CampaignChoice("smoke", "x", ("protocol.trials=0",)), "protocol.trials"),
        (CampaignChoice("smoke", "x", ("protocol.trials=1000000000",)), "protocol.trials"),
        (CampaignChoice("smoke", "x", ("protocol.seed=" + "9" * 5000,)), "protocol.seed"),
        (CampaignChoice("smoke", "x", ("protocol.add=" + "[" * 5000,)), "protocol.add"),
        (CampaignChoice("smoke", "x", ("protocol.epochs=[1]",)), "protocol.epochs"),
        (CampaignChoice("smoke", "x", ("=",)), "--set ="),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_mistake_is_told_by_its_key_and_never_raised(place: Workspace, choice: CampaignChoice, where: str) -> None:
    found = draft_campaign(place, choice)
    assert where in wheres(found)
    assert found.plan is None or where == "name"
    with pytest.raises(AlwslError):
        create_from(place, choice, is_started=False)
    assert left_behind(place) == []


def test_a_name_that_is_taken_leaves_the_plan_to_be_seen(place: Workspace) -> None:
    tiny(place)
    found = draft_campaign(place, CampaignChoice("smoke", "tiny"))
    assert wheres(found) == {"name"}
    assert found.plan is not None
    assert isinstance(refusal(found), UsageError)
    assert unused_name(place, "tiny") == "tiny-2"
    assert unused_name(place, "other") == "other"


def test_scenes_are_not_drawn_to_be_counted(place: Workspace) -> None:
    found = draft_campaign(place, CampaignChoice("smoke", "x", ("data.images=1000000000000",)))
    assert found.plan is not None
    assert found.plan.train_images == 10**12


def test_a_data_set_is_opened_once(tmp_path: Path, place: Workspace) -> None:
    root = tmp_path / "mine"
    photos(root)
    few = ("protocol.initial=2", "protocol.add=[1]", "protocol.epochs=[1, 1]")
    planner, choice = Planner(place), CampaignChoice("smoke", "x", ("data.name=mine", f"data.root={root}", *few))
    first = planner.draft(choice)
    assert first.mistakes == ()
    (root / "labels.csv").unlink()
    assert planner.draft(choice) == first
    assert draft_campaign(place, choice).mistakes


def test_without_a_past_nothing_is_estimated(place: Workspace) -> None:
    estimate = draft_campaign(place, CampaignChoice("demo")).estimate
    assert estimate is not None
    assert (estimate.seconds, estimate.seconds_from, estimate.disk_bytes, estimate.disk_from) == (None, "", None, "")


def test_the_past_tells_what_the_same_would_take(finished: Finished) -> None:
    place, row = finished
    estimate = draft_campaign(place, CampaignChoice("smoke", "again", TINY)).estimate
    assert estimate is not None
    assert (estimate.seconds_from, estimate.disk_from) == (row.name, row.name)
    folder = place.home.campaign(row.id).folder
    left = sum(path.lstat().st_size for path in folder.rglob("*"))
    assert estimate.disk_bytes == pytest.approx(left, rel=0.02)
    assert estimate.seconds is not None
    assert 0.5 < estimate.seconds < 600


def test_twice_the_work_takes_longer_and_other_images_are_no_measure(finished: Finished) -> None:
    place, _ = finished
    once, twice, larger, other = (
        draft_campaign(place, CampaignChoice("smoke", "again", (*TINY, *more))).estimate
        for more in ((), ("protocol.trials=2",), ("model.image_size=64",), ("model.kind=weldon", "model.maps=1"))
    )
    assert once is not None
    assert twice is not None
    assert larger is not None
    assert other is None or other.seconds is None
    assert (twice.seconds or 0) > (once.seconds or 0)
    assert (twice.disk_bytes or 0) > (once.disk_bytes or 0)
    assert (larger.seconds, larger.disk_bytes) == (None, once.disk_bytes)


def test_the_command_line_makes_the_same(place: Workspace) -> None:
    choice = CampaignChoice("smoke", "one", (*TINY, 'criteria.names=["ag", "random"]'))
    planned = draft_campaign(place, choice)
    words = shlex.split(command_of(place, choice, is_started=False))
    assert words[0] == "alwsl-tui"
    assert planned.command == f"{command_of(place, choice, is_started=True)}"
    assert "--start" in shlex.split(planned.command)
    good(None, *words[1:])
    assert find_campaign(place, "one").plan == planned.plan


def test_a_dry_run_says_the_plan_and_makes_nothing(place: Workspace) -> None:
    text = good(place, "new", "--recipe", "smoke", "--dry-run")
    assert "4 jobs, 6 models to train" in text
    assert "unknown until a campaign like it has run here" in text
    said = call(place, "new", "--recipe", "smoke", "--dry-run", "--json").json("draft")
    assert (said["name"], said["plan"]["jobs"], said["estimate"]["seconds"]) == ("smoke", 4, None)
    assert left_behind(place) == []


def test_a_dry_run_refuses_what_making_would_refuse(place: Workspace) -> None:
    tiny(place, name="smoke")
    wrong = ("--set", "protocol.add=[9000, 9000]")
    assert "protocol.add: adds 18000" in refused(place, 3, "new", "--recipe", "smoke", "--dry-run", *wrong).err
    assert "there is a campaign 'smoke'" in refused(place, 2, "new", "--recipe", "smoke", "--dry-run").err


def test_fields_begin_with_the_recipe_and_only_differences_become_overrides() -> None:
    base = settings_of("voc2007-wildcat")
    assert overrides_of(base, base) == ()
    assert base["protocol.add"] == "100, 100, 100, 100, 500"
    same = {"protocol.add": "[100 100 100,100, 500]", "model.image_size": "", "protocol.trials": " 3 "}
    assert overrides_of(base, same) == ()
    other = {"protocol.add": "5 6", "criteria.names": "ag, unc", "protocol.report_at": "", "protocol.trials": "7"}
    assert set(overrides_of(base, other)) == {
        "protocol.add=[5, 6]", 'criteria.names=["ag", "unc"]', "protocol.report_at=[]", "protocol.trials=7",
    }  # fmt: skip


def test_a_choice_brings_with_it_what_it_cannot_be_without(place: Workspace) -> None:
    base = settings_of("voc2007-wildcat")
    changed = overrides_of(base, {"model.kind": "weldon", "model.backbone": "tiny", "data.name": "shapes"})
    assert {"model.maps=1", "model.alpha=1", "model.weights=none"} <= set(changed)
    assert draft_campaign(place, CampaignChoice("voc2007-wildcat", "x", changed)).mistakes == ()


def test_a_form_offers_everything_that_a_recipe_may_say(place: Workspace) -> None:
    offered = choices(place)
    assert {recipe.name for recipe in offered.recipes} >= {"demo", "voc2007-weldon"}
    for recipe in offered.recipes:
        base = settings_of(recipe.name)
        assert base["data.name"] in {known.name for known in offered.data}
        assert base["model.backbone"] in dict(offered.backbones)
        assert base["model.kind"] in dict(offered.models)
        assert set(base["criteria.names"].split(", ")) <= set(offered.criteria)
    with pytest.raises(BadRecipe):
        settings_of("/dev/zero")
    assert "it is not a file" in said_by(lambda: settings_of("/dev/zero"))


def test_keys_that_change_nothing_are_named_before_and_after_a_campaign_is_made(place: Workspace) -> None:
    choice = CampaignChoice("smoke", "one", (*TINY, "training.until=converged"))
    found = draft_campaign(place, choice)
    (noted,) = found.notes
    assert noted.endswith("200 epochs at most: protocol.epochs and protocol.full_epochs are not read")
    row = create_from(place, choice, is_started=False)
    assert (row.plan, found.estimate and found.estimate.is_open_ended) == (found.plan, True)
    assert (row.plan.schedule.epochs, row.plan.full_epochs) == ((200, 200, 200), 200)
    assert noted in [entry.text for entry in load_feed(place, "one")]
    assert draft_campaign(place, CampaignChoice("smoke", "two", TINY)).notes == ()


def test_a_draft_says_that_maps_add_nothing_above_a_frozen_backbone(place: Workspace) -> None:
    frozen = CampaignChoice("smoke", "one", (*TINY, "model.training=frozen"))
    (noted,) = draft_campaign(place, frozen).notes
    assert noted.startswith("model.maps = 4 adds nothing here: above a frozen backbone")
    create_from(place, frozen, is_started=False)
    assert noted in [entry.text for entry in load_feed(place, "one")]
    assert draft_campaign(place, CampaignChoice("smoke", "two", (*frozen.overrides, "model.maps=1"))).notes == ()
