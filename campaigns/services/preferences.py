"""What a person chose for the screens, kept in the home."""

from dataclasses import asdict, dataclass, fields

from campaigns.core.files import read_json, write_json
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Preferences:
    """Choices that outlast a session; None where nothing was chosen."""

    theme: str | None = None
    images: str | None = None
    is_ascii: bool | None = None


def load_preferences(workspace: Workspace) -> Preferences:
    """What was chosen in this home; a choice of a newer program is left alone."""
    said = read_json(workspace.home.preferences) or {}
    known = {field.name for field in fields(Preferences)}
    return Preferences(**{key: value for key, value in said.items() if key in known})


def save_preferences(workspace: Workspace, chosen: Preferences) -> None:
    """Keep these choices for the next time."""
    write_json(workspace.home.preferences, asdict(chosen))
