"""A folder is labelled at a real terminal by somebody's keys, while the screen, the station and workers are killed."""

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from campaigns.services.campaigns.find import find_campaign
from campaigns.services.workspace import Workspace, open_workspace
from tests.cli.calling import good
from tests.labelling.person import Person
from tests.labelling.truth import Truth, label_until_done, write_photos
from tests.stage import assert_same, clear, outcome, said, settle
from tests.tui.terminal import terminals

QUICK = (
    "model.backbone=tiny", "model.weights=none", "model.image_size=32", "training.until=epochs", "run.threads=1",
    "protocol.epochs=[2, 2, 2]",
)  # fmt: skip


def new(home: Path, photos: Path, truth: Truth, sizes: Mapping[str, int]) -> Workspace:
    """A campaign `photos` that people label for."""
    words = [word for name, count in sizes.items() for word in (f"--{name}", str(count))]
    words += [word for override in QUICK for word in ("--set", override)]
    good(home, "new", "--folder", str(photos), "--classes", ",".join(truth.classes), *words)
    return open_workspace(home)


def undisturbed(home: Path, photos: Path, truth: Truth, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """What the same campaign leaves when all is answered without a screen."""
    place = new(home, photos, truth, sizes)
    row = find_campaign(place, "photos")
    for job in row.plan.jobs:
        label_until_done(place, row, job)
    return outcome(place, row)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("size", "kills", "outages"), [((120, 40), 0, 0), ((80, 24), 5, 3)], ids=["undisturbed", "killed"]
)
def test_keys_at_a_terminal_become_the_truth_and_its_models(
    tmp_path: Path, size: tuple[int, int], kills: int, outages: int
) -> None:
    photos = write_photos(tmp_path / "photos")
    truth = Truth.read(photos / "labels.csv")
    sizes = {"budget": 16, "batch": 4, "test": 30}
    place = new(tmp_path / "home", photos, truth, sizes)
    good(place, "start", "photos")
    try:
        with terminals(place, tmp_path) as opens:
            person = Person(opens(size), "photos", truth, random.Random(14), kills=kills, outages=outages)
            person.label()
        assert len(person.answered) == 16 + 30, said(place)
        assert person.kills == 0
        assert settle(place, "photos") == "done"
        expected = undisturbed(tmp_path / "other", photos, truth, sizes)
        assert_same(outcome(place, find_campaign(place, "photos")), expected)
    finally:
        clear(place)
