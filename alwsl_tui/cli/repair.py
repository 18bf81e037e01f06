"""The command that rebuilds the store from the folders."""

from typing import Annotated

import typer

from alwsl_tui.cli.json.campaigns import repaired_record
from alwsl_tui.cli.options import JsonOption, say, say_json, workspace
from alwsl_tui.drawing.units import plural
from campaigns.services.repair.repair import Repaired, repair_home
from campaigns.services.repair.restore import Restored
from campaigns.services.workspace import Workspace


def repair(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Rebuild the store, or what is missing in it, from the folders of the campaigns. Nothing is deleted.

    A damaged store is kept under another name. Restored campaigns are paused unless all of them is done.
    """
    place = workspace()
    repaired = repair_home(place, is_dry_run=dry_run)
    if as_json:
        say_json("repair", dry_run=dry_run, **repaired_record(repaired))
    else:
        say("\n".join(_lines(place, repaired, "would be " if dry_run else "")))


def _lines(place: Workspace, repaired: Repaired, would: str) -> list[str]:
    lines = [f"store: {repaired.store or 'it was sound'}"]
    if repaired.set_aside is not None:
        lines.append(f"  kept as {repaired.set_aside}")
    elif repaired.store:
        lines.append(f"  it {would or 'was '}built again")
    if repaired.moved is not None:
        lines.append(f"  moved to {repaired.moved}")
    lines += [f"{restored.name}: {_words(restored, would)}" for restored in repaired.restored]
    lines += [f"cannot be read: {mistake}" for mistake in repaired.unreadable]
    gone = "is in the store, but its folder is gone"
    lines += [f"{name}: {gone}; next: alwsl-tui delete {name}" for name in repaired.folderless]
    lines += list(repaired.cleared)
    if repaired.running:
        lines.append(f"{plural(repaired.running, 'worker')} at work")
    if len(lines) == 1 and not repaired.store and repaired.moved is None:
        lines.append("nothing was missing")
    elif any(restored.is_new for restored in repaired.restored):
        lines.append(f"next: alwsl-tui list --home {place.home.folder}")
    return lines


def _words(restored: Restored, would: str) -> str:
    added = restored.added
    parts = [
        plural(added.attempts, "attempt"),
        plural(added.rounds, "round"),
        plural(added.epochs, "epoch"),
    ]
    what = f"{would}restored from its folder" if restored.is_new else f"{would}completed"
    jobs = f"{plural(added.jobs, 'job')}, " if restored.is_new else ""
    was = f" (it was {restored.renamed_from}, a name that is taken)" if restored.renamed_from else ""
    longer = "; it was extended, which the store did not know" if restored.is_longer else ""
    return f"{what}{was}: {jobs}{', '.join(parts)}{longer}"
