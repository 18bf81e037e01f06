"""The file of answers, read as it grows."""

import os
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.core.answers import AnswerLine, Statement, TakesBack
from campaigns.core.labels import Labelling, resolve
from campaigns.errors import Damaged
from campaigns.home.answer_lines import to_line
from campaigns.home.answer_log import LEAST_TIMED, AnswerLog
from campaigns.home.answers import append, read_answers
from campaigns.home.label_paths import LabelPaths
from tests.core.test_labels import statements, yes
from tests.home.test_answers import ANSWER, paths_in
from tests.patience import patience


def whole(paths: LabelPaths) -> Labelling:
    return resolve(read_answers(paths))


@given(st.lists(st.lists(statements, max_size=6), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_after_each_append_it_comes_to_what_the_whole_file_comes_to(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[Statement]]
) -> None:
    paths = paths_in(tmp_path_factory.mktemp("home"))
    log = AnswerLog(paths)
    for part in parts:
        append(paths, part)
        assert log.labelling() == whole(paths)


def test_there_are_no_labels_where_there_is_no_file(tmp_path: Path) -> None:
    log = AnswerLog(paths_in(tmp_path))
    assert not log.labelling().images
    assert log.last_of("anna") is None
    assert log.pace_of("anna") is None


def test_nothing_is_read_twice(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    log = AnswerLog(paths)
    append(paths, [ANSWER])
    first = log.labelling()
    assert log.labelling() is first
    size = paths.answers.stat().st_size
    append(paths, [replace(ANSWER, image=f"{n}.jpg") for n in range(20)])
    log.labelling()
    # What lies far before the end is not looked at again: what is written over it here changes nothing.
    with paths.answers.open("r+b") as file:
        file.write(b"x" * (size - 1))
    append(paths, [replace(ANSWER, image="last.jpg")])
    assert len(log.labelling().images) == 22


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    log = AnswerLog(paths)
    append(paths, [ANSWER])
    line = to_line(AnswerLine(2, replace(ANSWER, image="2.jpg"))).encode()
    with paths.answers.open("ab") as file:
        file.write(line[:30])
    assert len(log.labelling().images) == 1
    with paths.answers.open("ab") as file:
        file.write(line[30:])
    assert len(log.labelling().images) == 2


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_file_that_shrank_is_read_anew(tmp_path: Path, kept: int) -> None:
    paths = paths_in(tmp_path)
    log = AnswerLog(paths)
    append(paths, [yes(f"{n}.jpg", "anna", car="yes") for n in range(3)])
    assert len(log.labelling().images) == 3
    lines = paths.answers.read_bytes().splitlines(keepends=True)
    os.truncate(paths.answers, sum(map(len, lines[:kept])))
    assert log.labelling() == whole(paths)
    append(paths, [yes("9.jpg", "anna", car="yes") for _ in range(5)])
    assert log.labelling() == whole(paths)


def test_a_file_that_was_replaced_or_went_is_read_anew(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    log = AnswerLog(paths)
    append(paths, [yes("0.jpg", "anna", car="yes")])
    log.labelling()
    other = tmp_path / "other"
    other.write_text("".join(to_line(AnswerLine(n, yes(f"{n}.jpg", "ben", car="no"))) for n in (1, 2, 3)))
    other.replace(paths.answers)
    assert list(log.labelling().images) == ["1.jpg", "2.jpg", "3.jpg"]
    paths.answers.unlink()
    assert not log.labelling().images


def test_damage_is_told_with_the_line_of_the_file_and_mended_without_a_new_log(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    log = AnswerLog(paths)
    append(paths, [ANSWER, ANSWER])
    log.labelling()
    whole_file = paths.answers.read_bytes()
    with paths.answers.open("ab") as file:
        file.write(b"car\n")
    with pytest.raises(Damaged, match=r"line 3: it is no JSON"):
        log.labelling()
    paths.answers.write_bytes(whole_file)
    assert log.labelling() == whole(paths)


def test_the_last_answer_of_a_person_is_the_last_that_counts(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    log = AnswerLog(paths)
    append(paths, [yes("0.jpg", "anna"), yes("1.jpg", "anna"), yes("2.jpg", "ben"), TakesBack(0.0, "anna", 2)])
    last = log.last_of("anna")
    assert last is not None
    assert last.number == 1


def test_a_pace_is_the_median_of_answers_that_were_timed(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    log = AnswerLog(paths)
    timed = [replace(ANSWER, image=f"{n}.jpg", seconds=float(n)) for n in range(1, LEAST_TIMED)]
    append(paths, [*timed, replace(ANSWER, seconds=None)])
    assert log.pace_of("anna") is None
    append(paths, [replace(ANSWER, seconds=100.0)])
    assert log.pace_of("anna") == 3.0
    assert log.pace_of("ben") is None


def test_threads_that_look_while_others_append_hear_a_beginning_of_the_file(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    log = AnswerLog(paths)
    heard: list[Labelling] = []

    def look() -> None:
        while not heard or heard[-1].last < 40:
            heard.append(log.labelling())

    threads = [Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(40):
        append(paths, [yes(f"{n % 7}.jpg", "anna", car="yes")])
    for thread in threads:
        thread.join(patience())
    entries = read_answers(paths)
    assert all(labelling == resolve(entries[: labelling.last]) for labelling in heard[:: len(heard) // 50 + 1])
    assert heard[-1].last == 40
