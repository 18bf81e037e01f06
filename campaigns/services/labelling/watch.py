"""A folder in which label files appear: each is imported once it is complete, and again when it changes."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from campaigns.datasets.exchange.door import FORMS
from campaigns.datasets.exchange.labelstudio_config import CONFIGS
from campaigns.datasets.exchange.recognition import ENDINGS
from campaigns.errors import AlwslError, BadData
from campaigns.services.labelling.hand_off import CVAT_LABELS, README
from campaigns.services.labelling.import_ import ImportedLabels, import_labels
from campaigns.services.labelling.import_order import ImportOrder
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace

LOOK_SECONDS = 2.0
"""Between two looks."""
SETTLE_SECONDS = 0.5
"""Between the two looks that tell whether a file is still written, where only one round of them is wanted."""
NO_LABELS = frozenset({*CONFIGS, CVAT_LABELS, README})
"""Files that belong to a project or a hand-off and hold no labels."""

Look = tuple[int, int, int]
"""Size, moment of the last change, number of the file on its disk."""


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file that was looked at: what came of it, or why it was not taken."""

    file: Path
    imported: ImportedLabels | None = None
    problem: AlwslError | None = None


def watch_labels(
    workspace: Workspace,
    name: str,
    order: ImportOrder,
    *,
    is_once: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[WatchedFile]:
    """Import label files that appear in the folder of `order` or change there; with `is_once` those that lie there now.

    A file is taken when two looks saw it the same. One with mistakes is left as it is until it changes. It goes on
    until whoever listens has had enough.

    Raises:
        NoSuchName: there is no campaign, or no form, of that name.
        BadData: the campaign's labels come from its data set, or there is no such folder.
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    Subject.open(workspace, name)
    if order.form is not None:
        FORMS.require(order.form)
    if not order.path.is_dir():
        raise BadData(f"there is no folder {order.path}", hint="give the folder that label files come into")
    handled: dict[Path, Look] = {}
    before = _looks(order.path)
    while True:
        pause(SETTLE_SECONDS if is_once else LOOK_SECONDS)
        now = _looks(order.path)
        for file, look in now.items():
            if handled.get(file) == look:
                continue
            if before.get(file) == look:
                handled[file] = look
                yield _taken(workspace, name, replace(order, path=file))
            elif is_once:
                yield WatchedFile(file, problem=BadData(f"{file} is still being written", hint="run this again"))
        if is_once:
            return
        before = now


def _taken(workspace: Workspace, name: str, order: ImportOrder) -> WatchedFile:
    try:
        return WatchedFile(order.path, imported=import_labels(workspace, name, order))
    except BadData as error:
        return WatchedFile(order.path, problem=error)


def _looks(folder: Path) -> Mapping[Path, Look]:
    """Return every file that may hold labels, in the folder and in those that lie in it; none while it is gone."""
    looks = {}
    for pattern in ("*", "*/*"):
        for file in sorted(folder.glob(pattern)):
            if file.suffix.lower() not in ENDINGS or file.name in NO_LABELS or file.name.startswith("."):
                continue
            try:
                status = file.stat()
            except FileNotFoundError:
                continue  # it went meanwhile
            if file.is_file():
                looks[file] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return looks
