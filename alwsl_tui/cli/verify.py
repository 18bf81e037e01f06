"""The command `verify`: look a campaign over."""

from typing import Any

import typer

from alwsl_tui.cli.archive import progress_bar
from alwsl_tui.cli.options import JsonOption, NameArgument, narrate, say, say_json, workspace
from alwsl_tui.drawing.units import plural
from campaigns.errors import BadData
from campaigns.services.verify.verify import Verification, verify_campaign

SHOWN = 40
"""Differences that are listed; `--json` has all."""


def verify(name: NameArgument, as_json: JsonOption = False) -> None:
    """Draw up every choice again from the stored scores, look at every hash, and list what differs."""
    place = workspace()
    with progress_bar("looking it over") as progress:
        found = verify_campaign(place, name, progress=progress)
    if as_json:
        say_json("verification", **_verified(found))
    else:
        say("\n".join(_lines(found)))
    if not found.is_same:
        # Not raised: --json would print a second object.
        narrate(f"error: {found.campaign.name} is not what it says it is\nnext: alwsl-tui logs {found.campaign.name}")
        raise typer.Exit(BadData.exit_code)


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
        "is_same": found.is_same,
        "checked": dict(found.checked),
        "unchecked": dict(found.unchecked),
        "unfinished": found.unfinished,
        "seconds": found.seconds,
        "differences": [
            {"where": one.where, "what": one.what, "expected": one.expected, "found": one.found}
            for one in found.differences
        ],
    }
