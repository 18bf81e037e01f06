"""Ways to change what a campaign has left, with and without covering the traces."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from campaigns.home.checksums import METADATA, digest, stamp, with_sum
from campaigns.home.files import write_json
from campaigns.home.paths import RoundPaths
from campaigns.services.verify.verify import Verification
from campaigns.services.workspace import Workspace, open_workspace

Arrays = dict[str, NDArray[Any]]
Change = Callable[[dict[str, Any]], object]


def twin(place: Workspace, folder: Path) -> Workspace:
    """The same home elsewhere, store and all. Files are links: whoever changes one replaces it."""
    shutil.copytree(place.home.folder, folder, copy_function=_linked, dirs_exist_ok=True)
    return open_workspace(folder)


def _linked(source: str, target: str) -> None:
    name = Path(source).name
    if name.startswith("alwsl.db") or name.endswith(".lock"):
        shutil.copy2(source, target)
    else:
        os.link(source, target)


def flip(path: Path, at: int = -9) -> None:
    """One bit of one byte."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.unlink()
    path.write_bytes(content)


def edit(path: Path, change: Change, *, has_sum: bool = False) -> None:
    """Another content of a JSON file, as the program would have written it."""
    said = json.loads(path.read_text(encoding="utf-8"))
    change(said)
    if has_sum:
        said = with_sum({key: value for key, value in said.items() if key != "sha256"})
    write_json(path, said)


def reseal(files: RoundPaths) -> None:
    """The round vouches for its files as they are now."""

    def change(said: dict[str, Any]) -> None:
        said["sha256"] = {name: digest(files.folder / name) for name in said["sha256"]}

    edit(files.done, change)


def rescore(files: RoundPaths, change: Callable[[Arrays], object]) -> None:
    """Other scores, stamped and vouched for: no hash tells."""
    arrays = load_file(files.scores)
    change(arrays)
    files.scores.unlink()
    save_file(arrays, files.scores, METADATA)
    stamp(files.scores)
    reseal(files)


def told(found: Verification) -> str:
    """All differences, a line each."""
    return "\n".join(map(str, found.differences))
