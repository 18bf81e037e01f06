"""A campaign that people label for, carried to another home with all that they said."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from campaigns.core.answers import Answer, Opinion, TakesBack
from campaigns.core.ids import Job, JobKind
from campaigns.core.labels import Label, resolve
from campaigns.errors import Damaged, WaitingForLabels
from campaigns.home.answer_lines import to_line
from campaigns.home.answers import append, read_answers
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.campaigns.delete import delete
from campaigns.services.labelling.requests import WantedImage, next_images
from campaigns.services.repair.repair import repair_home
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.station.cleanup import tidy
from campaigns.station.requests import look_at_request
from campaigns.station.waiting import frozen_recipe
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good, left_behind, refused
from tests.hostile.parcels import Parcel
from tests.labelling.truth import (
    answer,
    answered,
    asking,
    data_of,
    label_until_done,
    requests_of,
    true_answer,
    write_photos,
)
from tests.patience import patience
from tests.services.backups import lose_store
from tests.services.tampering import told, twin
from tests.stage import assert_same, clear, outcome, perform_job, refusal, settle, tiny
from tests.stage import said as station_said

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")
ANSWERS = "answers.jsonl"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A home whose campaign `asked` has two rounds and waits for the labels of a third; two people, one undo."""
    place = open_workspace(tmp_path_factory.mktemp("there") / "home")
    row = tiny(place, *asking(photos(place)), name="asked")
    label_until_done(place, row, BASELINE)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM)
    (request,) = (request for request in requests_of(place, row) if request.job == ARM)
    answer(place, row, set(request.everything) - answered(place, row), by="ben")
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM, attempt=2)
    (request,) = (request for request in requests_of(place, row) if request.job == ARM)
    (entry,) = append(place.home.labels("photos"), [true_answer(data_of(place, row), request.images[0])]).entries
    append(place.home.labels("photos"), [TakesBack(1764374500.0, "anna", entry.number)])
    answer(place, row, request.images[1:2])
    lose_store(place)  # it knows nothing of jobs that ran without a station
    repair_home(place)
    return place


def photos(place: Workspace) -> Path:
    return write_photos(place.home.folder.parent / "photos")


@pytest.fixture(scope="module")
def parcel(there: Workspace) -> Path:
    """The same as one file."""
    return export_campaign(there, "asked", there.home.folder.parent / "asked.tar").file


def said(place: Workspace) -> bytes:
    """Return what people said, byte for byte; nothing where nobody did."""
    path = place.home.labels("photos").answers
    return path.read_bytes() if path.exists() else b""


def frozen(place: Workspace) -> dict[str, bytes]:
    """Return the files of rounds that only campaigns have that people label for."""
    files = place.home.campaigns.glob("*/jobs/*/rounds/*/*.safetensors")
    names = ("labels.safetensors", "tested.safetensors")
    return {
        path.relative_to(place.home.campaigns).as_posix(): path.read_bytes() for path in files if path.name in names
    }


def wanted(place: Workspace) -> list[WantedImage]:
    """Return what is asked for, each image with its why; class maps lie in the home itself."""
    return [replace(image, maps=None) for image in next_images(place, "asked").images]


def told_of(place: Workspace) -> list[object]:
    """Return what everybody is told, apart from attempts: without a station nothing says when these began."""
    show = json.loads(good(place, "show", "asked", "--json"))
    for job in show["jobs"]:
        del job["attempt"]
    return [
        show,
        *(json.loads(good(place, *words, "asked", "--json")) for words in (("rounds",), ("labels", "export"))),
    ]


def test_what_people_said_and_the_labels_of_rounds_come_along(there: Workspace, parcel: Path, place: Workspace) -> None:
    brought = import_campaign(place, parcel, folder=photos(there))
    assert (brought.has_data, brought.needs, brought.known) == (True, (), 0)
    assert brought.answers == len(read_answers(there.home.labels("photos")))
    assert said(place) == said(there) != b""
    assert frozen(place) == frozen(there)
    assert len(frozen(place)) == 4, "labels and logits of two rounds"
    assert told(verify_campaign(place, "asked")) == ""
    assert wanted(place) == wanted(there) != []
    assert told_of(place) == told_of(there)
    assert not list(place.home.campaigns.glob(f"*/{ANSWERS}"))


def test_an_archive_of_what_was_brought_has_the_same_contents(
    there: Workspace, parcel: Path, place: Workspace, tmp_path: Path
) -> None:
    import_campaign(place, parcel, folder=photos(there))
    again = Parcel.of(export_campaign(place, "asked", tmp_path / "again.tar").file).files
    assert {path for path, content in Parcel.of(parcel).files.items() if again[path] != content} <= {"recipe.toml"}


@pytest.mark.slow
def test_elsewhere_a_photograph_is_told_the_same(there: Workspace, parcel: Path, place: Workspace) -> None:
    import_campaign(place, parcel, folder=photos(there))
    first = str(photos(there) / "yard/000.png")
    here, before = (json.loads(good(home, "predict", "asked", first, "--json")) for home in (place, there))
    assert here == before
    assert here["thresholds"]


def test_deleted_and_brought_back_it_is_what_it_was(there: Workspace, parcel: Path, tmp_path: Path) -> None:
    place = twin(there, tmp_path / "twin")
    before, labels = said(place), frozen(place)
    delete(place, "asked")
    assert said(place) == before
    assert frozen(place) == {}
    brought = import_campaign(place, parcel, folder=photos(there))
    assert (brought.answers, brought.known) == (0, len(read_answers(place.home.labels("photos"))))
    assert said(place) == before
    assert frozen(place) == labels
    assert told(verify_campaign(place, "asked")) == ""


def test_a_store_that_is_made_again_leaves_what_people_said(there: Workspace, tmp_path: Path) -> None:
    place = twin(there, tmp_path / "twin")
    before, open_images = said(place), wanted(place)
    lose_store(place)
    assert [restored.name for restored in repair_home(place).restored] == ["asked"]
    assert said(place) == before
    assert wanted(place) == open_images


def test_what_people_said_here_stays_and_what_they_said_there_comes_behind_it(
    there: Workspace, parcel: Path, place: Workspace
) -> None:
    image = next(iter(resolve(read_answers(there.home.labels("photos"))).images))
    later = Answer(1764374600.0, "anna", image, None, {"disc": Opinion.UNSURE}, classes=("disc",))
    other = Answer(1764374600.0, "cem", "yard/other.png", None, {"disc": Opinion.YES}, classes=("disc",))
    append(place.home.labels("photos"), [later, other])
    before = said(place)
    brought = import_campaign(place, parcel, folder=photos(there))
    assert (brought.answers, brought.known) == (len(read_answers(there.home.labels("photos"))), 0)
    assert said(place).startswith(before)
    labels = resolve(read_answers(place.home.labels("photos"))).images
    assert labels[image].labels["disc"] is Label.UNSURE, "the later word, although its line comes first"
    assert labels["yard/other.png"].labels == {"disc": Label.YES}
    after = said(place)
    delete(place, "asked")
    assert import_campaign(place, parcel).answers == 0
    assert said(place) == after
    assert told(verify_campaign(place, "asked")) == ""


def test_answers_that_come_with_a_campaign_count_for_another_that_waits_for_them(
    there: Workspace, parcel: Path, place: Workspace
) -> None:
    row = tiny(place, *asking(photos(there)), name="waiting")
    with place.store() as store:
        look_at_request(place.home, store, frozen_recipe(place.home, row.id), row.id, BASELINE)

    def waits_for() -> int:
        with place.store() as store:
            request = next(job.request for job in list_jobs(store, row.id) if job.job == BASELINE)
        assert request is not None
        return request.asked - request.answered

    assert waits_for() > 0
    import_campaign(place, parcel)
    assert waits_for() == 0


def test_without_its_photographs_it_is_looked_at_and_told_what_it_needs(parcel: Path, place: Workspace) -> None:
    told_ = good(place, "import", parcel)
    assert "of what people said are new here" in told_
    assert "to go on, it needs the photographs photos (fingerprint " in told_
    assert "--folder PATH; answers stay" in told_
    assert told(verify_campaign(place, "asked")) == ""


def test_other_photographs_are_refused(there: Workspace, parcel: Path, place: Workspace, tmp_path: Path) -> None:
    shutil.copytree(photos(there), tmp_path / "fewer")
    (tmp_path / "fewer/yard/000.png").unlink()
    assert "are not those that the campaign" in refused(place, 3, "import", parcel, "--folder", tmp_path / "fewer").err
    assert "is not a folder" in refused(place, 3, "import", parcel, "--folder", tmp_path / "none").err
    assert left_behind(place) == []
    assert said(place) == b""


def test_an_archive_of_an_earlier_version_is_taken_as_it_is(
    there: Workspace, parcel: Path, place: Workspace, tmp_path: Path
) -> None:
    old = Parcel.of(parcel)
    for path in [
        path for path in old.files if path == ANSWERS or path.endswith(("labels.safetensors", "tested.safetensors"))
    ]:
        old.drop(path)
    brought = import_campaign(place, old.write(tmp_path / "old.tar"), folder=photos(there))
    assert (brought.answers, brought.known) == (0, 0)
    assert said(place) == b""
    assert "asked" in good(place, "list")


def lines(*content: bytes) -> Callable[[bytes], bytes]:
    """Put lines behind the first two."""
    return lambda before: b"".join([*before.splitlines(keepends=True)[:2], *content])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lines(b"car\n"), "answers.jsonl is damaged: line 3: it is no JSON"),
        (lines(b'{"n":3,"at":1.0,"by":"anna","boxes":[]}\n'), "answers.jsonl: line 3: it says nothing that this"),
        (lines(b'{"n":3,"at":-1.0,"by":"anna","image":"a"}\n'), "line 3: -1.0 is not a time"),
        (lines(b'{"n":3,"at":1.0,"by":"anna","im'), "answers.jsonl: line 3 is not whole"),
        (lines(b'{"n":3,"at":1.0,"by":"' + b"a" * (1 << 20) + b'"}\n'), "line 3: it is longer than"),
        (lambda _: bytes(1 << 21), "line 1: it is longer than"),
    ],
    ids=["no JSON", "newer", "no time", "half", "long", "zeros"],
)  # fmt: skip
def test_damaged_answers_are_refused_with_their_line_before_anything_is_written(
    parcel: Path, place: Workspace, tmp_path: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    changed = Parcel.of(parcel)
    changed.put(ANSWERS, change(changed.files[ANSWERS]))
    assert words in refusal(lambda: import_campaign(place, changed.write(tmp_path / "a.tar")))
    assert left_behind(place) == []
    assert not place.home.labels().folder.exists()


def test_who_has_the_older_program_is_told_to_update_it(parcel: Path, place: Workspace, tmp_path: Path) -> None:
    newer = Parcel.of(parcel)
    newer.put(ANSWERS, b'{"n":1,"at":1.0,"by":"anna","boxes":[]}\n')
    assert "update alwsl-tui" in refused(place, 3, "import", newer.write(tmp_path / "a.tar")).err


def test_damaged_answers_of_this_home_stop_an_import_and_an_export(
    there: Workspace, parcel: Path, place: Workspace, tmp_path: Path
) -> None:
    damaged = place.home.labels("photos")
    append(damaged, [TakesBack(1.0, "anna", 1)])
    with damaged.answers.open("ab") as file:
        file.write(b"car\n")
    before = said(place)
    with pytest.raises(Damaged, match=r"answers\.jsonl is damaged: line 2"):
        import_campaign(place, parcel)
    assert (left_behind(place), said(place)) == ([], before)
    spoilt = twin(there, tmp_path / "spoilt")
    content = said(spoilt) + b"car\n"
    spoilt.home.labels("photos").answers.unlink()  # a twin's files are links
    spoilt.home.labels("photos").answers.write_bytes(content)
    with pytest.raises(Damaged, match=r"answers\.jsonl is damaged: line"):
        export_campaign(spoilt, "asked", tmp_path / "a.tar")
    assert not (tmp_path / "a.tar").exists()


def test_photographs_of_another_folder_of_the_same_name_are_not_mixed_in(
    parcel: Path, place: Workspace, tmp_path: Path
) -> None:
    looked = Answer(1.0, "anna", "yard/000.png", "0" * 16, {"disc": Opinion.YES}, classes=("disc",))
    append(place.home.labels("photos"), [looked])
    before = said(place)
    other = Parcel.of(parcel)
    (entry,) = append(open_workspace(tmp_path / "x").home.labels("x"), [replace(looked, mark="1" * 16)]).entries
    other.put(ANSWERS, to_line(entry).encode())
    found = refusal(lambda: import_campaign(place, other.write(tmp_path / "a.tar")))
    assert "people labelled another photograph as yard/000.png of photos than people did here" in found
    assert (left_behind(place), said(place)) == ([], before)


def test_people_go_on_labelling_while_it_is_exported(there: Workspace, place: Workspace, tmp_path: Path) -> None:
    busy = twin(there, tmp_path / "busy")
    path = busy.home.labels("photos").answers
    content = said(busy)
    path.unlink()  # a twin's files are links
    path.write_bytes(content + b'{"n":99,"at":17643')
    more = Answer(1764374700.0, "ben", "yard/000.png", None, {"disc": Opinion.NO}, classes=("disc",))

    def label(_done: int, _of: int) -> None:
        append(busy.home.labels("photos"), [more])

    export_campaign(busy, "asked", tmp_path / "a.tar", progress=label)
    assert len(said(busy)) > len(content)
    import_campaign(place, tmp_path / "a.tar")
    assert said(place) == content


def test_who_only_looks_can_export_and_leaves_no_trace(there: Workspace, tmp_path: Path) -> None:
    place = twin(there, tmp_path / "twin")
    place.home.labels("photos").lock.unlink()
    exported = export_campaign(Workspace(place.home, is_readonly=True), "asked", tmp_path / "a.tar")
    assert exported.answers > 0
    assert not place.home.labels("photos").lock.exists()


IMPORT = """
import sys
from pathlib import Path
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.workspace import open_workspace
place = open_workspace(Path(sys.argv[1]))
print("go", flush=True)
sys.stdin.readline()
import_campaign(place, Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_all_answers_or_those_of_before(
    there: Workspace, parcel: Path, place: Workspace
) -> None:
    own = Answer(1764374000.0, "cem", "yard/000.png", None, {"disc": Opinion.YES}, classes=("disc",))
    append(place.home.labels("photos"), [own])
    before, draw = said(place), Random(7)
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", IMPORT, str(place.home.folder), str(parcel)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(draw.uniform(0, 0.2))  # any moment will do, and none is waited for
        process.kill()
        process.communicate(timeout=patience())
        with place.store() as store:
            tidy(place.home, store)
        assert len(read_answers(place.home.labels("photos"))) in {1, 1 + len(read_answers(there.home.labels("photos")))}
        assert said(place).startswith(before)
        assert not list(place.home.labels("photos").folder.glob(".*.draft-*"))
        if left_behind(place):
            delete(place, "asked")
    import_campaign(place, parcel)
    assert len(read_answers(place.home.labels("photos"))) == 1 + len(read_answers(there.home.labels("photos")))
    assert told(verify_campaign(place, "asked")) == ""


@pytest.mark.slow
@pytest.mark.long
def test_half_labelled_it_goes_on_elsewhere_to_the_same_bytes(
    there: Workspace, parcel: Path, place: Workspace, tmp_path: Path
) -> None:
    stayed = twin(there, tmp_path / "twin")
    path = stayed.home.labels("photos").answers
    content = path.read_bytes()
    path.unlink()  # a twin's files are links
    path.write_bytes(content)
    row = import_campaign(place, parcel, folder=photos(there)).campaign
    try:
        for home in (place, stayed):
            label_to_the_end(home, row)
            assert told(verify_campaign(home, "asked")) == ""
        assert_same(outcome(place, row), outcome(stayed, row))
    finally:
        clear(place)
        clear(stayed)


def label_to_the_end(place: Workspace, row: CampaignRow) -> None:
    """Answer whatever a campaign asks for until it is done."""
    state = settle(place, row.name)
    for _ in range(9):
        if state != "labelling":
            break
        answer(place, row, [image.image for image in next_images(place, row.name).images], by="ben")
        state = settle(place, row.name)
    assert state == "done", station_said(place)
