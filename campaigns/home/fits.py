"""`fits/KEY.json`: where in this home the model of a fit lies that was done before."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.errors import Damaged
from campaigns.home.paths import HomePaths, RoundPaths
from campaigns.home.records import read_record, write_record

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class KnownFit:
    """A fit that was done in this home."""

    round: str
    """Folder of the round that it was done for, below the campaigns."""

    def write(self, home: HomePaths, key: str) -> None:
        """Let later campaigns find it by the hash of all that went into it."""
        write_record(_path(home, key), self, schema=SCHEMA)

    @classmethod
    def read(cls, home: HomePaths, key: str) -> "KnownFit | None":
        """Return the fit with that hash; None when nothing sensible is remembered: then it is done."""
        try:
            fit = read_record(cls, _path(home, key), schema=SCHEMA)
        except Damaged:
            return None
        return fit if fit is not None and fit.is_below else None

    @property
    def is_below(self) -> bool:
        """True when its folder lies where rounds lie: a file can say anything, and must not lead elsewhere."""
        path = Path(self.round)
        return "\0" not in self.round and len(path.parts) == 5 and ".." not in path.parts and not path.is_absolute()

    @property
    def name(self) -> str:
        """For a person: `voc07-weldon.3f2a91 baseline-t0 round 0`."""
        campaign, _, job, _, number = Path(self.round).parts
        return f"{campaign} {job} round {number}"

    def paths(self, home: HomePaths) -> RoundPaths:
        """Return the paths of its round."""
        return RoundPaths(home.campaigns / self.round)


def _path(home: HomePaths, key: str) -> Path:
    return home.fits / f"{key}.json"
