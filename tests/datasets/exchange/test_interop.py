"""Labels through the programs that they are written for; skipped aloud where those are not installed."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from campaigns.core.answers import Opinion
from campaigns.datasets.exchange.door import read_labels, require_right, write_labels
from campaigns.datasets.exchange.label_file import LabelItem, WriteOptions

CLASSES = ("car", "cat", "owl")
ITEMS = [
    LabelItem("yard/a.jpg", {"car": Opinion.YES, "owl": Opinion.UNSURE}, True, CLASSES),
    LabelItem("b.jpg", {"cat": Opinion.YES}, True, CLASSES),
]
IMAGES = [item.image for item in ITEMS]
WHY = "{} is not installed: pip install 'alwsl-tui[interop]'"


def test_datumaro_reads_what_we_write_and_we_read_what_it_writes(tmp_path: Path) -> None:
    datumaro: Any = pytest.importorskip("datumaro", reason=WHY.format("datumaro"))
    for item in ITEMS:
        path = tmp_path / "in/images/default" / item.image
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(path)
    write_labels(tmp_path / "in/annotations/default.json", "datumaro", ITEMS, classes=CLASSES)
    dataset = datumaro.Dataset.import_from(str(tmp_path / "in"), "datumaro")
    dataset.export(str(tmp_path / "out"), "datumaro")
    back = require_right(read_labels(tmp_path / "out", images=IMAGES, classes=CLASSES))
    assert {item.image: dict(item.labels) for item in back.items} == {i.image: dict(i.labels) for i in ITEMS}


def test_label_studio_takes_our_predictions(tmp_path: Path) -> None:
    sdk: Any = pytest.importorskip("label_studio_sdk.label_interface", reason=WHY.format("label-studio-sdk"))
    options = WriteOptions(predictions={image: {"car": 0.9} for image in IMAGES})
    write_labels(tmp_path / "p.json", "labelstudio", ITEMS, classes=CLASSES, options=options)
    interface = sdk.LabelInterface((tmp_path / "config.xml").read_text(encoding="utf-8"))
    for task in json.loads((tmp_path / "p.json").read_text(encoding="utf-8")):
        assert all(interface.validate_prediction(prediction) for prediction in task["predictions"])


@pytest.mark.parametrize(("form", "name"), [("JSON_MIN", "result.json"), ("CSV", "result.csv")])
def test_what_label_studios_converter_makes_of_ours_says_the_same(tmp_path: Path, form: str, name: str) -> None:
    sdk: Any = pytest.importorskip("label_studio_sdk.converter", reason=WHY.format("label-studio-sdk"))
    (tmp_path / "in").mkdir()
    write_labels(tmp_path / "in/p.json", "labelstudio", ITEMS, classes=CLASSES)
    config = (tmp_path / "in/config.xml").rename(tmp_path / "config.xml")
    sdk.Converter(str(config), str(tmp_path)).convert(str(tmp_path / "in"), str(tmp_path / "out"), form, is_dir=True)
    files = [file for file in (tmp_path / "out").rglob("*") if file.suffix == Path(name).suffix]
    config.rename(files[0].parent / "config.xml")
    back = require_right(read_labels(files[0], images=IMAGES, classes=CLASSES))
    assert {item.image: dict(item.labels) for item in back.items} == {i.image: dict(i.labels) for i in ITEMS}
