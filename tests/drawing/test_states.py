"""Every word that something of a campaign may be called by has its sign."""

from dataclasses import replace

import pytest

from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.drawing.rounds import RoundStanding
from alwsl_tui.drawing.states import GLYPHS, badge, glyph
from alwsl_tui.tui.screens.station_rows import row_of
from alwsl_tui.tui.theme import ascii_text
from campaigns.core.execution import EngineStanding
from campaigns.core.states import AttemptState, CampaignState, JobState
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

DARK = THEMES["dark"]
WORDS = (
    *CampaignState, *JobState, *AttemptState, EngineStanding.QUEUED,
    *(set(RoundStanding) - {RoundStanding.NONE, RoundStanding.AHEAD}),
)  # fmt: skip


@pytest.mark.parametrize("word", sorted({str(word) for word in WORDS}))
def test_every_standing_has_a_sign_and_a_letter_for_it(word: str) -> None:
    assert badge(word, DARK).plain == f"{GLYPHS[word]} {word}"
    assert glyph(word, DARK).cell_len == 1
    assert "?" not in ascii_text(GLYPHS[word])


def test_a_campaign_that_an_engine_keeps_in_its_queue_stands_in_the_list(
    finished: tuple[Workspace, CampaignRow],
) -> None:
    (line,) = load_campaigns(finished[0])
    queued = replace(line, state=CampaignState.RUNNING, running=0, queued=1)
    assert "queued" in str(row_of(queued, DARK, old="", is_ascii=False))
