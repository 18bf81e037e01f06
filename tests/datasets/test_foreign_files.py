"""Boxes and outlines of other programs: a refusal says what the file is and what to do next."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from alwsl_tui import guide
from campaigns.datasets.dataset import POSITIVE
from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import BadData
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import read, wrote
from tests.datasets.test_strange_cells import PICTURES

VIA = {f"{name}100": {"filename": name, "size": 100, "regions": [], "file_attributes": {}} for name in PICTURES}
LABELME = {"version": "5.0", "shapes": [{"label": "car", "points": [[0, 0]]}], "imagePath": "0.png"}
VIA_TABLE = "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n"
XML = "<annotation>\n<folder>x</folder>\n<filename>0.png</filename>\n<object><name>car</name></object></annotation>"
YOLO = "0 0.5 0.5 0.1 0.1\n2 0.2 0.2 1e-2 0.1\n0 0.1 0.1 0.1 0.1\n"
FOREIGN: Mapping[str, tuple[str, object, str]] = {
    "a project of VIA": ("via.json", {"_via_settings": {}, "_via_img_metadata": VIA}, "VGG Image Annotator"),
    "an export of VIA": ("via.json", VIA, "VGG Image Annotator"),
    "a table of VIA": ("via.csv", f'{VIA_TABLE}0.png,1,"{{}}",1,0,"{{}}","{{}}"\n', "VGG Image Annotator"),
    "LabelMe": ("0.json", LABELME, "LabelMe"),
    "CreateML": ("c.json", [{"image": "0.png", "annotations": [{"label": "a", "coordinates": {}}]}], "CreateML"),
    "loose XML": ("0.xml", XML, "VOC's form"),
    "YOLO": ("0.txt", YOLO, "YOLO"),
    "YOLO's folder": ("labels/0.txt", YOLO, "YOLO"),
}


def without_table(root: Path) -> Path:
    (write_folder(root, PICTURES, "") / "labels.csv").unlink()
    return root


def refused(root: Path, **options: Any) -> BadData:
    with pytest.raises(BadData) as error:
        open_folder(root, **options)
    return error.value


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_known_and_not_read_is_told_with_what_to_do(kind: str, tmp_path: Path) -> None:
    name, content, title = FOREIGN[kind]
    root = without_table(tmp_path)
    wrote(root / name, content)
    for error in (refused(root), refused(root, labels=name)):
        assert name in str(error)
        assert title in str(error)
        assert "COCO JSON" in (error.hint or "") or "ImageSets/Main" in (error.hint or "")
    for path in (root / name, root):
        with pytest.raises(BadData, match=title):
            read(path, classes=None)


@pytest.mark.parametrize("tag", ['<annotation verified="yes">', "<annotation\n>", '<Annotation xmlns="http://x.y/z">'])
def test_xml_of_boxes_is_known_whatever_its_first_tag_says_besides(tag: str, tmp_path: Path) -> None:
    root = without_table(tmp_path)
    wrote(root / "0.xml", XML.replace("<annotation>", tag))
    assert "0.xml is not read: it is annotations in VOC's form" in str(refused(root))


VIA_OF_IMAGES = {
    name: {"filename": name[:-3], "size": 100, "regions": [], "file_attributes": {"pet": {"cat": True}}} for name in VIA
}
VIA_LINES = "".join(f'{name},1,"{{""pet"":""cat""}}",0,0,"{{}}","{{}}"\n' for name in PICTURES)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("via.json", VIA_OF_IMAGES),
        ("via.json", {"_via_settings": {}, "_via_img_metadata": VIA_OF_IMAGES}),
        ("via.csv", VIA_TABLE + VIA_LINES),
        ("via.csv", f"#{VIA_TABLE}{VIA_LINES}"),
    ],
)
def test_attributes_of_whole_images_are_not_sent_to_coco(name: str, content: object, tmp_path: Path) -> None:
    root = without_table(tmp_path)
    wrote(root / name, content)
    for error in (refused(root), refused(root, labels=name)):
        assert "with attributes of whole images" in str(error)
        assert "COCO" not in (error.hint or "")
        assert "write a table with a line `image,labels`" in (error.hint or "")


def test_outlines_with_attributes_of_images_lose_them_in_coco_and_it_is_told(tmp_path: Path) -> None:
    outline = {"shape_attributes": {"name": "rect"}, "region_attributes": {}}
    wrote(tmp_path / "via.json", {key: {**row, "regions": [outline]} for key, row in VIA_OF_IMAGES.items()})
    hint = refused(without_table(tmp_path), labels="via.json").hint or ""
    assert "as COCO JSON" in hint
    assert hint.endswith("which file_attributes need: COCO has no place for them")


def test_yolo_beside_folders_of_splits_is_told(tmp_path: Path) -> None:
    (write_folder(tmp_path, [f"train/images/{name}" for name in PICTURES], "") / "labels.csv").unlink()
    wrote(tmp_path / "train" / "labels" / "0.txt", YOLO)
    assert "train/labels/0.txt is not read: it is YOLO's boxes" in str(refused(tmp_path))


def test_the_line_of_the_guide_makes_a_table_of_yolos_boxes(tmp_path: Path) -> None:
    root = without_table(tmp_path)
    wrote(root / "classes.txt", "car\ncat\nred fox\n")
    for number, text in enumerate((YOLO, "1 0.5 0.5 0.1 0.1\n", "", YOLO, "1 0.5 0.5 0.1 0.1", YOLO)):
        wrote(root / "labels" / f"{number}.txt", text)
    page = (Path(guide.__file__).parent / "data.md").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "awk" in block]
    subprocess.run(["bash", "-c", blocks[0]], cwd=root, check=True)
    mine = open_folder(root)
    assert mine.classes == ("car", "cat", "red fox")
    labels = {name: row for part in (mine.train, mine.test) for name, row in zip(part.ids, part.labels, strict=True)}
    rows = [(labels[name] == POSITIVE).tolist() for name in PICTURES[:3]]
    assert rows == [[True, False, True], [False, True, False], [False, False, False]]


RECTANGLE = {"type": "rectanglelabels", "value": {"x": 1, "y": 1, "rectanglelabels": ["car"]}}


def test_boxes_of_label_studio_are_told_with_what_to_do(tmp_path: Path) -> None:
    root = without_table(tmp_path)
    tasks = [
        {"id": n, "data": {"image": f"/data/upload/1/ab-{name}"}, "annotations": [{"id": n, "result": [RECTANGLE]}]}
        for n, name in enumerate(PICTURES)
    ]
    wrote(root / "export.json", json.dumps(tasks))
    error = refused(root)
    assert "export.json: is Label Studio JSON" in str(error.mistakes[0])
    assert error.hint == "say which: --labels export.json"
    assert "boxes or outlines: export the project as COCO" in str(refused(root, labels="export.json").mistakes[0])


@pytest.mark.parametrize("columns", ["xmin,ymin,xmax,ymax", "x,y,w,h", "x1,y1,x2,y2"])
def test_a_table_of_boxes_makes_their_classes_present(columns: str, tmp_path: Path) -> None:
    lines = [
        f"{name},9,9,{label},1,1,2,{n}\n" for n, name in enumerate(PICTURES) for label in ("car", "car", "cow")[n % 3 :]
    ]
    root = write_folder(tmp_path / "mine", PICTURES, f"filename,width,height,class,{columns}\n{''.join(lines)}")
    mine = open_folder(root)
    assert mine.classes == ("car", "cow")
    assert any("each line is a box, 12 in 6 images" in note for note in mine.notes)
    renamed = write_folder(tmp_path / "other", PICTURES, f"filename,width,height,Klasse,{columns}\n{''.join(lines)}")
    assert open_folder(renamed, options=TableOptions(class_column="Klasse")).classes == ("car", "cow")
