"""What a person chose for the screens, kept with the home."""

from campaigns.errors import Damaged
from campaigns.home.disk import telling
from campaigns.home.preferences import ScreenSettings
from campaigns.services.workspace import Workspace


def load_settings(workspace: Workspace) -> ScreenSettings:
    """Return what was chosen in this home; nothing where that cannot be read: it is chosen again in a moment."""
    try:
        return ScreenSettings.read(workspace.home.preferences)
    except (Damaged, PermissionError):
        return ScreenSettings()


def save_settings(workspace: Workspace, chosen: ScreenSettings) -> None:
    """Keep these choices for the next time.

    Raises:
        NotNow: this workspace only looks.
        BadHome: they cannot be written there.
    """
    workspace.require_writing()
    with telling(workspace.home.folder):
        chosen.write(workspace.home.preferences)
