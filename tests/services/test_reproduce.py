"""The paper's campaigns, in full and shrunk: what they are, and that they can be left and gone on with."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.states import CampaignState
from campaigns.errors import AlwslError, NoSuchName, UsageError
from campaigns.reporting.paper import is_of_paper
from campaigns.services import data
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.campaigns.wait import wait
from campaigns.services.reproduce import (
    FINISHED_EPOCHS,
    FULL_EPOCHS,
    SHRUNK,
    Heads,
    Scale,
    begin,
    compared,
    halt,
    plan_reproduction,
    so_far,
)
from campaigns.services.workspace import Workspace
from tests.datasets.conftest import write_voc
from tests.patience import patience
from tests.stage import refusal


@pytest.fixture
def voc(place: Workspace, tmp_path: Path) -> Workspace:
    """A home that knows a VOC 2007 of a hundred tiny pictures, and forty to test on."""
    train, test = ([f"{n:06}" for n in numbers] for numbers in (range(1, 101), range(101, 141)))
    data.add(place, "voc2007", write_voc(tmp_path / "VOCdevkit", {"trainval": train, "test": test}))
    return place


def test_a_shrunk_protocol_keeps_the_shares_and_says_that_it_is_one(voc: Workspace) -> None:
    part, finished = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL)
    assert part.draft is not None
    plan = part.draft.plan
    assert plan is not None
    assert [plan.schedule.labelled(n) for n in plan.schedule.rounds] == [2, 4, 6, 8, 10, 20]
    assert plan.reading_points == (10, 20)
    assert (plan.trials, plan.schedule.epochs) == (10, (35, 35, 35, 35, 25, 25))
    assert plan.criteria[-2:] == ("adv", "vote")
    row = create_campaign(voc, part.choice.source, overrides=part.choice.overrides, name=part.name).campaign
    assert row.about.startswith(SHRUNK)
    assert "100 images" in row.about
    assert row.name.endswith("-small")
    assert plan.full_epochs == FULL_EPOCHS
    assert (part.heads, finished.heads) == (Heads.PAPER, Heads.FINISHED)


def test_the_second_setting_differs_in_its_epochs_alone(voc: Workspace) -> None:
    parts = plan_reproduction(voc, "voc2007", models=["wildcat"], scale=Scale.SMALL)
    papers, finished = (part.draft.plan for part in parts if part.draft is not None)
    assert papers is not None
    assert finished is not None
    assert finished.schedule.epochs == (FINISHED_EPOCHS,) * 6
    assert finished.full_epochs == FINISHED_EPOCHS
    assert replace(finished, schedule=papers.schedule, full_epochs=papers.full_epochs) == papers
    rows = [create_campaign(voc, part.choice.source, overrides=part.choice.overrides, name=part.name).campaign
            for part in parts]  # fmt: skip
    assert [row.name for row in rows] == ["paper-voc2007-wildcat-small", "paper-voc2007-wildcat-small-finished"]
    assert "its head trained for 100 epochs" in rows[1].about
    assert all(is_of_paper(row) for row in rows)


def test_a_campaign_of_before_the_list_goes_on_with_its_one_number(voc: Workspace) -> None:
    (part, _) = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL)
    older = [change for change in part.choice.overrides if not change.startswith("protocol.full_epochs")]
    create_campaign(voc, part.choice.source, overrides=older, name=part.name)
    again, _ = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL)
    assert again.found is not None
    assert again.found.plan.full_epochs == 20


def test_both_settings_stand_side_by_side(voc: Workspace) -> None:
    parts = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL)
    for part in parts:
        create_campaign(voc, part.choice.source, overrides=part.choice.overrides, name=part.name)
    (entry,) = compared(voc, parts)
    assert entry.names == tuple(part.name for part in parts)
    assert all(pair.first is not None and pair.second is not None and not pair.changes for pair in entry.claims)


def test_the_papers_own_budgets_on_part_of_the_data_are_refused_with_a_way_on(voc: Workspace) -> None:
    told = refusal(lambda: plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.FULL))
    assert "100" in told
    assert "--scale small" in told


def test_data_that_the_paper_does_not_use_are_refused(place: Workspace) -> None:
    with pytest.raises(NoSuchName, match="shapes"):
        plan_reproduction(place, "shapes", models=["weldon"], scale=Scale.SMALL)


def test_data_that_are_not_here_are_refused_before_anything_is_made(place: Workspace) -> None:
    with pytest.raises(AlwslError, match="COCO"):
        plan_reproduction(place, "coco", models=["weldon", "wildcat"], scale=Scale.SMALL)
    assert not place.home.campaigns.exists() or not list(place.home.campaigns.iterdir())


def test_what_was_begun_is_gone_on_with_and_another_recipe_is_refused(voc: Workspace) -> None:
    parts = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL, trials=2)
    create_campaign(voc, parts[0].choice.source, overrides=parts[0].choice.overrides, name=parts[0].name)
    again, _ = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL)
    assert again.found is not None
    assert (again.state, again.draft, again.found.plan.trials) == (CampaignState.NEW, None, 2)
    told = refusal(lambda: plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL, trials=3))
    assert "protocol.trials is 2, not 3" in told
    assert "delete" in told


def test_how_far_each_figure_is(voc: Workspace) -> None:
    parts = plan_reproduction(voc, "voc2007", models=["wildcat"], scale=Scale.SMALL, trials=1)
    create_campaign(voc, parts[0].choice.source, overrides=parts[0].choice.overrides, name=parts[0].name)
    made = {one.exhibit.title for one in so_far(voc) if one.states[Scale.SMALL] is CampaignState.NEW}
    assert made == {"Figure 4", "Figure 5", "Figure 15", "Figure 17", "Table 2", "Section 5.4"}
    assert all(one.states[Scale.FULL] is None for one in so_far(voc))


def test_a_data_set_smaller_than_its_budgets_is_refused(place: Workspace, tmp_path: Path) -> None:
    few = write_voc(tmp_path / "VOCdevkit", {"trainval": ["000001", "000002"], "test": ["000003"]})
    data.add(place, "voc2007", few)
    with pytest.raises(UsageError, match="too small even for a shrunk protocol"):
        plan_reproduction(place, "voc2007", models=["weldon"], scale=Scale.SMALL)


@pytest.mark.slow
@pytest.mark.long
def test_a_reproduction_stopped_half_way_goes_on_to_its_end(voc: Workspace) -> None:
    names = begin(voc, plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL, trials=1))
    assert set(halt(voc, names)) == set(names)
    for name in names:
        assert wait(voc, name, timeout=patience()) is CampaignState.PAUSED
    parts = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL, trials=1)
    assert [part.state for part in parts] == [CampaignState.PAUSED] * 2
    assert begin(voc, parts) == names
    for name in names:
        assert wait(voc, name, timeout=3 * patience()) is CampaignState.DONE
    assert halt(voc, names) == ()
