"""The tab that says what a campaign amounts to."""

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from alwsl_tui.drawing.palette import DARK
from alwsl_tui.drawing.report import SIGNS, page
from alwsl_tui.tui.panes.report import ReportPane
from campaigns.reporting.verdicts import Verdict
from campaigns.services.monitor.show import watch
from campaigns.services.results.findings import Findings, findings
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.stage import tiny
from tests.tui.test_cost_recipe import Host
from tests.tui.waiting import seen, until

Finished = tuple[Workspace, CampaignRow]


class Counting(ReportPane):
    """How often it compares."""

    reads = 0

    def read(self) -> Findings:
        self.reads += 1
        return super().read()


async def test_random_comes_first_and_the_report_can_be_copied(finished: Finished) -> None:
    place, row = finished
    app = Host(ReportPane(place, row.name))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "vs random" in seen(pilot) and "The paper's claims" in seen(pilot))
        assert seen(pilot).index("vs random") < seen(pilot).index("The paper's claims")
        await pilot.press("y")
        await until(pilot, lambda: app.said and "vs random" in app.clipboard)
        assert app.clipboard.index(row.about.split(".")[0][:40]) < app.clipboard.index("vs random")
    assert app.said == [f"alwsl-tui report {row.name} --plain"]


async def test_it_is_compared_again_only_when_more_is_measured(finished: Finished) -> None:
    place, row = finished
    pane = Counting(place, row.name)
    whole = watch(place, row.name)
    none = replace(whole, jobs=tuple(replace(one, rounds=()) for one in whole.jobs))
    pane.campaign = none
    async with Host(pane).run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: pane.content is not None)
        before = pane.reads
        pane.look()
        await pilot.pause()
        assert pane.reads == before
        pane.campaign = whole
        pane.look()
        await until(pilot, lambda: pane.reads == before + 1)


async def test_a_campaign_without_a_measure_says_so_and_what_would_tell(place: Workspace) -> None:
    row = tiny(place)
    app = Host(ReportPane(place, row.name))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "The paper's claims" in seen(pilot))
        assert str(Verdict.HOLDS) not in re.findall(r"^. (holds)", seen(pilot), re.MULTILINE)


@pytest.mark.parametrize("width", [38, 78, 118, 198])
def test_no_line_is_wider_than_its_place_where_words_can_be_folded(finished: Finished, width: int) -> None:
    place, row = finished
    found = findings(place, row.name)
    lines = page(found, width=width, palette=DARK).plain.splitlines()
    assert max(map(cell_len, lines)) <= width


def test_every_claim_stands_there_with_its_verdict_and_a_sign(finished: Finished) -> None:
    place, row = finished
    found = findings(place, row.name)
    text = page(found, width=200, palette=DARK).plain
    for claim in found.claims:
        assert f"{SIGNS[claim.verdict]} {claim.verdict}" in text
        assert claim.text in text
