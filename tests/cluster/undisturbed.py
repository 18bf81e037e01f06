"""A campaign that something is to happen to, and what it leaves when nothing does."""

from pathlib import Path

from campaigns.services.workspace import open_workspace
from tests.stage import outcome, perform, tiny

LONG = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.epochs=[1200, 2, 2]", "run.retries=0")
"""A baseline of some ten seconds at least, and an arm behind it; the first loss that counts would end it."""


def undisturbed_bytes(folder: Path, *overrides: str) -> dict[str, bytes]:
    """What the campaign leaves on this machine, when nothing happens to it."""
    quiet = open_workspace(folder / "home")
    row = tiny(quiet, *overrides)
    perform(quiet, row)
    return outcome(quiet, row)
