"""Archives of campaigns that people label for, damaged or of other photographs: refused before anything is written."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.answers import Answer, Opinion, TakesBack
from campaigns.errors import Damaged
from campaigns.home.answer_lines import to_line
from campaigns.home.answers import append
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.workspace import Workspace, open_workspace
from tests.cli.calling import left_behind, refused
from tests.hostile.parcels import Parcel
from tests.labelling.carrying import ANSWERS, photos_of, said
from tests.services.tampering import twin
from tests.stage import refusal


def test_other_photographs_are_refused(there: Workspace, parcel: Path, place: Workspace, tmp_path: Path) -> None:
    shutil.copytree(photos_of(there), tmp_path / "fewer")
    (tmp_path / "fewer/yard/000.png").unlink()
    assert "are not those that the campaign" in refused(place, 3, "import", parcel, "--folder", tmp_path / "fewer").err
    assert "is not a folder" in refused(place, 3, "import", parcel, "--folder", tmp_path / "none").err
    assert left_behind(place) == []
    assert said(place) == b""


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
