"""`home.json`: what a home is called where other machines keep something for it. It never changes, nor comes again."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from campaigns.home.drafts import draft_of
from campaigns.home.files import damaged
from campaigns.home.records import read_record, write_record

SCHEMA = 1
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class HomeIdentity:
    """The name of a home for machines."""

    id: str
    """16 hex digits."""

    def check(self) -> None:
        """Raise ValueError unless it can be a name of a folder, and nothing else."""
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id[:60]!r} is not the id of a home")


def home_id(home: Path) -> str:
    """Return the id of a home, which is given one when it is first asked for.

    Raises:
        Damaged: what the file holds is none.
        OSError: it cannot be written.
    """
    path = home / "home.json"
    identity = _read(path)
    if identity is None:
        draft = draft_of(path)
        write_record(draft, HomeIdentity(os.urandom(8).hex()), schema=SCHEMA)
        try:
            # Whoever is first gives it: a link never takes the place of another file.
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink()
        identity = _read(path)
    if identity is None:
        raise damaged(path, "it is missing")
    return identity.id


def _read(path: Path) -> HomeIdentity | None:
    return read_record(HomeIdentity, path, schema=SCHEMA, check=HomeIdentity.check)
