"""The pool that remains after a round, scored: by the job itself, or, where it is long, part by part by others."""

import time
from functools import partial
from pathlib import Path

import numpy as np

from campaigns.core.events import Scored
from campaigns.errors import BadData, Damaged
from campaigns.home.paths import RoundPaths
from campaigns.home.score_request import ScoreRequest
from campaigns.home.scores import ScoredPool, list_scores, map_pool, read_pool, read_scores
from campaigns.learning.models import MapModel
from campaigns.learning.score_files import cut, score_to_file
from campaigns.worker.journal import Journal
from campaigns.worker.mending import usable
from campaigns.worker.nonfinite import naming
from campaigns.worker.rounds import Ints, Round
from campaigns.worker.setting import Setting
from campaigns.worker.stops import ScoresWanted, Stops


def score(
    setting: Setting, round_: Round, model: MapModel, journal: Journal, stops: Stops, *, is_alone: bool = False
) -> ScoredPool:
    """Return the pool that remains after this round, scored; `is_alone` says that no other job may be waited for.

    Raises:
        Stopped: it was asked to stop now; the shards that are scored are there. Or another attempt has the job.
        ScoresWanted: it is so long that other jobs are to score it first.
    """
    began, pool, path = time.perf_counter(), setting.pool(round_.told), round_.paths.scores
    was_there = usable(path, lambda: _of_rows(read_scores(path), path, pool), journal) is not None
    parts = cut(len(pool), setting.recipe.run.score_shards)
    if len(parts) <= 1 or was_there or is_alone:
        _forget_parts(round_.paths)
        _score_rows(setting, round_, model, pool, path, journal, stops)
        scored = read_scores(path)
    else:
        was_there = round_.paths.score_list.exists()
        began -= _seconds_of_parts(round_.paths)
        scored = _gathered(round_, pool, parts, journal, stops)
    if not was_there:
        seconds = round_.seconds["score"] = time.perf_counter() - began
        journal.say(Scored(round_.number, len(pool), seconds))
    return scored


def score_part(
    setting: Setting, round_: Round, model: MapModel, path: Path, number: int, *, journal: Journal, stops: Stops
) -> None:
    """Score one of the parts of a round's pool into a file.

    Raises:
        BadData: the pool has no such part.
        Stopped: as `score`.
    """
    began, pool = time.perf_counter(), setting.pool(round_.told)
    parts = cut(len(pool), setting.recipe.run.score_shards)
    if number >= len(parts):
        raise BadData(f"a pool of {len(pool)} images has no part {number}", hint="run the campaign again")
    rows = pool[parts[number]]
    _score_rows(setting, round_, model, rows, path, journal, stops)
    journal.say(Scored(round_.number, len(rows), time.perf_counter() - began))


def _score_rows(
    setting: Setting, round_: Round, model: MapModel, rows: Ints, path: Path, journal: Journal, stops: Stops
) -> None:
    def progress(done: int, total: int) -> None:
        journal.working("scoring the pool", done, total)
        stops.at_batch()

    task = setting.recipe.model.learning
    with naming(setting.dataset.train, round_.number, spoilt=round_.paths.model):
        score_to_file(
            path, model, setting.train, rows, classes=len(round_.classes), link=task.link, has_pixels=task.is_dense,
            progress=progress, batch_size=setting.scoring_batch, warn=partial(journal.note, is_warning=True),
        )  # fmt: skip


def _gathered(round_: Round, pool: Ints, parts: list[slice], journal: Journal, stops: Stops) -> ScoredPool:
    """Return the pool that other jobs have scored.

    Raises:
        ScoresWanted: they have not, or not all of it.
        Superseded: another attempt has the job.
    """
    paths = round_.paths
    scored = usable(paths.score_list, lambda: _of_rows(read_pool(paths), paths.score_list, pool), journal)
    if scored is not None:
        return scored
    missing = tuple(
        number for number, part in enumerate(parts) if not _is_there(paths.score_shard(number), pool[part], journal)
    )
    stops.require_job()
    if missing:
        ScoreRequest(round_.number, len(pool), len(parts), missing, _seconds_of_parts(paths)).write(paths.scoring)
        raise ScoresWanted(f"round {round_.number}: its pool of {len(pool)} images is scored in {len(parts)} parts")
    list_scores(paths, len(parts))
    paths.scoring.unlink(missing_ok=True)
    return map_pool(paths)


def _seconds_of_parts(paths: RoundPaths) -> float:
    """Return how long other jobs took to score what is there, as the station has written it down."""
    try:
        request = ScoreRequest.read(paths.scoring)
    except Damaged:
        return 0.0
    return 0.0 if request is None else request.seconds


def _forget_parts(paths: RoundPaths) -> None:
    """Remove what is left of a pool that several jobs scored, and that was no good: it will be in one file."""
    for path in (*paths.folder.glob("scores-*.safetensors"), paths.score_list, paths.scoring):
        path.unlink(missing_ok=True)


def _is_there(path: Path, rows: Ints, journal: Journal) -> bool:
    return usable(path, lambda: _of_rows(read_scores(path), path, rows), journal) is not None


def _of_rows(scored: ScoredPool, path: Path, rows: Ints) -> ScoredPool:
    """Return a scored pool, which has to be of these rows.

    Raises:
        BadData: it is not.
    """
    if not np.array_equal(scored.rows, rows):
        raise BadData(f"{path} holds scores of another pool")
    return scored
