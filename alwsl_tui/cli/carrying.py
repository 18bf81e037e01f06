"""Commands that look a campaign over, and carry it to another machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from alwsl_tui.cli.options import HomeOption, JsonOption, NameArgument, narrate, say, say_json, workspace
from alwsl_tui.drawing.words import plural
from campaigns.errors import BadData
from campaigns.services import exporting, importing, verification
from campaigns.services.carried import MODELS, Manifest
from campaigns.services.exporting import Exported
from campaigns.services.importing import Imported
from campaigns.services.verification import Verification

SHOWN = 40
"""Differences that are listed; `--json` has all."""


def verify(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Draw up every choice again from the stored scores, look at every hash, and list what differs."""
    place = workspace(home)
    with _progress("looking it over") as progress:
        found = verification.verify(place, name, progress=progress)
    if as_json:
        say_json("verification", **_verified(found))
    else:
        say("\n".join(_lines(found)))
    if not found.is_same:
        # Not raised: --json would print a second object.
        narrate(f"error: {found.campaign.name} is not what it says it is\nnext: alwsl-tui logs {found.campaign.name}")
        raise typer.Exit(BadData.exit_code)


def export(
    name: NameArgument,
    file: Annotated[Path, typer.Argument(help="The archive to write.", metavar="FILE")],
    without: Annotated[str | None, typer.Option("--without", help="Leave out: models.", metavar="models")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Write a campaign that rests to one archive, with everything it made. Data sets are not carried."""
    if without not in {None, "models"}:
        raise typer.BadParameter(f"{without!r} cannot be left out: only models can", param_hint="--without")
    place = workspace(home)
    with _progress("writing") as progress:
        found = exporting.export(place, name, file, has_models=without is None, is_replacing=force, progress=progress)
    if as_json:
        say_json("exported", file=str(found.file), bytes=found.bytes, **_contents(found.manifest))
    else:
        say("\n".join(_written(found)))


def import_(
    file: Annotated[Path, typer.Argument(help="An archive that `export` wrote.", metavar="FILE")],
    name: Annotated[str | None, typer.Option("--name", help="What to call it here.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Bring a campaign here from an archive. Nothing of it is there before all of it is checked."""
    place = workspace(home)
    with _progress("reading") as progress:
        found = importing.import_campaign(place, file, name=name, progress=progress)
    if as_json:
        row = found.campaign
        said: dict[str, Any] = {"name": row.name, "id": row.id, "state": found.state, "has_data": found.has_data}
        unreadable = [{"where": mistake.where, "what": mistake.what} for mistake in found.unreadable]
        say_json("imported", **_contents(found.manifest) | said, needs=list(found.needs), unreadable=unreadable)
    else:
        say("\n".join(_brought(found)))


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _lines(found: Verification) -> list[str]:
    checked = {what: count for what, count in found.checked.items() if what != "bytes"}
    size = found.checked.get("bytes", 0) / 2**20
    counts = ", ".join(
        f"{count} {what}" + (f" ({size:.0f} MiB)" if what == "files" else "") for what, count in checked.items()
    )
    lines = [f"{found.campaign.name}: {counts or 'nothing'} looked at in {found.seconds:.1f} s"]
    if found.unfinished:
        lines.append(f"  {plural(found.unfinished, 'round')} of the plan not complete yet")
    lines += [f"  not looked at: {f'{count} ' if count > 1 else ''}{why}" for why, count in found.unchecked.items()]
    lines += [f"  {one}" for one in found.differences[:SHOWN]]
    if len(found.differences) > SHOWN:
        lines.append(f"  … and {len(found.differences) - SHOWN} more (--json has all)")
    count = len(found.differences)
    all_ = "what could be looked at" if found.unchecked else "all of it"
    return [*lines, plural(count, "difference") if count else f"{all_} is as it follows from scores, seeds and hashes"]


def _verified(found: Verification) -> dict[str, Any]:
    return {
        "name": found.campaign.name,
        "id": found.campaign.id,
        "same": found.is_same,
        "checked": dict(found.checked),
        "unchecked": dict(found.unchecked),
        "unfinished": found.unfinished,
        "seconds": found.seconds,
        "differences": [
            {"where": one.where, "what": one.what, "expected": one.expected, "found": one.found}
            for one in found.differences
        ],
    }


def _contents(manifest: Manifest) -> dict[str, Any]:
    return {
        "name": manifest.name,
        "id": manifest.campaign,
        "program": manifest.program,
        "files": len(manifest.files),
        "dataset": manifest.dataset,
        "fingerprint": manifest.fingerprint,
        "left_out": list(manifest.left_out),
    }


def _written(found: Exported) -> list[str]:
    manifest = found.manifest
    without = ", without models" if set(MODELS) <= set(manifest.left_out) else ""
    data = f"data set {manifest.dataset} (fingerprint {manifest.fingerprint[:16]})"
    files = f"{plural(len(manifest.files), 'file')}{without}, {found.bytes / 2**20:.1f} MiB"
    return [
        f"{found.campaign.name}: {files} in {found.file}",
        f"  {data} is not carried: to go on elsewhere, that machine needs it; to look at it or verify it, it does not",
        f"next, there: alwsl-tui import {found.file.name}",
    ]


def _brought(found: Imported) -> list[str]:
    name = found.campaign.name
    was = f" (it was {found.manifest.name})" if name != found.manifest.name else ""
    lines = [f"{name}: {plural(len(found.manifest.files), 'file')}{was}, {found.state}"]
    lines += [f"  to go on, it needs {need}" for need in found.needs]
    lines += [f"  cannot be read: {mistake}" for mistake in found.unreadable]
    return [*lines, f"next: alwsl-tui verify {name}"]
