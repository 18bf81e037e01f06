"""Labels of other programs, taken as answers: by the real command, into real files of answers."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from alwsl_tui.cli.commands import load_command
from campaigns.core.answers import Answer, Channel, Import, Opinion
from campaigns.core.labels import Labelling, resolve
from campaigns.datasets.exchange.door import FORMS, write_labels
from campaigns.datasets.exchange.label_file import LabelItem
from campaigns.home.answers import read_answers
from campaigns.services.labelling.import_ import import_labels
from campaigns.services.labelling.import_order import ImportOrder
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.architecture.sources import ROOT
from tests.cli.calling import call, good, refused
from tests.labelling.truth import asking, data_of, order_of_tests, write_photos
from tests.stage import tiny

BAD = 3


@pytest.fixture
def row(place: Workspace) -> CampaignRow:
    return tiny(place, *asking(write_photos(place.home.folder.parent / "photos")), name="photos")


@pytest.fixture
def csv(place: Workspace, row: CampaignRow) -> Path:
    file = place.home.folder.parent / "theirs.csv"
    file.write_bytes((place.home.folder.parent / "photos/labels.csv").read_bytes())
    return file


def labelling(place: Workspace) -> Labelling:
    return resolve(read_answers(place.home.labels("photos")))


def content(place: Workspace) -> bytes:
    path = place.home.labels("photos").answers
    return path.read_bytes() if path.exists() else b""


def test_a_table_becomes_answers_of_one_entry_and_is_kept_whole(place: Workspace, csv: Path) -> None:
    told = json.loads(good(place, "labels", "import", "photos", csv, "--by", "anna", "--json"))
    entry, *answers = (line.statement for line in read_answers(place.home.labels("photos")))
    assert isinstance(entry, Import)
    assert (entry.by, entry.format, entry.file, entry.images) == ("anna", "csv", "theirs.csv", len(answers))
    assert told["answers"] == told["images"] == len(answers)
    assert told["ways"] == {"by path": len(answers)}
    (kept,) = place.home.labels("photos").imports.glob("[!.]*")
    assert kept.read_bytes() == csv.read_bytes()
    assert kept.name == f"{entry.sha256[:16]}.csv"
    for answer in answers:
        assert isinstance(answer, Answer)
        assert (answer.by, answer.via, answer.mark, answer.is_blind) == ("anna", Channel.IMPORT, None, False)


def test_labels_of_test_images_are_taken_too(place: Workspace, row: CampaignRow, csv: Path) -> None:
    told = json.loads(good(place, "labels", "import", "photos", csv, "--json"))
    tests = order_of_tests(place, row)
    assert told["tests"] == len(tests)
    assert told["progress"]["tested"] == len(tests)
    assert labelling(place).images.keys() >= set(tests)


def test_a_trial_writes_nothing_and_says_what_would_be_new(place: Workspace, csv: Path) -> None:
    told = good(place, "--readonly", "labels", "import", "photos", csv, "--dry-run")
    assert "answers would be new" in told
    assert "yes," in told
    assert "nothing was imported" in told
    assert not place.home.labels("photos").folder.exists()


def test_the_same_file_twice_adds_nothing_even_when_somebody_corrected_it_since(place: Workspace, csv: Path) -> None:
    good(place, "labels", "import", "photos", csv, "--by", "anna")
    good(place, "label", "photos", "--answer", "yard/000.png", "skip=damaged", "--by", "anna")
    before = content(place)
    again = call(place, "labels", "import", "photos", csv, "--by", "anna")
    assert again.code == 0
    assert "imported before, as line 1: nothing was added" in again.err
    assert "nothing new" in again.out
    assert content(place) == before


def test_what_a_person_said_before_is_not_said_again(place: Workspace, csv: Path) -> None:
    good(place, "labels", "import", "photos", csv, "--by", "anna")
    header, first, *rest = csv.read_text(encoding="utf-8").splitlines()
    image, *cells = first.split(",")
    turned = ",".join((image, *("0" if cell == "1" else "1" for cell in cells)))
    csv.write_text("\n".join((header, turned, *rest)) + "\n", encoding="utf-8")
    told = json.loads(good(place, "labels", "import", "photos", csv, "--by", "anna", "--json"))
    assert (told["answers"], told["known"]) == (1, len(rest))
    told = json.loads(good(place, "labels", "import", "photos", csv, "--by", "ben", "--json"))
    assert (told["answers"], told["people"]) == (len(rest) + 1, {"ben": len(rest) + 1})


def test_undo_takes_an_import_back_as_one(place: Workspace, csv: Path) -> None:
    good(place, "label", "photos", "--answer", "yard/000.png", "skip=damaged", "--by", "anna")
    before = labelling(place).images
    told = good(place, "labels", "import", "photos", csv, "--by", "anna")
    assert "to take them back: alwsl-tui label photos --undo --by anna" in told
    undone = call(place, "label", "photos", "--undo", "--by", "anna")
    assert "the import of theirs.csv was taken back: 200 answers of it count no more" in undone.err
    assert labelling(place).images == before
    good(place, "labels", "import", "photos", csv, "--by", "anna")
    assert len(labelling(place).images) > len(before)


def test_seconds_skips_and_people_come_along(place: Workspace, row: CampaignRow) -> None:
    file = place.home.folder.parent / "project.json"
    classes = data_of(place, row).classes
    items = [
        LabelItem("yard/000.png", {classes[0]: Opinion.UNSURE}, seconds=4.5, by="anna@example.test"),
        LabelItem("yard/000.png", {classes[0]: Opinion.NO}, by="ben"),
        LabelItem("yard/001.png", skip="private", by="ben"),
    ]
    write_labels(file, "labelstudio", items, classes=classes)
    told = json.loads(good(place, "labels", "import", "photos", file, "--json"))
    assert told["people"] == {"anna@example.test": 1, "ben": 2}
    assert told["skipped"] == 1
    anna, *_, skip = (line.statement for line in read_answers(place.home.labels("photos"))[1:])
    assert isinstance(anna, Answer)
    assert isinstance(skip, Answer)
    assert (anna.seconds, dict(anna.says)[classes[0]]) == (4.5, Opinion.UNSURE)
    assert skip.skip == "private"
    assert len(list(place.home.labels("photos").imports.glob("[!.]*"))) == 2, "config.xml is kept too"
    told = call(place, "labels", "import", "photos", file, "--by", "carla")
    assert "the file names 2 people; all of it was taken as of carla" in told.err


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("image,labels\nelse/1.png,disc\nelse/2.png,disc\n", "0 of 2 images found; first: 'else/1.png'"),
        ("image,labels\nyard/000.png,disc\nyard/00.png,disc\n", "there is no image 'yard/00.png'"),
        ("image,labels\nyard/000.png,disk\n", "did you mean 'disc'?; `classes add` adds one"),
        ("image,disc\nyard/000.png,-1\nyard/001.png,0\n", "say --minus-one absent or --minus-one unknown"),
    ],
)
def test_a_file_with_mistakes_is_refused_and_nothing_is_written(
    place: Workspace, row: CampaignRow, tmp_path: Path, text: str, fact: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    told = refused(place, BAD, "labels", "import", "photos", file).err
    assert fact in told
    assert ("alwsl-tui classes add photos CLASS" in told) == ("classes add" in fact)
    assert not place.home.labels("photos").answers.exists()


def test_images_that_are_not_there_are_left_out_when_a_person_says_so(
    place: Workspace, row: CampaignRow, tmp_path: Path
) -> None:
    file = tmp_path / "some.csv"
    file.write_text("image,labels\nyard/000.png,disc\nyard/x.png,disc\n", encoding="utf-8")
    told = json.loads(good(place, "labels", "import", "photos", file, "--skip-missing", "--json"))
    assert told["answers"] == 1
    assert "1 images that are not in the folder were left out" in told["notes"]


def test_a_name_that_no_terminal_shows_is_refused(place: Workspace, row: CampaignRow, tmp_path: Path) -> None:
    file = tmp_path / "metadata.jsonl"
    line = {"file_name": "yard/000.png", "labels": ["disc"], "by": "\ud800"}
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert "is no name and no reason that can be kept" in refused(place, BAD, "labels", "import", "photos", file).err
    assert not place.home.labels("photos").answers.exists()


def test_labels_of_a_campaign_that_has_them_are_not_imported(place: Workspace, csv: Path) -> None:
    good(place, "new", "--recipe", "smoke")
    assert "nobody labels for smoke" in refused(place, BAD, "labels", "import", "smoke", csv).err


CHANGES: Mapping[str, Callable[[Path], tuple[str, ...]]] = {
    "empty": lambda _: ("--empty", "nothing"),
    "rest": lambda _: ("--rest", "unknown"),
    "people": lambda _: ("--by", "carla"),
    "nothing": lambda _: ("--nothing", "disc"),
    "encoding": lambda _: ("--encoding", "cp1252"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_file_read_in_another_way_is_another_import(place: Workspace, csv: Path, change: str) -> None:
    table = csv.with_name("long.csv")
    table.write_text("image,labels\nyard/000.png,disc\n", encoding="utf-8")
    good(place, "labels", "import", "photos", table)
    again = call(place, "labels", "import", "photos", table, *CHANGES[change](csv))
    assert "imported before" not in again.err


OPTION = re.compile(r"--[a-z][a-z-]+")
NEVER_SAID = {"--split", "--class-column", "--empty-cell"}
"""A table of labels that was named has no split that somebody would be asked about, nor images that need every label;
`--labels` names its column.
"""


SAYING = (
    "label_cells", "columns", "doubtful_names", "name_shapes", "image_column", "table_encoding", "nothing_cells",
    "foreign_files",
)  # fmt: skip
"""Modules that tables of a data set and imported ones share."""


def test_every_option_that_a_hint_names_is_there() -> None:
    datasets = ROOT / "campaigns/datasets"
    sources = [*datasets.glob("exchange/**/*.py"), *(datasets / f"{name}.py" for name in SAYING)]
    sources += [
        datasets / "wide_table.py",
        datasets / "table_reader.py",
        *ROOT.glob("campaigns/services/labelling/im*"),
    ]
    named = {option for source in sources for option in OPTION.findall(source.read_text(encoding="utf-8"))}
    assert {"--control", "--boxes", "--skip-missing", "--image", "--classes"} <= named
    command = load_command("labels").commands["import"]
    options = {option for parameter in command.params for option in parameter.opts}
    shown = {"--undo"}  # of `label`, which the same lines name
    assert named - options - NEVER_SAID - shown == set()


OPINIONS = st.dictionaries(st.sampled_from(("red", "blue")), st.sampled_from(Opinion))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    words=st.dictionaries(st.integers(0, 5), OPINIONS | st.just("damaged"), min_size=1),
    form=st.sampled_from([form.name for form in FORMS.values() if form.write and not form.is_folder]),
)
def test_twice_is_once_for_every_form(
    place: Workspace, row: CampaignRow, words: Mapping[int, Mapping[str, Opinion] | str], form: str
) -> None:
    assume(any(not isinstance(word, str) for word in words.values()))
    shutil.rmtree(place.home.labels("photos").folder, ignore_errors=True)
    items = [
        LabelItem(f"yard/{at:03}.png", skip=word)
        if isinstance(word, str)
        else LabelItem(
            f"yard/{at:03}.png", {row.plan.classes[name == "red"]: opinion for name, opinion in word.items()}
        )
        for at, word in words.items()
    ]
    file = place.home.folder.parent / "file.json"
    write_labels(file, form, items, classes=row.plan.classes)
    first = import_labels(place, "photos", ImportOrder(file, form))
    before = content(place)
    assert first.answers == sum(isinstance(e.statement, Answer) for e in read_answers(place.home.labels("photos")))
    assert import_labels(place, "photos", ImportOrder(file, form)).answers == 0
    assert content(place) == before
    file.write_bytes(file.read_bytes() + b"\n")
    assert import_labels(place, "photos", ImportOrder(file, form)).answers == 0, "other bytes, the same words"
    assert content(place) == before
