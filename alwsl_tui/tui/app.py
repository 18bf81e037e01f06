"""The application: screens over one home."""

from alwsl_tui.drawing.manners import Manners


def run(manners: Manners) -> int:
    """Show the station until its user leaves; the exit code."""
    raise NotImplementedError(manners)
