"""What comes home from a node: files before the journal that speaks of them, and nothing that leads elsewhere."""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.core.events import EpochDone, Event, RoundDone
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import AttemptPaths, JobPaths
from campaigns.home.records import plain
from campaigns.home.round import RoundFacts, SealedRound
from campaigns.home.split import LabelSource
from campaigns.station.executors.holding.files import checked_path, round_and_name
from campaigns.station.executors.holding.receiving import PATIENCE, Passed, Receiver, in_order
from campaigns.station.executors.holding.talk import HoldStage, NodeFile
from campaigns.station.ingest import new_events
from tests.station.far_node import FarNode, checkpoint_bytes, model_bytes

EPOCH, DONE = EpochDone(0, 1, 0.5, 1.0), RoundDone(0, 12)
MODEL, SEAL, CHECKPOINT = "rounds/0/model.safetensors", "rounds/0/round.json", "rounds/0/checkpoint.pt"


@pytest.fixture
def paths(tmp_path: Path) -> AttemptPaths:
    own = JobPaths(tmp_path / "home/campaigns/tiny.abcdef/jobs/baseline-t0").attempt(1)
    own.folder.mkdir(parents=True)
    return own


def receiver(paths: AttemptPaths, *, checkpoint_seconds: float = 0.0) -> Receiver:
    return Receiver(paths, checkpoint_seconds)


def job(paths: AttemptPaths) -> JobPaths:
    return JobPaths(paths.folder.parent.parent)


def seal_of(**files: bytes) -> bytes:
    sums = {f"{name}.{end}": hashlib.sha256(content).hexdigest() for (name, end), content in _named(files)}
    sealed = SealedRound(0, 12, LabelSource.DATASET, {"train": 1.0}, RoundFacts(), sums)
    return json.dumps(plain(sealed, schema=1)).encode()


def _named(files: dict[str, bytes]) -> list[tuple[tuple[str, str], bytes]]:
    ends = {"model": "safetensors", "evaluation": "json"}
    return [((name, ends[name]), content) for name, content in files.items()]


def said_at_home(paths: AttemptPaths) -> list[object]:
    return [recorded.event for recorded in new_events(paths.journal, 0)[0]]


def test_files_come_before_the_journal_that_speaks_of_them_and_last_words_last(
    paths: AttemptPaths, tmp_path: Path
) -> None:
    model = model_bytes(tmp_path)
    node = FarNode({SEAL: seal_of(model=model), MODEL: model}, log=b"trained\n")
    node.say(EPOCH, DONE)
    node.end()
    state: list[tuple[str, bool, bool]] = []
    node.on_ask = lambda method: state.append((method, paths.journal.exists(), paths.exit.exists()))
    report = receiver(paths).receive(node)
    assert report.stage is HoldStage.ENDED
    assert node.read() == [MODEL, SEAL]
    assert state == [("news", False, False), ("read", False, False), ("read", False, False)]
    assert said_at_home(paths) == [EPOCH, DONE]
    assert Exit.read(paths.exit) == Exit(Ending.DONE)
    assert paths.log.read_bytes() == b"trained\n"
    assert (job(paths).folder / MODEL).read_bytes() == model


def test_what_is_here_already_is_not_fetched_again_and_nothing_is_said_twice(
    paths: AttemptPaths, tmp_path: Path
) -> None:
    node = FarNode({MODEL: model_bytes(tmp_path)}, log=b"one\n")
    node.say(EPOCH)
    first = receiver(paths)
    first.receive(node)
    first.receive(node)
    with paths.journal.open("ab") as journal:  # killed in the middle of a line
        journal.write(b'{"n":2,"at"')
    node.say(DONE)
    node.log += b"two\n"
    receiver(paths).receive(node)
    assert node.read() == [MODEL]
    assert said_at_home(paths) == [EPOCH, DONE]
    assert paths.log.read_bytes() == b"one\ntwo\n"


def test_a_later_attempt_keeps_out_whatever_an_earlier_one_says(paths: AttemptPaths, tmp_path: Path) -> None:
    node = FarNode({MODEL: model_bytes(tmp_path)})
    node.say(EPOCH)
    own = receiver(paths)
    node.on_ask = lambda method: (
        job(paths).attempt(2).folder.mkdir(exist_ok=True) if method == "read" else None
    )  # started while a file is on its way
    with pytest.raises(Passed):
        own.receive(node)
    assert not (job(paths).folder / MODEL).exists()
    assert not paths.journal.exists()


@pytest.mark.parametrize(
    "path",
    [
        "../../../stolen", "/etc/passwd", "rounds/0/../../../x.json", "rounds/0/model.safetensors/",
        "rounds/00/picks.json", "rounds/0/other.json", "attempts/1/exit.json", "rounds/-1/picks.json",
        "rounds/0\0/picks.json", "round.json", "rounds/9999999/picks.json", "rounds/0/.picks.json.draft-1",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(paths: AttemptPaths, tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="is not a file of a round"):
        round_and_name(path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match="is not a file of a round"):
        receiver(paths).receive(FarNode({path: b"{}"}))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("path", ["", "..", "a/../b", "/a", "a//b", "a/./b", "a\0b", "/".join("a" * 13)])
def test_what_a_node_is_told_to_write_lies_below_its_folder(path: str) -> None:
    with pytest.raises(ValueError, match="is not a path below a folder"):
        checked_path(path)


def test_a_round_that_is_a_link_is_not_written_through(paths: AttemptPaths, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (job(paths).folder / "rounds").mkdir()
    (job(paths).folder / "rounds/0").symlink_to(elsewhere)
    with pytest.raises(ValueError, match="leads elsewhere"):
        receiver(paths).receive(FarNode({MODEL: model_bytes(tmp_path)}))
    assert list(elsewhere.iterdir()) == []


def test_weights_that_are_not_what_was_stamped_are_refused(paths: AttemptPaths, tmp_path: Path) -> None:
    spoilt = bytearray(model_bytes(tmp_path))
    spoilt[-1] ^= 1
    node = FarNode({MODEL: bytes(spoilt)})
    node.say(EPOCH)
    with pytest.raises(ValueError, match="its checksum is wrong"):
        receiver(paths).receive(node)
    assert not (job(paths).folder / MODEL).exists()
    assert not paths.journal.exists()


@pytest.mark.parametrize("content", [b"{", b"[" * 200, b'{"schema": 1}'])
def test_a_seal_that_is_none_is_refused(paths: AttemptPaths, content: bytes) -> None:
    with pytest.raises(ValueError, match="is damaged"):
        receiver(paths).receive(FarNode({SEAL: content}))


def test_a_seal_waits_for_what_it_vouches_for_and_not_for_ever(paths: AttemptPaths, tmp_path: Path) -> None:
    model = model_bytes(tmp_path)
    node = FarNode({MODEL: model_bytes(tmp_path, 2.0), SEAL: seal_of(model=model)})
    node.say(DONE)
    own = receiver(paths)
    assert own.receive(node).stage is HoldStage.RUNNING
    assert said_at_home(paths) == []
    node.files[MODEL] = model
    own.receive(node)
    assert said_at_home(paths) == [DONE]
    other = FarNode({MODEL: model, "rounds/1/round.json": seal_of(model=model)})
    for _ in range(PATIENCE):
        assert own.receive(other).stage is HoldStage.RUNNING
    with pytest.raises(ValueError, match="is not what its seal says"):
        own.receive(other)


def test_a_journal_with_a_gap_or_with_what_no_worker_says_is_refused(paths: AttemptPaths) -> None:
    node = FarNode()
    node.say(EPOCH, EPOCH, DONE)
    node.journal = b"".join(node.journal.splitlines(keepends=True)[1:])
    with pytest.raises(ValueError, match="has 2 behind 0"):
        receiver(paths).receive(node)
    with pytest.raises(ValueError, match="unknown event"):
        receiver(paths).receive(FarNode(journal=b'{"n":1,"at":1.0,"event":"formatted"}\n'))
    assert not paths.journal.exists()


def test_times_are_those_of_this_machine_where_clocks_differ(paths: AttemptPaths) -> None:
    node = FarNode(ahead=3600.0)
    node.say(EPOCH)
    receiver(paths).receive(node)
    ((recorded,), _) = new_events(paths.journal, 0)
    assert abs(recorded.at - time.time()) < 60


def test_a_checkpoint_comes_home_now_and_then_and_at_the_end_and_goes_with_its_model(
    paths: AttemptPaths, tmp_path: Path
) -> None:
    node, own = FarNode({CHECKPOINT: checkpoint_bytes(b"1")}), receiver(paths, checkpoint_seconds=300)
    own.receive(node)
    node.files[CHECKPOINT] = checkpoint_bytes(b"2")
    own.receive(node)
    assert (job(paths).folder / CHECKPOINT).read_bytes() == checkpoint_bytes(b"1")
    node.end(Ending.STOPPED)
    own.receive(node)
    assert (job(paths).folder / CHECKPOINT).read_bytes() == checkpoint_bytes(b"2")
    node.stage, node.files = HoldStage.RUNNING, {MODEL: model_bytes(tmp_path)}
    own.receive(node)
    assert not (job(paths).folder / CHECKPOINT).exists()


def test_a_model_that_the_next_round_trains_on_comes_behind_the_checkpoint_of_that(
    paths: AttemptPaths, tmp_path: Path
) -> None:
    model, heir = model_bytes(tmp_path), "rounds/1/checkpoint.pt"
    node = FarNode({heir: checkpoint_bytes(b"1"), MODEL: model})
    own = receiver(paths, checkpoint_seconds=300)
    own.receive(FarNode({CHECKPOINT: checkpoint_bytes()}))
    own.receive(node)
    assert node.read() == [heir, MODEL], "although a checkpoint has just come"
    names = [f"rounds/{number}/{name}" for number in (0, 1, 2) for name in ("model.safetensors", "round.json")]
    order = [file.path for file in in_order(NodeFile(name, 1, "a") for name in names)]
    assert order == [names[4], names[2], names[0], names[1], names[3], names[5]]


class Killed(Exception):
    """The bridge was killed."""


@pytest.mark.parametrize("moment", range(1, 14))
def test_killed_at_any_moment_nothing_is_spoken_of_that_is_not_here_and_the_next_one_goes_on(
    paths: AttemptPaths, tmp_path: Path, moment: int
) -> None:
    model, last = model_bytes(tmp_path), model_bytes(tmp_path, 2.0)
    node = FarNode({CHECKPOINT: checkpoint_bytes()}, log=b"begins\n")
    node.say(EPOCH)
    left = [moment]

    def count(_method: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    node.on_ask = count
    own = receiver(paths)
    steps: tuple[Callable[[], None], ...] = (
        lambda: None,
        lambda: _go_on(node, {MODEL: model, SEAL: seal_of(model=model)}, DONE),
        lambda: _go_on(node, {"rounds/1/model.safetensors": last, "rounds/1/round.json": seal_of(model=last)}),
        lambda: _go_on(node, {}, RoundDone(1, 18), is_last=True),
    )
    for step in steps:
        step()
        try:
            own.receive(node)
        except Killed:
            own = receiver(paths)
            own.receive(node)
        told = said_at_home(paths)
        for number in {event.round for event in told if isinstance(event, RoundDone)}:
            assert job(paths).round(number).done.exists()
        assert told == [EPOCH, DONE, RoundDone(1, 18)][: len(told)]
        assert not paths.exit.exists() or len(told) == 3
    assert Exit.read(paths.exit) == Exit(Ending.DONE)
    assert {path.name for path in job(paths).folder.glob("rounds/*/*")} == {"model.safetensors", "round.json"}
    assert (job(paths).round(1).model.read_bytes(), paths.log.read_bytes()) == (last, b"begins\n")


def _go_on(node: FarNode, files: dict[str, bytes], *events: Event, is_last: bool = False) -> None:
    node.files.pop(CHECKPOINT, None)
    node.files |= files
    node.say(*events)
    if is_last:
        node.end()
