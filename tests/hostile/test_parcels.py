"""An archive from a stranger: refused as a whole, with what is wrong, and nothing of it is left behind."""

import gzip
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.home.paths import CampaignPaths
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.archive.manifest import MANIFEST
from campaigns.services.campaigns.freeze import frozen_sum
from campaigns.services.repair.lost import lost
from campaigns.services.workspace import Workspace, open_workspace
from tests.cli.calling import good, left_behind, refused
from tests.hostile.parcels import Parcel
from tests.stage import perform_job, refusal, tiny

BASE = Job(JobKind.BASELINE, 0)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What our own program wrote: a campaign with its baseline."""
    place = open_workspace(tmp_path_factory.mktemp("sound"))
    row = tiny(place)
    perform_job(place, row, BASE)
    return export_campaign(place, row.name, place.home.folder / "sound.tar").file


@pytest.fixture
def parcel(sound: Path) -> Parcel:
    """The same, to be changed."""
    return Parcel.of(sound)


def demand_refused(place: Workspace, file: Path, words: str) -> None:
    """It is refused, says why, and leaves nothing in the home or beside it."""
    around = sorted(path.name for path in file.parent.iterdir())
    assert words in refusal(lambda: import_campaign(place, file))
    assert left_behind(place) == []
    assert lost(place) == []
    assert sorted(path.name for path in file.parent.iterdir()) == around


def test_put_together_again_unchanged_it_is_taken(parcel: Parcel, place: Workspace, tmp_path: Path) -> None:
    assert import_campaign(place, parcel.write(tmp_path / "a.tar")).state == "paused"


EVIL_NAMES = [
    "../../evil", "../x/campaign.json", "/etc/passwd", "jobs/../../../evil", "jobs/full/rounds/0/../../../evil",
    "jobs/full/rounds/0/model.safetensors/", "jobs//full/rounds/0/model.safetensors", "./campaign.json", "a\0b",
    "jobs\\full\\rounds\\0\\picks.json", "jobs/full/rounds/00/picks.json", "jobs/full/rounds/-1/picks.json",
    "jobs/full/rounds/٣/picks.json", "jobs/full/rounds/0/evil.sh", "jobs/full/attempts/1/process.json",
    "jobs/full/job.lock", ".unsettled", "carried.json", "alwsl.db", "Campaign.json", "jobs/.full/rounds/0/picks.json",
    "jobs/full/rounds/0/picks.json\n", "C:evil", "jobs/full/rounds/9999999/picks.json", "",
]  # fmt: skip


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_names_that_no_campaign_has_are_refused(parcel: Parcel, place: Workspace, tmp_path: Path, name: str) -> None:
    parcel.put(name, b"evil")
    demand_refused(
        place, parcel.write(tmp_path / "a.tar"), "is no file of a campaign" if "\0" not in name else "mistake"
    )


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "../../alwsl.db"), (tarfile.CHRTYPE, ""),
        (tarfile.BLKTYPE, ""), (tarfile.FIFOTYPE, ""), (tarfile.DIRTYPE, ""), (tarfile.GNUTYPE_SPARSE, ""),
        (tarfile.CONTTYPE, ""),
    ],
    ids=["link", "hard link", "device", "block", "pipe", "folder", "holes", "contiguous"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["jobs/baseline-t0/rounds/0/picks.json", MANIFEST])
def test_what_is_no_plain_file_is_refused(
    parcel: Parcel, place: Workspace, tmp_path: Path, kind: bytes, target: str, path: str
) -> None:
    if kind == tarfile.CONTTYPE and path != MANIFEST:
        pytest.skip("read as a file, and held to its size and hash")
    parcel.kinds[path] = (kind, target)
    demand_refused(place, parcel.write(tmp_path / "a.tar"), "a.tar")


def test_a_link_in_place_of_an_empty_file_is_refused(parcel: Parcel, place: Workspace, tmp_path: Path) -> None:
    parcel.put("jobs/full/attempts/1/worker.log", b"")
    parcel.kinds["jobs/full/attempts/1/worker.log"] = (tarfile.SYMTYPE, "/etc/passwd")
    demand_refused(place, parcel.write(tmp_path / "a.tar"), "should stand here")


def lies() -> dict[str, tuple[Callable[[Parcel], object], str]]:
    """Each changes a parcel, and is refused with these words."""
    picks, charter = "jobs/baseline-t0/rounds/0/picks.json", "campaign.json"

    def plan(**changes: Any) -> Callable[[Parcel], object]:
        return lambda p: p.edit(charter, lambda said: said["plan"].update(changes))

    return {
        "a hash": (lambda p: p.entry(picks).update(sha256="0" * 64), "is not what its hash says"),
        "no hash": (lambda p: p.entry(picks).update(sha256="x"), "has no hash"),
        "a size": (lambda p: p.entry(picks).update(bytes=3), "should stand here with 3 bytes"),
        "a size below nothing": (lambda p: p.entry(picks).update(bytes=-1), "cannot have -1 bytes"),
        "a huge size": (lambda p: p.entry(picks).update(bytes=1 << 62), "cannot have"),
        "many large sizes": (
            lambda p: [one.update(bytes=1 << 19) for one in p.manifest["files"]], "would be"),
        "a time": (lambda p: p.entry(picks).update(modified=-1e300), "modified at no time"),
        "not listed": (lambda p: p.manifest["files"].remove(p.entry(picks)), "does not list everything"),
        "listed, not there": (lambda p: p.files.pop(picks), "should stand here"),
        "listed twice": (lambda p: p.list(picks), "is listed twice"),
        "there twice": (lambda p: p.doubles.append(picks), "does not list everything"),
        "another case": (lambda p: p.put(picks.replace("baseline", "Baseline"), b""), "is listed twice"),
        "another job": (
            lambda p: p.put("jobs/arm-t9-ag/rounds/0/picks.json", b"{}"), "a job that the campaign has not"),
        "another round": (lambda p: p.put("jobs/arm-t0-ag/rounds/7/picks.json", b"{}"), "a round beyond 2"),
        "no charter": (lambda p: p.manifest["files"].remove(p.entry(charter)), "'campaign.json': is missing"),
        "no split": (lambda p: p.manifest["files"].remove(p.entry("split.json")), "'split.json': is missing"),
        "a newer version": (lambda p: p.manifest.update(schema=2), "its schema is 2"),
        "an older version": (lambda p: p.manifest.update(schema=0), "its schema is 0"),
        "no version": (lambda p: p.manifest.pop("schema"), "damaged"),
        "an id that climbs": (lambda p: p.manifest.update(campaign="../../x"), "is not an id"),
        "an absolute id": (lambda p: p.manifest.update(campaign="/tmp/x"), "is not an id"),
        "an empty id": (lambda p: p.manifest.update(campaign=""), "is not an id"),
        "another id": (lambda p: p.manifest.update(campaign="other.123456"), "not of other.123456"),
        "another id outside": (lambda p: setattr(p, "prefix", "other.123456"), "is not of tiny"),
        "a name that is none": (lambda p: p.manifest.update(name="../x"), "cannot be a name"),
        "a name that obeys": (lambda p: p.manifest.update(name="\x1b[2J"), "cannot be a name"),
        "a charter's id": (lambda p: p.edit(charter, lambda s: s.update(id="../../x")), "is not an id"),
        "a charter's name": (lambda p: p.edit(charter, lambda s: s.update(name="a/b")), "cannot be a name"),
        "trials without end": (plan(trials=1 << 60), "plans 1152921504606846976 trials"),
        "no trials": (plan(trials=0), "plans 0 trials"),
        "other criteria": (plan(criteria=["../x"]), "by the recipe"),
        "another schedule": (
            lambda p: p.edit(charter, lambda s: s["plan"]["schedule"].update(add=[6, 7])), "by the recipe"),
        "another fingerprint": (lambda p: p.manifest["fingerprint"].update(labels="0"), "is of other data"),
        "another split": (lambda p: p.edit("split.json", lambda s: s["initial"][0].reverse()), "not what was frozen"),
        "a recipe that is none": (lambda p: p.put("recipe.toml", b"x ="), "is not TOML"),
        "a recipe with another key": (lambda p: p.put("recipe.toml", p.files["recipe.toml"] + b"[evil]\n"), "evil"),
        "a deep charter": (lambda p: p.put(charter, b"{\"schema\": " + b"[" * 100_000), "campaign.json is damaged"),
        "a charter that is none": (lambda p: p.put(charter, b"\xff\0"), "campaign.json is damaged"),
        "answers to nobody": (lambda p: p.put("answers.jsonl", b""), "is of a campaign that nobody labels for"),
        "endless answers": (
            lambda p: (p.put("answers.jsonl", b""), p.entry("answers.jsonl").update(bytes=1 << 31)), "cannot have"),
        "files that are none": (
            lambda p: p.manifest.update(files=[{"path": 3}]), "damaged: files[0].path: should be text"),
        "no files": (lambda p: p.manifest.update(files=[]), "is missing"),
    }  # fmt: skip


@pytest.mark.parametrize("lie", lies())
def test_a_lie_is_found_before_anything_is_placed(parcel: Parcel, place: Workspace, tmp_path: Path, lie: str) -> None:
    change, words = lies()[lie]
    change(parcel)
    demand_refused(place, parcel.write(tmp_path / "a.tar"), words)


@pytest.mark.parametrize("share", [0, 0.0001, 0.01, 0.3, 0.9])
def test_half_an_archive_is_refused(sound: Path, place: Workspace, tmp_path: Path, share: float) -> None:
    content = sound.read_bytes()
    (tmp_path / "a.tar").write_bytes(content[: int(len(content) * share)])
    demand_refused(place, tmp_path / "a.tar", "a.tar")


def test_a_byte_anywhere_that_matters_is_found(sound: Path, place: Workspace, tmp_path: Path) -> None:
    content = sound.read_bytes()
    for at in range(600, len(content) - 10_300, len(content) // 12):
        changed = bytearray(content)
        changed[at] ^= 4
        (tmp_path / "a.tar").write_bytes(changed)
        demand_refused(place, tmp_path / "a.tar", "a.tar")


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 10240, b"PK\x03\x04" * 99, b"\x1f\x8b" * 99, Random(0).randbytes(4096)],
    ids=["empty", "zeros", "zip", "gzip", "noise"],
)  # fmt: skip
def test_what_is_no_archive_of_ours_is_refused(place: Workspace, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tar").write_bytes(content)
    demand_refused(place, tmp_path / "a.tar", "a.tar")


def test_an_archive_that_was_packed_is_not_unpacked(sound: Path, place: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(sound.read_bytes(), 1))
    demand_refused(place, tmp_path / "a.tar.gz", "not an archive")


def test_a_pipe_a_folder_and_nothing_are_refused_at_once(place: Workspace, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "none", "/dev/zero"):
        assert "cannot read" in refused(place, 3, "import", tmp_path / name).err


def _header(name: str, *, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def test_a_list_of_gigabytes_is_not_read(place: Workspace, tmp_path: Path) -> None:
    with (tmp_path / "a.tar").open("wb") as file:
        file.write(_header(f"x/{MANIFEST}", size=4 << 30))
        file.truncate(5 << 30)  # holes: no disk has to hold it
    demand_refused(place, tmp_path / "a.tar", "is larger than")


def test_a_deep_list_is_refused(place: Workspace, tmp_path: Path) -> None:
    for content in (b"[" * 1_000_000, b'{"schema": 1, "files": ' + b"[" * 50 + b"]" * 50 + b"}", b"NaN", b"\xff"):
        with (tmp_path / "a.tar").open("wb") as file:
            file.write(_header(f"x/{MANIFEST}", size=len(content)) + content + bytes(-len(content) % 512 + 1024))
        demand_refused(place, tmp_path / "a.tar", f"{MANIFEST} in")


def test_a_file_of_holes_that_no_disk_could_hold_is_refused_before_it_is_written(
    parcel: Parcel, place: Workspace, tmp_path: Path
) -> None:
    path, size = "jobs/full/rounds/0/model.safetensors", 1 << 42
    parcel.manifest["files"].append({"path": path, "bytes": size, "sha256": "0" * 64, "modified": 1.0})
    file = parcel.write(tmp_path / "a.tar")
    content = file.read_bytes()
    at = content.index(f"/{path}".encode())
    start = at - at % 512
    with file.open("r+b") as out:
        out.seek(start)
        out.write(_header(f"{parcel.manifest['campaign']}/{path}", size=size))
        out.truncate(start + 512 + size + 1024)
    demand_refused(place, file, "MiB free on")


def test_a_pax_header_cannot_say_otherwise(parcel: Parcel, place: Workspace, tmp_path: Path) -> None:
    path = "jobs/baseline-t0/rounds/0/picks.json"
    name = f"{parcel.manifest['campaign']}/{path}"
    file = parcel.write(tmp_path / "a.tar")
    with tarfile.open(file) as tar:
        info = tar.getmember(name)
        info.pax_headers = {"GNU.sparse.major": "1", "comment": "x"}
        header = info.tobuf(tarfile.PAX_FORMAT)
        at = info.offset
    content = file.read_bytes()
    file.write_bytes(content[:at] + header + content[at + 512 :])
    demand_refused(place, file, "a.tar")


def test_a_process_that_is_named_is_never_touched(parcel: Parcel, place: Workspace, tmp_path: Path) -> None:
    # Whoever could name one would have the station end it.
    parcel.put("jobs/baseline-t0/attempts/1/process.json", json.dumps({"pid": os.getpid(), "born": 1.0}).encode())
    demand_refused(place, parcel.write(tmp_path / "a.tar"), "is no file of a campaign")


def test_a_folder_of_this_machine_that_a_recipe_names_is_not_looked_into(
    parcel: Parcel, place: Workspace, tmp_path: Path
) -> None:
    text = parcel.files["recipe.toml"].decode().replace('name = "shapes"', 'name = "photos"\nroot = "/"', 1)
    parcel.put("recipe.toml", text.encode())
    parcel.manifest["files"].insert(1, parcel.manifest["files"].pop())
    frozen = CampaignPaths(tmp_path / "frozen")
    frozen.folder.mkdir()
    for path in (frozen.recipe, frozen.split):
        path.write_bytes(parcel.files[path.name])
    parcel.edit("campaign.json", lambda said: said.update(frozen=frozen_sum(frozen), dataset="photos"))
    found = import_campaign(place, parcel.write(tmp_path / "a.tar"))
    assert found.has_data is False
    assert "root" not in place.home.campaign(found.campaign.id).recipe.read_text()


def test_what_a_campaign_tells_does_not_obey_and_has_its_time(parcel: Parcel, place: Workspace, tmp_path: Path) -> None:
    parcel.edit("campaign.json", lambda said: said.update(about="\x1b[2J"))
    line = json.dumps({"n": 1, "at": 5.0, "event": "noted", "text": "\x1b[2J"})
    parcel.put("jobs/full/attempts/1/journal.jsonl", f"{line}\n{line.replace('5.0', '1e300')}\n".encode())
    parcel.put("jobs/full/attempts/1/worker.log", b"\x1b[2J\n")
    found = import_campaign(place, parcel.write(tmp_path / "a.tar"))
    assert [mistake.what for mistake in found.unreadable] == ["1 damaged lines were passed over"]
    for command in (["list"], ["show", "tiny"], ["feed"], ["logs", "tiny"]):
        assert "\x1b[2J" not in good(place, *command)


def test_a_campaign_of_no_time_is_refused(parcel: Parcel, place: Workspace, tmp_path: Path) -> None:
    parcel.edit("campaign.json", lambda said: said.update(created=1e300))
    demand_refused(place, parcel.write(tmp_path / "a.tar"), "is not a time")
