"""The law of ingestion: however a journal arrives, the store ends the same, and never hears what nobody said."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from campaigns.home.journal import Recorded, to_line
from campaigns.station.ingest import new_events
from campaigns.store.attempts import ingest
from campaigns.store.rows import AttemptRow
from campaigns.store.store import Store, open_store
from tests.core.draws import some_journals
from tests.store.rows import begun, everything

GARBAGE = st.one_of(
    st.binary(max_size=40).map(lambda bytes_: bytes_.replace(b"\n", b" ")),
    st.sampled_from([b"{}", b"[]", b"null", b'{"n":1}', b"\x00", b"\xff", b'{"n":1,"at":1,"event":"noted","text":1}']),
).filter(lambda line: line.strip() != b"")


def hear(store: Store, attempt: AttemptRow, journal: Path, offset: int) -> int:
    """Everything that is new, as a station hears it; where to go on."""
    events, after = new_events(journal, offset)
    assert after >= offset
    ingest(store, attempt, events, offset=after)
    return after


def bytes_of(said: list[Recorded]) -> bytes:
    return "".join(map(to_line, said)).encode()


@settings(max_examples=60)
@given(said=some_journals(), cuts=st.lists(st.floats(0, 1), max_size=8), again=st.lists(st.booleans(), max_size=9))
def test_however_a_journal_arrives_and_is_heard_again_the_store_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, said: list[Recorded], cuts: list[float], again: list[bool]
) -> None:
    folder, whole = tmp_path_factory.mktemp("laws"), bytes_of(said)
    journal = folder / "journal.jsonl"
    journal.write_bytes(whole)
    with open_store(folder / "once.db") as once:
        assert hear(once, begun(once), journal, 0) == len(whole)
        expected = everything(once.connection)
    with open_store(folder / "pieces.db") as pieces:
        attempt, offset, offsets = begun(pieces), 0, [0]
        repeats = iter([*again, *[False] * len(cuts), False])
        for cut in [*sorted(int(share * len(whole)) for share in cuts), len(whole)]:
            journal.write_bytes(whole[:cut])
            # A station that was killed after it heard and before it knew: the next one hears the same again.
            offset = hear(pieces, attempt, journal, 0 if next(repeats) else offset)
            assert offset <= cut
            assert whole[:offset] == b"" or whole[offset - 1 : offset] == b"\n", "a half line waits"
            offsets.append(offset)
        assert offsets == sorted(offsets)
        assert everything(pieces.connection) == expected


@settings(max_examples=60)
@given(said=some_journals(), at=st.floats(0, 1), garbage=GARBAGE)
def test_a_line_that_no_worker_wrote_is_refused_and_nothing_of_it_is_kept(
    tmp_path_factory: pytest.TempPathFactory, said: list[Recorded], at: float, garbage: bytes
) -> None:
    folder, place = tmp_path_factory.mktemp("garbage"), int(at * len(said))
    before, after = bytes_of(said[:place]), bytes_of(said[place:])
    journal = folder / "journal.jsonl"
    with open_store(folder / "s.db") as store:
        attempt = begun(store)
        journal.write_bytes(before)
        offset = hear(store, attempt, journal, 0)
        known = everything(store.connection)
        journal.write_bytes(before + garbage)
        assert hear(store, attempt, journal, offset) == offset, "it may still become a line"
        journal.write_bytes(before + garbage + b"\n" + after)
        with pytest.raises(ValueError, match=r".*"):
            hear(store, attempt, journal, offset)
        assert everything(store.connection) == known
