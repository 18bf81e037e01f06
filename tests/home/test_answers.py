"""The file of answers: lines that are appended, read back, and cut where a writer was killed."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from campaigns.core.answers import Answer, AnswerLine, Channel, Opinion, Statement, TakesBack
from campaigns.core.labels import Label, resolve
from campaigns.errors import Damaged
from campaigns.home.answer_lines import MOST_BYTES, from_line, to_line
from campaigns.home.answers import append, read_answers, read_answers_behind, read_answers_from
from campaigns.home.label_paths import LabelPaths
from campaigns.home.paths import HomePaths
from tests.core.test_labels import CLASSES, statements
from tests.patience import patience

ANSWER = Answer(
    1764374400.5, "anna", "yard/001.jpg", "9f2c000000000000", {"car": Opinion.YES, "person": Opinion.UNSURE},
    is_rest_no=True, seconds=3.25, via=Channel.SCREEN, request="photos.3f2a91/arm-t0-ag/2", is_blind=True,
    classes=CLASSES,
)  # fmt: skip


def paths_in(folder: Path) -> LabelPaths:
    return HomePaths(folder).labels("photos")


@given(statements)
def test_a_line_reads_back_to_the_same(statement: Statement) -> None:
    entry = AnswerLine(17, statement)
    line = to_line(entry)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert from_line(line.encode()) == entry


def test_every_field_of_an_answer_is_kept() -> None:
    assert from_line(to_line(AnswerLine(1, ANSWER)).encode()) == AnswerLine(1, ANSWER)


def test_lines_are_numbered_on(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    append(paths, [ANSWER])
    appended = append(paths, [ANSWER, TakesBack(2.0, "anna", 1)])
    assert [entry.number for entry in appended.entries] == [2, 3]
    assert [entry.number for entry in read_answers(paths)] == [1, 2, 3]


def test_a_clock_that_went_back_makes_no_word_an_earlier_one(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    append(paths, [ANSWER])
    corrected = replace(ANSWER, at=ANSWER.at - 1e6, says={"car": Opinion.NO})
    (entry,) = append(paths, [corrected]).entries
    assert entry.statement == replace(corrected, at=ANSWER.at)
    assert resolve(read_answers(paths)).images["yard/001.jpg"].labels["car"] is Label.NO


def test_a_line_without_an_end_is_not_read_into_memory(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    paths.folder.mkdir(parents=True)
    with paths.answers.open("wb") as file:
        file.truncate(1 << 40)  # holes: no disk has to hold it
    with pytest.raises(Damaged, match="line 1: it is longer than"):
        read_answers(paths)


def test_nobody_has_said_anything_where_there_is_no_file(tmp_path: Path) -> None:
    assert read_answers(paths_in(tmp_path)) == []


def test_half_a_line_waits_and_is_cut_off_by_the_next_writer(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    append(paths, [ANSWER])
    with paths.answers.open("ab") as file:
        file.write(b'{"n":2,"at":1764374')
    assert len(read_answers(paths)) == 1
    appended = append(paths, [ANSWER])
    assert appended.cut == 19
    assert [entry.number for entry in appended.entries] == [2]
    assert len(read_answers(paths)) == 2


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    append(paths, [ANSWER])
    ((_, offset),) = read_answers_from(paths, 0)
    append(paths, [ANSWER])
    assert [entry.number for entry, _ in read_answers_from(paths, offset)] == [2]


@pytest.mark.parametrize(
    "behind",
    [b"", b'{"n":3,"at', b"\n", b" \n", b"car\n", b'{"n":3,"at":1.0,"by":"a"}\n', b"{\n}\n", b"x" * MOST_BYTES],
)
@pytest.mark.parametrize("start", [0, 1])
def test_lines_that_are_read_together_are_those_that_are_read_one_by_one(
    tmp_path: Path, behind: bytes, start: int
) -> None:
    paths = paths_in(tmp_path)
    append(paths, [ANSWER, TakesBack(1764374401.0, "anna", 1)])
    offset = 0 if start == 0 else next(read_answers_from(paths, 0))[1]
    with paths.answers.open("ab") as file:
        file.write(behind)

    def outcome(read: Callable[[], object]) -> object:
        try:
            return read()
        except Damaged as error:
            return str(error)

    def one_by_one() -> object:
        pairs = list(read_answers_from(paths, offset, line=start + 1))
        return [entry for entry, _ in pairs], pairs[-1][1]

    assert outcome(lambda: read_answers_behind(paths, offset, line=start + 1)) == outcome(one_by_one)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"n":1,"at":1.0,"by":"anna","image":"a.jpg","says":{"car":"maybe"}}\n', "maybe"),
        (b'{"n":0,"at":1.0,"by":"anna","image":"a.jpg"}\n', "n: should be"),
        (b'{"n":1,"at":-1.0,"by":"anna","image":"a.jpg"}\n', "is not a time"),
        (b'{"n":1,"at":1.0,"by":"anna","image":"a.jpg","closes":"x"}\n', "several things"),
        (b"[1]\n", "should be an object"),
        (b"car\n", "no JSON"),
    ],
)
def test_a_line_that_is_not_ours_is_damage(tmp_path: Path, line: bytes, words: str) -> None:
    paths = paths_in(tmp_path)
    paths.folder.mkdir(parents=True)
    paths.answers.write_bytes(line)
    with pytest.raises(Damaged, match=words):
        read_answers(paths)
    with pytest.raises(Damaged, match=words):
        append(paths, [ANSWER])
    assert paths.answers.read_bytes() == line


def test_answers_of_a_newer_program_are_not_read_as_nothing(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    paths.folder.mkdir(parents=True)
    paths.answers.write_bytes(b'{"n":1,"at":1.0,"by":"anna","boxes":[]}\n')
    with pytest.raises(Damaged, match="nothing that this version knows") as caught:
        read_answers(paths)
    assert caught.value.hint == "update alwsl-tui"


def test_writers_at_the_same_time_lose_no_line(tmp_path: Path) -> None:
    script = f"from tests.home.test_answers import *; write_many(Path({str(tmp_path)!r}), 20)"
    writers = [subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2]) for _ in range(3)]
    assert [writer.wait(patience()) for writer in writers] == [0, 0, 0]
    assert [entry.number for entry in read_answers(paths_in(tmp_path))] == list(range(1, 61))


def write_many(folder: Path, count: int) -> None:
    for _ in range(count):
        append(paths_in(folder), [ANSWER])
