"""The first picks of some rounds as small pictures with their class maps, ready to stand in a page."""

import io
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from campaigns.datasets.dataset import POSITIVE
from campaigns.errors import BadData
from campaigns.home.labels import classes_of_round
from campaigns.home.maps import Maps, kept_maps
from campaigns.recipe import ModelSpec
from campaigns.reporting.dossier import Sent, Shown, ShownPick
from campaigns.services.results.evidence import Evidence, RoundEvidence, evidence
from campaigns.services.results.gallery import Gallery
from campaigns.services.results.picks import RoundKey
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

SHOWN = 4
"""Picks of a round that are shown: the first."""
SIDE = 224
"""Pixels of the longer side of a picture."""
HEAT = (255, 146, 0)
"""Of a class map: the more, the less transparent."""


def shown(
    workspace: Workspace, row: CampaignRow, model: ModelSpec, sent: Sequence[Sent], gallery: Gallery
) -> Iterator[Shown]:
    """Yield of every criterion's first trial that has picked its first and its last round."""
    for criterion in row.plan.criteria:
        mine = [entry for entry in sent if entry.criterion == criterion]
        trial = min((entry.trial for entry in mine), default=None)
        rounds = sorted(
            (entry for entry in mine if entry.trial == trial),
            key=lambda entry: entry.picked.round,
        )
        for entry in {id(entry): entry for entry in (*rounds[:1], *rounds[-1:])}.values():
            yield _shown(workspace, row, model, entry, gallery)


def _shown(workspace: Workspace, row: CampaignRow, model: ModelSpec, entry: Sent, gallery: Gallery) -> Shown:
    key = RoundKey(entry.criterion, entry.trial, entry.picked.round)
    paths = workspace.home.campaign(row.id)
    maps = paths.job(key.job.id).round(key.round).maps
    classes = classes_of_round(paths, key.job, key.round, row.plan.classes)
    round_ = RoundEvidence(row, key, entry.picked, model, maps, kept_maps(maps), classes)
    sent = len(entry.picked.picks)
    first = range(1, min(SHOWN, sent) + 1)
    picks = tuple(_shown_pick(evidence(round_, place), entry.criterion, gallery) for place in first)
    return Shown(entry.criterion, entry.trial, entry.picked.round, entry.labelled, sent, picks)


def _shown_pick(evidence: Evidence, criterion: str, gallery: Gallery) -> ShownPick:
    likely = max(range(len(evidence.classes)), key=lambda at: evidence.pick.probabilities[at])
    try:
        picture = gallery.picture(evidence.pick.image, max_side=SIDE)
        labels = gallery.truth(evidence.pick.image, evidence.classes)
        truth = tuple(name for name, label in zip(evidence.classes, labels, strict=True) if label == POSITIVE)
        jpeg: bytes | None = _jpeg(picture)
    except BadData:  # the data have moved, or this picture has spoilt: the rest is worth showing
        jpeg, truth = None, ()
    return ShownPick(
        place=evidence.place,
        image=evidence.pick.image,
        picture=jpeg,
        overlay=None if evidence.maps is None else _overlay(evidence.maps[likely]),
        label=evidence.classes[likely],
        probability=evidence.pick.probabilities[likely],
        truth=truth,
        because=because(evidence, criterion),
    )


def because(evidence: Evidence, criterion: str) -> str:
    """Return why this image was chosen, in one sentence."""
    pick = evidence.pick
    leads = pick.list or (criterion if criterion in pick.ranks else min(pick.ranks, key=lambda n: pick.ranks[n]))
    best = "" if pick.list or leads == criterion else "best rank: "
    reason = f"{best}{leads} ranks it {pick.ranks[leads]} of {evidence.pool}"
    if pick.list is not None:
        reason = f"from the list of {pick.list} at turn {pick.turn}; {reason}"
    return f"{reason}; {pick.votes} of {len(pick.ranks)} criteria want it"


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=78, optimize=True)
    return out.getvalue()


def _overlay(class_map: Maps | np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> bytes:
    """Return a class map, (H, W), as a PNG of as many pixels; its own minimum and maximum are the ends."""
    low, high = float(class_map.min()), float(class_map.max())
    share = (class_map - low) / (high - low) if high > low else np.zeros_like(class_map)
    pixels = np.empty((*class_map.shape, 4), np.uint8)
    pixels[..., :3] = HEAT
    pixels[..., 3] = np.round(215 * share).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(out, "PNG", optimize=True)
    return out.getvalue()
