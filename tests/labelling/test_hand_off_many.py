"""A request of 500 images goes to another program, and 480 of them come back."""

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import open_workspace
from tests.cli.calling import call, good
from tests.stage import clear, said, settle

WAITING = 7
CLASSES = ("red", "green", "blue")
PHOTOS, FIRST, ASKED, BACK = 560, 20, 500, 480
QUICK = (
    "model.backbone=tiny", "model.weights=none", "model.image_size=32", "training.until=epochs",
    "protocol.epochs=[1, 1]", "run.threads=1",
)  # fmt: skip
Colours = Mapping[str, tuple[str, ...]]


def draw_photos(root: Path) -> Colours:
    """Draw photographs, each of the colours that its name stands for; what is to be seen on each."""
    seen = {}
    for at in range(PHOTOS):
        shown = [at >> place & 1 for place in range(len(CLASSES))]
        name = f"{'garden' if at % 2 else 'yard'}/{at:03}.png"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        # Every file is another one: equal bytes are taken for the same photograph.
        Image.new("RGB", (24 + at % 8, 24 + at // 8 % 8), tuple(40 + 150 * value + at % 50 for value in shown)).save(
            root / name
        )
        seen[name] = tuple(colour for colour, value in zip(CLASSES, shown, strict=True) if value)
    return seen


def label_studio(folder: Path, colours: Colours) -> Path:
    """Return what Label Studio exports when the last images were not labelled."""
    tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    for at, task in enumerate(tasks):
        choices = list(colours["/".join(task["data"]["image"].split("/")[-2:])])
        value = {"from_name": "classes", "to_name": "image", "type": "choices", "value": {"choices": choices}}
        task |= {"id": at, "annotations": []}
        if at < BACK:
            task["annotations"] = [{"result": [value] if choices else [], "lead_time": 2.5, "was_cancelled": False}]
    path = folder / "project-1-at-2026-11-29.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


def cvat(folder: Path, colours: Colours) -> Path:
    """Return what CVAT exports when the last images have no tag; one without a colour has a tag that says no."""
    tree = ElementTree.parse(folder / "annotations.xml")
    images = list(tree.getroot().iter("image"))
    for image in images[:BACK]:
        shown = colours[image.attrib["name"]]
        for name in shown or CLASSES[:1]:
            tag = ElementTree.SubElement(image, "tag", label=name, source="manual")
            for attribute in ("unsure", "no", "open"):
                ElementTree.SubElement(tag, "attribute", name=attribute).text = (
                    "true" if attribute == "no" and not shown else "false"
                )
    path = folder / "back.xml"
    tree.write(path, encoding="utf-8", xml_declaration=True)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("form", "back"), [("labelstudio", label_studio), ("cvat", cvat)], ids=["labelstudio", "cvat"])
def test_a_round_waits_for_the_20_of_500_that_did_not_come_back_until_somebody_says_enough(
    tmp_path: Path, form: str, back: Callable[[Path, Colours], Path]
) -> None:
    colours, home, out = draw_photos(tmp_path / "photos"), tmp_path / "home", tmp_path / "out"
    sizes = ("--budget", str(FIRST + ASKED), "--batch", str(ASKED), "--test", "0")
    words = [word for override in QUICK for word in ("--set", override)]
    good(home, "new", "--folder", str(tmp_path / "photos"), "--classes", ",".join(CLASSES), *sizes, *words, "--start")
    place = open_workspace(home)
    try:
        assert settle(place, "photos") == "labelling", said(place)
        first = [each["image"] for each in json.loads(good(home, "label", "photos", "--json"))["images"]]
        told = [",".join([*(f"{name}=yes" for name in colours[image]), "rest=no"]) for image in first]
        good(home, "label", "photos", "--answer", *(word for pair in zip(first, told, strict=True) for word in pair))
        assert settle(place, "photos") == "labelling", said(place)
        good(home, "hand-off", "photos", "--to", form, "--out", out)
        imported = good(home, "labels", "import", "photos", back(out, colours), "--by", "anna")
        assert f"{BACK} answers (anna {BACK})" in imported
        assert f"photos: {BACK} of {ASKED} (round 1)" in imported
        assert "20 images are still to be labelled" in imported
        waiting = call(home, "wait", "photos")
        assert waiting.code == WAITING
        assert f"waits for labels: {BACK} of {ASKED} (round 1)" in waiting.err
        assert "without the rest: alwsl-tui label photos --enough" in waiting.err
        rest = json.loads(good(home, "hand-off", "photos", "--to", form, "--out", tmp_path / "rest", "--json"))
        assert rest["images"] == ASKED - BACK
        assert "the campaign trains" in good(home, "label", "photos", "--enough")
        assert settle(place, "photos") == "done", said(place)
        (_, last) = json.loads(good(home, "rounds", "photos", "--json"))["rounds"]
        assert last["labelled"] == FIRST + BACK
        assert verify_campaign(place, "photos").differences == ()
        good(home, "labels", "export", "photos", "--out", str(tmp_path / "labels.csv"))
        with (tmp_path / "labels.csv").open(encoding="utf-8", newline="") as file:
            labelled = {row["image"]: tuple(c for c in CLASSES if row[c] == "1") for row in csv.DictReader(file)}
        assert len(labelled) == FIRST + BACK
        assert labelled == {image: colours[image] for image in labelled}
    finally:
        clear(place)
