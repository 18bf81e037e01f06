"""What a worker does when something is wrong: it stops, and says what."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadData, BadRecipe, NoNumber
from campaigns.home.exit import Ending, Exit
from campaigns.home.locks import exclusive
from campaigns.home.paths import AttemptPaths
from campaigns.home.split import FrozenSplit
from campaigns.home.task import Task
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.patience import patience
from tests.stage import perform, perform_job, refusal, tiny

BASE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")
SMALL = ("protocol.full=false", 'criteria.names=["ag"]')
FOLDER = (
    "data.name=mine", "protocol.initial=6", "protocol.add=[3, 3]", "protocol.epochs=[1, 1, 1]", "protocol.trials=1",
    "run.threads=1", *SMALL,
)  # fmt: skip


def write_images(root: Path, count: int = 34) -> Path:
    """Pictures of two classes, every third for testing."""
    root.mkdir()
    rng = np.random.default_rng(0)
    lines = ["image,red,blue,split"]
    for n in range(count):
        red, blue = n % 2, int(n % 5 < 3)
        pixels = rng.integers(0, 60, (8, 8, 3), dtype=np.uint8)
        pixels[:4, :, 0] += np.uint8(150 * red)
        pixels[4:, :, 2] += np.uint8(150 * blue)
        Image.fromarray(pixels).save(root / f"{n:02}.png")
        lines.append(f"{n:02}.png,{red},{blue},{'test' if n % 3 == 0 else 'train'}")
    (root / "labels.csv").write_text("\n".join(lines) + "\n")
    return root


def of_folder(place: Workspace, root: Path, *overrides: str) -> CampaignRow:
    return create_campaign(place, "smoke", overrides=[*FOLDER, f"data.root={root}", *overrides], name="mine").campaign


def journal_of(place: Workspace, row: CampaignRow, job: Job) -> list[dict[str, object]]:
    path = place.home.campaign(row.id).job(job.id).attempt(1).journal
    return [json.loads(line) for line in path.read_text().splitlines()]


def worker(place: Workspace, row: CampaignRow, job: Job) -> tuple[subprocess.CompletedProcess[bytes], AttemptPaths]:
    """The job in a process of its own, as a station would start it."""
    paths = place.home.campaign(row.id).job(job.id).attempt(1)
    Task(place.home.folder, row.id, job, 1, "cpu", 1).write(paths.task)
    command = [sys.executable, "-m", "campaigns.worker", str(paths.folder)]
    return subprocess.run(command, capture_output=True, timeout=patience(), check=False), paths


@pytest.mark.slow
def test_data_that_changed_are_other_data(place: Workspace, tmp_path: Path) -> None:
    root = write_images(tmp_path / "images")
    row = of_folder(place, root)
    table = root / "labels.csv"
    table.write_text(table.read_text().replace("01.png,1,1", "01.png,0,1"))
    found, paths = worker(place, row, BASE)
    said = Exit.read(paths.exit)
    assert found.returncode == 3
    assert said is not None
    assert (said.ending, said.code) == (Ending.FAILED, 3)
    assert "not what they were when the campaign was created" in said.error
    assert "put images and labels back" in said.hint
    assert b"Traceback" not in found.stdout + found.stderr


@pytest.mark.parametrize(
    ("decided", "left_open"), [('precision = "float32"', 'precision = "auto"'), ("threads = 1", "threads = 0")]
)
@pytest.mark.slow
def test_a_recipe_that_leaves_open_how_to_compute_is_refused(place: Workspace, decided: str, left_open: str) -> None:
    row = tiny(place, *SMALL)
    recipe = place.home.campaign(row.id).recipe
    assert decided in recipe.read_text()
    recipe.write_text(recipe.read_text().replace(decided, left_open))
    found, paths = worker(place, row, BASE)
    said = Exit.read(paths.exit)
    assert found.returncode == 3
    assert said is not None
    assert said.error.startswith("the campaign's recipe leaves open how to compute")
    key, _, value = left_open.partition(" = ")
    assert f"run.{key}: is {value}".replace('"', "") in said.error
    assert "create a new campaign" in said.hint


def test_data_that_vanished_are_named(place: Workspace, tmp_path: Path) -> None:
    root = write_images(tmp_path / "images")
    row = of_folder(place, root)
    root.rename(tmp_path / "elsewhere")
    assert str(root) in refusal(lambda: perform_job(place, row, BASE))
    with pytest.raises(BadData):
        perform_job(place, row, BASE, attempt=2)


def test_an_image_that_cannot_be_read_stops_the_campaign_by_name(place: Workspace, tmp_path: Path) -> None:
    root = write_images(tmp_path / "images")
    damage(root, "04.png", "09.png")
    row = of_folder(place, root)
    with pytest.raises(BadData) as caught:
        perform_job(place, row, BASE)
    assert caught.value.exit_code == 3
    assert "1 image cannot be read" in str(caught.value)
    assert "04.png" in str(caught.value)
    assert "data.on_unreadable=skip" in caught.value.hint


def test_images_that_cannot_be_read_are_left_out_by_name(place: Workspace, tmp_path: Path) -> None:
    root = write_images(tmp_path / "images")
    damage(root, "04.png", "09.png")
    row = of_folder(place, root, "data.on_unreadable=skip")
    perform(place, row)
    warnings = [said["text"] for said in journal_of(place, row, ARM) if said.get("is_warning")]
    assert warnings == [f"left out, because they cannot be read: {name}.png" for name in ("04", "09")]
    folder = place.home.campaign(row.id).folder
    assert "04.png" not in "".join(path.read_text() for path in folder.glob("jobs/*/rounds/*/picks.json"))
    assert json.loads((folder / "jobs/baseline-t0/rounds/0/evaluation.json").read_text())["images"] == 11


def test_what_is_left_out_leaves_the_same_campaign_whether_pixels_are_cached_or_not(
    place: Workspace, tmp_path: Path
) -> None:
    root = write_images(tmp_path / "images")
    damage(root, "04.png")
    row = of_folder(place, root, "data.on_unreadable=skip", "run.pixel_cache_gib=0.0")
    perform(place, row)
    assert any(said.get("is_warning") for said in journal_of(place, row, BASE))


def test_a_pool_that_ran_out_because_images_are_left_out_is_told(place: Workspace, tmp_path: Path) -> None:
    root = write_images(tmp_path / "images", count=18)  # twelve to train on, all of them in the schedule
    row = of_folder(place, root, "data.on_unreadable=skip")
    initial = FrozenSplit.read(place.home.campaign(row.id).split).initial[0]
    rest = [f"{n:02}.png" for n in range(18) if n % 3 and f"{n:02}.png" not in initial]
    damage(root, *rest[:4])
    with pytest.raises(BadData, match="the schedule adds 6 images, the pool has only 2"):
        perform_job(place, row, BASE)


def test_a_loss_that_is_no_number_fails_with_what_to_lower(place: Workspace) -> None:
    row = tiny(place, *SMALL, "training.lr=1e9", "protocol.epochs=[30, 2, 2]")
    said = r"round 0: .* (nan|NaN or infinite|inf) in epoch \d+, batch 1 of 1; images shape-\d+, shape-\d+"
    with pytest.raises(NoNumber, match=said) as caught:
        perform_job(place, row, BASE)
    assert "lower training.lr" in caught.value.hint
    assert not place.home.campaign(row.id).job(BASE.id).round(0).model.exists()


def test_a_recipe_that_asks_for_more_than_there_is_is_refused_at_once(place: Workspace) -> None:
    with pytest.raises(BadRecipe) as caught:
        tiny(place, "protocol.add=[6, 43]")
    assert [mistake.where for mistake in caught.value.mistakes] == ["protocol.initial", "protocol.add"]
    assert tiny(place, "protocol.add=[6, 42]").plan.schedule.budget == 60


def test_a_schedule_that_labels_every_image_runs_to_its_end(place: Workspace) -> None:
    row = tiny(place, *SMALL, "protocol.add=[6, 42]")
    perform(place, row)
    assert place.home.campaign(row.id).job(ARM.id).round(2).done.exists()


@pytest.mark.slow
def test_a_second_worker_leaves_a_job_to_the_first(place: Workspace) -> None:
    row = tiny(place, *SMALL)
    lock = place.home.campaign(row.id).job(BASE.id).lock
    lock.parent.mkdir(parents=True)
    with exclusive(lock):
        found, paths = worker(place, row, BASE)
    said = Exit.read(paths.exit)
    assert found.returncode == 4
    assert said is not None
    assert said.ending is Ending.BUSY
    assert not paths.journal.exists()


def damage(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.write_bytes(b"\x89PNG" + bytes(path.stat().st_size - 4))
