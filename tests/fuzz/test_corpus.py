"""What fuzzing found once is read or refused ever after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.fuzz import CORPUS, READER_NAMES
from tests.fuzz.mutations import mutated
from tests.fuzz.readers import OPEN, READERS, fed

FOUND = [pytest.param(path.parent.name, path, id=f"{path.parent.name}-{path.name}") for path in CORPUS.glob("*/*")]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close what a reader has opened: the store of one test is nothing to the next."""
    yield
    OPEN.close()


def test_the_command_knows_every_reader() -> None:
    assert tuple(READERS) == READER_NAMES


@pytest.mark.parametrize(("name", "path"), FOUND)
def test_what_was_found_is_read_or_refused(tmp_path: Path, name: str, path: Path) -> None:
    fed(name, tmp_path)(path.read_bytes())


@pytest.mark.parametrize("name", READER_NAMES)
def test_a_few_hundred_changes_of_what_is_right_are_read_or_refused(tmp_path: Path, name: str) -> None:
    feed = fed(name, tmp_path)
    for seed in READERS[name].seeds:
        data = seed
        for at in range(60):
            feed(data)
            # Each grows out of the one before it, and now and then begins anew.
            data = mutated(data if at % 6 else seed, at)
