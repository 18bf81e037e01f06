"""Freeing room: caches that no campaign needs, and models of rounds that were done long ago."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.ids import CampaignId, Job, JobKind
from campaigns.core.states import CampaignState
from campaigns.errors import AlwslError, UsageError
from campaigns.home.caches import CacheFile, caches_in, mark_of
from campaigns.home.cleaned import Cleaned
from campaigns.home.disk import telling
from campaigns.home.intake import read_intakes
from campaigns.home.paths import CampaignPaths, HomePaths
from campaigns.home.split import FrozenSplit
from campaigns.recipe import load_recipe
from campaigns.services.monitor.progress import state_of
from campaigns.services.workspace import Workspace, folders
from campaigns.station.cleanup import moving
from campaigns.store.campaigns import list_campaigns
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store

SETTLED = frozenset({CampaignState.DONE, CampaignState.CANCELLED})
"""A campaign in these states needs no cache; one that is taken up again makes it anew."""
_AGE = re.compile(r"([0-9]{1,5}) ?([hdw])")
_SECONDS = {"h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}


@dataclass(frozen=True, slots=True)
class UnneededCache:
    """A cache of a data set on which no campaign is going on in the same way."""

    kind: str
    """`pixels` or `features`."""
    cache: CacheFile
    dataset: str
    """Its name; empty where no campaign knows it."""
    files: tuple[Path, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class OldModels:
    """Models of one campaign that are old enough."""

    campaign: CampaignRow
    files: tuple[Path, ...]
    bytes: int
    """That become free. A model that another campaign took over is one file for both, and takes room until both go."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What can be freed, or was."""

    is_dry_run: bool
    older: float | None
    """Seconds since a round was done, from which on its model is freed; None keeps all models."""
    caches: tuple[UnneededCache, ...]
    models: tuple[OldModels, ...]

    @property
    def bytes(self) -> int:
        """Of all together."""
        return sum(cache.bytes for cache in self.caches) + sum(old.bytes for old in self.models)


@dataclass(frozen=True, slots=True)
class _Need:
    """Caches that a campaign reads when it goes on."""

    mark: str
    """Empty where the campaign's files cannot be read: it may need any cache."""
    size: int
    backbone: str | None
    """None when it trains its backbone, and so reads pixels."""

    def covers(self, cache: CacheFile) -> bool:
        """Return whether the campaign reads this cache."""
        if not self.mark:
            return True
        is_alike = cache.size is None or (cache.size, cache.backbone) == (self.size, self.backbone)
        return self.mark == cache.mark and is_alike


def seconds_of(age: str) -> float:
    """Return an age such as `12h`, `30d` or `8w` in seconds.

    Raises:
        UsageError: it is none.
    """
    match = _AGE.fullmatch(age.strip().lower())
    if match is None:
        raise UsageError(f"{age!r} is not an age", hint="give a number of hours, days or weeks, as in: --older 30d")
    return int(match[1]) * _SECONDS[match[2]]


def clean(workspace: Workspace, *, older: float | None = None, is_dry_run: bool = True) -> Cleaning:
    """Free what nobody needs, or return what that would be; campaigns that are at work are never touched.

    Models are those of rounds that were done `older` seconds ago. Scores, picks and evaluations stay.

    Raises:
        NotNow: this workspace only looks, and it is no dry run.
        BadHome: the store cannot be opened.
    """
    home = workspace.home
    if is_dry_run:
        with workspace.store() as store, store.reading():
            return _planned(home, store, older, is_dry_run=True)
    workspace.require_writing()
    # Nobody can start a campaign, or make one, between the look and the deed.
    with telling(home.folder), moving(home), workspace.store() as store, store.writing():
        cleaning = _planned(home, store, older, is_dry_run=False)
        for unneeded in cleaning.caches:
            for path in unneeded.files:
                path.unlink(missing_ok=True)
        for old in cleaning.models:
            _free_models(home.campaign(old.campaign.id), old.files)
    return cleaning


def _planned(home: HomePaths, store: Store, older: float | None, *, is_dry_run: bool) -> Cleaning:
    rows = {row.id: row for row in list_campaigns(store)}
    states = {id_: state_of(store, row) for id_, row in rows.items()}
    models = () if older is None else tuple(_old_models(home, rows, states, before=time.time() - older))
    return Cleaning(is_dry_run, older, tuple(_unneeded(home, states)), models)


def _unneeded(home: HomePaths, states: Mapping[CampaignId, CampaignState]) -> Iterator[UnneededCache]:
    needs, names = [], {}
    for paths in folders(home):
        # One that the store does not know may be restored by `repair` and go on.
        is_settled = states.get(CampaignId(paths.folder.name)) in SETTLED
        try:
            recipe, split = load_recipe(paths.recipe), FrozenSplit.read(paths.split)
            later = [intake.checksum for intake in read_intakes(paths.intakes)[1:]]
        except AlwslError:
            needs += [] if is_settled else [_Need("", 0, None)]
            continue
        backbone = recipe.model.backbone if recipe.model.training == "frozen" else None
        for mark in map(mark_of, (split.fingerprint.images, *later)):
            names[mark] = recipe.data.name
            needs += [] if is_settled else [_Need(mark, recipe.model.image_size, backbone)]
    for folder in (home.pixels, home.features):
        for cache in caches_in(folder):
            if not any(need.covers(cache) for need in needs) and not cache.is_being_filled:
                files = cache.files
                yield UnneededCache(folder.name, cache, names.get(cache.mark, ""), files, _bytes_of(files))


def _old_models(
    home: HomePaths,
    rows: Mapping[CampaignId, CampaignRow],
    states: Mapping[CampaignId, CampaignState],
    *,
    before: float,
) -> Iterator[OldModels]:
    old = {
        id_: tuple(_models_of(home.campaign(id_), row, before=before, is_done=states[id_] is CampaignState.DONE))
        for id_, row in rows.items()
        if states[id_].is_over
    }
    links = Counter(_inode(path) for paths in old.values() for path in paths)
    counted: set[tuple[int, int]] = set()
    for id_, paths in old.items():
        # Room becomes free with the last name of a file.
        last = {_inode(path): path for path in paths if links[_inode(path)] == path.stat().st_nlink}
        size = _bytes_of(path for inode, path in last.items() if inode not in counted)
        counted |= last.keys()
        if paths:
            yield OldModels(rows[id_], paths, size)


def _models_of(paths: CampaignPaths, row: CampaignRow, *, before: float, is_done: bool) -> Iterator[Path]:
    for job in row.plan.jobs:
        if _is_needed_again(job) and not is_done:
            continue
        for number in row.plan.rounds(job):
            files = paths.job(job.id).round(number)
            if files.model.is_file() and files.done.is_file() and files.done.stat().st_mtime <= before:
                yield files.model


def _is_needed_again(job: Job) -> bool:
    """Return whether other jobs read its model: the arms of a trial begin with their baseline's."""
    return job.kind is JobKind.BASELINE


def _free_models(paths: CampaignPaths, files: Sequence[Path]) -> None:
    before = Cleaned.read_or_nothing(paths.cleaned)
    names = {path.relative_to(paths.folder).as_posix() for path in files}
    # Written first: killed in between, it names models that are still there, and `verify` looks at those all the same.
    Cleaned(tuple(sorted(names.union(before.files))), time.time()).write(paths.cleaned)
    for path in files:
        path.unlink(missing_ok=True)


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _bytes_of(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)
