"""`clean` frees what nobody needs, says before what that is, and leaves nothing that `verify` calls damaged."""

import json
import os
import shutil
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import Intent, JobState
from campaigns.errors import NotNow, UsageError
from campaigns.home.caches import CacheFile, features_name, mark_of, pixels_name, readable_name
from campaigns.home.paths import RoundPaths
from campaigns.home.split import FrozenSplit
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.clean import clean, seconds_of
from campaigns.services.repair.repair import repair_home
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.campaigns import list_jobs, set_intent
from campaigns.store.rescue import put_job_state
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good, refused
from tests.services.backups import copied
from tests.services.tampering import told
from tests.stage import outcome, perform, perform_job, tiny

Done = tuple[Workspace, CampaignRow]
DAY = 86400.0
STRANGE = "0123456789abcdef" * 4
"""Hash of images that no campaign knows."""


@pytest.fixture
def mine(finished: Done, tmp_path: Path) -> Done:
    """A finished campaign of one's own; its rounds were done forty days ago."""
    place, row = finished
    shutil.copytree(place.home.folder, tmp_path / "mine")
    here = open_workspace(tmp_path / "mine")
    for path in here.home.campaigns.glob("*/jobs/*/rounds/*/round.json"):
        os.utime(path, (path.stat().st_mtime - 40 * DAY,) * 2)
    return here, row


def models(place: Workspace) -> list[Path]:
    return sorted(place.home.campaigns.glob("*/jobs/*/rounds/*/model.safetensors"))


def caches(place: Workspace) -> list[str]:
    return sorted(path.name for path in (*place.home.pixels.glob("*"), *place.home.features.glob("*")))


def age_of(place: Workspace, row: CampaignRow, days: float) -> None:
    for path in place.home.campaign(row.id).folder.glob("jobs/*/rounds/*/round.json"):
        os.utime(path, (path.stat().st_mtime - days * DAY,) * 2)


def everything(place: Workspace) -> dict[str, int]:
    return {str(p): p.stat().st_mtime_ns for p in place.home.folder.rglob("*") if not p.name.startswith("alwsl.db")}


def test_a_dry_look_says_what_would_be_freed_and_touches_nothing(mine: Done) -> None:
    place, row = mine
    before = everything(place)
    text = good(place, "clean", "--older", "30d")
    told_ = json.loads(good(place, "clean", "--older", "30d", "--json"))
    assert everything(place) == before
    assert told_["is_dry_run"] is True
    sizes = sum(path.stat().st_size for path in (*models(place), *place.home.pixels.iterdir()))
    assert told_["bytes"] == sizes
    assert {file for part in told_["models"] for file in part["files"]} == set(map(str, models(place)))
    assert row.name in text
    assert "would free" in text
    assert "shapes train 32 px" in text


def test_what_was_said_is_done_and_verify_calls_it_freed_not_damaged(mine: Done) -> None:
    place, row = mine
    said = json.loads(good(place, "clean", "--older", "30d", "--json"))
    count = len(models(place))
    done = json.loads(good(place, "clean", "--older", "30d", "--yes", "--json"))
    assert said | {"is_dry_run": False} == done
    assert (models(place), caches(place)) == ([], [])
    verification = verify_campaign(place, row.name)
    assert told(verification) == ""
    assert dict(verification.unchecked) == {"models that were freed by `clean`": count}
    assert good(place, "show", row.name)
    assert good(place, "report", row.name, "--plain")
    again = json.loads(good(place, "clean", "--older", "0h", "--yes", "--json"))
    assert (again["bytes"], again["models"], again["caches"]) == (0, [], [])


def test_a_model_that_is_lost_otherwise_is_still_missed(mine: Done) -> None:
    place, row = mine
    clean(place, older=30 * DAY, is_dry_run=False)
    place.home.campaign(row.id).cleaned.write_text("{}")
    assert "model.safetensors" in told(verify_campaign(place, row.name))


def test_models_stay_without_an_age_and_those_of_young_rounds_with_one(mine: Done) -> None:
    place, _ = mine
    assert clean(place).models == ()
    assert clean(place, older=41 * DAY).models == ()
    assert "freed" in good(place, "clean", "--yes")
    assert (len(models(place)) > 0, caches(place)) == (True, [])


def note_done(place: Workspace, row: CampaignRow, *kinds: JobKind) -> None:
    """Tell the store what its station would have told it."""
    with place.store() as store:
        for job in list_jobs(store, row.id):
            if job.job.kind in kinds:
                put_job_state(store, job, JobState.DONE)


def test_a_campaign_that_goes_on_keeps_its_caches_and_its_baselines(place: Workspace, tmp_path: Path) -> None:
    row = tiny(place)
    for job in (Job(JobKind.FULL), Job(JobKind.BASELINE, 0)):
        perform_job(place, row, job)
    back = copied(place, tmp_path / "back")
    repair_home(back)
    note_done(back, row, JobKind.FULL, JobKind.BASELINE)
    place = back
    kept = caches(place)
    age_of(place, row, 40)
    assert kept
    done = clean(place, older=30 * DAY, is_dry_run=False)
    assert done.caches == ()
    assert caches(place) == kept
    paths = place.home.campaign(row.id)
    assert [path.parts[-4] for old in done.models for path in old.files] == ["full"]
    assert paths.job(Job(JobKind.BASELINE, 0).id).round(0).model.exists()
    assert told(verify_campaign(place, row.name)) == ""


def test_what_runs_is_never_touched(mine: Done) -> None:
    place, row = mine
    with place.store() as store, store.writing():
        # As a station leaves it that is at work on the last job.
        put_job_state(store, list_jobs(store, row.id)[-1], JobState.RUNNING)
        set_intent(store, row.id, Intent.RUN)
    done = clean(place, older=0.0, is_dry_run=False)
    assert (done.caches, done.models) == ((), ())
    assert len(models(place)) > 0
    assert caches(place)


def test_a_cache_of_data_that_no_campaign_has_goes_and_other_files_stay(place: Workspace) -> None:
    row = tiny(place)
    place.home.pixels.mkdir()
    place.home.features.mkdir()
    images = FrozenSplit.read(place.home.campaign(row.id).split).fingerprint.images
    weights = "efficientnet_lite0-0123456789abcdef-cpu"
    for folder, name in (
        (place.home.pixels, pixels_name(STRANGE, "train", size=64, layout=1)),
        (place.home.pixels, readable_name(STRANGE, "test")),
        (place.home.features, features_name(STRANGE, "test", weights=weights, size=224, layout=1)),
        # The campaign's own data, but not as it reads them.
        (place.home.pixels, pixels_name(images, "train", size=999, layout=1)),
        (place.home.features, features_name(images, "train", weights=weights, size=64, layout=1)),
    ):
        (folder / name).write_bytes(b"1234")
        (folder / f"{name}.rows").write_bytes(b"1")
    kept = {pixels_name(images, "test", size=32, layout=1), readable_name(images, "train"), "notes.txt", "photo.u8"}
    for name in kept:
        (place.home.pixels / name).write_bytes(b"mine")
    done = clean(place, is_dry_run=False)
    assert done.bytes == 5 * 5
    assert set(caches(place)) == kept
    assert {(c.kind, c.dataset) for c in done.caches} == {
        ("pixels", ""), ("features", ""), ("pixels", "shapes"), ("features", "shapes"),
    }  # fmt: skip


def test_a_name_says_what_was_put_into_it() -> None:
    name = features_name(STRANGE, "train", weights="a-b-0123456789abcdef-cuda", size=448, layout=3)
    cache = CacheFile.of(Path(name))
    assert cache == CacheFile(Path(name), mark_of(STRANGE), "train", 448, "a-b")


def test_a_cache_that_somebody_fills_stays(place: Workspace) -> None:
    place.home.pixels.mkdir()
    path = place.home.pixels / pixels_name(STRANGE, "train", size=64, layout=1)
    path.write_bytes(b"1234")
    states = path.with_name(f"{path.name}.rows")
    states.write_bytes(b"1234")
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # a lock of this process would not keep this process out
        import fcntl

        with states.open("rb+") as file:
            fcntl.lockf(file, fcntl.LOCK_EX, 1, 0)
            os.read(reading, 1)
        os._exit(0)
    try:
        while CacheFile.of(path).is_being_filled is False:  # type: ignore[union-attr]
            pass
        assert clean(place, is_dry_run=False).caches == ()
        assert path.exists()
    finally:
        os.write(writing, b".")
        os.waitpid(child, 0)
    assert len(clean(place, is_dry_run=False).caches) == 1


@pytest.mark.slow
def test_a_model_that_two_campaigns_share_is_counted_once_and_only_when_both_go(place: Workspace) -> None:
    first, second = tiny(place), tiny(place, name="second")
    for row in (first, second):
        perform(place, row)
        note_done(place, row, *JobKind)
    age_of(place, first, 40)
    assert any(path.stat().st_nlink > 1 for path in models(place)), "the second took the first one's models over"
    alone = clean(place, older=30 * DAY)
    assert [old.campaign.name for old in alone.models] == ["tiny"]
    shared = {path for path in alone.models[0].files if path.stat().st_nlink > 1}
    assert alone.models[0].bytes == sum(p.stat().st_size for p in alone.models[0].files if p not in shared)
    both = clean(place, older=0.0)
    inodes = {path.stat().st_ino: path.stat().st_size for path in models(place)}
    assert sum(old.bytes for old in both.models) == sum(inodes.values())


@pytest.mark.slow
def test_a_campaign_whose_models_went_is_made_again_to_the_same_bytes(mine: Done, finished: Done) -> None:
    place, row = mine
    clean(place, older=0.0, is_dry_run=False)
    again = tiny(place, name="again")
    perform(place, again)
    assert list(outcome(place, again).values()) == list(outcome(*finished).values())
    third = tiny(place, name="third")
    perform(place, third)
    assert any(path.stat().st_nlink > 1 for path in models(place)), "the later ones are found by the next"
    assert told(verify_campaign(place, row.name)) == ""


def test_an_archive_of_it_says_what_it_lacks(mine: Done, tmp_path: Path) -> None:
    place, row = mine
    young = RoundPaths(models(place)[0].parent)
    os.utime(young.done)
    clean(place, older=30 * DAY, is_dry_run=False)
    assert models(place) == [young.model]
    export_campaign(place, row.name, tmp_path / "light.tar")
    other = open_workspace(tmp_path / "other")
    import_campaign(other, tmp_path / "light.tar")
    assert len(models(other)) == 1
    assert told(verify_campaign(other, row.name)) == ""


def test_a_campaign_that_cannot_be_read_keeps_every_cache(place: Workspace) -> None:
    row = tiny(place)
    place.home.pixels.mkdir()
    (place.home.pixels / pixels_name(STRANGE, "train", size=64, layout=1)).write_bytes(b"1234")
    place.home.campaign(row.id).split.write_text("{")
    assert clean(place).caches == ()


def test_who_only_looks_is_told_and_frees_nothing(mine: Done) -> None:
    place, _ = mine
    before = everything(place)
    assert "would free" in good(place, "--readonly", "clean", "--older", "30d")
    refused(place, 2, "clean", "--older", "30d", "--yes", "--readonly")
    looking = open_workspace(place.home.folder, is_readonly=True)
    with pytest.raises(NotNow):
        clean(looking, older=0.0, is_dry_run=False)
    assert everything(place) == before


def test_a_home_that_is_not_there_has_nothing_and_is_not_made(tmp_path: Path) -> None:
    assert call(tmp_path / "none", "clean").out == "would free 0 B\n"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("age", "seconds"), [("12h", 12 * 3600), ("30d", 30 * DAY), ("8w", 56 * DAY), (" 1 D", DAY)])
def test_an_age_has_a_number_and_a_unit(age: str, seconds: float) -> None:
    assert seconds_of(age) == seconds


@pytest.mark.parametrize("age", ["", "30", "d", "-1d", "1.5d", "30m", "1e9d", "٣d", "999999999d"])
def test_what_is_no_age_is_refused_with_an_example(place: Workspace, age: str) -> None:
    with pytest.raises(UsageError):
        seconds_of(age)
    assert "--older 30d" in refused(place, 2, "clean", f"--older={age}").err
