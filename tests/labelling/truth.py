"""People who answer what the labels of a data set say."""

import csv
import json
import random
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from campaigns.core.answers import Answer, Opinion
from campaigns.core.ids import Job
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Dataset
from campaigns.datasets.folder import open_folder
from campaigns.errors import WaitingForLabels
from campaigns.home.answers import append, read_answers
from campaigns.home.split import FrozenSplit
from campaigns.oracle.requests import Request
from campaigns.recipe import DataSpec, load_recipe
from campaigns.services.workspace import Workspace
from campaigns.station.requests import request_of_job
from campaigns.store.rows import CampaignRow
from tests.stage import perform_job

IMAGES, SHARE = 200, 0.45
"""Of the folder; test images enough for every class to be counted."""
OFTEN = 20
"""Images that show a class, below which it is left out."""


def write_photos(root: Path) -> Path:
    """Write a folder of photographs with a table of their labels beside them; what was there before stays."""
    if not root.exists():
        (root / "yard").mkdir(parents=True)
        for name, content in _drawn().items():
            (root / name).write_bytes(content)
    return root


@cache
def _drawn() -> Mapping[str, bytes]:
    """Draw what such a folder holds: once, since nearly every test of labelling begins with one."""
    shapes = open_dataset(DataSpec(name="shapes", images=IMAGES, test_images=1, size=32), indexes=Path())
    often = [at for at in range(len(shapes.classes)) if (shapes.train.labels[:, at] == POSITIVE).sum() >= OFTEN]
    lines, files = [",".join(("image", *(shapes.classes[at] for at in often)))], {}
    for row, labels in enumerate(shapes.train.labels):
        name, file = f"yard/{row:03}.png", BytesIO()
        shapes.train.picture(row).save(file, "PNG")
        files[name] = file.getvalue()
        lines.append(",".join((name, *(str(int(sign == POSITIVE)) for sign in labels[often]))))
    return {**files, "labels.csv": ("\n".join(lines) + "\n").encode()}


def sizes(root: Path) -> tuple[str, ...]:
    """Return overrides of `tiny` for a campaign on such a folder, whose labels the data set has."""
    return (f'data={{name = "photos", root = "{write_photos(root)}", test_share = {SHARE}}}', "protocol.full=false")


def asking(root: Path) -> tuple[str, ...]:
    """Return the same for a campaign that people label for."""
    classes = open_folder(root, test_share=SHARE).classes
    return (*sizes(root), "oracle=human", f"data.asked={json.dumps(classes)}")


def data_of(place: Workspace, row: CampaignRow) -> Dataset:
    """Return the data set of a campaign, with the labels that people are not shown."""
    recipe = load_recipe(place.home.campaign(row.id).recipe)
    return open_dataset(recipe.data.model_copy(update={"asked": None}), indexes=place.home.indexes)


def true_answer(dataset: Dataset, image: str, *, by: str = "anna") -> Answer:
    """Return what somebody answers who sees everything."""
    ids = [*dataset.train.ids, *dataset.test.ids]
    at = ids.index(image)
    labels = dataset.train.labels[at] if at < len(dataset.train) else dataset.test.labels[at - len(dataset.train)]
    shown = {name: Opinion.YES for name, sign in zip(dataset.classes, labels, strict=True) if sign != NEGATIVE}
    return Answer(1764374400.0, by, image, None, shown, is_rest_no=True, classes=dataset.classes)


def answer(place: Workspace, row: CampaignRow, images: Iterable[str], *, by: str = "anna") -> None:
    """Answer truly about some images of a campaign's data set."""
    dataset = data_of(place, row)
    append(place.home.labels(row.dataset), [true_answer(dataset, image, by=by) for image in images])


def order_of_tests(place: Workspace, row: CampaignRow) -> tuple[str, ...]:
    """Return the test images of a campaign in the order in which they are labelled."""
    return FrozenSplit.read(place.home.campaign(row.id).split).test_order or ()


def requests_of(place: Workspace, row: CampaignRow) -> list[Request]:
    """Return what the jobs of a campaign wait for."""
    recipe = load_recipe(place.home.campaign(row.id).recipe)
    requests = [request_of_job(place.home, recipe, row.id, job) for job in row.plan.jobs]
    return [request for request in requests if request is not None]


def first_request(place: Workspace, row: CampaignRow) -> tuple[str, ...]:
    """Answer truly about the images of the first request, and return them."""
    images = requests_of(place, row)[0].everything
    answer(place, row, images)
    return images


def label_until_done(place: Workspace, row: CampaignRow, job: Job, *, seed: int | None = None, first: int = 1) -> int:
    """Run a job from its attempt `first` on and answer what it asks for, again and again; how often it waited."""
    for attempt in range(first, first + 20):
        try:
            perform_job(place, row, job, attempt=attempt)
        except WaitingForLabels:
            (request,) = (request for request in requests_of(place, row) if request.job == job)
            images = [image for image in request.everything if image not in answered(place, row)]
            if seed is not None:
                random.Random(seed).shuffle(images)
            answer(place, row, images)
        else:
            return attempt - first
    raise AssertionError("it waits for ever")


def answered(place: Workspace, row: CampaignRow) -> set[str]:
    statements = [entry.statement for entry in read_answers(place.home.labels(row.dataset))]
    return {statement.image for statement in statements if isinstance(statement, Answer)}


@dataclass(frozen=True, slots=True)
class Truth:
    """What there is to see on photographs."""

    classes: tuple[str, ...]
    present: Mapping[str, frozenset[str]]
    """By photograph."""

    @classmethod
    def read(cls, table: Path) -> "Truth":
        """Read a table with a column a class."""
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        classes = tuple(name for name in rows[0] if name != "image")
        return cls(classes, {row["image"]: frozenset(c for c in classes if row[c] == "1") for row in rows})


def voc_photos(devkit: Path, root: Path, *, images: int) -> Path:
    """Copy the first so many photographs of a `VOC2007` into a folder, with a table of what its lists say of them."""
    classes: dict[str, dict[str, str]] = {}
    for path in sorted((devkit / "ImageSets/Main").glob("*_trainval.txt")):
        lines = path.read_text(encoding="ascii").splitlines()
        classes[path.name.removesuffix("_trainval.txt")] = dict(line.split() for line in lines)
    names = sorted(next(iter(classes.values())))[:images]
    root.mkdir(parents=True)
    table = [",".join(("image", *classes))]
    for name in names:
        shutil.copyfile(devkit / "JPEGImages" / f"{name}.jpg", root / f"{name}.jpg")
        table.append(",".join((f"{name}.jpg", *(str(int(signs[name] != "-1")) for signs in classes.values()))))
    (root / "labels.csv").write_text("\n".join(table) + "\n", encoding="ascii")
    return root
