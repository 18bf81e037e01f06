"""Each file of a home has one module that knows what is in it, and nobody else takes it apart."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import FILES, ROOT, name_of, tree_of

HOME = ROOT / "campaigns" / "home"
ELSEWHERE = {
    "alwsl.db": "campaigns/store/store.py",
    "carried.json": "campaigns/services/archive/manifest.py",
    "checkpoint.pt": "campaigns/learning/checkpoints.py",
    "model.safetensors": "campaigns/learning/checkpoints.py",
    "recipe.toml": "campaigns/recipe/reading.py",
}
"""Files whose module lies above: torch, SQL, TOML, and the list of contents of an archive."""
WITHOUT_KEYS = {
    ".unsettled", "answers.lock", "campaigns.lock", "job.lock", "reserve", "station.lock", "station.log", "worker.log",
}  # fmt: skip
"""Files that are there, are locked or are read by people: nobody takes them apart."""
FOLDERS = {"attempts", "campaigns", "data", "features", "fits", "imports", "indexes", "intakes", "jobs", "pixels"}
PARSERS = {"read_json", "json_value", "json.load", "json.loads", "msgspec.json.decode"}
"""Functions that make dictionaries of bytes."""
MAY_PARSE = {
    "campaigns/core/plan.py": "a column of the store",
    "campaigns/datasets/class_list.py": "a list of classes that another program wrote",
    "campaigns/datasets/coco_json.py": "annotations of COCO",
    "campaigns/datasets/label_cells.py": "a cell of a table that holds a list",
    "campaigns/datasets/depth.py": "a measurement that is made again when it is not there",
    "campaigns/datasets/mask_index.py": "what masks say, which is read again when it is not there",
    "campaigns/datasets/exchange/forms/labelstudio_rows.py": "a cell of Label Studio's table that holds choices",
    "campaigns/datasets/exchange/probe.py": "a file of labels that another program wrote",
    "campaigns/recipe/reading.py": "pydantic's own JSON, on its way to TOML",
    "campaigns/services/data.py": "a column of the store",
    "campaigns/services/report/files.py": "the list of a report's files, which lies in no home",
    "campaigns/services/verify/choices.py": "two files of picks are compared part by part, whatever is in them",
    "campaigns/store/attempts.py": "a column of the store",
}


def files_of_a_home() -> set[str]:
    """Names that `home/paths.py` and `home/label_paths.py` put behind a folder."""
    text = "".join((HOME / name).read_text(encoding="utf-8") for name in ("paths.py", "label_paths.py"))
    return set(re.findall(r"return (?:self\._placed\(|placed_store\()?self\.folder / \"([^\"]+)\"", text))


def owners(file: str) -> list[Path]:
    """Modules of `campaigns/home` whose first line names the file."""
    return [path for path in HOME.glob("*.py") if (ast.get_docstring(tree_of(path)) or "").startswith(f"`{file}`")]


def test_the_list_of_files_is_that_of_the_paths() -> None:
    assert files_of_a_home() >= ELSEWHERE.keys() | WITHOUT_KEYS | FOLDERS
    assert all((ROOT / module).is_file() for module in ELSEWHERE.values())


@pytest.mark.parametrize("file", sorted(files_of_a_home() - ELSEWHERE.keys() - WITHOUT_KEYS - FOLDERS))
def test_each_file_of_a_home_has_exactly_one_module(file: str) -> None:
    assert len(owners(file)) == 1, [name_of(path) for path in owners(file)]


def parsers_in(path: Path) -> set[str]:
    """Which of PARSERS a module calls."""
    calls = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
    return calls & PARSERS


def test_nobody_else_makes_a_dictionary_of_a_file() -> None:
    parsing = {name_of(path) for path in FILES if not path.is_relative_to(HOME) and parsers_in(path)}
    assert parsing == set(MAY_PARSE)
