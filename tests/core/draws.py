"""Made-up events and plans for the laws."""

import hypothesis.strategies as st

from campaigns.core.events import (
    EpochDone,
    Evaluated,
    Event,
    Noted,
    Picked,
    Prepared,
    Reused,
    RoundDone,
    RoundStarted,
    Scored,
    Started,
    Working,
)
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.home.journal import Recorded

COUNTS = st.integers(0, 10**9)
SECONDS = st.floats(0, 1e9)
CLASSES = st.none() | st.lists(st.text()).map(tuple)
SHARES = st.none() | st.floats(0, 1)

EVENTS: dict[type[Event], st.SearchStrategy[Event]] = {
    Started: st.builds(Started, st.text(), COUNTS, st.text()),
    Working: st.builds(Working, st.text(), COUNTS, COUNTS, st.none() | SECONDS),
    Prepared: st.builds(Prepared, st.text(), COUNTS, SECONDS),
    RoundStarted: st.builds(RoundStarted, COUNTS, COUNTS, COUNTS, COUNTS),
    Reused: st.builds(Reused, COUNTS, st.text()),
    EpochDone: st.builds(EpochDone, COUNTS, COUNTS, st.floats(allow_nan=False, allow_infinity=False), SECONDS),
    Evaluated: st.builds(Evaluated, COUNTS, SHARES, st.lists(SHARES).map(tuple), SECONDS, classes=CLASSES),
    Scored: st.builds(Scored, COUNTS, COUNTS, SECONDS),
    Picked: st.builds(Picked, COUNTS, COUNTS, SECONDS),
    RoundDone: st.builds(RoundDone, COUNTS, COUNTS),
    Noted: st.builds(Noted, st.text(), st.booleans()),
}


def some_recorded() -> st.SearchStrategy[Recorded]:
    """Any event, with its number and time."""
    return st.builds(Recorded, st.integers(1, 10**6), SECONDS, st.one_of(*EVENTS.values()))


@st.composite
def some_schedules(draw: st.DrawFn) -> Schedule:
    """Up to six rounds after the baseline."""
    add = draw(st.lists(st.integers(1, 1000), min_size=1, max_size=6))
    epochs = draw(st.lists(st.integers(1, 50), min_size=len(add) + 1, max_size=len(add) + 1))
    return Schedule(draw(st.integers(1, 1000)), tuple(add), tuple(epochs))


def some_plans() -> st.SearchStrategy[Plan]:
    """Plans of a few trials and criteria."""
    words = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4, unique=True).map(tuple)
    return st.builds(
        Plan, some_schedules(), st.integers(1, 4), words, COUNTS, COUNTS, st.booleans(),
        COUNTS | st.lists(COUNTS, min_size=1, max_size=3, unique=True).map(lambda counts: tuple(sorted(counts))),
        st.lists(COUNTS, max_size=3).map(tuple), words,
    )  # fmt: skip


@st.composite
def some_journals(draw: st.DrawFn) -> list[Recorded]:
    """What a worker may say, in an order in which it says it: some rounds, stopped anywhere."""
    events: list[Event] = [Started("cpu", 1, "here")]
    for number in draw(st.sampled_from([range(1), range(1, 4)])):
        epochs = draw(st.integers(1, 3))
        events.append(RoundStarted(number, 10 * number + 10, epochs, 0))
        if draw(st.booleans()):
            events.append(Reused(number, "another campaign"))
        events += [EpochDone(number, epoch, draw(st.floats(0, 2)), draw(SECONDS)) for epoch in range(1, epochs + 1)]
        ap = tuple(draw(st.lists(SHARES, min_size=2, max_size=2)))
        events += [Working("testing", 3, 3), Evaluated(number, draw(SHARES), ap, 0.5)]
        if draw(st.booleans()):
            events.append(Noted(draw(st.sampled_from(["one", "another"])), draw(st.booleans())))
        events += [Scored(number, 20, 0.25), Picked(number, 10, 0.125), RoundDone(number, 10 * number + 10)]
    said = events[: draw(st.integers(0, len(events)))]
    return [Recorded(at, 1000.0 + at, event) for at, event in enumerate(said, start=1)]
