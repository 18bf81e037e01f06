"""What a report says is what the campaign's own files say."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import CampaignState
from campaigns.datasets.catalogue import open_dataset
from campaigns.errors import Damaged, NoSuchName, UsageError
from campaigns.home.checksums import digest
from campaigns.home.split import FrozenSplit
from campaigns.reporting.dossier import Dossier
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.report.collect import dossier
from campaigns.services.results.curves import load_curves
from campaigns.services.results.picks import load_picks
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.stage import tiny

Finished = tuple[Workspace, CampaignRow]


@pytest.fixture(scope="module")
def whole(finished: Finished) -> Dossier:
    place, row = finished
    return dossier(place, row.name)


@pytest.fixture
def copy(finished: Finished, tmp_path: Path) -> Finished:
    """The same campaign in a home that may be spoilt."""
    source, row = finished
    home = tmp_path / "copy"
    shutil.copytree(source.home.folder, home, ignore=shutil.ignore_patterns("*.lock", "pixels", "features"))
    return open_workspace(home), row


def test_it_is_as_far_as_the_campaign(whole: Dossier, finished: Finished) -> None:
    far, plan = whole.progress, finished[1].plan
    assert (far.state, far.share, far.trials) == (CampaignState.DONE, 1.0, 1)
    assert (far.jobs, far.models) == (len(plan.jobs), plan.models)


def test_curves_are_those_that_show_prints(whole: Dossier, finished: Finished) -> None:
    place, row = finished
    assert whole.result == load_curves(place, row.name)


def test_positives_are_those_of_the_images_that_were_labelled(whole: Dossier, finished: Finished) -> None:
    place, row = finished
    train = open_dataset(recipe_of(place, row.id).data, indexes=place.home.indexes).train
    split = FrozenSplit.read(place.home.campaign(row.id).split)
    assert whole.discovery is not None
    assert whole.discovery.totals == tuple((train.labels == 1).sum(axis=0).tolist())
    for name in row.plan.criteria:
        images = list(split.initial[0])
        for number in (0, 1, 2):
            (found,) = [one for one in whole.discovery.rows if one.criterion == name and one.labelled == len(images)]
            rows = [train.ids.index(image) for image in images]
            assert found.positives == tuple((train.labels[rows] == 1).sum(axis=0).tolist())
            if number < 2:
                images += load_picks(place, row.name, criterion=name, trial=0, round_=number).picked.images


def test_every_round_of_every_arm_is_there_once(whole: Dossier, finished: Finished) -> None:
    plan = finished[1].plan
    seen = Counter((one.criterion, one.trial, one.picked.round) for one in whole.sent)
    assert set(seen) == {(name, 0, number) for name in plan.criteria for number in (0, 1)}
    assert set(seen.values()) == {1}


def test_pictures_have_their_class_maps_and_their_reasons(whole: Dossier, finished: Finished) -> None:
    plan = finished[1].plan
    assert [(one.criterion, one.round) for one in whole.shown] == [
        (name, number) for name in plan.criteria for number in (0, 1)
    ]
    for one in whole.shown:
        assert len(one.picks) == 4
        for pick in one.picks:
            assert pick.picture is not None
            assert pick.picture.startswith(b"\xff\xd8")
            assert pick.overlay is not None
            assert pick.overlay.startswith(b"\x89PNG")
            assert f"of {one.picks and plan.train_images - one.labelled}" in pick.because
    ag = next(one for one in whole.shown if one.criterion == "ag")
    assert ag.picks[0].because.startswith("from the list of unc at turn 1; unc ranks it 1 of ")


def test_the_class_map_is_that_of_the_likeliest_class(whole: Dossier, finished: Finished) -> None:
    from io import BytesIO

    from campaigns.services.results.evidence import evidence, round_evidence
    from campaigns.services.results.picks import RoundKey

    place, row = finished
    found = evidence(round_evidence(place, row.name, RoundKey("ag", 0, 1)), 1)
    shown = next(one for one in whole.shown if (one.criterion, one.round) == ("ag", 1)).picks[0]
    at = int(np.argmax(found.pick.probabilities))
    assert (shown.image, shown.label) == (found.pick.image, row.plan.classes[at])
    assert found.maps is not None
    assert shown.overlay is not None
    seen = np.asarray(Image.open(BytesIO(shown.overlay)))[..., 3]
    assert seen.shape == found.maps[at].shape
    assert np.argmax(seen) == np.argmax(found.maps[at])


def test_checksums_are_those_of_the_files(whole: Dossier, finished: Finished) -> None:
    place, row = finished
    sums = whole.provenance.sums
    assert {one.job for one in sums} == {job.id for job in row.plan.jobs}
    for one in sums:
        path = place.home.campaign(row.id).job(one.job).round(one.round).folder / one.file
        assert one.sha256 == digest(path)


def test_recipe_seed_data_and_machines_are_on_record(whole: Dossier, finished: Finished) -> None:
    place, row = finished
    found = whole.provenance
    assert found.recipe == place.home.campaign(row.id).recipe.read_text()
    assert found.seed == recipe_of(place, row.id).protocol.seed
    assert found.fingerprint == FrozenSplit.read(place.home.campaign(row.id).split).fingerprint
    assert sum(found.platforms.values()) == len(row.plan.jobs)
    assert all("torch" in words for words in found.platforms)
    assert sum(found.precisions.values()) == row.plan.models


def test_before_it_begins_there_is_nothing_but_the_plan(place: Workspace) -> None:
    tiny(place)
    found = dossier(place, "tiny")
    assert (found.progress.state, found.progress.models, found.progress.trials) == (CampaignState.NEW, 0, 0)
    assert (found.sent, found.shown, found.agreed, found.classes) == ((), (), (), ())
    assert [curve.points for curve in found.result.curves] == [()] * len(found.criteria)


def test_a_data_set_that_has_gone_takes_only_what_needs_it(copy: Finished) -> None:
    place, row = copy
    recipe = place.home.campaign(row.id).recipe
    recipe.write_text(recipe.read_text().replace('name = "shapes"', 'name = "voc2007"\nroot = "/nowhere"'))
    found = dossier(place, row.name)
    assert found.discovery is None
    assert len(found.worries) == 1
    assert "positives found and pictures are left out" in found.worries[0]
    assert {pick.picture for one in found.shown for pick in one.picks} == {None}
    assert found.result.full is not None


def test_damaged_picks_are_named(copy: Finished) -> None:
    place, row = copy
    path = place.home.campaign(row.id).job(Job(JobKind.ARM, 0, "ag").id).round(1).picks
    path.write_text("{}")
    with pytest.raises(Damaged, match=r"rounds/1/picks\.json is damaged"):
        dossier(place, row.name)


def test_unknown_names_are_refused(finished: Finished) -> None:
    place, row = finished
    with pytest.raises(NoSuchName):
        dossier(place, "tinny")
    with pytest.raises(UsageError):
        dossier(place, row.name, classes=("no such class",))
