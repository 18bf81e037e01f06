"""The command `export`: one campaign as one archive."""

from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli.archive import contents, progress_bar
from alwsl_tui.cli.options import JsonOption, NameArgument, say, say_json, workspace
from alwsl_tui.drawing.units import plural
from campaigns.services.archive.export import Exported, export_campaign
from campaigns.services.archive.manifest import MODELS


def export(
    name: NameArgument,
    file: Annotated[Path, typer.Argument(help="The archive to write.", metavar="FILE")],
    without: Annotated[str | None, typer.Option("--without", help="Leave out: models.", metavar="models")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a campaign that rests to one archive, with all it made and what people said. Data sets are not carried."""
    if without not in {None, "models"}:
        raise typer.BadParameter(f"{without!r} cannot be left out: only models can", param_hint="--without")
    place = workspace()
    with progress_bar("writing") as progress:
        exported = export_campaign(place, name, file, has_models=without is None, is_replacing=force, progress=progress)
    if as_json:
        record = {"file": str(exported.file), "bytes": exported.bytes, "answers": exported.answers}
        say_json("exported", **record, **contents(exported.manifest))
    else:
        say("\n".join(_written(exported)))


def _written(exported: Exported) -> list[str]:
    manifest = exported.manifest
    without = ", without models" if set(MODELS) <= set(manifest.left_out) else ""
    data = f"data set {manifest.dataset} (fingerprint {manifest.fingerprint.images[:16]})"
    files = f"{plural(len(manifest.files), 'file')}{without}, {exported.bytes / 2**20:.1f} MiB"
    lines = [f"  {plural(exported.answers, 'line')} of what people said"] if exported.answers else []
    return [
        f"{exported.campaign.name}: {files} in {exported.file}",
        *lines,
        f"  {data} is not carried: to go on elsewhere, that machine needs it; to look at it or verify it, it does not",
        f"next, there: alwsl-tui import {exported.file.name}",
    ]
