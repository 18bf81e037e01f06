"""The rounds of a campaign, cell by cell, and all that is known of one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rich.text import Text

from alwsl_tui.drawing.agreement import shortened
from alwsl_tui.drawing.bars import sparkline
from alwsl_tui.drawing.gauges import gauge
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.states import GLYPHS, tone
from alwsl_tui.drawing.station_lines import waiting
from alwsl_tui.drawing.units import age, brief_epoch, plural
from campaigns.core.ids import Job, JobKind
from campaigns.core.percent import percent
from campaigns.core.plan import Plan
from campaigns.core.states import AttemptState, JobState
from campaigns.core.text import printable
from campaigns.services.monitor.show import JobView
from campaigns.services.results.rounds import RoundsToday
from campaigns.store.rows import AttemptRow, RoundRow

NAME = 16
"""Cells of a criterion's name at most."""
SPARKS = 40
"""Cells of the longest line of losses."""


class RoundStanding(StrEnum):
    """How a round of a job stands; words of `states.GLYPHS`, or nothing to say."""

    NONE = ""
    """The job has no such round."""
    AHEAD = "ahead"
    DONE = "done"
    RUNNING = "running"
    STOPPED = "stopped"
    LOST = "lost"
    FAILED = "failed"
    STRANDED = "stranded"


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job with its rounds."""

    job: JobView
    plan: Plan
    rounds: Mapping[int, RoundRow]
    """By number."""
    at: int | None
    """The round it is in, or where it broke off; None where it has not begun and when it is done."""
    today: RoundsToday = field(default_factory=RoundsToday)
    """Where people label: rounds by what they have said by now."""

    @property
    def state(self) -> str:
        """Of the job, a key of `states.GLYPHS`."""
        return RoundStanding.STRANDED if self.job.is_stranded else self.job.row.state

    @property
    def is_bad(self) -> bool:
        """Somebody should look at it."""
        return self.job.is_stranded or self.job.row.state is JobState.FAILED

    def measured(self, round_: int) -> RoundRow | None:
        """Return one of its rounds with its values by today's labels; None before it has ended a step."""
        known = self.rounds.get(round_)
        return None if known is None else self.today.of(known)

    def standing(self, round_: int) -> RoundStanding:
        """Return how one of its rounds stands."""
        if round_ not in self.plan.rounds(self.job.row.job):
            return RoundStanding.NONE
        known = self.rounds.get(round_)
        if known is not None and known.done is not None:
            return RoundStanding.DONE
        if round_ != self.at:
            return RoundStanding.AHEAD
        if self.state in {JobState.FAILED, RoundStanding.STRANDED, JobState.RUNNING}:
            return RoundStanding(self.state)
        if self.job.attempt is not None and self.job.attempt.state is AttemptState.LOST:
            return RoundStanding.LOST
        # One that was stopped between two rounds, as arms that take turns are again and again, broke nothing off.
        return RoundStanding.AHEAD if known is None else RoundStanding.STOPPED


def in_rows(jobs: Sequence[JobView], criteria: Sequence[str]) -> tuple[JobView, ...]:
    """Sort jobs into rows: the full model, the baselines, then the arms of each criterion, trial by trial."""
    order = {name: at for at, name in enumerate(criteria)}

    def place(view: JobView) -> tuple[int, int, int]:
        job = view.row.job
        kind = (JobKind.FULL, JobKind.BASELINE, JobKind.ARM).index(job.kind)
        return kind, order.get(job.criterion or "", 0), job.trial or 0

    return tuple(sorted((view for view in jobs if view.row.job.kind is not JobKind.SCORE), key=place))


def line(view: JobView, plan: Plan, today: RoundsToday | None = None) -> JobLine:
    """Prepare a job to be drawn, where people label by today's labels."""
    known = {row.number: row for row in view.rounds}
    tried = view.attempt
    at = None
    if tried is not None and view.row.state is not JobState.DONE:
        done = {number for number, row in known.items() if row.done is not None}
        ahead = next((number for number in plan.rounds(view.row.job) if number not in done), None)
        at = tried.round if tried.round is not None and tried.round not in done else ahead
    return JobLine(view, plan, known, at, today or RoundsToday())


def widths(plan: Plan) -> tuple[int, int]:
    """Return the cells of a row's name, and of a round with the gap after it."""
    longest = max((len(name) for name in plan.criteria), default=0)
    epochs = max(*plan.full_counts, *plan.schedule.epochs)
    return min(NAME, max(len("baseline"), longest)), max(9, 2 * len(str(epochs)) + 4)


def label(line: JobLine, palette: Palette, *, width: int, is_first: bool) -> Text:
    """Draw a row's name in `width` cells, its trial, its state; 16 cells more. `is_first` of its group."""
    job = line.job.row.job
    name = printable(job.criterion or str(job.kind))
    text = Text(name, no_wrap=True)
    text.truncate(width, overflow="ellipsis", pad=True)
    text.stylize(palette.text if is_first else palette.muted)
    text.append(" ")
    text.append(f"{'' if job.trial is None else f't{job.trial}':<3} ", palette.muted)
    colour = tone(line.state, palette)
    text.append(f"{GLYPHS[line.state]} {line.state}", f"bold {colour}" if line.is_bad else colour)
    return text


def cell(line: JobLine, round_: int, palette: Palette) -> Text:
    """Draw how one round stands: a sign, and its mAP or its epochs; a word where it went wrong."""
    standing = line.standing(round_)
    if standing is RoundStanding.NONE:
        return Text()
    if standing is RoundStanding.AHEAD:
        return Text("·", palette.muted)
    colour, known, tried = tone(standing, palette), line.measured(round_), line.job.attempt
    text = Text(no_wrap=True).append(f"{GLYPHS[standing]} ", colour)
    if standing in {RoundStanding.FAILED, RoundStanding.STRANDED, RoundStanding.LOST}:
        text.append("gone" if standing is RoundStanding.STRANDED else standing, f"bold {colour}")
    elif known is not None and known.value is not None:
        text.append(percent(known.value), palette.text)
    elif tried is not None and tried.round == round_ and tried.epochs:
        text.append(brief_epoch(tried.epoch, tried.epochs, is_open_ended=line.plan.is_open_ended), colour)
    return text


def headline(line: JobLine, round_: int, palette: Palette) -> Text:
    """Say in one line which cell this is, and how it stands."""
    job, standing = line.job.row.job, line.standing(round_)
    text = Text().append(f"{printable(job.id)}, round {round_}", f"bold {palette.text}")
    if standing is RoundStanding.NONE:
        return text.append(f": {_nothing(job)}", palette.muted)
    text.append(": ", palette.muted)
    sign = "·" if standing is RoundStanding.AHEAD else GLYPHS[standing]
    word = "still ahead" if standing is RoundStanding.AHEAD else standing
    bold = "bold " if line.is_bad and standing is not RoundStanding.DONE else ""
    text.append(f"{sign} {word}", bold + tone(standing, palette))
    text += _value(line, round_, palette)
    is_full = job.kind is JobKind.FULL
    labelled = line.plan.train_images if is_full else line.plan.schedule.labelled(round_)
    text.append(f", {'all ' if is_full else ''}{plural(labelled, 'image')} labelled", palette.muted)
    if standing is RoundStanding.AHEAD and line.job.reason:
        text.append(f"; {waiting(printable(line.job.reason))}", palette.muted)
    return text


def _value(line: JobLine, round_: int, palette: Palette) -> Text:
    """Draw what a round is worth by today's labels and, where that was something else, by those of then."""
    text, now, then = Text(), line.measured(round_), line.rounds.get(round_)
    if now is None or then is None or (now.value is None and then.value is None):
        return text
    text.append(f", {line.plan.yardstick.title} {percent(now.value) or 'not measured'}", palette.text)
    if percent(now.value) != percent(then.value):
        text.append(f" by today's labels ({percent(then.value) or 'not measured'} when it ended)", palette.muted)
    return text


def _nothing(job: Job) -> str:
    if job.kind is JobKind.ARM:
        return f"every arm of trial {job.trial} begins with {job.needs.id if job.needs else ''}"
    return "the full model has no such round" if job.kind is JobKind.FULL else "a baseline has only this round"


def trouble(line: JobLine, palette: Palette) -> Text:
    """Draw a failed job's last words, the very last line first, or what became of a process that is gone; empty if all
    is well.
    """
    if line.job.is_stranded:
        words, step = ["Worker died."], "Press S to continue from the checkpoint."
    elif line.job.row.state is JobState.FAILED:
        last_words = line.job.attempt.last_words if line.job.attempt is not None else ""
        words = printable(last_words).strip("\n").splitlines() or ["no output"]
        step = "Press R to retry, g to see its log."
    else:
        return Text()
    # A traceback says what went wrong in its last line, and a small window has no room for more.
    text = Text().append(f"{GLYPHS[line.state]} {line.state}: {words[-1].strip()}", f"bold {palette.bad}")
    text.append(f"\n{step}", palette.text)
    return text.append("\n" + "\n".join(words), palette.bad) if len(words) > 1 else text


@dataclass(frozen=True, slots=True)
class DrawingArea:
    """What there is to draw in."""

    columns: int
    classes: int = 5
    """Best classes to show at most, and as many of the worst."""
    is_ascii: bool = False


def training(losses: Sequence[float], known: RoundRow | None, palette: Palette, *, room: DrawingArea) -> Text:
    """Draw losses by epoch, seconds of each step, and where a model that was not trained here came from."""
    text = Text()
    if losses:
        wide = max(8, min(SPARKS, room.columns - 44))
        sparks = sparkline(shortened(losses, wide), is_ascii=room.is_ascii)
        text.append("loss     ", palette.muted).append(sparks, palette.accent)
        text.append(f"  {losses[0]:.4f} → {losses[-1]:.4f}", palette.text)
        text.append(f" in {plural(len(losses), 'epoch')}\n", palette.muted)
    if known is None:
        return text
    steps = (
        ("train", known.train_seconds), ("test", known.evaluate_seconds), ("score", known.score_seconds),
        ("pick", known.select_seconds),
    )  # fmt: skip
    told = [f"{name} {spent(seconds)}" for name, seconds in steps if seconds is not None]
    text.append("time     ", palette.muted).append(", ".join(told) + "\n", palette.text)
    if known.reused_from:
        text.append("reused   ", palette.muted).append(f"from {printable(known.reused_from)}\n", palette.text)
    return text


def spent(seconds: float) -> str:
    """Format a length of time, with as many digits as a reader wants."""
    if seconds >= 10:
        return age(seconds)
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.0f} ms"


def tries(attempts: Sequence[AttemptRow], palette: Palette, *, told: int | None = None) -> Text:
    """Draw every attempt but number `told`, the newest first, with its last words where it did not end well."""
    text = Text()
    for attempt in reversed(attempts):
        took = "" if attempt.ended is None else f", {age(attempt.ended - attempt.started)}"
        text.append(f"attempt {attempt.number} ".ljust(9) + " ", palette.muted)
        text.append(f"{GLYPHS[attempt.state]} {attempt.state}", tone(attempt.state, palette))
        text.append(f" on {attempt.place}{took}", palette.text)
        if attempt.exit_code:
            text.append(f", exit code {attempt.exit_code}", palette.text)
        if attempt.state is not AttemptState.DONE and attempt.last_words and attempt.number != told:
            text.append(f": {printable(attempt.last_words.strip())}", palette.muted)
        text.append("\n")
    return text


def classes(known: RoundRow | None, names: Sequence[str], palette: Palette, *, room: DrawingArea) -> Text:
    """Average precision of the best classes beside that of the worst, as bars; nothing before it is measured.

    `names` are the classes of the plan.
    """
    values = known.by_class(names) if known else {}
    measured = [(ap, name) for name, ap in values.items() if ap is not None]
    if not measured:
        return Text()
    ranked = sorted(measured, key=lambda pair: -pair[0])
    count = min(room.classes, (len(ranked) + 1) // 2)
    best, worst = ranked[:count], ranked[count:][::-1][:count]
    wide = max(16, min(44, (room.columns - 3) // 2))
    text = Text().append(f"{'best classes':<{wide}}   {'worst classes' if worst else ''}\n", palette.muted)
    for at in range(count):
        text += _class(best[at], wide, palette, room.is_ascii)
        if at < len(worst):
            text += Text("   ") + _class(worst[at], wide, palette, room.is_ascii)
        text.append("\n")
    return text


def _class(scored: tuple[float, str], wide: int, palette: Palette, is_ascii: bool) -> Text:
    ap, name = scored
    bar = max(4, min(20, wide - 20))
    text = Text(printable(name))
    text.truncate(wide - bar - 7, overflow="ellipsis", pad=True)
    text.stylize(palette.text)
    text.append(f" {percent(ap)} ", palette.text)
    return text + gauge(ap, bar, palette, is_ascii=is_ascii)
