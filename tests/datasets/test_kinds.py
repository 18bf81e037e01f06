"""What every kind of data set is held to by being in the registry, and one that is added in one file."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from campaigns.core.ids import NAME
from campaigns.datasets.catalogue import KINDS, Registered, drawn, open_dataset, recognise
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN, Dataset
from campaigns.datasets.kind import Kind
from campaigns.errors import BadData, NoSuchName
from campaigns.recipe import DataSpec
from tests.datasets.conftest import coco_json, write_coco, write_folder, write_voc
from tests.datasets.masked_voc import write_masked_voc
from tests.distributions import alwsl, install, run_with
from tests.stage import TINY

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=str)
every_stored_kind = pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.find], ids=str)
CSV = "image,labels,split\na.png,cat,train\nb.png,cat,test\n"


def example(kind: Kind, folder: Path) -> Path:
    """The smallest data set of one of our kinds; a new one of ours brings its own."""
    if kind.name == "voc2007":
        return write_voc(folder, {"trainval": ["000001", "000002"], "test": ["000003"]})
    if kind.name == "voc2012":
        return write_voc(folder, {"train": ["000001", "000002"], "val": ["000003"]}, year="VOC2012")
    if kind.name == "voc2007-masks":
        write_masked_voc(folder, year="VOC2007", splits={"trainval": (0, 1), "test": (2,)})
        return folder
    if kind.name == "voc2012-masks":
        write_masked_voc(folder)
        return folder
    if kind.name == "coco":
        return write_coco(folder, {"train2017": coco_json([1], [(1, 1)]), "val2017": coco_json([2], [(2, 2)])})
    if kind.name == "folder":
        return write_folder(folder, ["a.png", "b.png"], CSV)
    assert kind.drawn is not None, f"write an example of {kind}"
    return folder


def opened(kind: Kind, folder: Path, indexes: Path) -> Dataset:
    """The example, as a recipe opens it."""
    name = kind.name if kind.is_data_set else "mine"
    root = None if kind.drawn else str(example(kind, folder))
    return open_dataset(DataSpec(name=name, root=root, images=5, test_images=3, size=32), indexes=indexes)


@every_kind
def test_it_says_what_it_is(kind: Kind) -> None:
    assert NAME.fullmatch(kind.name)
    assert kind.title
    assert kind.train != kind.test
    assert (kind.find is None) == (kind.drawn is not None)
    assert bool(kind.files) == (kind.find is not None)
    for published in kind.published.values():
        assert published.images >= (published.annotated or 0)
        assert all(count <= published.images for count in (*published.positives, *published.difficult))
    if kind.published:
        assert {kind.train, kind.test} <= {re.sub(r"\d+$", "", split) for split in kind.published} | {"test"}


@every_kind
def test_it_opens_as_two_splits_of_one_list_of_classes(kind: Kind, tmp_path: Path) -> None:
    dataset = opened(kind, tmp_path / "data", tmp_path)
    assert dataset.name == (kind.name if kind.is_data_set else "mine")
    assert len(set(dataset.classes)) == len(dataset.classes) > 0
    for split in (dataset.train, dataset.test):
        assert split.labels.shape == (len(split), len(dataset.classes))
        assert np.isin(split.labels, (POSITIVE, NEGATIVE, DIFFICULT, UNKNOWN)).all()
        assert len(set(split.ids)) == len(split) > 0
        picture = split.picture(0)
        assert picture.mode == "RGB"
        assert (split.path(0) is None) == (kind.drawn is not None)


@every_kind
def test_the_same_files_make_the_same_data_set_wherever_they_lie(kind: Kind, tmp_path: Path) -> None:
    here, there = (opened(kind, tmp_path / name, tmp_path / f"indexes-{name}") for name in ("here", "there"))
    assert here.fingerprint == there.fingerprint
    assert list(here.train.ids) == list(there.train.ids)
    np.testing.assert_array_equal(here.train.labels, there.train.labels)


@every_stored_kind
def test_its_layout_is_recognised_and_a_folder_of_nothing_is_refused(kind: Kind, tmp_path: Path) -> None:
    assert recognise(example(kind, tmp_path / "data")) == kind.name
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadData):
        opened_at(kind, tmp_path / "empty", tmp_path)


def opened_at(kind: Kind, root: Path, indexes: Path) -> Dataset:
    """A folder, opened as that kind."""
    name = kind.name if kind.is_data_set else "folder"
    return open_dataset(DataSpec(name=name, root=str(root)), indexes=indexes)


@every_kind
def test_one_that_is_drawn_has_the_counts_it_says_and_can_be_glimpsed(kind: Kind, tmp_path: Path) -> None:
    if kind.drawn is None:
        assert drawn(kind.name) is None
        return
    spec = DataSpec(name=kind.name, images=9, test_images=7, size=32)
    dataset = open_dataset(spec, indexes=tmp_path)
    assert (len(dataset.train), len(dataset.test)) == kind.drawn.counts(spec) == (9, 7)
    glimpse = open_dataset(kind.drawn.glimpse(spec, 4), indexes=tmp_path)
    assert glimpse.classes == dataset.classes
    assert (len(glimpse.train), len(glimpse.test)) == (1, 4)


def test_a_kind_whose_package_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchName, match="there is no kind of data set 'gone'"):
        open_dataset(DataSpec(name="mine"), indexes=tmp_path, registered={"mine": Registered("gone", tmp_path)})


SPECKS = """
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from campaigns.datasets.dataset import Dataset, Split
from campaigns.datasets.identity import fingerprint
from campaigns.datasets.kind import Kind
from campaigns.errors import BadData

def find(root):
    if (root / "specks.txt").is_file():
        return root
    raise BadData(f"{root} holds no specks.txt")

def picture(paths, i):
    with Image.open(paths[i]) as image:
        return image.convert("RGB")

def split(root, lines):
    words = [line.split() for line in lines]
    paths = [root / name for name, *_ in words]
    labels = np.array([[int(mark) for mark in marks] for _, *marks in words], np.int8).reshape(-1, 2)
    return Split([name for name, *_ in words], labels, partial(picture, paths), paths.__getitem__)

def open_specks(opening):
    lines = (find(opening.root) / "specks.txt").read_text().splitlines()
    half = len(lines) * 2 // 3
    train, test = split(opening.root, lines[:half]), split(opening.root, lines[half:])
    classes = ("red", "blue")
    return Dataset("specks", classes, train, test, fingerprint("specks 1", classes, (train, test)))

SPECKS = Kind("specks", "specks of colour", open_specks, files=("specks.txt",), find=find)
"""


def write_specks(root: Path) -> Path:
    """Ninety pictures of two colours."""
    root.mkdir()
    lines = []
    for i in range(90):
        has_red, has_blue = i % 2 == 0, i % 3 == 0
        Image.new("RGB", (32, 32), (255 * has_red, i, 255 * has_blue)).save(root / f"{i}.png")
        lines.append(f"{i}.png {1 if has_red else -1} {1 if has_blue else -1}")
    (root / "specks.txt").write_text("\n".join(lines))
    return root


@pytest.mark.slow
def test_a_kind_of_one_file_is_listed_recognised_checked_and_trained_on(tmp_path: Path) -> None:
    packages = install(tmp_path / "p", "alwsl_specks", SPECKS, group="alwsl_tui.datasets", entries={"specks": "SPECKS"})
    root, home = str(write_specks(tmp_path / "specks")), ["--home", str(tmp_path / "home")]
    assert "specks" in run_with(packages, alwsl("new", "--help"))
    run_with(packages, alwsl("data", "add", "mine", root, *home))
    listed = run_with(packages, alwsl("data", "list", *home))
    assert "specks of colour" in listed
    assert "mine" in listed
    run_with(packages, alwsl("data", "check", "mine", *home))
    sets = [word for override in (*TINY, "data.name=mine", "protocol.full=false") for word in ("--set", override)]
    run_with(packages, alwsl("run", "smoke", "--headless", "--name", "few", *sets, *home))
    assert len(list((tmp_path / "home").glob("campaigns/*/jobs/arm*/rounds/1/picks.json"))) == 2
