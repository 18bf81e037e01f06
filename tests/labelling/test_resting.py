"""A person who has labelled all that is asked for is told whether more will come, and what brings it."""

from dataclasses import replace
from pathlib import Path

import pytest

from alwsl_tui.drawing.label import RESTING, nothing
from campaigns.core.ids import Job, JobKind
from campaigns.core.states import CampaignState, Intent
from campaigns.services.campaigns.cancel import cancel
from campaigns.services.desk.desk import Desk
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import set_intent
from campaigns.store.rows import CampaignRow
from tests.labelling.truth import answer, asking, requests_of, write_photos
from tests.stage import tiny

NARROW = 40
"""Cells of the smallest screen."""


@pytest.fixture
def row(place: Workspace, tmp_path: Path) -> CampaignRow:
    """A campaign whose first request is answered, and which nobody has started."""
    row = tiny(place, *asking(write_photos(tmp_path / "photos")), name="asked")
    (request, *_) = requests_of(place, row)
    assert request.job == Job(JobKind.BASELINE, 0)
    answer(place, row, request.everything)
    return row


def test_who_waits_for_a_campaign_that_does_not_go_on_is_told_so(place: Workspace, row: CampaignRow) -> None:
    desk = Desk(place, row.name, by="anna")
    assert nothing(desk.look()).splitlines()[1:3] == ["the campaign was not started.", "alwsl-tui start asked"]
    with place.store() as store, store.writing():
        set_intent(store, row.id, Intent.RUN)
    assert "the campaign trains and chooses the next images." in nothing(desk.look())
    cancel(place, row.name)
    assert nothing(desk.look()).splitlines()[1:3] == ["the campaign was cancelled.", "alwsl-tui retry asked"]
    desk.close()


@pytest.mark.parametrize("state", RESTING)
def test_the_words_fit_the_smallest_screen(place: Workspace, row: CampaignRow, state: CampaignState) -> None:
    desk = Desk(place, row.name, by="anna")
    text = nothing(replace(desk.look(), state=state))
    desk.close()
    assert text.startswith("Nothing is asked for now:")
    assert max(map(len, text.splitlines())) <= NARROW
