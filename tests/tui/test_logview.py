"""The log on the screen: keys and what is then seen, of real files that grow, shrink and hold anything."""

from pathlib import Path

import pytest

from alwsl_tui.tui.parts.logview import LogView, Wanted
from alwsl_tui.tui.parts.pager import LogPage, Pager
from campaigns.errors import UsageError
from campaigns.services.logs.file import LogFile
from campaigns.services.logs.filters import Sieve
from tests.tui.logstage import Stage, numbered, seen, until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


async def test_a_log_is_shown_from_its_end_and_followed(path: Path) -> None:
    app = Stage(numbered(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: seen(app.view)[-1:] == ["  line 999"])
        assert len(seen(app.view)) == app.view.size.height == 22
        with path.open("a") as file:
            file.write("one more\nha")
        await until(pilot, lambda: seen(app.view)[-2:] == ["  one more", "  ha"])
        with path.open("a") as file:
            file.write("lf\n")
        await until(pilot, lambda: seen(app.view)[-2:] == ["  one more", "  half"])
        await until(pilot, lambda: "following" in str(app.view.border_subtitle))


async def test_who_scrolls_up_stays_until_the_end_key(path: Path) -> None:
    app = Stage(numbered(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: seen(app.view)[-1:] == ["  line 999"])
        await pilot.press("up", "up", "up")
        await until(pilot, lambda: seen(app.view)[-1:] == ["  line 996"])
        with path.open("a") as file:
            file.write("more\n" * 100)
        await until(pilot, lambda: app.view.page.look.size == path.stat().st_size)
        assert seen(app.view)[-1:] == ["  line 996"]
        assert "following" not in str(app.view.border_subtitle)
        await pilot.press("G")
        await until(pilot, lambda: seen(app.view)[-1:] == ["  more"])
        assert app.view.is_following


async def test_keys_move_by_line_page_and_to_both_ends(path: Path) -> None:
    app = Stage(numbered(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("home")
        await until(pilot, lambda: seen(app.view)[:1] == ["  line 0"])
        await pilot.press("pagedown", "pagedown", "down", "down", "up")
        await until(pilot, lambda: seen(app.view)[:1] == ["  line 43"])
        await pilot.press("pageup")
        await until(pilot, lambda: seen(app.view)[:1] == ["  line 22"])
        app.view.action_page(60)
        await until(pilot, lambda: seen(app.view)[-1:] == ["  line 999"])
        assert len(seen(app.view)) == 22
        app.view.action_page(-60)
        await until(pilot, lambda: seen(app.view)[:1] == ["  line 0"])


async def test_a_search_marks_matches_and_goes_from_one_to_the_next(path: Path) -> None:
    app = Stage(numbered(path, at100="a needle", at500="two needles, needle", at900="needle"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(seen(app.view)) == 22)
        await pilot.press("slash")
        await until(pilot, lambda: app.heard == [LogView.AskPattern(Wanted.SEARCH, "")])
        app.view.give(Wanted.SEARCH, "needle")
        await until(pilot, lambda: "> needle" in seen(app.view))  # when following the last one comes first
        await pilot.press("N")
        await until(pilot, lambda: "> two needles, needle" in seen(app.view))
        row = next(y for y, text in enumerate(seen(app.view)) if text.startswith(">"))
        reverse = [one.text for one in app.view.render_line(row) if one.style and one.style.reverse]
        assert reverse == ["needle", "needle"]
        await pilot.press("N")
        await until(pilot, lambda: "> a needle" in seen(app.view))
        await pilot.press("N")
        await until(pilot, lambda: "> needle" in seen(app.view))
        await until(pilot, lambda: "from the other end" in str(app.view.border_subtitle))
        await pilot.press("n")
        await until(pilot, lambda: "> a needle" in seen(app.view))
        app.view.search("nothing like it")
        await until(pilot, lambda: "not found" in str(app.view.border_subtitle))


async def test_matches_are_counted(path: Path) -> None:
    app = Stage(numbered(path, at100="a needle", at500="two needles, needle", at900="needle"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(seen(app.view)) == 22)
        app.view.give(Wanted.SEARCH, "needle")
        for key, told in (("N", "match 2/3"), ("N", "match 1/3"), ("N", "match 3/3, from the other end")):
            await until(pilot, lambda: "match" in str(app.view.border_subtitle))
            await pilot.press(key)
            await until(pilot, lambda told=told: told in str(app.view.border_subtitle))  # type: ignore[misc]


async def test_a_day_that_all_lines_share_is_told_once(path: Path) -> None:
    def stamped(day: int, second: int) -> str:
        return f"2026-01-{day:02} 10:00:{second:02} round 1 epoch {second}: loss 0.5\n"

    path.write_text("".join(stamped(5, second) for second in range(30)) + "  a line without\n")
    app = Stage(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "  10:00:29 round 1 epoch 29: loss 0.5" in seen(app.view))
        assert "    a line without" in seen(app.view)
        assert str(app.view.border_subtitle).startswith("2026-01-05")
        app.view.give(Wanted.SEARCH, "epoch 2[0-9]")
        await until(pilot, lambda: "> 10:00:29 round 1 epoch 29: loss 0.5" in seen(app.view))
        with path.open("a") as file:
            file.write(stamped(6, 0))
        await pilot.press("G")
        await until(pilot, lambda: "  2026-01-06 10:00:00 round 1 epoch 0: loss 0.5" in seen(app.view))
        assert "2026-01-05 10:00:29" in "\n".join(seen(app.view))
        assert not str(app.view.border_subtitle).startswith("2026")


async def test_errors_rounds_and_epochs_are_a_key_away(path: Path) -> None:
    app = Stage(numbered(path, at100="ValueError: no", at500="RoundStarted(round=1)", at900="EpochDone(round=1)"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(seen(app.view)) == 22)
        for key, text in (
            ("e", "> ValueError: no"), ("right_square_bracket", "> RoundStarted(round=1)"),
            ("right_curly_bracket", "> EpochDone(round=1)"), ("left_square_bracket", "> RoundStarted(round=1)"),
            ("E", "> ValueError: no"), ("left_curly_bracket", "> EpochDone(round=1)"),
        ):  # fmt: skip
            await pilot.press(key)
            await until(pilot, lambda text=text: text in seen(app.view))  # type: ignore[misc]
        await pilot.press("home", "e")
        await until(pilot, lambda: "> ValueError: no" in seen(app.view))
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: app.view.hit is None)


async def test_filters_leave_lines_in_and_out_while_the_log_grows(path: Path) -> None:
    app = Stage(numbered(path))
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.give(Wanted.IN, "line .*7$")
        await until(pilot, lambda: seen(app.view)[-2:] == ["  line 987", "  line 997"])
        app.view.give(Wanted.OUT, "9")
        await until(pilot, lambda: seen(app.view)[-2:] == ["  line 877", "  line 887"])
        assert "only line .*7$ · without 9" in str(app.view.border_subtitle)
        with path.open("a") as file:
            file.write("line 7\nline 8\n")
        await until(pilot, lambda: seen(app.view)[-2:] == ["  line 887", "  line 7"])
        await pilot.press("home", "down")
        await until(pilot, lambda: seen(app.view)[:2] == ["  line 17", "  line 27"])
        app.view.search("77")
        await until(pilot, lambda: "> line 77" in seen(app.view))
        await pilot.press("x")
        await until(pilot, lambda: {"  line 76", "> line 77", "  line 78"} <= {*seen(app.view)})
        assert app.view.sieve == Sieve()


async def test_a_filter_that_leaves_nothing_shows_nothing(path: Path) -> None:
    app = Stage(numbered(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(seen(app.view)) == 22)
        app.view.give(Wanted.IN, "none")
        await until(pilot, lambda: seen(app.view) == [])
        await pilot.press("up", "down", "home", "pagedown", "end")
        await until(pilot, lambda: "0 lines" in str(app.view.border_subtitle))


@pytest.mark.parametrize("kind", Wanted)
async def test_what_is_no_pattern_is_refused_and_changes_nothing(path: Path, kind: Wanted) -> None:
    app = Stage(numbered(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(seen(app.view)) == 22)
        with pytest.raises(UsageError):
            app.view.give(kind, "(")
        assert (app.view.sieve, app.view.marks) == (Sieve(), None)


async def test_nothing_in_a_log_reaches_the_terminal_as_an_order(path: Path) -> None:
    path.write_bytes(b"\x1b[31mred\x1b[0m \x9b2J\x07 [bold]no markup[/] \xff\n\x1b]52;c;AAAA\x07\n")
    app = Stage(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(seen(app.view)) == 2)
        assert seen(app.view)[0].startswith("  [31mred[0m ")
        assert "[bold]no markup[/]" in seen(app.view)[0]
        assert all(text.isprintable() for text in seen(app.view))
        app.view.give(Wanted.OUT, "[bold]no[/]\\x1b")
        await until(pilot, lambda: "without" in str(app.view.border_subtitle))
        assert "[bold]no[/]" in app.view._border_subtitle.plain  # type: ignore[union-attr]


async def test_another_log_starts_anew_and_a_missing_one_is_waited_for(path: Path, tmp_path: Path) -> None:
    app = Stage(numbered(path))
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.give(Wanted.IN, "7$")
        await pilot.press("up")
        app.view.path = tmp_path / "later.log"
        await until(pilot, lambda: seen(app.view) == [])
        numbered(tmp_path / "later.log", 3)
        await until(pilot, lambda: seen(app.view) == ["  line 0", "  line 1", "  line 2"])
        assert app.view.is_following
        app.view.path = None
        await until(pilot, lambda: seen(app.view) == [])
        assert app.view.border_subtitle is None


async def test_a_log_that_was_replaced_is_read_anew(path: Path) -> None:
    app = Stage(numbered(path))
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.give(Wanted.IN, "7$")
        await until(pilot, lambda: seen(app.view)[-1:] == ["  line 997"])
        path.write_text("new 7\nnew 8\n")
        await until(pilot, lambda: seen(app.view) == ["  new 7"])
        await pilot.press("x")
        await until(pilot, lambda: seen(app.view) == ["  new 7", "  new 8"])


async def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "cannot be read: Is a directory" in "".join(seen(app.view)))
        await pilot.press("e", "N", "up", "home", "end")
        app.view.search("x")
        await until(pilot, lambda: "not found" in str(app.view.border_subtitle))


async def test_long_lines_are_cut_or_wrapped(path: Path) -> None:
    path.write_text("x" * 100 + "ü" + "语" * 60 + "\n" + "short\n" * 40)
    app = Stage(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("home")
        await until(pilot, lambda: seen(app.view)[:2] == ["  " + "x" * 76, "  short"])
        await pilot.press("right")
        await until(pilot, lambda: seen(app.view)[0] == "  " + "x" * 76)
        await pilot.press("right", "right", "right", "right")
        await until(pilot, lambda: seen(app.view)[0] == "  " + "x" * 60 + "ü" + "语" * 7)
        await pilot.press("w")
        await until(pilot, lambda: seen(app.view)[0] == "  " + "x" * 76 and len(seen(app.view)[1]) > 40)
        whole = "".join(text[2:] for text in seen(app.view)[:3])
        assert whole == "x" * 100 + "ü" + "语" * 60
        await pilot.press("down")
        await until(pilot, lambda: seen(app.view)[0].startswith("  " + "x" * 24 + "ü"))
        await pilot.press("end", "up")
        await until(pilot, lambda: seen(app.view)[0] == "  short")
        app.view.action_move(-100)
        await until(pilot, lambda: seen(app.view)[0] == "  " + "x" * 76)
        assert app.view.page.place.row == 0


async def test_a_line_longer_than_the_screen_can_be_gone_through(path: Path) -> None:
    path.write_text("".join(f"{n:<76}" for n in range(200)) + "\nlast\n")
    app = Stage(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: seen(app.view)[-1:] == ["  last"])
        await pilot.press("w")
        await until(pilot, lambda: seen(app.view)[-2:] == ["  199", "  last"])
        await pilot.press("pageup")
        await until(pilot, lambda: seen(app.view)[-1:] == ["  179"])
        await pilot.press("up")
        await until(pilot, lambda: seen(app.view)[-1:] == ["  178"])


async def test_what_is_seen_is_copied_and_saving_is_asked_for(path: Path) -> None:
    app = Stage(numbered(path, 3))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(seen(app.view)) == 3)
        await pilot.press("y", "ctrl+s")
        await until(pilot, lambda: app.clipboard == "line 0\nline 1\nline 2")
        await until(pilot, lambda: app.heard == [LogView.Save(path, Sieve())])


@pytest.mark.slow
async def test_a_search_through_much_says_how_far_it_is_and_can_be_stopped(path: Path) -> None:
    with path.open("w") as file:
        for _ in range(64):
            file.write("no lock, no key, nothing at all in here\n" * 26_000)
    app = Stage(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(seen(app.view)) == 22)
        app.view.search(r"(\w)[\w ,]+\1\1\1")
        await until(pilot, lambda: "searching at" in str(app.view.border_subtitle))
        await pilot.press("up")
        await until(pilot, lambda: not app.view.is_following)
        await pilot.press("escape")
        await until(pilot, lambda: "search stopped" in str(app.view.border_subtitle))
        # A filter that is still sifting never holds up the keys.
        app.view.give(Wanted.IN, r"(\w)[\w ,]+\1\1\1|key")
        await until(pilot, lambda: "sifting" in str(app.view.border_subtitle) and len(seen(app.view)) == 22)
        await pilot.press("x")
        await until(pilot, lambda: "sifting" not in str(app.view.border_subtitle))


def test_a_late_page_of_the_filter_before_never_takes_the_place_of_a_page(path: Path) -> None:
    before, now = (Pager(LogFile(path), Sieve()) for _ in range(2))
    assert LogView.Turned(now, LogPage()).can_replace(LogView.Turned(now, LogPage()))
    assert not LogView.Turned(before, LogPage()).can_replace(LogView.Turned(now, LogPage()))
