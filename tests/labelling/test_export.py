"""What people said, written for other programs and read back: by the real commands."""

import json
import shutil
from pathlib import Path

import pytest

from campaigns.core.labels import Label, Labelling, resolve
from campaigns.datasets.exchange.door import FORMS
from campaigns.datasets.exchange.label_file import Trait
from campaigns.home.answers import read_answers
from campaigns.services.workspace import Workspace, open_workspace
from tests.cli.calling import call, good, refused
from tests.labelling.truth import asking
from tests.stage import tiny

USAGE, BAD = 2, 3
WRITTEN = [form.name for form in FORMS.values() if form.write]


def home(folder: Path, photos: Path) -> Workspace:
    place = open_workspace(folder)
    tiny(place, *asking(photos), name="photos")
    return place


@pytest.fixture
def place(tmp_path: Path, photos: Path) -> Workspace:
    """A home where two people have answered, and differ about one label."""
    place = home(tmp_path / "home", photos)
    anna = ("yard/000.png", "disc=yes,rest=no", "yard/001.png", "disc=unsure,ring=no", "yard/002.png", "skip=private")
    ben = ("yard/000.png", "disc=no,ring=no", "yard/003.png", "rest=no")
    good(place, "label", "photos", "--answer", *anna, "--by", "anna")
    good(place, "label", "photos", "--answer", *ben, "--by", "ben")
    return place


def labels(place: Workspace) -> Labelling:
    return resolve(read_answers(place.home.labels("photos")))


@pytest.mark.parametrize("form", WRITTEN)
def test_what_is_exported_is_imported_as_it_was(form: str, place: Workspace, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / ("out" if FORMS[form].is_folder else "out.json")
    told = call(place, "labels", "export", "photos", "--to", form, "--out", out)
    assert told.code == 0, told
    carries = FORMS[form].carries
    assert ("skipped images were left out" in told.err) == (Trait.SKIP not in carries)
    assert "1 label is disputed" in told.err
    other = home(tmp_path / "other", photos)
    good(other, "labels", "import", "photos", out)
    before, after = labels(place).images, labels(other).images
    for image, labelled in before.items():
        if labelled.skips and Trait.SKIP not in carries:
            assert image not in after
            continue
        is_kept = Trait.SEVERAL in carries
        known = {name: label for name, label in labelled.labels.items() if is_kept or label is not Label.DISPUTED}
        assert after[image].labels == known, image
        assert after[image].skips == labelled.skips


def test_without_a_file_the_table_is_printed(place: Workspace, tmp_path: Path) -> None:
    table = good(place, "labels", "export", "photos")
    good(place, "labels", "export", "photos", "--out", tmp_path / "labels.csv")
    assert table == (tmp_path / "labels.csv").read_text(encoding="utf-8")
    head, first, second, *_ = table.splitlines()
    assert head.startswith("image,")
    at = head.split(",").index("disc")
    assert (first.split(",")[at], second.split(",")[at]) == ("", "?")
    assert second.split(",").count("") == len(head.split(",")) - 3, "what nobody said stays open"


def test_a_program_is_told_every_label(place: Workspace) -> None:
    told = json.loads(good(place, "labels", "export", "photos", "--json"))
    first, second, third, _ = told["images"]
    assert "disc" not in first["labels"]
    assert (first["by"], second["by"], third["skip"]) == (None, "anna", "private")
    assert told["disputed"] == 1


def test_labels_are_exported_although_the_folder_is_gone(place: Workspace, photos: Path) -> None:
    before = good(place, "labels", "export", "photos")
    shutil.rmtree(photos)
    assert good(place, "labels", "export", "photos") == before


def test_nothing_that_is_there_is_replaced_unasked(place: Workspace, tmp_path: Path) -> None:
    (tmp_path / "config.xml").write_text("theirs", encoding="utf-8")
    words = ("labels", "export", "photos", "--to", "labelstudio", "--out", tmp_path / "out.json")
    assert "config.xml exists already" in refused(place, USAGE, *words).err
    assert not (tmp_path / "out.json").exists()
    good(place, *words, "--force")
    assert "<View>" in (tmp_path / "config.xml").read_text(encoding="utf-8")


def test_what_cannot_be_written_is_refused(place: Workspace, photos: Path, tmp_path: Path) -> None:
    assert "give --out FILE" in refused(place, USAGE, "labels", "export", "photos", "--to", "cvat").err
    assert "not there" in refused(place, USAGE, "labels", "export", "photos", "--out", tmp_path / "no/labels.csv").err
    other = home(tmp_path / "other", photos)
    assert "nobody has labelled anything" in refused(other, USAGE, "labels", "export", "photos").err
    good(other, "label", "photos", "--answer", "yard/000.png", "skip=private")
    words = ("labels", "export", "photos", "--out", tmp_path / "labels.csv")
    assert "there is nothing that" in refused(other, BAD, *words).err
    good(other, "new", "--recipe", "smoke")
    assert "nobody labels for smoke" in refused(other, BAD, "labels", "export", "smoke").err
