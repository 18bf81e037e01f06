"""The command that rebuilds the store from the folders."""

from typing import Annotated

import typer

from alwsl_tui.cli.json.campaigns import repaired_record
from alwsl_tui.cli.options import JsonOption, narrate, say, say_json, workspace
from alwsl_tui.drawing.units import plural
from campaigns.services.repair.repair import Repaired, lost, repair_home
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
    found = repair_home(place, is_dry_run=dry_run)
    if as_json:
        say_json("repair", dry_run=dry_run, **repaired_record(found))
    else:
        say("\n".join(_lines(place, found, "would be " if dry_run else "")))


def hint_at_lost(place: Workspace) -> None:
    """Says on stderr when there are campaigns that the store does not know."""
    found = lost(place)
    if found:
        they = "lies" if len(found) == 1 else "lie"
        where = place.home.campaigns
        narrate(f"{plural(len(found), 'campaign')} that the store does not know {they} in {where}")
        narrate("next: alwsl-tui repair")


def _lines(place: Workspace, found: Repaired, would: str) -> list[str]:
    lines = [f"store: {found.store or 'it was sound'}"]
    if found.set_aside is not None:
        lines.append(f"  kept as {found.set_aside}")
    elif found.store:
        lines.append(f"  it {would or 'was '}built again")
    lines += [f"{one.name}: {_words(one, would)}" for one in found.restored]
    lines += [f"cannot be read: {mistake}" for mistake in found.unreadable]
    gone = "is in the store, but its folder is gone"
    lines += [f"{name}: {gone}; next: alwsl-tui delete {name}" for name in found.folderless]
    lines += list(found.cleared)
    if found.running:
        lines.append(f"{plural(found.running, 'worker')} at work")
    if len(lines) == 1 and not found.store:
        lines.append("nothing was missing")
    elif any(one.is_new for one in found.restored):
        lines.append(f"next: alwsl-tui list --home {place.home.folder}")
    return lines


def _words(one: Restored, would: str) -> str:
    added = one.added
    parts = [
        plural(added.attempts, "attempt"),
        plural(added.rounds, "round"),
        plural(added.epochs, "epoch"),
    ]
    what = f"{would}restored from its folder" if one.is_new else f"{would}completed"
    jobs = f"{plural(added.jobs, 'job')}, " if one.is_new else ""
    was = f" (it was {one.renamed_from}, a name that is taken)" if one.renamed_from else ""
    return f"{what}{was}: {jobs}{', '.join(parts)}"
