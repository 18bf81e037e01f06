"""Campaigns on files, and what their models say: for tests of models that leave their campaign."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from campaigns.services.campaigns.new import create_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.stage import TINY, perform

SIDE = 40
CLASSES = ("blue", "both; or so", "red")
"""As the data set sorts them."""


def write_photographs(root: Path, count: int = 60) -> Path:
    """Noisy pictures of three classes, every third for testing, in folders, with a table in the wide form."""
    draw = np.random.default_rng(7)
    lines = ['image,split,"' + '","'.join(CLASSES) + '"']
    for n in range(count):
        present = draw.random(3) < 0.4
        pixels = draw.integers(0, 120, (SIDE, SIDE + n % 7, 3), dtype=np.uint8)
        pixels[:20, :, 0] += np.uint8(100 * present[2])
        pixels[20:, :, 2] += np.uint8(100 * present[0])
        pixels[10:30, 10:30, 1] += np.uint8(120 * present[1])
        name = f"{'ab'[n % 2]}/{n:03}.png"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(root / name)
        lines.append(f"{name},{'test' if n % 3 == 0 else 'train'},{','.join(str(int(p)) for p in present)}")
    (root / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def trained_on(place: Workspace, root: Path, *overrides: str, name: str = "mine") -> CampaignRow:
    """A campaign on that folder whose jobs have been performed in this process."""
    of_folder = [f"data.root={root}", "data.name=mine", "protocol.initial=10", "protocol.add=[5, 5]"]  # fmt: skip
    row = create_campaign(place, "smoke", overrides=[*TINY, *of_folder, *overrides], name=name).campaign
    perform(place, row)
    return row


def held_out(root: Path) -> tuple[list[Path], NDArray[np.int8]]:
    """The test images in the data set's order, and their labels (N, C) of 1 and -1."""
    with (root / "labels.csv").open(encoding="utf-8") as file:
        rows = sorted((row for row in csv.DictReader(file) if row["split"] == "test"), key=lambda row: row["image"])
    labels = np.array([[2 * int(row[name]) - 1 for name in CLASSES] for row in rows], np.int8)
    return [root / row["image"] for row in rows], labels
