"""Label files of other programs, each with its right reading; they are not part of the repository."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from campaigns.core.answers import Opinion
from campaigns.datasets.exchange.door import read_labels, require_right
from campaigns.datasets.exchange.label_file import LabelFile, ReadOptions, merged

OPTIONS = {"09-excel-semicolons-cp1252": ReadOptions(image="Bild", labels="Klasse")}
"""What a person has to say about a file; of the others everything is told from them."""
NUMBERS = {Opinion.YES: 1, Opinion.NO: -1, Opinion.UNSURE: 0}


def cases() -> list[Path]:
    """The folders of all cases; none where they are not here."""
    chosen = os.environ.get("ALWSL_TEST_DATA")
    data = Path(chosen) if chosen else Path(__file__).resolve().parents[3].parent / "shared/data"
    folder = data.parent / "cases/labels"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_the_cases_are_here() -> None:
    if not cases():
        pytest.skip("no label files of other programs; set ALWSL_TEST_DATA to the folder beside `cases`")
    assert len(cases()) >= 10


def labels(label_file: LabelFile, expected: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a file says, as the cases write it."""
    items = {item.image: item for item in merged(label_file.items)}
    said: dict[str, dict[str, Any]] = {}
    for image in expected["images"]:
        item = items.get(image)
        if item is not None and item.skip is not None:
            said[image] = {"skipped": item.skip}
            continue
        opinions = {} if item is None else item.labels
        said[image] = {name: NUMBERS.get(opinions[name]) if name in opinions else None for name in expected["classes"]}
    return said


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
@pytest.mark.parametrize("is_known", [True, False], ids=["campaign's classes", "its own classes"])
def test_a_case_is_read_as_it_is_right(case: Path, is_known: bool) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    classes = expected["classes"] if is_known else None
    label_file = require_right(
        read_labels(case, images=expected["images"], classes=classes, options=OPTIONS.get(case.name))
    )
    assert labels(label_file, expected) == expected["labels"]
