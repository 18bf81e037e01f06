"""What people are told about campaigns that may go on with a larger budget, and about those that may not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alwsl_tui.drawing.label import nothing
from campaigns.core.answers import RequestClosing
from campaigns.core.states import CampaignState, Intent
from campaigns.errors import WaitingForLabels
from campaigns.home.answers import append
from campaigns.reporting.forecast import Advice, forecast_of
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.campaigns.extend import advised_images, more_images
from campaigns.services.desk.desk import Desk
from campaigns.services.labelling.subject import Subject
from campaigns.services.results.curves import load_curves
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.campaigns import set_intent
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good, refused
from tests.labelling.extending import ADDED, ARM, BASELINE, extensions_of, let_end, longer, made, row_now
from tests.labelling.growing import add, require_verified
from tests.labelling.truth import answer, requests_of
from tests.reporting.synthetic import a_curve
from tests.services.tampering import told
from tests.stage import attended, outcome, perform_job, tiny

USAGE, POOL, BUDGET = 2, 100, 24
"""Training photographs, and those that a campaign of two rounds asks for."""


def test_the_command_says_what_it_added_and_what_comes_next(here: Workspace) -> None:
    with attended(here):
        record = json.loads(good(here, "extend", "asked", "--add", "8", "--json"))
        show = json.loads(good(here, "show", "asked", "--json"))
    assert (record["kind"], record["add"], record["budget"]) == ("extended", [6, 2], BUDGET + 8)
    assert (record["left"], record["was_cut_off"], record["name"]) == (POOL - BUDGET - 8, False, "asked")
    assert show["plan"]["labelled"] == [12, 18, 24, 30, 32]
    assert show["state"] == "running"
    assert "12 → 18 → 24 → 30 → 32 images" in good(here, "show", "asked")
    assert "add = [\n    6,\n    6,\n    6,\n    2,\n]" in good(here, "recipe", "asked")
    assert any("extended by 8 images to 32" in line for line in good(here, "feed").splitlines())


def test_in_words_it_names_the_next_command(here: Workspace) -> None:
    with attended(here):
        lines = good(here, "extend", "asked", "--add", "6").splitlines()
    assert lines[0] == "asked: 6 images more in 1 round, 30 in all; 70 are left"
    assert lines[1].startswith("next: alwsl-tui label asked")


def test_a_recipe_of_an_extended_campaign_makes_one_of_that_length(here: Workspace, tmp_path: Path) -> None:
    longer(here)
    file = tmp_path / "longer.toml"
    file.write_text(good(here, "recipe", "asked"), encoding="utf-8")
    good(here, "new", "--recipe", str(file), "--name", "twin")
    assert (
        json.loads(good(here, "show", "twin", "--json"))["plan"]
        == json.loads(good(here, "show", "asked", "--json"))["plan"]
    )


@pytest.mark.slow
def test_more_than_there_is_is_refused_with_how_many_are_left(here: Workspace) -> None:
    row, left = row_now(here), POOL - BUDGET
    said = refused(here, USAGE, "extend", "asked", "--add", str(left + 1)).err
    assert f"{left} images are left in asked" in said
    assert f"next: alwsl-tui extend asked --add {left}" in said
    for number in ("0", "-3"):
        assert "--add" in refused(here, USAGE, "extend", "asked", "--add", number).err
    assert extensions_of(here, row) == ()
    longer(here, left)
    let_end(here, row, ARM, first=20)
    said = refused(here, USAGE, "extend", "asked", "--add", "1").err
    assert "no image is left in asked" in said
    require_verified(here, row)
    assert sum(name.endswith("picks.json") for name in outcome(here, row)) == 1 + 2 + 13


def test_a_campaign_whose_labels_come_from_its_data_set_is_not_extended(place: Workspace) -> None:
    tiny(place)
    said = refused(place, USAGE, "extend", "tiny", "--add", "30").err
    assert "nobody labels for tiny" in said
    assert "alwsl-tui recipe tiny > longer.toml" in said


@pytest.mark.parametrize(
    ("intent", "hint"),
    [(Intent.NEW, "alwsl-tui start asked"), (Intent.RUN, "alwsl-tui wait asked"),
     (Intent.PAUSE, "alwsl-tui resume asked"), (Intent.CANCEL, "alwsl-tui retry asked")],
)  # fmt: skip
def test_one_that_is_not_done_is_not_extended(place: Workspace, intent: Intent, hint: str) -> None:
    row = made(place)
    with place.store() as store:
        set_intent(store, row.id, intent)
    with attended(place):
        said = refused(place, USAGE, "extend", "asked", "--add", "6").err
    assert "only a campaign that is done is extended" in said
    assert hint in said
    assert extensions_of(place, row) == ()


@pytest.mark.slow
def test_what_a_closed_request_left_may_be_asked_for_no_more_often_than_there_are_images(place: Workspace) -> None:
    row = made(place)
    let_end(place, row, BASELINE)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM)
    (request,) = (request for request in requests_of(place, row) if request.job == ARM)
    answer(place, row, [*request.tests, request.images[0]])
    append(place.home.labels(row.dataset), [RequestClosing(1764374400.0, "anna", request.id)])
    let_end(place, row, ARM, first=2)
    more = more_images(place, row_now(place), CampaignState.DONE)
    assert more is not None
    assert (more.batch, more.left) == (ADDED[0], POOL - BUDGET)
    longer(place, more.left)
    let_end(place, row, ARM, first=20)


@pytest.mark.slow
def test_photographs_that_a_round_took_in_count_as_left(place: Workspace, settled: None) -> None:
    row = made(place)
    let_end(place, row, BASELINE)
    added = add(place.home.folder.parent / "photos")
    let_end(place, row, ARM)
    train = len(Subject.open(place, "asked").dataset.train)
    assert POOL < train < POOL + len(added)
    more = more_images(place, row_now(place), CampaignState.DONE)
    assert more is not None
    assert more.left == train - BUDGET
    longer(place)
    let_end(place, row, ARM, first=20)


def test_it_is_carried_to_another_home(here: Workspace, tmp_path: Path) -> None:
    row = row_now(here)
    plan = longer(here).campaign.plan
    with pytest.raises(WaitingForLabels):
        perform_job(here, row, ARM, attempt=20)
    with here.store() as store:
        set_intent(store, row.id, Intent.PAUSE)
    file = export_campaign(here, "asked", tmp_path / "asked.tar").file
    there = open_workspace(tmp_path / "there")
    brought = import_campaign(there, file, folder=Path(str(data_root(here, row))))
    assert (brought.state, brought.campaign.plan) == ("paused", plan)
    assert told(verify_campaign(there, "asked")) == ""
    (request,) = requests_of(there, brought.campaign)
    assert request.round == 3
    let_end(there, brought.campaign, ARM, first=21)
    let_end(here, row, ARM, first=21)
    assert outcome(there, brought.campaign) == outcome(here, row)


def data_root(place: Workspace, row: CampaignRow) -> str:
    root = Desk(place, row.name).workspace.home.campaign(row.id).recipe.read_text(encoding="utf-8")
    return root.split('root = "', 1)[1].split('"', 1)[0]


def test_where_the_forecast_says_go_on_the_next_command_is_named(here: Workspace) -> None:
    row = row_now(here)
    noise = (0.002, -0.001, 0.0, 0.001, -0.002, 0.001, 0.0, -0.001)
    values = {n: {0: 0.9 - 1.2 / n**0.5 + noise[at]} for at, n in enumerate(range(12, 44, 4))}
    result = replace(load_curves(here, "asked"), curves=(a_curve("ag", values),), interval=None)
    forecast = forecast_of(row.plan, result)
    assert forecast is not None
    assert forecast.advice is Advice.GO_ON
    assert advised_images(here, row, CampaignState.DONE, result) == ADDED[0]
    assert advised_images(here, row, CampaignState.LABELLING, result) is None
    assert advised_images(here, row, CampaignState.DONE, load_curves(here, "asked")) is None, "too early"
    desk = Desk(here, "asked", by="anna")
    view = desk.look()
    desk.close()
    assert "extend" not in nothing(view)
    assert "alwsl-tui extend asked --add 6" in nothing(replace(view, advised=6))
    assert "extend" not in call(here, "show", "asked").out


def test_a_screen_to_label_on_that_is_open_hears_of_it(here: Workspace) -> None:
    desk = Desk(here, "asked", by="anna")
    assert desk.look().wanted.progress.budget == BUDGET
    longer(here)
    desk.look()
    assert desk.look().wanted.progress.budget == BUDGET + sum(ADDED)
    desk.close()
