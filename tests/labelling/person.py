"""Label a folder by a person's keys at a real terminal, and say what came of it.

    python -m tests.labelling.person FOLDER [--size 80x24] [--kills 100] [--outages 30] [--set KEY=VALUE] …

FOLDER holds photographs with `labels.csv`, as drawn ones do, or is a `VOC2007`. Afterwards the same campaign is
answered without a screen, and nothing is killed: picks, scores, models and measures have to be the same bytes.
"""

import argparse
import math
import random
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from campaigns.services.campaigns.find import find_campaign
from campaigns.services.workspace import Workspace, open_workspace
from tests.cli.calling import good
from tests.labelling.truth import Truth, label_until_done, voc_photos
from tests.labelling.typist import Person
from tests.stage import assert_same, clear, outcome, settle
from tests.tui.terminal import terminals

KEYS = 4
"""Pressed for a photograph, about; rather too few."""
NUMBERS = {"images": 200, "budget": 80, "batch": 20, "test": 40, "kills": 0, "outages": 0, "seed": 14}


def new(home: Path, photos: Path, truth: Truth, words: Sequence[str]) -> Workspace:
    """Make a campaign `photos` that people label for; `words` are options of `new`."""
    # Alone a thread adds up in one order.
    fixed = ["--name", "photos", "--set", "run.threads=1", *words]
    good(home, "new", "--folder", str(photos), "--classes", ",".join(truth.classes), *fixed)
    return open_workspace(home)


def undisturbed(home: Path, photos: Path, truth: Truth, words: Sequence[str]) -> dict[str, bytes]:
    """Return what the same campaign leaves when all is answered without a screen."""
    place = new(home, photos, truth, words)
    row = find_campaign(place, "photos")
    for job in row.plan.jobs:
        label_until_done(place, row, job)
    return outcome(place, row)


def _labelled(place: Workspace, truth: Truth, chosen: argparse.Namespace, scratch: Path) -> None:
    """Label it all at a terminal, and print what came of it."""
    began, size = time.monotonic(), tuple(map(int, chosen.size.split("x")))
    good(place, "start", "photos")
    try:
        with terminals(place, scratch) as opens:
            draw = random.Random(chosen.seed)
            person = Person(opens(size), "photos", truth, draw, kills=chosen.kills, outages=chosen.outages)
            person.kill_share = min(0.5, chosen.kills / (KEYS * (chosen.budget + chosen.test)))
            waits = max(1, chosen.budget // chosen.batch - 1)  # between two requests
            person.outages_a_wait = math.ceil(chosen.outages / waits)
            person.label()
            state = settle(place, "photos")
        print(f"{len(person.answered)} photographs, all as the truth has them; {person.keys} keys")  # noqa: T201
        print(f"{time.monotonic() - began:.0f} s; kills left: {person.kills}, outages left: {person.outages}")  # noqa: T201
        print(f"{state}\n{good(place, 'show', 'photos')}")  # noqa: T201
    finally:
        clear(place)


def main() -> None:
    """Make a campaign in a scratch home, label it at a terminal, and compare it with one that nobody disturbed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--set", action="append", default=[], help="an override of the recipe")
    for name, value in NUMBERS.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    with TemporaryDirectory() as name:
        scratch, photos = Path(name), chosen.folder.absolute()
        if (photos / "ImageSets").is_dir():
            photos = voc_photos(photos, scratch / "photos", images=chosen.images)
        truth = Truth.read(photos / "labels.csv")
        words = [word for each in ("budget", "batch", "test") for word in (f"--{each}", str(getattr(chosen, each)))]
        words += [word for override in chosen.set for word in ("--set", override)]
        place = new(scratch / "home", photos, truth, words)
        _labelled(place, truth, chosen, scratch)
        left = outcome(place, find_campaign(place, "photos"))
        assert_same(left, undisturbed(scratch / "other", photos, truth, words))
        print(f"{len(left)} files are the bytes that they are where nothing is killed")  # noqa: T201


if __name__ == "__main__":
    main()
