"""How a command that waited for a campaign leaves: the exit code tells how the campaign ended."""

import typer

from alwsl_tui.cli.options import narrate
from campaigns.services.campaigns.run import ending
from campaigns.services.workspace import Workspace


def leave(place: Workspace, name: str) -> None:
    """End the program with the campaign's exit code, and say why when it is not 0."""
    outcome = ending(place, name)
    if outcome.code:
        narrate(f"error: {outcome.why}\nnext: {outcome.hint}")
        raise typer.Exit(outcome.code)
