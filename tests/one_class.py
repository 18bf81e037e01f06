"""Pictures of which each shows exactly one class, in folders that are the classes."""

from pathlib import Path

import numpy as np
from PIL import Image

from campaigns.services.campaigns.new import create_campaign
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

COLOURS = {"blue": (50, 60, 190), "green": (50, 170, 60), "red": (190, 60, 50)}
SIDE = 32
SINGLE = (
    "model.task=single", "protocol.initial=9", "protocol.add=[6, 6]", "protocol.epochs=[2, 2, 2]",
    "protocol.full_epochs=2", 'criteria.names=["ag", "entropy", "margin", "leastconf"]', "run.threads=1",
)  # fmt: skip
"""Overrides of the recipe `smoke`."""


def write_one_class_each(root: Path, count: int = 20) -> Path:
    """Noisy pictures of three colours, each in the folder of its colour."""
    draw = np.random.default_rng(7)
    for name, colour in COLOURS.items():
        (root / name).mkdir(parents=True)
        for number in range(count):
            pixels = np.array(colour) + draw.normal(0, 60, (SIDE, SIDE, 3))
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(root / name / f"{number:02}.png")
    return root


def single(place: Workspace, root: Path, *overrides: str, name: str = "single") -> CampaignRow:
    """A campaign on such a folder that has not begun."""
    data = f'data={{name="colours", root="{root}", labels="folders"}}'
    return create_campaign(place, "smoke", overrides=[data, *SINGLE, *overrides], name=name).campaign
