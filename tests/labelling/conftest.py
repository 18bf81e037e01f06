"""Folders and homes that several tests of labelling begin with."""

from pathlib import Path

import pytest

from campaigns.core.answers import TakesBack
from campaigns.datasets import campaign_data
from campaigns.errors import WaitingForLabels
from campaigns.home.answers import append
from campaigns.services.archive.export import export_campaign
from campaigns.services.repair.repair import repair_home
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.labelling.carrying import ARM, BASELINE, photos_of
from tests.labelling.extending import copy_of, done
from tests.labelling.truth import (
    answer,
    answered,
    asking,
    data_of,
    label_until_done,
    requests_of,
    true_answer,
    write_photos,
)
from tests.services.backups import lose_store
from tests.stage import perform_job, tiny


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of photographs, with a table of what they show beside them."""
    return write_photos(tmp_path / "photos")


@pytest.fixture
def row(place: Workspace, photos: Path) -> CampaignRow:
    """A campaign `asked` on these photographs, about which nobody has said anything."""
    return tiny(place, *asking(photos), name="asked")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A home whose campaign `asked` has two rounds and waits for the labels of a third; two people, one undo."""
    place = open_workspace(tmp_path_factory.mktemp("there") / "home")
    row = tiny(place, *asking(photos_of(place)), name="asked")
    label_until_done(place, row, BASELINE)
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM)
    (request,) = (request for request in requests_of(place, row) if request.job == ARM)
    answer(place, row, set(request.everything) - answered(place, row), by="ben")
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, ARM, attempt=2)
    (request,) = (request for request in requests_of(place, row) if request.job == ARM)
    (entry,) = append(place.home.labels("photos"), [true_answer(data_of(place, row), request.images[0])]).entries
    append(place.home.labels("photos"), [TakesBack(1764374500.0, "anna", entry.number)])
    answer(place, row, request.images[1:2])
    lose_store(place)  # it knows nothing of jobs that ran without a station
    repair_home(place)
    return place


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A home whose campaign of two rounds is done."""
    place = open_workspace(tmp_path_factory.mktemp("ended") / "home")
    done(place)
    return place


@pytest.fixture
def here(ended: Workspace, tmp_path: Path) -> Workspace:
    """A copy of that home."""
    return copy_of(ended, tmp_path / "home")


@pytest.fixture(scope="module")
def parcel(there: Workspace) -> Path:
    """The same as one file."""
    return export_campaign(there, "asked", there.home.folder.parent / "asked.tar").file


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody copies photographs so slowly here that a look could see half of one."""
    monkeypatch.setattr(campaign_data, "SETTLED_SECONDS", 0.0)
