"""Every reader of files from elsewhere, as one function of bytes: it reads them or refuses them, and nothing else."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np

from campaigns.core.events import EpochDone, Evaluated, Event, Noted, Reused, RoundStarted, Started
from campaigns.core.ids import JobKind
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
from campaigns.home.exit import Ending, Exit
from campaigns.home.journal import Recorded as Said
from campaigns.home.journal import to_line
from campaigns.home.picks import read_picks
from campaigns.home.preferences import ScreenSettings
from campaigns.home.process import Worker
from campaigns.home.round import SealedRound
from campaigns.home.split import FrozenSplit
from campaigns.home.starter import Starter
from campaigns.home.task import Task
from campaigns.home.verdict import Verdict
from campaigns.recipe import load_recipe
from campaigns.recipe.reading import SHIPPED
from campaigns.station.ingest import new_events
from campaigns.store.attempts import ingest
from campaigns.store.rows import AttemptRow
from campaigns.store.store import Store, open_store
from tests.datasets.conftest import coco_json, write_picture
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
        Charter.read, Verdict.read, SealedRound.read, Evaluation.read, Starter.read,
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


def _header(said: object, body: bytes) -> bytes:
    text = json.dumps(said).encode()
    return len(text).to_bytes(8, "little") + text + body


def _journal_seeds() -> Iterator[bytes]:
    events: tuple[Event, ...] = (
        Started("cpu", 1, "x"), RoundStarted(0, 10, 3), EpochDone(0, 1, 0.5, 1.0), Evaluated(0, 0.5, (0.1, None), 1.0),
    )  # fmt: skip
    yield "".join(to_line(Said(n, 1.0 + n, event)) for n, event in enumerate(events, 1)).encode()
    yield to_line(Said(1, 1.0, Noted("ä\n", is_warning=True))).encode() + to_line(Said(2, 2.0, Reused(0, "a"))).encode()


def _task_seeds() -> Iterator[bytes]:
    job = {"kind": JobKind.ARM, "trial": 0, "criterion": "ag"}
    said = {"home": "/h", "campaign": "a.123456", "job": job, "attempt": 1, "device": "cpu", "threads": 1}
    yield json.dumps(said | {"until_round": None, "schema": 1}).encode()
    yield json.dumps({"schema": 1, "ending": Ending.DONE, "code": 0, "error": "", "hint": ""}).encode()
    split = {"fingerprint": {"images": "f", "labels": "e"}, "labels": "dataset", "train": 3, "unlabelled": ["a"]}
    yield json.dumps(split | {"schema": 1, "initial": [["b"]]}).encode()
    evaluation = {"schema": 1, "metric": "map", "images": 3, "value": 0.5, "per_class": {"cat": 0.5, "dog": None}}
    yield json.dumps(evaluation | {"sha256": "0" * 64}).encode()
    facts = {"precision": "float32", "pieces": 1, "reused_from": None, "is_testing_halved": False}
    sealed = {"schema": 1, "round": 1, "labelled": 5, "labels": "dataset", "seconds": {"train": 0.5}, "facts": facts}
    yield json.dumps(sealed | {"sha256": {"picks.json": "0" * 64}}).encode()
    yield json.dumps({"schema": 1, "pid": 1, "born": 2.5}).encode()
    yield json.dumps({"schema": 1, "theme": "a", "images": None, "is_ascii": True}).encode()


def _picks_seed() -> bytes:
    square = [[1, 1], [1, 1]]
    agreed = {"overlap": square, "votes": [0, 1], "kendall": [[1.0, 0.5], [0.5, 1]]}
    one = {"image": "a", "value": 0.5, "ranks": {"unc": 1}, "votes": 1, "probabilities": [0.5]}
    one |= {"list": "unc", "turn": 1}
    said = {"schema": 1, "criterion": "ag", "round": 0, "n": 1, "pool": 2, "agreement": agreed, "picks": [one]}
    said |= {"criteria": ["unc", "ent"]}
    return json.dumps(said).encode()


def _scores_seed() -> bytes:
    parts = {name: {"dtype": "F32", "shape": [1, 2], "data_offsets": [8 * n, 8 * n + 8]} for n, name in
             enumerate(("logits", "peak", "trough"))}  # fmt: skip
    return _header(parts | {"pool": {"dtype": "I64", "shape": [1], "data_offsets": [24, 32]}}, bytes(32))


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


def _arrays_seed(save: Callable[..., None]) -> bytes:
    file = BytesIO()
    save(
        file, images=["a", "b"], classes=["x"], logits=np.ones((2, 1)), peaks=np.ones((2, 1)), troughs=np.zeros((2, 1))
    )
    return file.getvalue()


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
    "journal": Reader(_journal, ValueError, tuple(_journal_seeds())),
    "task": Reader(_task, Damaged, tuple(_task_seeds())),
    "picks": Reader(_picks, Damaged, (_picks_seed(),)),
    "safetensors": Reader(_safetensors, BadData, (
        _scores_seed(), _header({"m": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, bytes(8)),
    )),
    "scores": Reader(_scores, BadData, (
        b"image,cat,dog\na.png,0.5,1\nb/c.png,1e-3,0\n" + CUT + b"place,image\n1,a.png\n",
        b"\xff\xfe" + "image;é;é.peak;é.trough\nä;-1,5;2;0,25\n".encode("utf-16-le"),
        _arrays_seed(np.savez), _arrays_seed(np.savez_compressed),
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
