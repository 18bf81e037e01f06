"""A folder of photographs that grows while people label it, and what rounds made of it."""

import shutil
from pathlib import Path

from campaigns.core.ids import Job, JobKind
from campaigns.home.labels import RoundLabels, read_labels
from campaigns.home.scores import read_scores
from campaigns.services.labelling.subject import Subject
from campaigns.services.verify.frozen import STORE
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


ADDED = 60


def add(photos: Path, count: int = ADDED) -> list[str]:
    """Copy photographs of the folder under new names, with their labels; the new ids."""
    header, *lines = (photos / "labels.csv").read_text(encoding="utf-8").splitlines()
    labels = dict(line.split(",", 1) for line in lines)
    added = {}
    for name in sorted(labels)[:count]:
        new = f"late/{Path(name).name}"
        (photos / "late").mkdir(exist_ok=True)
        shutil.copy(photos / name, photos / new)
        added[new] = labels[name]
    table = [header, *(f"{name},{signs}" for name, signs in (labels | added).items())]
    (photos / "labels.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    return sorted(added)


def kept_labels(place: Workspace, row: CampaignRow, job: Job, number: int) -> RoundLabels:
    kept = read_labels(place.home.campaign(row.id).job(job.id).round(number).labels)
    assert kept is not None
    return kept


def notes(place: Workspace, row: CampaignRow, job: Job) -> str:
    return "\n".join(
        path.read_text() for path in place.home.campaign(row.id).job(job.id).attempts.glob("*/journal.jsonl")
    )


def pooled(place: Workspace, row: CampaignRow, job: Job, number: int) -> list[str]:
    """Return the images that a round scored."""
    ids = Subject.open(place, row.name).dataset.train.ids
    return [ids[row] for row in read_scores(place.home.campaign(row.id).job(job.id).round(number).scores).rows]


def require_verified(place: Workspace, row: CampaignRow) -> None:
    """Raise AssertionError unless its folder is what it says; no station has told the store of rounds here."""
    differences = verify_campaign(place, row.name).differences
    assert [each for each in differences if each.where != STORE] == []
