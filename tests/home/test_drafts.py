"""Nobody takes another's draft for an abandoned one: not on another host, and not in another container."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.home.drafts import draft_of, is_abandoned
from tests.patience import patience

CODE = """
import os, sys
from pathlib import Path
from campaigns.home.drafts import draft_of, is_abandoned
print(os.getpid(), draft_of(Path("picks.json")).name, *map(is_abandoned, sys.argv[1:]))
"""
NAMESPACES = ["unshare", "--pid", "--fork", "--mount-proc"]


def elsewhere(*names: str, inside: tuple[str, ...] = ()) -> tuple[int, str, list[str]]:
    """The number of another process, the name of its draft, and which of these it takes for abandoned."""
    words = [*inside, sys.executable, "-c", CODE, *names]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=patience())
    pid, name, *abandoned = done.stdout.split()
    return int(pid), name, abandoned


def with_part(name: str, part: int, text: str) -> str:
    head, tail = name.split(".draft-")
    parts = tail.split("-")
    parts[part] = text
    return f"{head}.draft-{'-'.join(parts)}"


def test_two_drafts_of_one_file_by_one_process_are_two(tmp_path: Path) -> None:
    path = tmp_path / "picks.json"
    assert draft_of(path) != draft_of(path)
    assert draft_of(path).parent == tmp_path


def test_a_draft_is_abandoned_when_its_writer_is_gone() -> None:
    mine = draft_of(Path("picks.json")).name
    _, theirs, (seen,) = elsewhere(mine)
    assert (is_abandoned(mine), seen, is_abandoned(theirs)) == (False, "False", True)


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        (0, "00000000", False),  # another host: nobody here can know
        (1, "00000000", True),  # this host before it was started again
        (2, "1", False),  # another container of this host
    ],
)
def test_who_wrote_it_decides_whether_it_can_be_seen_that_the_writer_is_gone(
    part: int, text: str, expected: bool
) -> None:
    _, theirs, _ = elsewhere()
    assert is_abandoned(theirs)
    assert is_abandoned(with_part(theirs, part, text)) is expected


@pytest.mark.parametrize(
    "name", ["picks.json", ".picks.json.draft-7", ".picks.json.draft-a-b-c-d-e", ".draft-1-1-1-1-1"]
)
def test_what_is_no_draft_of_ours_is_left_alone(name: str) -> None:
    assert not is_abandoned(name)


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="spaces of process numbers are made by root alone"
)
def test_in_two_containers_everybody_is_process_1_and_nobody_clears_away_the_others_draft() -> None:
    words = [*NAMESPACES, sys.executable, "-c", f"{CODE}\nsys.stdout.flush()\nsys.stdin.read()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as container:
        assert container.stdout
        first, one = container.stdout.readline().split()
        second, other, seen = elsewhere(one, draft_of(Path("picks.json")).name, inside=(*NAMESPACES,))
        assert (int(first), second) == (1, 1)
        assert re.sub("-[0-9a-f]{8}$", "", one) != re.sub("-[0-9a-f]{8}$", "", other)
        assert seen == ["False", "False"]
        container.communicate()
    assert not is_abandoned(one), "its writer is gone, but that cannot be seen from outside"
