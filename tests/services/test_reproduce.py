"""The paper's campaigns, in full and shrunk: what they are, and that they can be left and gone on with."""

from pathlib import Path

import pytest

from campaigns.core.states import CampaignState
from campaigns.errors import AlwslError, NoSuchName, UsageError
from campaigns.services import data
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.campaigns.wait import wait
from campaigns.services.reproduce import SHRUNK, Scale, begin, halt, plan_reproduction, so_far
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
    (part,) = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL)
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
    (again,) = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL)
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
    assert halt(voc, names) == names
    assert wait(voc, names[0], timeout=patience()) is CampaignState.PAUSED
    parts = plan_reproduction(voc, "voc2007", models=["weldon"], scale=Scale.SMALL, trials=1)
    assert [part.state for part in parts] == [CampaignState.PAUSED]
    assert begin(voc, parts) == names
    assert wait(voc, names[0], timeout=3 * patience()) is CampaignState.DONE
    assert halt(voc, names) == ()
