"""What stands around a photograph that is labelled: how far one is, the classes with their marks, the last answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing.bars import bar
from alwsl_tui.drawing.gauges import progress as gauge
from alwsl_tui.drawing.legend import cut
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.picks import reason
from alwsl_tui.drawing.units import age, plural
from campaigns.core.answers import Answer, Opinion
from campaigns.core.recheck import asked_again
from campaigns.core.states import CampaignState
from campaigns.core.text import printable
from campaigns.services.desk.desk import DeskView, LastAnswer
from campaigns.services.labelling.requests import WantedImage

SIGNS = {Opinion.YES: "✓", Opinion.NO: "·", Opinion.UNSURE: "?"}
ASCII_SIGNS = {Opinion.YES: "+", Opinion.NO: "-", Opinion.UNSURE: "?"}
DIGITS = "1234567890"
BAR = 8
"""Cells of a probability."""
DOUBT = 0.2
"""How near to one half a probability is that is called doubtful."""


@dataclass(frozen=True, slots=True)
class ClassLook:
    """How the classes of an image are drawn."""

    columns: int
    """Cells of a line, at least 20."""
    lines: int
    """At most so many classes; the rest is counted."""
    palette: Palette
    is_ascii: bool = False


@dataclass(frozen=True, slots=True)
class ClassMarks:
    """What is marked on an image, and what a model says of it."""

    classes: Sequence[str]
    lit: int
    """Place of the class that `y`, `n` and `u` are about."""
    says: dict[int, Opinion]
    """By place."""
    walk: Sequence[int] = ()
    """Places that are to be decided one by one."""
    probabilities: Sequence[float | None] | None = None
    """None where nothing is shown of a model, and for a class that it does not know."""


def doubtful(probabilities: Sequence[float | None] | None) -> tuple[int, ...]:
    """Return the places of the classes that a model is unsure of, the most doubtful first."""
    doubts = sorted((abs(share - 0.5), at) for at, share in enumerate(probabilities or ()) if share is not None)
    return tuple(at for doubt, at in doubts if doubt < DOUBT)


def head(view: DeskView, *, width: int, palette: Palette, is_ascii: bool = False) -> Text:
    """Draw the campaign, its round, how far the request and the budget are, pace and time left, and who labels."""
    sign = "*" if is_ascii else "✎"
    progress = view.wanted.progress
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f" {printable(view.name)} ", f"bold {palette.text}").append(f"{sign} ", palette.accent)
    if progress.round is not None:
        text.append(f"round {progress.round}   ", palette.muted)
        text.append(f"{progress.answered} of {progress.asked}   ", f"bold {palette.text}")
        if width >= 100:
            share = progress.answered / max(1, progress.asked)
            text.append_text(gauge(share, 18, palette, is_ascii=is_ascii)).append("   ")
    text.append(f"budget {progress.labelled} of {progress.budget}   ", palette.muted)
    if view.seconds is not None and progress.asked > progress.answered:
        left = age(view.seconds * (progress.asked - progress.answered))
        text.append(f"{view.seconds:.1f} s an image, {left} left   ", palette.muted)
    by = printable(view.by)
    room = width - cell_len(text.plain) - cell_len(by) - 1
    return text.append(" " * max(0, room)).append(by, palette.muted) if room >= 0 else text


def why(wanted: WantedImage | None, *, is_drawn: bool, is_blind: bool, palette: Palette) -> Text:
    """Name the image once it is drawn, and say why it is asked for and whether a model is kept out of sight."""
    if wanted is None:
        return Text()
    text = Text(" ", no_wrap=True, overflow="ellipsis")
    text.append(f"{printable(wanted.image)}  " if is_drawn else "", f"bold {palette.text}")
    text.append(why_wanted(wanted), palette.muted if wanted.is_test else palette.text)
    return text.append("   b shows the model again" if is_blind and wanted.pick is not None else "", palette.muted)


TRAINS = "the campaign trains and chooses the next images.\nThey come here by themselves."
RESTING: Mapping[CampaignState, str] = {
    CampaignState.NEW: "the campaign was not started.\nalwsl-tui start {name}",
    CampaignState.PAUSING: "the campaign is being paused.\nalwsl-tui resume {name}",
    CampaignState.PAUSED: "the campaign is paused.\nalwsl-tui resume {name}",
    CampaignState.CANCELLING: "the campaign is being cancelled.",
    CampaignState.CANCELLED: "the campaign was cancelled.\nalwsl-tui retry {name}",
    CampaignState.FAILED: "a job failed; its log says why.\nalwsl-tui retry {name}",
    CampaignState.DONE: "the campaign is done.\nalwsl-tui show {name}",
}
"""Why no more images come, and what brings them."""


def why_wanted(wanted: WantedImage) -> str:
    """Return why an image is asked for."""
    if asked_again(wanted.request) is not None:
        return "asked once more: label it as if you had never seen it"
    if wanted.is_test:
        return "set aside for testing: label it without looking at what a model says"
    if wanted.request is None:
        return "answered before this class was asked about"
    if wanted.pick is None or wanted.criterion is None:
        return "one of the random first images"
    return reason(wanted.pick, wanted.criterion, n=wanted.n, pool=wanted.pool)


def nothing(view: DeskView) -> str:
    """Say that no image is asked for, and what comes next."""
    progress = view.wanted.progress
    if count := sum(view.others.values()):
        people, verb = ", ".join(printable(by) for by in sorted(view.others)), "is" if count == 1 else "are"
        return f"The last {plural(count, 'image')} {verb} with {people}.\nWhat they leave comes here by itself."
    if view.unasked:
        name, count = next(iter(view.unasked.items()))
        was = "image was" if count == 1 else "images were"
        return f"Nothing is asked for now.\n{count} {was} never asked about {printable(name)}:\ng asks on a sheet."
    if progress.labelled >= progress.budget:
        more = "The report has the curve" if progress.tests else "Nothing is tested"
        return "\n".join(
            ["Everything is labelled.", f"{more};", "escape leads back.", *_further(view), *_foreseen(view)]
        )
    what = RESTING.get(view.state, TRAINS) if view.state is not None else TRAINS
    lines = ["Nothing is asked for now:", *what.format(name=printable(view.name)).splitlines()]
    return "\n".join([*lines, *_further(view), *_foreseen(view)])


def _further(view: DeskView) -> list[str]:
    """Return how a campaign that is done goes on, in short lines, where that is advised."""
    if view.advised is None:
        return []
    return ["", "More labels are worth it:", f"alwsl-tui extend {printable(view.name)} --add {view.advised}"]


def _foreseen(view: DeskView) -> list[str]:
    """Return how far models foresaw the last batch, in short lines; the arm is named where there are several."""
    lines: list[str] = []
    for each in view.foresights:
        if each.decisions:
            whose = "The " if len(view.foresights) == 1 else f"{each.job.id}: "
            lines += printable(f"{whose}{each.words}").split("; ", 1)
    return ["", *lines] if lines else []


def classes(marks: ClassMarks, look: ClassLook) -> Text:
    """Draw a line a class: its digit, its name, its mark, and what the model says; the lit one stands out.

    Where there are more classes than lines, those with a digit come first, then those that are marked, lit, walked or
    doubtful; the rest is counted.
    """
    in_doubt = set(doubtful(marks.probabilities))
    places = _shown(marks, in_doubt, look.lines)
    lines = [_line(marks, at, look, _columns(marks, places, look), in_doubt) for at in places]
    if (left := len(marks.classes) - len(places)) > 0:
        more = f"   {'...' if look.is_ascii else '…'} {left} more, / finds one"
        lines.append(Text(cut(more, look.columns, is_ascii=look.is_ascii), look.palette.muted))
    return Text("\n", no_wrap=True).join(lines)


def one_class(marks: ClassMarks, look: ClassLook) -> Text:
    """Draw the lit class alone, where there is no room for more, and how many are marked."""
    line = _line(marks, marks.lit, look, _columns(marks, [marks.lit], look), set(doubtful(marks.probabilities)))
    count = sum(opinion is Opinion.YES for opinion in marks.says.values())
    _append(line, "", f"   {count} present", look.columns, look.palette.muted)
    return line


def last(given: LastAnswer | None, *, columns: int, palette: Palette, is_ascii: bool = False) -> Text:
    """Say what Backspace takes back."""
    if given is None:
        return Text()
    answer = given.answer
    spent = "" if answer.seconds is None else f"  {answer.seconds:.1f} s"
    told = f"last: {printable(answer.image)}  {printable(in_words(answer))}{spent}"
    return Text(cut(told, columns, is_ascii=is_ascii), palette.muted)


def in_words(answer: Answer) -> str:
    """Return what an answer says in few words: `car, ?bus; the rest no`."""
    if answer.skip is not None:
        return f"skipped: {answer.skip}"
    names = [("?" if opinion is Opinion.UNSURE else "") + name for name, opinion in answer.says.items()
             if opinion is not Opinion.NO]  # fmt: skip
    present = ", ".join(names) or "nothing"
    return f"{present}; the rest no" if answer.is_rest_no and names else present


def _shown(marks: ClassMarks, in_doubt: set[int], lines: int) -> list[int]:
    count = len(marks.classes)
    if count <= lines:
        return list(range(count))
    room = max(1, lines - 1)
    wanted = [marks.lit, *marks.says, *marks.walk, *range(len(DIGITS)), *sorted(in_doubt), *range(count)]
    return sorted(list(dict.fromkeys(at for at in wanted if at < count))[:room])


@dataclass(frozen=True, slots=True)
class _Columns:
    name: int
    has_words: bool
    has_bars: bool


def _columns(marks: ClassMarks, places: Sequence[int], look: ClassLook) -> _Columns:
    """Return how a line is divided: names are cut last, after the words of marks and the bars have gone."""
    longest = max(cell_len(printable(marks.classes[at])) for at in places)
    free = look.columns - 6 - (5 if marks.probabilities is not None else 0)  # beside arrow, digit, mark, number
    has_words = free - 7 >= min(longest, 8)
    free -= 7 if has_words else 0
    has_bars = marks.probabilities is not None and free - BAR >= longest
    return _Columns(min(longest, free - (BAR if has_bars else 0)), has_words, has_bars)


def _line(marks: ClassMarks, at: int, look: ClassLook, columns: _Columns, in_doubt: set[int]) -> Text:
    palette, is_lit, opinion = look.palette, at == marks.lit, marks.says.get(at)
    line = Text(no_wrap=True).append((">" if look.is_ascii else "▸") if is_lit else " ", palette.accent)
    line.append(f"{DIGITS[at]} " if at < len(DIGITS) else "  ", palette.accent)
    name = cut(printable(marks.classes[at]), columns.name, is_ascii=look.is_ascii)
    line.append(set_cell_size(name, columns.name), f"bold {palette.accent}" if is_lit else palette.text).append(" ")
    sign = (ASCII_SIGNS if look.is_ascii else SIGNS)[opinion] if opinion else "-" if look.is_ascii else "–"
    line.append(f"{sign} {(opinion or ''):<6} " if columns.has_words else f"{sign} ", _style(opinion, palette))
    if marks.probabilities is not None and (share := marks.probabilities[at]) is not None:
        if columns.has_bars:
            rail = Style.parse(f"{palette.series[0]} on {palette.surface}")
            line.append(bar(share, BAR, is_ascii=look.is_ascii), rail)
        line.append(f" {share:4.2f}", "bold" if share >= 0.5 else palette.muted)
        if at in in_doubt:
            _append(line, " <" if look.is_ascii else " ◂", " doubtful", look.columns, palette.warning)
    if at in marks.walk and opinion is None:
        _append(line, " ?", " decide", look.columns, palette.accent)
    return line


def _append(line: Text, sign: str, word: str, columns: int, style: str) -> None:
    """Append a sign, and the word for it where there is room."""
    if line.cell_len + len(sign) <= columns:
        line.append(sign, style)
        line.append(word if line.cell_len + len(word) <= columns else "", style)


def _style(opinion: Opinion | None, palette: Palette) -> str:
    if opinion is None:
        return palette.muted
    return {Opinion.YES: f"bold {palette.good}", Opinion.UNSURE: palette.warning}.get(opinion, palette.muted)
