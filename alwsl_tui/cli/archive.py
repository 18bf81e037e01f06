"""What `export` and `import` share: a progress bar, and an archive's contents as JSON."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from campaigns.services.archive.manifest import Manifest


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr while the block runs; call what it yields with done and total."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def contents(manifest: Manifest) -> dict[str, Any]:
    """Return what an archive holds, for `--json`."""
    return {
        "name": manifest.name,
        "id": manifest.campaign,
        "program": manifest.program,
        "files": len(manifest.files),
        "dataset": manifest.dataset,
        "fingerprint": asdict(manifest.fingerprint),
        "left_out": list(manifest.left_out),
    }
