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
        verification = verify_campaign(place, name, progress=progress)
    if as_json:
        say_json("verification", **_verified(verification))
    else:
        say("\n".join(_lines(verification)))
    if not verification.is_same:
        # Not raised: --json would print a second object.
        name = verification.campaign.name
        narrate(f"error: {name} is not what it says it is\nnext: alwsl-tui logs {name}")
        raise typer.Exit(BadData.exit_code)


def _lines(verification: Verification) -> list[str]:
    checked = {what: count for what, count in verification.checked.items() if what != "bytes"}
    size = verification.checked.get("bytes", 0) / 2**20
    counts = ", ".join(
        f"{count} {what}" + (f" ({size:.0f} MiB)" if what == "files" else "") for what, count in checked.items()
    )
    lines = [f"{verification.campaign.name}: {counts or 'nothing'} looked at in {verification.seconds:.1f} s"]
    if verification.unfinished:
        lines.append(f"  {plural(verification.unfinished, 'round')} of the plan not complete yet")
    lines += [
        f"  not looked at: {f'{count} ' if count > 1 else ''}{why}" for why, count in verification.unchecked.items()
    ]
    lines += [f"  {difference}" for difference in verification.differences[:SHOWN]]
    if len(verification.differences) > SHOWN:
        lines.append(f"  … and {len(verification.differences) - SHOWN} more (--json has all)")
    count = len(verification.differences)
    all_ = "what could be looked at" if verification.unchecked else "all of it"
    return [*lines, plural(count, "difference") if count else f"{all_} is as it follows from scores, seeds and hashes"]


def _verified(verification: Verification) -> dict[str, Any]:
    return {
        "name": verification.campaign.name,
        "id": verification.campaign.id,
        "is_same": verification.is_same,
        "checked": dict(verification.checked),
        "unchecked": dict(verification.unchecked),
        "unfinished": verification.unfinished,
        "seconds": verification.seconds,
        "differences": [
            {
                "where": difference.where,
                "what": difference.what,
                "expected": difference.expected,
                "found": difference.found,
            }
            for difference in verification.differences
        ],
    }
