import re
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot

from alwsl_tui.tui.panes.agreement import AgreementPane
from campaigns.services.results.agreement import images_with_votes, load_agreements, shared_images
from campaigns.services.results.picks import load_picks
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.stage import tiny
from tests.tui.boxes import Box
from tests.tui.waiting import seen as shown
from tests.tui.waiting import until

Rich = tuple[Workspace, CampaignRow]


def opened(place: Workspace, name: str) -> tuple[Box, AgreementPane]:
    pane = AgreementPane(place, name)
    return Box(pane), pane


async def drawn(pilot: Pilot[Any], pane: AgreementPane) -> None:
    await until(pilot, lambda: pane.content is not None and "wanted images" in shown(pilot))
    # As wide as it comes to be: the first drawing is before the layout.
    await until(pilot, lambda: re.search(r"6 votes .*\d+ +\d+ %", shown(pilot)))


def has_votes(pilot: Pilot[Any], count: int) -> bool:
    return re.search(rf"\d votes? .* {count} +\d+ %", shown(pilot)) is not None


async def test_the_newest_round_is_seen_first(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    newest = load_agreements(place, row.name)[-1]
    async with box.run_test(size=(100, 30)) as pilot:
        await drawn(pilot, pane)
        told = f"round {newest.picked.round} of ag, trial 0: of {newest.picked.n} images"
        await until(pilot, lambda: told in shown(pilot))
        assert pane.facts() == {"criterion": "ag", "trial": "0", "round": str(newest.picked.round)}
        for count in newest.tables.votes.tolist():
            await until(pilot, partial(has_votes, pilot, count))


async def test_a_chosen_round_stays_and_the_last_one_is_followed_again(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    async with box.run_test(size=(100, 30)) as pilot:
        await drawn(pilot, pane)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: pane.round == 0 and "round 0 of trial 0, which its arms share" in shown(pilot))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: pane.round is None and "round 1/1" in shown(pilot))


async def test_criterion_and_trial_turn_and_begin_again(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    async with box.run_test(size=(100, 30)) as pilot:
        await drawn(pilot, pane)
        await pilot.press("c")
        await until(pilot, lambda: pane.facts().get("criterion") == "vote")
        await pilot.press("t")
        await until(pilot, lambda: pane.facts().get("trial") == "1")
        await pilot.press("t")
        await until(pilot, lambda: pane.facts().get("trial") == "0")


async def test_a_cell_lists_what_both_want_and_a_pick_opens(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    async with box.run_test(size=(80, 24)) as pilot:
        await drawn(pilot, pane)
        one = pane.seen_round
        assert one is not None
        pane.table.cursor = (3, 5)
        await pilot.press("enter")
        expected = shared_images(
            place, row.name, trial=0, criterion="ag", round_=one.picked.round, first="sepmax", second="sepsum"
        )
        assert expected
        await until(pilot, lambda: tuple(line.key for line in pane.found.listing.rows) == expected)
        await until(pilot, lambda: f"sepmax and sepsum share {len(expected)}" in " ".join(shown(pilot).split()))
        picked = {*load_picks(place, row.name, criterion="ag", trial=0, round_=one.picked.round).picked.images}
        for image in expected:
            pane.found.listing.to(image)
            await pilot.press("enter")
        await until(pilot, lambda: len(box.wanted) == len(picked & {*expected}))
        assert [message.facts["image"] for message in box.wanted] == [image for image in expected if image in picked]
        assert {message.tab for message in box.wanted} <= {"picks"}
        await pilot.press("escape")
        await until(pilot, lambda: pane.table.has_focus)


async def test_the_images_with_so_many_votes_are_listed(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    newest = load_agreements(place, row.name)[-1]
    wanted = images_with_votes(place, row.name, trial=0, criterion="ag", round_=newest.picked.round, votes=1)
    async with box.run_test(size=(100, 40)) as pilot:
        await drawn(pilot, pane)
        await pilot.press("v")
        await until(pilot, lambda: f"1 vote: {newest.tables.votes[0]} images" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "images with 1 vote" in shown(pilot))
        await until(pilot, lambda: [one.key for one in pane.found.listing.rows] == list(wanted))
        assert len(wanted) == newest.tables.votes[0]


@pytest.mark.slow
async def test_what_was_listed_goes_with_its_cell(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    async with box.run_test(size=(160, 40)) as pilot:
        await drawn(pilot, pane)
        pane.table.cursor = (0, 0)
        await pilot.press("enter")
        await until(pilot, lambda: pane.found.listing.rows)
        await pilot.press("escape", "down")
        await until(pilot, lambda: not pane.found.listing.rows)


@pytest.mark.slow
async def test_the_images_of_a_cell_are_a_sheet_where_there_is_room(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    async with box.run_test(size=(120, 40)) as pilot:
        await drawn(pilot, pane)
        pane.table.cursor = (3, 5)
        await pilot.press("enter")
        sheet = pane.found.sheet
        await until(pilot, lambda: sheet.has_focus and sheet.cells[0].picture.is_drawn)
        picked = next(line.key for line in pane.found.listing.rows if line.key in pane._picked)
        keys = [line.key for line in pane.found.listing.rows]
        await pilot.press("home", *["right"] * keys.index(picked), "enter")
        await until(pilot, lambda: box.wanted)
        assert box.wanted[0].facts["image"] == picked
        await pilot.press("g")
        await until(pilot, lambda: pane.found.listing.has_focus and not sheet.region.area)
        await pilot.press("g")
        await until(pilot, lambda: sheet.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: pane.table.has_focus)


async def test_rank_correlation_takes_the_place_of_overlap(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    async with box.run_test(size=(100, 30)) as pilot:
        await drawn(pilot, pane)
        await pilot.press("m")
        await until(pilot, lambda: "Kendall's tau" in shown(pilot) and "order the" in shown(pilot))


async def test_before_the_first_round_it_says_what_is_waited_for(place: Workspace) -> None:
    row = tiny(place, 'criteria.names=["ag", "unc"]')
    box, pane = opened(place, row.name)
    async with box.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "No agreement yet" in shown(pilot))
        await pilot.press("c", "t", "m", "enter", "right_square_bracket")
        await until(pilot, lambda: pane.content is not None and pane.content.criterion == "unc")
        assert pane.facts() == {}
        assert not box.failed


async def test_another_tab_can_point_at_a_round(rich: Rich) -> None:
    place, row = rich
    box, pane = opened(place, row.name)
    async with box.run_test(size=(100, 30)) as pilot:
        await drawn(pilot, pane)
        pane.point_at({"criterion": "unc", "trial": "1", "round": "0"})
        await until(pilot, lambda: pane.facts() == {"criterion": "unc", "trial": "1", "round": "0"})
