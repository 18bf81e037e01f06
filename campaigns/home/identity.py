"""`home.json`: what a home is called where other machines keep something for it. It never changes, nor comes again."""

import os
import re
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


def identity_file(home: Path) -> Path:
    """Return where a home keeps its id."""
    return home / "home.json"


def known_home_id(home: Path) -> str:
    """Return the id of a home; empty where it has been given none.

    Raises:
        Damaged: what the file holds is none.
    """
    identity = read_record(HomeIdentity, identity_file(home), schema=SCHEMA, check=HomeIdentity.check)
    return "" if identity is None else identity.id


def home_id(home: Path) -> str:
    """Return the id of a home, which is given one when it is first asked for.

    Raises:
        Damaged: what the file holds is none.
        OSError: it cannot be written.
    """
    if known := known_home_id(home):
        return known
    path, draft = identity_file(home), draft_of(identity_file(home))
    write_record(draft, HomeIdentity(os.urandom(8).hex()), schema=SCHEMA)
    try:
        # Of two hosts that do so at once, one is first: a link never takes another file's place.
        path.hardlink_to(draft)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            draft.replace(path)  # a file system that knows no links
    finally:
        draft.unlink(missing_ok=True)
    if known := known_home_id(home):
        return known
    raise damaged(path, "it is missing")
