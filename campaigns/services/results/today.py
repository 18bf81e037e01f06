"""Rounds measured again by what people have said by now of the test images: each kept its logits of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import isnan
from pathlib import Path

from campaigns.core.labels import LabelledImage, Labelling
from campaigns.home.intake import read_intakes
from campaigns.home.paths import CampaignPaths
from campaigns.home.tested import Tested, read_tested
from campaigns.oracle.measures import only_countable
from campaigns.oracle.signs import signs_of
from campaigns.recipe.metrics import METRICS
from campaigns.store.rows import RoundRow


def by_todays_labels(
    paths: CampaignPaths, classes: Sequence[str], rounds: Sequence[RoundRow], labelling: Labelling
) -> tuple[Sequence[RoundRow], int]:
    """Return rounds with their values by today's labels, and of how many test images there is one.

    `classes` are those of a round that names none, by their names of today. A round without logits stays as it is, and
    so do all where images stay what they are: then nobody has written down which row is which image.

    Raises:
        BadData: logits are damaged.
        Damaged: the list of what was taken in is.
    """
    images = tuple(image for intake in read_intakes(paths.intakes) for image in intake.test.ids)
    known = {image: labelling.images[image] for image in images if _is_labelled(labelling.images.get(image))}
    if not images:
        return rounds, 0
    return [_measured(paths, row, row.classes or classes, images, known) for row in rounds], len(known)


def _is_labelled(image: LabelledImage | None) -> bool:
    return image is not None and not image.skips and bool(image.labels)


def _measured(
    paths: CampaignPaths,
    row: RoundRow,
    classes: Sequence[str],
    images: Sequence[str],
    known: Mapping[str, LabelledImage],
) -> RoundRow:
    path = paths.job(row.job).round(row.number).tested
    if not row.per_class or not path.exists():
        return row
    tested = _logits(path, path.stat().st_mtime_ns)
    if tested is None or tested[1].shape[1] != len(classes):
        return row
    rows, logits = tested
    is_labelled = [at for at, image in enumerate(rows.tolist()) if images[image] in known]
    signs = signs_of(classes, known, [images[rows[at]] for at in is_labelled])
    metric = METRICS[row.metric]
    values = only_countable(metric.per_class(logits[is_labelled], signs), signs)
    mean = metric.over_classes(values)
    per_class = tuple(None if isnan(value) else float(value) for value in values)
    return replace(row, value=None if isnan(mean) else float(mean), per_class=per_class)


# Written once by its round; a screen that follows a campaign looks at all rounds again and again.
@lru_cache(maxsize=512)
def _logits(path: Path, _modified: int) -> Tested | None:
    return read_tested(path)
