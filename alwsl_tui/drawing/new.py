"""A campaign that is not yet made, in a few lines: its size, what it would take, what is wrong with it."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from alwsl_tui.drawing.units import age, plural, size
from campaigns.core.makespan import Spread
from campaigns.core.percent import percent
from campaigns.core.plan import Plan
from campaigns.core.schedule import Order
from campaigns.core.text import printable
from campaigns.errors import Mistake
from campaigns.reporting.untested import untested
from campaigns.services.campaigns.arithmetic import Arithmetic
from campaigns.services.campaigns.draft import Draft
from campaigns.services.campaigns.estimate import Estimate

MANY = 12
"""Mistakes that are spelt out; a data set can have thousands."""
ORDERS: Mapping[Order, str] = {
    "depth": "arms one after the other, where they cannot all run at once",
    "breadth": "arms of a trial take turns, round by round",
}
"""In which order arms run, for a person."""
UNKNOWN = "unknown until a campaign like it has run here"


def plan(draft: Draft) -> Text:
    """Draw what a campaign would do; empty without a plan."""
    if draft.plan is None:
        return Text()
    planned = draft.plan
    criteria = len(planned.criteria)
    rows = [
        ("", f"{draft.name}"),
        ("", f"{draft.model} on {draft.dataset}"),
        ("images", f"{planned.train_images} to choose from, {planned.test_images} to test on"),
        *([("", untested(planned))] if untested(planned) else []),
        ("classes", str(len(planned.classes))),
        ("arms", f"{plural(planned.trials, 'trial')} × {criteria} criteri{'on' if criteria == 1 else 'a'}"),
        ("work", f"{plural(len(planned.jobs), 'job')}, {plural(planned.models, 'model')} to train"),
        ("order", ORDERS[draft.order]),
        *rounds(planned),
        *([("full", _full(planned))] if planned.has_full else []),
        *([("computes", arithmetic(draft.arithmetic))] if draft.arithmetic is not None else []),
    ]
    return _rows(rows)


def arithmetic(computing: Arithmetic) -> str:
    """Return in which precision workers compute, where, with how many threads, and why in that one."""
    where = {"cpu": "CPU", "cuda": "GPU"}[computing.device]
    return f"in {computing.precision} on the {where} with {plural(computing.threads, 'thread')}: {computing.why}"


def rounds(plan: Plan) -> list[tuple[str, str]]:
    """List each round with its images and epochs; long schedules are cut in their middle."""
    schedule = plan.schedule
    rows = [
        (
            f"round {at}",
            _round(schedule.labelled(at), schedule.epochs[at], plan)
            + ("  reported" if schedule.labelled(at) in plan.reading_points else ""),
        )
        for at in schedule.rounds
    ]
    return rows if len(rows) <= MANY else [*rows[: MANY - 2], ("…", f"{len(rows) - MANY + 1} more"), rows[-1]]


def estimate(estimated: Estimate | None) -> Text:
    """Draw time and disk space, and where these figures come from."""
    if estimated is None:
        return Text()
    most = "at most" if estimated.is_open_ended else "about"
    time = (
        UNKNOWN
        if estimated.seconds is None
        else f"{most} {age(estimated.seconds)}, by the pace of {estimated.seconds_from}"
    )
    disk = (
        UNKNOWN
        if estimated.disk_bytes is None
        else f"about {size(estimated.disk_bytes)}, as {estimated.disk_from} left"
    )
    return _rows([("time", time), ("disk", disk)])


def spreading(over: Spread | None) -> Text:
    """Draw how a campaign spreads over slots; empty where nobody asked."""
    if over is None:
        return Text()
    gain = f"{over.speedup:.1f} times as fast as on one; a slot is at work {percent(over.share, 0)} % of the time"
    return _rows([("slots", f"on {over.slots}: {gain}; more than {over.most} gain nothing")])


def notes(draft: Draft) -> Text:
    """Draw what a person should know, a line each."""
    return Text("\n".join(f"note: {printable(note)}" for note in draft.notes))


def mistakes(all_mistakes: Sequence[Mistake]) -> Text:
    """Draw every mistake on a line."""
    lines = [printable(str(mistake)) for mistake in all_mistakes[:MANY]]
    if len(all_mistakes) > MANY:
        lines.append(f"and {len(all_mistakes) - MANY} more")
    return Text("\n".join(lines))


def hint(draft: Draft) -> Text:
    """Draw the next step, when something is wrong."""
    return Text(f"next: {printable(draft.hint)}" if draft.mistakes and draft.hint else "")


def command(line: str) -> Text:
    """Draw a command line as one would type it."""
    return Text(f"$ {printable(line)}")


def _round(images: int, epochs: int, plan: Plan) -> str:
    return f"{plural(images, 'image'):<15}{'at most ' if plan.is_open_ended else ''}{plural(epochs, 'epoch')}"


def _full(plan: Plan) -> str:
    counts = [str(epochs) for epochs in plan.full_counts]
    measured = f", measured after {', '.join(counts[:-1])} too" if len(counts) > 1 else ""
    return _round(plan.train_images, plan.full_counts[-1], plan) + measured


def _rows(rows: Sequence[tuple[str, str]]) -> Text:
    drawn = Text()
    for at, (label, text) in enumerate(rows):
        if label:
            drawn.append(f"{label:<9}", "dim")
        drawn.append(printable(text), "bold" if not at and not label else "")
        drawn.append("\n" if at < len(rows) - 1 else "")
    return drawn
