"""How fast a campaign trains: what it costs to know must not change what it is."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.core.events import EpochDone, Event, RoundStarted
from campaigns.home.journal import Recorded
from campaigns.store.attempts import add_attempt, ingest
from campaigns.store.campaigns import add_campaign
from campaigns.store.pace import pace
from campaigns.store.store import open_store
from tests.store.rows import a_campaign, an_attempt

JOBS = ("arm-t0-ag", "baseline-t0", "full")
SECONDS = st.floats(0.01, 1000)


@settings(max_examples=50)
@given(
    epochs=st.dictionaries(
        st.tuples(st.sampled_from(JOBS), st.integers(0, 4)), st.lists(SECONDS, min_size=1, max_size=5), max_size=8
    ),
    skip=st.integers(0, 6),
)
def test_the_pace_is_over_all_epochs_but_the_first(
    tmp_path_factory: pytest.TempPathFactory, epochs: dict[tuple[str, int], list[float]], skip: int
) -> None:
    with open_store(tmp_path_factory.mktemp("pace") / "s.db") as store:
        campaign, other = a_campaign("one"), a_campaign("other")
        for row in (campaign, other):
            add_campaign(store, row)
            for job in JOBS:
                add_attempt(store, an_attempt(row, job))
        for row, factor in ((campaign, 1.0), (other, 7.0)):
            for (job, number), taken in epochs.items():
                events: list[Event] = [RoundStarted(number, _labelled(number), len(taken))]
                events += [EpochDone(number, at, 0.5, seconds * factor) for at, seconds in enumerate(taken, 1)]
                recorded = [Recorded(at, float(at), event) for at, event in enumerate(events, 1)]
                ingest(store, an_attempt(row, job), recorded, offset=1)
        # By round, then by epoch, then by job.
        in_order = sorted(
            (number, at, job, seconds) for (job, number), taken in epochs.items() for at, seconds in enumerate(taken, 1)
        )[skip:]
        expected = None
        if in_order:
            expected = sum(line[3] for line in in_order) / sum(_labelled(line[0]) for line in in_order)
        found = pace(store, campaign.id, skip=skip)
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-6))


def _labelled(number: int) -> int:
    return 20 + 10 * number


def test_there_is_none_before_anything_is_trained(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        row = a_campaign()
        add_campaign(store, row)
        assert pace(store, row.id, skip=0) is None
