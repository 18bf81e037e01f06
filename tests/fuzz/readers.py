"""Every reader of files from elsewhere, as one function of bytes: it reads them or refuses them, and nothing else."""

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from campaigns.datasets.coco_json import Options, read_index
from campaigns.datasets.exchange.door import read_labels
from campaigns.datasets.folder import open_folder
from campaigns.datasets.image_list import read_image_list
from campaigns.datasets.official import VOC_CLASSES
from campaigns.datasets.raw_scores import Meaning
from campaigns.datasets.scored_images import read_scored_images
from campaigns.datasets.voc import open_voc
from campaigns.errors import AlwslError, BadData, BadRecipe, Damaged
from campaigns.home.charter import Charter
from campaigns.home.evaluation import Evaluation
from campaigns.home.exit import Exit
from campaigns.home.extensions import Extensions
from campaigns.home.picks import read_picks
from campaigns.home.preferences import ScreenSettings
from campaigns.home.process import Worker
from campaigns.home.round import SealedRound
from campaigns.home.split import FrozenSplit
from campaigns.home.starter import Starter
from campaigns.home.task import Task
from campaigns.home.verdict import AttemptVerdict
from campaigns.recipe import load_recipe
from campaigns.recipe.reading import SHIPPED
from campaigns.station.ingest import new_events
from campaigns.store.attempts import ingest
from campaigns.store.rows import AttemptRow
from campaigns.store.store import Store, open_store
from tests.datasets.conftest import coco_json, write_picture
from tests.fuzz.seeds import arrays_seed, header, journal_seeds, picks_seed, scores_seed, task_seeds
from tests.store.rows import begun

CUT = b"\n%%\n"
"""Between two files in one input."""
IMAGES = ("a.png", "b/c.png", "d.jpg")
OPEN = contextlib.ExitStack()
"""What readers keep open for as long as the process lasts."""


class Undone(Exception):
    """A transaction is not kept."""


Read = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader under test."""

    prepare: Callable[[Path], Read]
    """Given a folder of its own."""
    refusal: type[Exception]
    """What it may raise."""
    seeds: tuple[bytes, ...]


def _recipe(folder: Path) -> Read:
    path = folder / "r.toml"

    def read(data: bytes) -> None:
        content, _, overrides = data.partition(CUT)
        path.write_bytes(content)
        with contextlib.suppress(BadRecipe):
            load_recipe(path)
        load_recipe("smoke", overrides.decode(errors="replace").splitlines())

    return read


def _voc(folder: Path) -> Read:
    main = folder / "VOC2007" / "ImageSets" / "Main"
    main.mkdir(parents=True)
    paths = {}
    for split in ("train", "test"):
        first = main / f"{VOC_CLASSES[0]}_{split}.txt"
        first.touch()
        for name in VOC_CLASSES[1:]:
            (main / f"{name}_{split}.txt").hardlink_to(first)
        paths[split] = first

    def read(data: bytes) -> None:
        train, _, test = data.partition(CUT)
        paths["train"].write_bytes(train)
        paths["test"].write_bytes(test)
        open_voc(folder, kind="voc2007", splits=("train", "test"), needs_files=False)

    return read


def _coco(folder: Path) -> Read:
    path = folder / "i.json"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        read_index(path, Options())

    return read


def _csv(folder: Path) -> Read:
    for at, name in enumerate(IMAGES):
        write_picture(folder / name, at)

    def read(data: bytes) -> None:
        table, cut, classes = data.partition(CUT)
        (folder / "labels.csv").write_bytes(table)
        (folder / "classes.txt").unlink(missing_ok=True)
        if cut:
            (folder / "classes.txt").write_bytes(classes)
        open_folder(folder)

    return read


def _labels(folder: Path) -> Read:
    path = folder / "labels"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        read_labels(path, images=IMAGES, classes=("x", "y")).counts()

    return read


def _journal(folder: Path) -> Read:
    path = folder / "journal.jsonl"
    store = OPEN.enter_context(open_store(folder / "alwsl.db"))
    attempt = begun(store)

    def read(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(Undone):
            _ingested(store, attempt, path)

    return read


def _ingested(store: Store, attempt: AttemptRow, path: Path) -> None:
    with store.writing():
        events, offset = new_events(path, 0)
        # What was read has to fit the store: a station that dies of a journal takes every campaign with it.
        ingest(store, attempt, events, offset=offset)
        raise Undone


def _task(folder: Path) -> Read:
    path = folder / "task.json"
    readers: tuple[Callable[[Path], object], ...] = (
        Task.read, Exit.read, FrozenSplit.read, Worker.read, ScreenSettings.read,
        Charter.read, AttemptVerdict.read, SealedRound.read, Evaluation.read, Starter.read,
        Extensions.read,
    )  # fmt: skip

    def read(data: bytes) -> None:
        path.write_bytes(data)
        for one in readers:
            with contextlib.suppress(Damaged):
                one(path)

    return read


def _picks(folder: Path) -> Read:
    path = folder / "picks.json"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        read_picks(path)

    return read


def _safetensors(folder: Path) -> Read:
    # Torch is slow to import, and no other reader needs it.
    from campaigns.home.scores import read_scores
    from campaigns.learning.checkpoints import load_tensors

    path = folder / "scores.safetensors"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(BadData):
            load_tensors(path)
        read_scores(path)

    return read


def _scores(folder: Path) -> Read:
    path, skip = folder / "scores", folder / "skip"

    def read(data: bytes) -> None:
        content, _, labelled = data.partition(CUT)
        path.write_bytes(content)
        skip.write_bytes(labelled)
        with contextlib.suppress(BadData):
            read_image_list(skip, IMAGES)
        for meaning, task in product((None, *Meaning), (None, "single")):
            with contextlib.suppress(BadData):
                read_scored_images(path, meaning=meaning, task=task)

    return read


READERS: Mapping[str, Reader] = {
    "recipe": Reader(_recipe, BadRecipe, (
        (SHIPPED / "smoke.toml").read_bytes(),
        (SHIPPED / "voc2007-wildcat.toml").read_bytes() + CUT + b"protocol.trials=5",
    )),
    "voc": Reader(_voc, BadData, (b"000001 1\n000002 -1\n" + CUT + b"000003  0\n", b"")),
    "coco": Reader(_coco, BadData, (json.dumps(coco_json((1, 2), ((1, 1), (2, 3)))).encode(),)),
    "csv": Reader(_csv, AlwslError, (
        b"image,labels,split\na.png,x;y,train\nb/c.png,x,test\n" + CUT + b"x\ny\n",
        b"image,x,y,split\na.png,1,?,\nb/c.png,0,1,test\n",
        b"\xef\xbb\xbf" + 'image,"é ""\n"\na.png,yes\n'.encode(),
    )),
    "labels": Reader(_labels, AlwslError, (
        b'[{"data": {"image": "a.png"}, "annotations": '
        b'[{"result": [{"type": "choices", "value": {"choices": ["x"]}}]}]}]',
        b'[{"image": "a.png", "annotation_id": 1, "annotator": 1, "classes": "x"}]',
        b'<annotations><image id="0" name="a.png"><tag label="x"/></image></annotations>',
        b'{"categories": {"label": {"labels": [{"name": "x"}]}}, "items": [{"id": "a", "annotations": []}]}',
        b'{"file_name": "a.png", "labels": ["x"]}\n', b"TRAIN,gs://b/a.png,x,y\n",
    )),
    "journal": Reader(_journal, ValueError, tuple(journal_seeds())),
    "task": Reader(_task, Damaged, tuple(task_seeds())),
    "picks": Reader(_picks, Damaged, (picks_seed(),)),
    "safetensors": Reader(_safetensors, BadData, (
        scores_seed(), header({"m": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, bytes(8)),
    )),
    "scores": Reader(_scores, BadData, (
        b"image,cat,dog\na.png,0.5,1\nb/c.png,1e-3,0\n" + CUT + b"place,image\n1,a.png\n",
        b"\xff\xfe" + "image;é;é.peak;é.trough\nä;-1,5;2;0,25\n".encode("utf-16-le"),
        arrays_seed(np.savez), arrays_seed(np.savez_compressed),
    )),
}  # fmt: skip


def fed(name: str, folder: Path) -> Read:
    """The reader of that name: what it may refuse it refuses in silence, anything else comes out."""
    reader = READERS[name]
    place = folder / f"{name}-{os.getpid()}"
    place.mkdir()
    read = reader.prepare(place)

    def feed(data: bytes) -> None:
        with contextlib.suppress(reader.refusal):
            read(data)

    return feed
