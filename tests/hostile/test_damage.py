"""Files of a home that are no more what they were: made again to the same bytes, with a line that says so."""

import shutil
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.errors import Damaged
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from campaigns.worker.job import run_job
from tests.stage import assert_same, outcome, perform, perform_job, refusal, tiny
from tests.worker.test_trouble import journal_of

ARM, BASE = Job(JobKind.ARM, 0, "ag"), Job(JobKind.BASELINE, 0)
SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "model.training=finetune")
Done = tuple[Workspace, CampaignRow]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """One baseline and one arm, complete."""
    place = open_workspace(tmp_path_factory.mktemp("whole"))
    row = tiny(place, *SMALL)
    perform(place, row)
    return place, row


@pytest.fixture
def copied(whole: Done, tmp_path: Path) -> Done:
    """A home of its own with the same campaign in it."""
    place, row = whole
    shutil.copytree(place.home.folder, tmp_path / "home")
    return open_workspace(tmp_path / "home"), row


def flip(path: Path, at: int = -9) -> None:
    """One bit of a byte; a link to the same bytes elsewhere keeps them."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.unlink()
    path.write_bytes(content)


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


def warnings(place: Workspace, row: CampaignRow, job: Job) -> str:
    """What the second attempt warned of."""
    log = place.home.campaign(row.id).job(job.id).attempt(2).journal
    return "\n".join(line for line in log.read_text().splitlines() if '"is_warning":true' in line)


@pytest.mark.parametrize("harm", [flip, cut])
@pytest.mark.parametrize("name", ["model", "scores", "evaluation", "picks", "maps"])
def test_what_is_damaged_in_an_open_round_is_made_again(copied: Done, whole: Done, name: str, harm: object) -> None:
    place, row = copied
    round_ = place.home.campaign(row.id).job(ARM.id).round(1)
    path: Path = getattr(round_, name)
    round_.done.unlink()
    (flip if harm is flip else cut)(path)
    shutil.rmtree(place.home.fits)  # nor is there another model like it
    perform_job(place, row, ARM, attempt=2)
    assert_same(outcome(place, row), outcome(*whole))
    if name != "picks":  # those are written anew in any case
        assert path.name in warnings(place, row, ARM)


@pytest.mark.parametrize(("name", "number"), [("picks", 0), ("picks", 1), ("evaluation", 1)])
def test_a_complete_round_whose_picks_or_measures_changed_is_done_again(
    copied: Done, whole: Done, name: str, number: int
) -> None:
    place, row = copied
    round_ = place.home.campaign(row.id).job(ARM.id).round(number)
    path: Path = getattr(round_, name)
    path.write_text(path.read_text().replace("shape-000000", "shape-000001") + " ")
    perform_job(place, row, ARM, attempt=2)
    assert_same(outcome(place, row), outcome(*whole))
    assert f"{path.name} is not what its round left" in warnings(place, row, ARM)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"sha256": 3}', b"\xff", b"[" * 9999])
def test_a_complete_round_that_does_not_say_so_in_order_is_done_again(
    copied: Done, whole: Done, content: bytes
) -> None:
    place, row = copied
    round_ = place.home.campaign(row.id).job(ARM.id).round(1)
    round_.done.write_bytes(content)
    perform_job(place, row, ARM, attempt=2)
    assert_same(outcome(place, row), outcome(*whole))
    assert "round.json is damaged" in warnings(place, row, ARM)


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink])
@pytest.mark.parametrize("name", ["scores", "model"])
def test_an_arm_that_finds_its_baseline_damaged_does_it_again(
    copied: Done, whole: Done, name: str, harm: object
) -> None:
    place, row = copied
    shutil.rmtree(place.home.campaign(row.id).job(ARM.id).folder / "rounds")
    path: Path = getattr(place.home.campaign(row.id).job(BASE.id).round(0), name)
    assert callable(harm)
    harm(path)
    perform_job(place, row, ARM, attempt=2)
    assert_same(outcome(place, row), outcome(*whole))
    assert "the baseline is done again" in warnings(place, row, ARM)
    assert [said["round"] for said in journal_of(place, row, ARM) if said["event"] == "epoch_done"] == [1, 1, 2, 2]


def test_an_arm_does_not_take_the_model_of_another_round_for_its_baselines(copied: Done, whole: Done) -> None:
    """It is whole, and of the same shapes: only the seal of its round tells."""
    place, row = copied
    jobs = place.home.campaign(row.id)
    shutil.copyfile(jobs.job(ARM.id).round(1).model, jobs.job(BASE.id).round(0).model)
    shutil.rmtree(jobs.job(ARM.id).folder / "rounds")
    shutil.rmtree(place.home.fits)
    perform_job(place, row, ARM, attempt=2)
    assert_same(outcome(place, row), outcome(*whole))
    assert "model.safetensors is not what its round left: the baseline is done again" in warnings(place, row, ARM)


def test_a_checkpoint_that_changed_begins_its_round_again(copied: Done, whole: Done) -> None:
    place, row = copied
    rounds = place.home.campaign(row.id).job(BASE.id)
    stopped = tiny(place, *SMALL, "protocol.seed=3", name="stopped")
    fresh = place.home.campaign(stopped.id).job(BASE.id)
    begun_and_stopped(place, stopped)
    assert fresh.round(0).checkpoint.exists()
    flip(fresh.round(0).checkpoint, at=500)
    perform_job(place, stopped, BASE, attempt=2)
    assert "checkpoint.pt is damaged" in warnings(place, stopped, BASE)
    other = tiny(place, *SMALL, "protocol.seed=3", "run.retries=1", name="other")
    shutil.rmtree(place.home.fits)
    perform_job(place, other, BASE)
    same = place.home.campaign(other.id).job(BASE.id).round(0)
    assert same.model.read_bytes() == fresh.round(0).model.read_bytes()
    assert rounds.round(0).model.read_bytes() != same.model.read_bytes(), "another seed"


def begun_and_stopped(place: Workspace, row: CampaignRow) -> None:
    """The baseline, told to stop after its first epoch."""
    from campaigns.home.task import Task
    from campaigns.worker.journal import Journal
    from campaigns.worker.stops import Stopped, Stops

    paths = place.home.campaign(row.id).job(BASE.id).attempt(1)
    paths.folder.mkdir(parents=True)
    task = Task(place.home.folder, row.id, BASE, 1, device="cpu", threads=1)
    with pytest.raises(Stopped):
        run_job(task, Journal(paths.journal), Stops(after_epoch=True))


def test_a_cache_of_pixels_that_changed_is_made_again(copied: Done, whole: Done) -> None:
    place, row = copied
    shutil.rmtree(place.home.campaign(row.id).job(ARM.id).folder / "rounds")
    shutil.rmtree(place.home.fits)
    for path in place.home.pixels.glob("*.u8"):
        flip(path, at=12345)
    perform_job(place, row, ARM, attempt=2)
    assert_same(outcome(place, row), outcome(*whole))
    said = place.home.campaign(row.id).job(ARM.id).attempt(2).journal.read_text()
    assert said.count("are not what was put there: made again") == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"schema": 1, "round": "../../../../etc"}',
        '{"schema": 1, "round": ["x"]}',
        '{"schema": 1, "round": "a/b/c/d/e"}',
        "[" * 5000,
    ],
)
def test_what_is_remembered_of_earlier_fits_leads_nowhere_else(copied: Done, whole: Done, content: str) -> None:
    place, row = copied
    shutil.rmtree(place.home.campaign(row.id).job(ARM.id).folder / "rounds")
    for path in place.home.fits.iterdir():
        path.write_text(content)
    perform_job(place, row, ARM, attempt=2)
    assert_same(outcome(place, row), outcome(*whole))


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": 1, "fingerprint": 3}', '{"schema": 1, "fingerprint": "f"}'])
def test_a_split_that_changed_is_named_and_nothing_is_trained(copied: Done, content: str) -> None:
    place, row = copied
    path = place.home.campaign(row.id).split
    path.write_text(content)
    with pytest.raises(Damaged, match=r"split\.json is damaged"):
        perform_job(place, row, ARM, attempt=2)
    assert "put back what was there" in refusal(lambda: perform_job(place, row, ARM, attempt=3))
