"""Labels through the programs that they are written for; skipped aloud where those are not installed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from campaigns.core.answers import Opinion
from campaigns.datasets.exchange.door import read_labels, require_right, write_labels
from campaigns.datasets.exchange.label_file import LabelItem, WriteOptions

CLASSES = ("car", "cat", "owl", "café & bar", "traffic light")
PHOTOS, RETURNED = 500, 480
WHY = "{} is not installed: pip install 'alwsl-tui[interop]'"


def item(at: int) -> LabelItem:
    """Return what somebody said of a photograph: yes of some classes, unsure of some, nothing of every seventh."""
    image = f"yard {at % 3}/{at:03}.jpg"
    if at >= RETURNED:
        return LabelItem(image, classes=CLASSES)
    says = {name: Opinion.YES for place, name in enumerate(CLASSES) if (at >> place) % 2 and at % 7}
    if at % 5 == 4:
        says[CLASSES[at % len(CLASSES)]] = Opinion.UNSURE
    return LabelItem(image, says, True, CLASSES, seconds=1 + at / 10)


ITEMS = [item(at) for at in range(PHOTOS)]
IMAGES = [each.image for each in ITEMS]
WANTED = {each.image: dict(each.labels) for each in ITEMS if not each.is_silent}


def came_back(path: Path, images: Sequence[str] = IMAGES) -> Mapping[str, Mapping[str, Opinion]]:
    return {
        each.image: dict(each.labels) for each in require_right(read_labels(path, images=images, classes=CLASSES)).items
    }


def draw_photos(folder: Path) -> None:
    for image in IMAGES:
        (folder / image).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(folder / image)


@pytest.mark.parametrize(
    ("form", "images", "ours", "theirs"),
    [
        ("datumaro", "images/default", "annotations/default.json", "annotations/default.json"),
        ("cvat", "images", "default.xml", "default.xml"),
    ],
)
def test_datumaro_reads_what_we_write_and_we_read_what_it_writes(
    tmp_path: Path, form: str, images: str, ours: str, theirs: str
) -> None:
    datumaro: Any = pytest.importorskip("datumaro", reason=WHY.format("datumaro"))
    draw_photos(tmp_path / "in" / images)
    write_labels(tmp_path / "in" / ours, form, ITEMS, classes=CLASSES)
    dataset = datumaro.Dataset.import_from(str(tmp_path / "in"), form)
    assert len(dataset) == PHOTOS
    dataset.export(str(tmp_path / "out"), form, save_media=True)
    assert came_back(tmp_path / "out" / theirs) == WANTED


def test_label_studio_takes_our_predictions(tmp_path: Path) -> None:
    sdk: Any = pytest.importorskip("label_studio_sdk.label_interface", reason=WHY.format("label-studio-sdk"))
    options = WriteOptions(predictions={image: {"car": 0.9, "café & bar": 0.7} for image in IMAGES})
    write_labels(tmp_path / "p.json", "labelstudio", ITEMS, classes=CLASSES, options=options)
    interface = sdk.LabelInterface((tmp_path / "config.xml").read_text(encoding="utf-8"))
    tasks = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert len(tasks) == PHOTOS
    for task in tasks:
        assert all(interface.validate_prediction(prediction) for prediction in task["predictions"])
        assert all(interface.validate_annotation(annotation) for annotation in task["annotations"])


@pytest.mark.parametrize(("form", "suffix"), [("JSON_MIN", ".json"), ("CSV", ".csv"), ("TSV", ".csv")])
def test_what_label_studios_converter_makes_of_ours_says_the_same(tmp_path: Path, form: str, suffix: str) -> None:
    sdk: Any = pytest.importorskip("label_studio_sdk.converter", reason=WHY.format("label-studio-sdk"))
    (tmp_path / "in").mkdir()
    write_labels(tmp_path / "in/p.json", "labelstudio", ITEMS, classes=CLASSES)
    config = (tmp_path / "in/config.xml").rename(tmp_path / "config.xml")
    sdk.Converter(str(config), str(tmp_path)).convert(str(tmp_path / "in"), str(tmp_path / "out"), form, is_dir=True)
    (file,) = (file for file in (tmp_path / "out").rglob("*") if file.suffix in {suffix, ".tsv"})
    config.rename(file.parent / "config.xml")
    assert came_back(file) == WANTED
