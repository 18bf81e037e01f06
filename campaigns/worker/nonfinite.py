"""Numbers gone wrong, told so that a person can look: which round, which images."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaigns.datasets.dataset import Split
from campaigns.errors import NoNumber

NAMED = 16
"""Images that are named: a batch, in most recipes."""


@contextmanager
def naming(split: Split, round_: int, *, spoilt: Path | None = None) -> Iterator[None]:
    """Inside, what says that numbers are none says also in which round, and names the images of `split`.

    Removes `spoilt`, which holds such numbers or makes them: whoever tries again does not begin with it.

    Raises:
        NoNumber: as inside.
    """
    try:
        yield
    except NoNumber as error:
        if spoilt is not None:
            spoilt.unlink(missing_ok=True)
        names = ", ".join(split.ids[row] for row in error.rows[:NAMED])
        more = f" and {len(error.rows) - NAMED} more" if len(error.rows) > NAMED else ""
        images = f"; images {names}{more}" if names else ""
        raise NoNumber(f"round {round_}: {error.message}{images}", hint=error.hint, rows=error.rows) from error
