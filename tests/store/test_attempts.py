"""What workers say, and what the store makes of it."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from campaigns.core.events import (
    EpochDone,
    Evaluated,
    Event,
    Noted,
    Prepared,
    Reused,
    RoundDone,
    RoundStarted,
    Scored,
    Working,
)
from campaigns.core.execution import Handle
from campaigns.core.states import AttemptState
from campaigns.home.journal import Recorded
from campaigns.store.attempts import (
    add_attempt,
    end_attempt,
    ingest,
    last_number,
    list_attempts,
    list_epochs,
    list_rounds,
    running_attempts,
    set_handle,
)
from campaigns.store.campaigns import add_campaign, read_feed
from campaigns.store.store import open_store
from tests.core.draws import some_journals
from tests.store.rows import a_campaign, an_attempt, begun, everything


@settings(max_examples=25)
@given(journal=some_journals(), share=st.floats(0, 1))
def test_recording_twice_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, journal: list[Recorded], share: float
) -> None:
    folder = tmp_path_factory.mktemp("twice")
    prefix = journal[: int(share * len(journal))]
    found = []
    for name, times in {"once": [journal], "prefix": [prefix, journal], "twice": [journal, journal]}.items():
        with open_store(folder / f"{name}.db") as store:
            attempt = begun(store)
            for events in times:
                ingest(store, attempt, events, offset=len(journal))
            found.append(everything(store.connection))
    assert found[0] == found[1] == found[2]


@settings(max_examples=20)
@given(journal=some_journals())
def test_every_note_of_a_worker_is_in_the_feed_once(
    tmp_path_factory: pytest.TempPathFactory, journal: list[Recorded]
) -> None:
    with open_store(tmp_path_factory.mktemp("notes") / "s.db") as store:
        attempt = begun(store)
        for events in (journal, journal[:3], journal):
            ingest(store, attempt, events, offset=0)
        notes = [recorded.at for recorded in journal if isinstance(recorded.event, Noted | Reused)]
        assert [row.at for row in read_feed(store, attempt.campaign)] == notes


def say(*events: Event) -> list[Recorded]:
    return [Recorded(at, float(at), event) for at, event in enumerate(events, start=1)]


def test_a_round_grows_with_what_is_said_of_it(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        attempt = begun(store)
        said = say(RoundStarted(1, 20, 3), EpochDone(1, 1, 0.7, 2.0), EpochDone(1, 2, 0.6, 1.0))
        ingest(store, attempt, said, offset=10)
        (now,) = running_attempts(store)
        assert (now.activity, now.round, now.epoch, now.epochs, now.loss) == ("training", 1, 2, 3, 0.6)
        assert now.journal_offset == 10
        (row,) = list_rounds(store, attempt.campaign)
        assert (row.labelled, row.train_seconds, row.value, row.per_class, row.done) == (20, 3.0, None, (), None)
        said = say(Evaluated(1, 0.5, (0.5, None), 4.0), Scored(1, 80, 5.0), RoundDone(1, 20))
        ingest(store, attempt, said, offset=20)
        (row,) = list_rounds(store, attempt.campaign)
        assert (row.value, row.per_class, row.done) == (0.5, (0.5, None), 3.0)
        assert (row.evaluate_seconds, row.score_seconds, row.select_seconds) == (4.0, 5.0, None)


def test_getting_ready_is_seen_with_what_it_still_takes_and_kept(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        attempt = begun(store)
        ingest(store, attempt, say(Working("features of train", 32, 935)), offset=1)
        assert running_attempts(store)[0].activity == "features of train 32/935"
        ingest(store, attempt, say(Working("features of train", 320, 935, 61.4)), offset=2)
        assert running_attempts(store)[0].activity == "features of train 320/935, about 61 s left"
        assert running_attempts(store)[0].prepare_seconds == 0
        for offset in (3, 3):
            ingest(store, attempt, say(Prepared("features", 1335, 118.5)), offset=offset)
        assert running_attempts(store)[0].prepare_seconds == 118.5


def test_an_epoch_that_is_done_again_counts_once(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        first = begun(store)
        again = an_attempt(a_campaign(), number=2)
        add_attempt(store, again)
        ingest(store, first, say(RoundStarted(1, 20, 3), EpochDone(1, 1, 0.7, 9.0)), offset=1)
        ingest(store, again, say(RoundStarted(1, 20, 3), EpochDone(1, 1, 0.7, 2.0)), offset=1)
        assert [(row.number, row.seconds) for row in list_epochs(store, first.campaign)] == [(1, 2.0)]
        assert list_rounds(store, first.campaign)[0].train_seconds == 2.0


def test_a_round_that_is_done_keeps_the_time_it_was_done_first(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        attempt = begun(store)
        ingest(store, attempt, [Recorded(1, 5.0, RoundDone(1, 20))], offset=1)
        ingest(store, attempt, [Recorded(2, 9.0, RoundDone(1, 20))], offset=2)
        assert [row.done for row in list_rounds(store)] == [5.0]


def test_events_and_offset_become_true_together(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        attempt = begun(store)
        before = everything(store.connection)
        with pytest.raises(TypeError):
            ingest(store, attempt, [*say(RoundStarted(1, 20, 3)), Recorded(2, 1.0, "what?")], offset=99)  # type: ignore[arg-type]
        assert everything(store.connection) == before


def test_an_attempt_runs_until_it_has_ended(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        attempt = begun(store)
        assert [row.handle for row in running_attempts(store)] == [None]
        set_handle(store, attempt, Handle("whatever an executor likes"))
        assert [row.handle for row in running_attempts(store)] == ["whatever an executor likes"]
        end_attempt(store, attempt, AttemptState.LOST, at=9.0, code=-9, last_words="killed")
        assert running_attempts(store) == []
        (row,) = list_attempts(store)
        assert (row.state, row.ended, row.exit_code, row.last_words) == (AttemptState.LOST, 9.0, -9, "killed")


def test_attempts_are_numbered_by_job(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        attempt = begun(store)
        add_attempt(store, an_attempt(a_campaign(), number=2))
        other = a_campaign("two")
        add_campaign(store, other)
        assert last_number(store, attempt.campaign, attempt.job) == 2
        assert last_number(store, other.id, attempt.job) == 0
        assert list_attempts(store, other.id) == []
