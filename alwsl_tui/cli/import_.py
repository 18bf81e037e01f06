"""The command `import`: a campaign from an archive."""

from pathlib import Path
from typing import Annotated, Any

import typer

from alwsl_tui.cli.archive import contents, progress_bar
from alwsl_tui.cli.options import JsonOption, say, say_json, workspace
from alwsl_tui.drawing.units import plural
from campaigns.services.archive.import_ import Imported, import_campaign


def import_(
    file: Annotated[Path, typer.Argument(help="An archive that `export` wrote.", metavar="FILE")],
    name: Annotated[str | None, typer.Option("--name", help="What to call it here.")] = None,
    folder: Annotated[Path | None, typer.Option("--folder", help="Where its images lie here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a campaign here from an archive, with what people said. All of it is checked before any of it is here."""
    place = workspace()
    with progress_bar("reading") as progress:
        imported = import_campaign(place, file, name=name, folder=folder, progress=progress)
    if as_json:
        row = imported.campaign
        record: dict[str, Any] = {
            "name": row.name,
            "id": row.id,
            "state": imported.state,
            "has_data": imported.has_data,
            "answers": imported.answers,
            "known": imported.known,
        }
        unreadable = [{"where": mistake.where, "what": mistake.what} for mistake in imported.unreadable]
        say_json("imported", **contents(imported.manifest) | record, needs=list(imported.needs), unreadable=unreadable)
    else:
        say("\n".join(_brought(imported)))


def _brought(imported: Imported) -> list[str]:
    name = imported.campaign.name
    was = f" (it was {imported.manifest.name})" if name != imported.manifest.name else ""
    lines = [f"{name}: {plural(len(imported.manifest.files), 'file')}{was}, {imported.state}"]
    if imported.answers or imported.known:
        known = f", {imported.known} were known" if imported.known else ""
        lines.append(
            f"  {plural(imported.answers, 'line')} of what people said {_are(imported.answers)} new here{known}"
        )
    lines += [f"  to go on, it needs {need}" for need in imported.needs]
    lines += [f"  cannot be read: {mistake}" for mistake in imported.unreadable]
    return [*lines, f"next: alwsl-tui verify {name}"]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
