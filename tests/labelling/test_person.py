"""A folder is labelled at a real terminal by somebody's keys, while the screen, the station and workers are killed."""

import random
from pathlib import Path

import pytest

from campaigns.services.campaigns.find import find_campaign
from tests.cli.calling import good
from tests.labelling.person import new, undisturbed
from tests.labelling.truth import Truth, write_photos
from tests.labelling.typist import Person
from tests.stage import assert_same, clear, outcome, said, settle
from tests.tui.terminal import terminals

QUICK = (
    "model.backbone=tiny", "model.weights=none", "model.image_size=32", "training.until=epochs",
    "protocol.epochs=[2, 2, 2]",
)  # fmt: skip


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
    words = ["--budget", "16", "--batch", "4", "--test", "30"]
    words += [word for override in QUICK for word in ("--set", override)]
    place = new(tmp_path / "home", photos, truth, words)
    good(place, "start", "photos")
    try:
        with terminals(place, tmp_path) as opens:
            person = Person(opens(size), "photos", truth, random.Random(14), kills=kills, outages=outages)
            person.label()
        assert len(person.answered) == 16 + 30, said(place)
        assert person.kills == 0
        assert settle(place, "photos") == "done"
        expected = undisturbed(tmp_path / "other", photos, truth, words)
        assert_same(outcome(place, find_campaign(place, "photos")), expected)
    finally:
        clear(place)
