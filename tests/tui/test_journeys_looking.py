"""Journeys through the whole program where nothing runs: keys alone, judged by what is on the screen."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from alwsl_tui.options import Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.widgets.listing import Listing
from campaigns.services.campaigns.find import campaign_exists
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import left_behind
from tests.patience import patience
from tests.stage import processes, tiny
from tests.tui.journeys import line_of, marks, opened, shows, walk, write
from tests.tui.waiting import seen, until

Finished = tuple[Workspace, CampaignRow]


@pytest.mark.slow
async def test_a_log_is_searched_filtered_and_saved(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(finished[0]) as pilot:
        await shows(pilot, "tiny")
        await pilot.press("enter")
        await shows(pilot, "1 Overview")
        await pilot.press("6")
        await shows(pilot, "attempt 1", "log 1/4")
        await pilot.press("l")
        await shows(pilot, "Log of")
        await pilot.press("home", "enter")
        await shows(pilot, "epoch 1", "started on", but="Log of")
        for key, question, pattern in (
            ("slash", "Search for", "epoch 2"),
            ("i", "Show only lines that match", "epoch"),
            ("o", "Hide lines that match", "epoch 1:"),
        ):
            await pilot.press(key)
            await shows(pilot, question)
            await write(pilot, pattern)
            await pilot.press("enter")
            await shows(pilot, "epoch 2", but=question)
            await marks(pilot, "epoch 2")
        await shows(pilot, "epoch 2: loss", but="epoch 1: loss")
        await pilot.press("ctrl+s")
        await shows(pilot, "saved ", ".log", "$ alwsl-tui logs tiny --job ")
        (saved,) = tmp_path.glob("tiny-*.log")
        assert "epoch 2" in saved.read_text()
        assert all("epoch" in line and "epoch 1:" not in line for line in saved.read_text().splitlines())
        await pilot.press("x")
        await shows(pilot, "started on", "epoch 1:")


async def test_a_cell_of_the_rounds_leads_to_its_log_where_rounds_and_epochs_are_one_key_away(
    finished: Finished,
) -> None:
    async with opened(finished[0], Manners(campaign="tiny", tab="rounds")) as pilot:
        await shows(pilot, "models done", "full, round 0")
        await pilot.press("down", "down", "g")
        await shows(pilot, "arm-t0-ag attempt 1", "following", "round 2 begins")
        await pilot.press("home")
        # The search begins at the page that is seen: it has to be there.
        await until(pilot, lambda: "following" not in seen(pilot) and "started on cpu" in seen(pilot))
        for key, found in (
            ("right_square_bracket", "round 1 begins"),
            ("right_square_bracket", "round 2 begins"),
            ("right_curly_bracket", "round 2 epoch 1"),
            ("left_square_bracket", "round 2 begins"),
            ("left_curly_bracket", "round 1 epoch 2"),
        ):
            await pilot.press(key)
            await marks(pilot, found)


async def test_why_an_image_was_picked_is_read_from_the_cell_of_its_round(finished: Finished) -> None:
    async with opened(finished[0], Manners(campaign="tiny", tab="rounds")) as pilot:
        await shows(pilot, "models done", "full, round 0")
        await pilot.press("i")
        await shows(pilot, "Not done", "full picks nothing here", "next: choose a round of a criterion")
        await pilot.press("down", "down", "right", "i")
        first = await shows(pilot, "ag   trial 0", "round 1/", "ag took it from", "map of", "▀▀▀▀")
        await pilot.press("down")
        await until(pilot, lambda: "turn" in seen(pilot) and because(seen(pilot)) != because(first))
        (shown,) = [word for line in seen(pilot).splitlines() for word in line.split("map of ")[1:]]
        await pilot.press("full_stop")
        await until(pilot, lambda: f"map of {shown}" not in seen(pilot))
        await shows(pilot, "map of")
        mapped = await painted(pilot)
        await pilot.press("m")
        plain = await painted(pilot, but=mapped)
        await pilot.press("m")
        await until(pilot, lambda: colours(pilot) == mapped)
        assert plain != mapped
        await pilot.press("c")
        await shows(pilot, "random   trial 0", "drawn at random")


def because(screen: str) -> str:
    """The line that says why the pick under the cursor was picked."""
    return screen.splitlines()[3]


def colours(pilot: Pilot[None]) -> list[str]:
    """Of the half-blocks on the screen, of which pictures are made."""
    strips = pilot.app.screen._compositor.render_strips()
    return [str(segment.style) for strip in strips for segment in strip if "▀" in segment.text]


async def painted(pilot: Pilot[None], *, but: list[str] | None = None) -> list[str]:
    """Wait until there is a picture, another one than that, and nothing more happens to it; its colours."""
    found: list[str] = []

    def is_steady() -> bool:
        nonlocal found
        before, found = found, colours(pilot)
        return bool(found) and found == before and found != but

    await until(pilot, is_steady)
    return found


@pytest.mark.slow
async def test_the_images_that_criteria_agree_on_lead_to_their_picks(finished: Finished) -> None:
    async with opened(finished[0]) as pilot:
        await shows(pilot, "tiny")
        await pilot.press("enter")
        await shows(pilot, "1 Overview")
        await pilot.press("3")
        await shows(pilot, "images that both want", "round 1/1", "Press enter to list")
        await pilot.press("left_square_bracket")
        await shows(pilot, "round 0")
        await pilot.press("left", "enter")
        await shows(pilot, "wanted by unc ", "shape-0000", "pick ")
        await pilot.press("home", "right", "enter")
        await shows(pilot, "ag   trial 0", "round 0/", "the list of sepmax (turn 1)")


@pytest.mark.slow
async def test_a_campaign_with_a_mistake_in_it_cannot_be_started(place: Workspace) -> None:
    async with opened(place, size=(80, 24)) as pilot:
        await shows(pilot, "No campaigns here yet.")
        await pilot.press("n")
        await shows(pilot, "New campaign", "ready")
        await walk(pilot, "#field-protocol-add Input", "tab")
        await pilot.press("end")
        await write(pilot, "00")
        screen = await shows(pilot, "mistake", "adds 12120")
        lines = screen.splitlines()
        at = next(at for at, line in enumerate(lines) if line.startswith(" add "))
        assert "adds 12120, which makes 12240 where there are 1200" in lines[at + 1], screen
        await pilot.press("ctrl+s", "ctrl+n")
        await shows(pilot, "mistake", "New campaign")
        await pilot.press(*2 * ["backspace"])
        await shows(pilot, "ready", but="adds 12120")
        await pilot.press("escape")
        await shows(pilot, "No campaigns here yet.")
    assert left_behind(place) == []


@pytest.mark.slow
async def test_the_list_is_filtered_ordered_marked_and_two_are_compared(place: Workspace) -> None:
    for name, lr in (("cat", "0.05"), ("dog", "0.02"), ("cow", "0.01")):
        tiny(place, f"training.lr={lr}", name=name)
    async with opened(place) as pilot:
        await until(pilot, lambda: names(pilot) == ["cow", "dog", "cat"])
        await pilot.press("o")
        await shows(pilot, "ordered by name", "$ alwsl-tui list --sort name")
        await until(pilot, lambda: names(pilot) == ["cat", "cow", "dog"])
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await write(pilot, "name:c")
        await until(pilot, lambda: names(pilot) == ["cat", "cow"])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, Listing))
        await pilot.press("V")
        await shows(pilot, "Mark two or more campaigns with space")
        await pilot.press("a", "V")
        await shows(pilot, "cat", "cow", "Recipes differ in", "training.lr", "0.05", "0.01", but="dog")
        await pilot.press("escape")
        await until(pilot, lambda: names(pilot) == ["cat", "cow"])
        await pilot.press("escape", "escape")
        await until(pilot, lambda: names(pilot) == ["cat", "cow", "dog"])


def names(pilot: Pilot[None]) -> list[str]:
    """The campaigns in the list, from above."""
    found = [line.lstrip(" *").split() for line in seen(pilot).splitlines()]
    return [words[0] for words in found if words[1:3] == ["○", "new"]]


@pytest.mark.slow
async def test_who_only_looks_changes_nothing(place: Workspace) -> None:
    tiny(place)
    before, bytes_before = load_campaigns(place), place.home.store.read_bytes()
    async with opened(place, Manners(is_readonly=True)) as pilot:
        await shows(pilot, "tiny", "readonly")
        await pilot.press(*"SPDCRXnb")
        await pilot.press("ctrl+p")
        await shows(pilot, "Search for commands")
        await write(pilot, "retry")
        await shows(pilot, "Retry failed and cancelled", "not with --readonly: alwsl-tui retry tiny")
        await pilot.press("enter")
        await shows(pilot, "tiny", "new", but="Search for commands")
        await pilot.press("question_mark")
        await shows(pilot, "grey: not with --readonly", "(readonly)")
        await pilot.press("escape", "enter")
        await shows(pilot, "1 Overview", "readonly")
        await pilot.press(*"SPDCRX")
        screen = await shows(pilot, "1 Overview", "new")
        assert "$ alwsl-tui" not in screen
    assert load_campaigns(place) == before
    assert place.home.store.read_bytes() == bytes_before
    assert processes(place, "campaigns.station") == []


@pytest.mark.slow
async def test_the_palette_finds_an_action_by_a_word_and_does_it(place: Workspace) -> None:
    tiny(place)
    async with opened(place) as pilot:
        await shows(pilot, "tiny")
        await pilot.press("ctrl+p")
        await shows(pilot, "Search for commands", "alwsl-tui pause tiny")
        await write(pilot, "pause")
        await shows(pilot, "Pause at the next checkpoint", but="Start the demo")
        await pilot.press("enter")
        await shows(pilot, "Not done", "tiny is new", "next: begin with: alwsl-tui start tiny")
        await pilot.press("ctrl+p")
        await shows(pilot, "Search for commands")
        await write(pilot, "cancel")
        await shows(pilot, "Cancel now", but="Start the demo")
        await pilot.press("enter")
        await shows(pilot, "Cancel tiny?")
        await pilot.press("y")
        await shows(pilot, "tiny: cancelled", "$ alwsl-tui cancel tiny")
        await until(pilot, lambda: "cancelled" in line_of(pilot, " tiny  "))


@pytest.mark.slow
async def test_keys_are_told_and_a_theme_is_kept_for_the_next_start(place: Workspace) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "No campaigns here yet.")
        await pilot.press("question_mark")
        await shows(pilot, "/ filter", "Start the demo", "$ alwsl-tui start")
        await pilot.press("escape", "comma")
        await shows(pilot, "theme   dark  (default)")
        await pilot.press("down", "enter")
        await shows(pilot, "theme   light  (chosen in this home)")
        await pilot.press("escape")
        await shows(pilot, "No campaigns here yet.")
        assert pilot.app.theme == "light"
    async with opened(place) as pilot:
        await shows(pilot, "No campaigns here yet.")
        await pilot.press("comma")
        await shows(pilot, "theme   light  (chosen in this home)")


async def test_a_campaign_is_deleted_on_its_own_screen_and_the_list_is_back(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AlwslApp, "NOTIFICATION_TIMEOUT", patience())  # on a busy machine six seconds may be over
    tiny(place)
    async with opened(place, Manners(campaign="tiny")) as pilot:
        await shows(pilot, "1 Overview", "tiny")
        await pilot.press("X")
        await shows(pilot, "Delete tiny?", "All its models, scores, picks and logs are lost", "$ alwsl-tui delete tiny")
        await pilot.press("enter")
        await shows(pilot, "1 Overview", but="Delete tiny?")
        await pilot.press("X")
        await shows(pilot, "Delete tiny?")
        await pilot.press("y")
        await shows(pilot, "tiny: deleted", "$ alwsl-tui delete tiny")
        await shows(pilot, "No campaigns here yet.")
    assert not campaign_exists(place, "tiny")
