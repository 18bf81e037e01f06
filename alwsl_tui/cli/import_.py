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
    as_json: JsonOption = False,
) -> None:
    """Bring a campaign here from an archive. Nothing of it is there before all of it is checked."""
    place = workspace()
    with progress_bar("reading") as progress:
        found = import_campaign(place, file, name=name, progress=progress)
    if as_json:
        row = found.campaign
        said: dict[str, Any] = {"name": row.name, "id": row.id, "state": found.state, "has_data": found.has_data}
        unreadable = [{"where": mistake.where, "what": mistake.what} for mistake in found.unreadable]
        say_json("imported", **contents(found.manifest) | said, needs=list(found.needs), unreadable=unreadable)
    else:
        say("\n".join(_brought(found)))


def _brought(found: Imported) -> list[str]:
    name = found.campaign.name
    was = f" (it was {found.manifest.name})" if name != found.manifest.name else ""
    lines = [f"{name}: {plural(len(found.manifest.files), 'file')}{was}, {found.state}"]
    lines += [f"  to go on, it needs {need}" for need in found.needs]
    lines += [f"  cannot be read: {mistake}" for mistake in found.unreadable]
    return [*lines, f"next: alwsl-tui verify {name}"]
