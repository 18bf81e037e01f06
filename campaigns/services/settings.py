"""What a person chose for the screens, kept in the home."""

from dataclasses import asdict, dataclass
from pathlib import Path

from campaigns.errors import Damaged
from campaigns.home.files import damaged, read_json, write_json
from campaigns.home.typed import built
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """Choices that outlast a session; None where nothing was chosen."""

    theme: str | None = None
    images: str | None = None
    is_ascii: bool | None = None


def load_settings(workspace: Workspace) -> ScreenSettings:
    """Return what was chosen in this home; nothing where that cannot be read: it is chosen again in a moment."""
    try:
        return read_settings(workspace.home.preferences)
    except Damaged:
        return ScreenSettings()


def read_settings(path: Path) -> ScreenSettings:
    """Read the choices in a file; a choice of a newer program is left alone.

    Raises:
        Damaged: there are none in it.
    """
    content = read_json(path)
    try:
        return ScreenSettings() if content is None else built(ScreenSettings, content)
    except ValueError as error:
        raise damaged(path, error) from error


def save_settings(workspace: Workspace, chosen: ScreenSettings) -> None:
    """Keep these choices for the next time.

    Raises:
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    write_json(workspace.home.preferences, asdict(chosen))
