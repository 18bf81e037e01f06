"""Why an image was picked: what the round left, read back."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from subprocess import run

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from campaigns.core.states import CampaignState, JobState
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import UNKNOWN
from campaigns.errors import BadData, NotNow
from campaigns.home.files import read_json
from campaigns.home.scores import read_scores
from campaigns.learning.pooling import regions
from campaigns.selection.criteria import CRITERIA, PAPER
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.results.evidence import (
    RoundEvidence,
    cells,
    evidence,
    latest_key,
    round_evidence,
    waiting_for,
)
from campaigns.services.results.gallery import Gallery, picture
from campaigns.services.results.picks import RoundKey, load_picks
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import add_campaign
from campaigns.store.rows import CampaignRow
from tests.stage import refusal, tiny

Rich = tuple[Workspace, CampaignRow]


@pytest.fixture
def unc(rich: Rich) -> RoundEvidence:
    place, row = rich
    return round_evidence(place, row.name, RoundKey("unc", 1, 1))


def test_every_pick_is_there_in_its_order(rich: Rich, unc: RoundEvidence) -> None:
    place, row = rich
    assert unc.picked == load_picks(place, row.name, criterion="unc", trial=1, round_=1).picked
    written = read_json(unc.maps.with_name("picks.json"))
    assert list(unc.picked.images) == [pick["image"] for pick in written["picks"]]
    assert {len(pick.probabilities) for pick in unc.picked.picks} == {len(row.plan.classes)}
    assert (unc.picked.n, unc.picked.pool, len(unc.picked.picks)) == (6, written["pool"], 6)


def test_evidence_agrees_with_the_scores_it_came_from(rich: Rich, unc: RoundEvidence) -> None:
    place, row = rich
    pool = read_scores(place.home.campaign(row.id).job(unc.key.job.id).round(1).scores)
    scores, rows = pool.scores, pool.rows
    dataset = open_dataset(recipe_of(place, row.id).data, indexes=place.home.indexes)
    ids = [dataset.train.ids[int(at)] for at in rows]
    for at in range(1, 7):
        found = evidence(unc, at)
        here = ids.index(found.pick.image)
        spread = scores.peak[here] - scores.trough[here]
        assert found.separation == pytest.approx(spread, abs=0.02)  # maps are kept as float16
        assert found.pick.probabilities == pytest.approx(scores.probs[here], abs=1e-4)
        assert found.pick.value == pytest.approx(CRITERIA["unc"].values(scores)[here])


def test_who_voted_is_who_ranks_it_among_the_first_n(unc: RoundEvidence) -> None:
    for at in range(1, 7):
        found = evidence(unc, at)
        assert set(found.pick.ranks) == set(PAPER)
        assert len(found.voters) == found.pick.votes
        assert "unc" in found.voters


def test_ag_knows_the_list_and_the_turn_and_has_no_value(rich: Rich) -> None:
    place, row = rich
    first = evidence(round_evidence(place, row.name, RoundKey("ag", 0, 0)), 1)
    assert (first.pick.list, first.pick.turn, first.pick.value) == ("unc", 1, None)


def test_random_has_neither_value_nor_list(rich: Rich) -> None:
    place, row = rich
    pick = round_evidence(place, row.name, RoundKey("random", 0, 0)).picked.picks[0]
    assert (pick.value, pick.list, pick.turn) == (None, None, None)


@given(k=st.floats(0, 60) | st.integers(0, 60), positions=st.integers(1, 200))
def test_regions_are_those_that_the_model_pools(k: float, positions: int) -> None:
    assert cells(k, positions) == regions(k, positions)


def test_bottom_regions_are_as_many_as_top_ones_unless_the_recipe_says_otherwise(unc: RoundEvidence) -> None:
    found = evidence(unc, 1)
    assert found.maps is not None
    assert found.top == found.bottom == cells(unc.model.options.kmax, found.maps[0].size)
    bare = unc.model.model_copy(update={"options": replace(unc.model.options, kmin=0.0)})
    none = evidence(replace(unc, model=bare), 1)
    assert (none.top, none.bottom) == (found.top, 0)


def test_a_pick_beyond_the_kept_maps_has_none(unc: RoundEvidence, tmp_path: Path) -> None:
    path = tmp_path / "maps.safetensors"
    save_file({"maps": np.zeros((2, 10, 3, 3), np.float16)}, path)
    few = replace(unc, maps=path, kept=2)
    assert evidence(few, 2).maps is not None
    beyond = evidence(few, 3)
    assert (beyond.maps, beyond.top, beyond.bottom) == (None, 0, 0)
    assert set(beyond.separation) == {None}


def copied(rich: Rich, place: Workspace, rounds: int = 1) -> tuple[CampaignRow, Path]:
    """The campaign in a home of its own, to spoil; the folder of a round of its arm unc in trial 1."""
    source, row = rich
    with place.store() as store:
        add_campaign(store, row)
    shutil.copytree(source.home.campaign(row.id).folder, place.home.campaign(row.id).folder)
    return row, place.home.campaign(row.id).job("arm-t1-unc").round(rounds).folder


def test_an_older_round_without_maps_is_whole_without_them(rich: Rich, place: Workspace) -> None:
    row, folder = copied(rich, place)
    (folder / "maps.safetensors").unlink()
    old = round_evidence(place, row.name, RoundKey("unc", 1, 1))
    assert (old.kept, evidence(old, 1).maps) == (0, None)


def test_damaged_maps_are_named(rich: Rich, place: Workspace) -> None:
    row, folder = copied(rich, place)
    (folder / "maps.safetensors").write_bytes(b"no maps")
    assert "maps.safetensors is missing or damaged" in refusal(
        lambda: round_evidence(place, row.name, RoundKey("unc", 1, 1))
    )


def test_the_latest_round_is_the_one_that_has_picked(rich: Rich, place: Workspace) -> None:
    source, original = rich
    assert latest_key(source, original.name) == RoundKey("ag", 0, 1)
    assert latest_key(place, tiny(place).name).round == 0


def test_a_round_that_has_not_picked_says_why(place: Workspace) -> None:
    row = tiny(place)
    key = RoundKey(row.plan.criteria[0], 0, 1)
    with pytest.raises(NotNow):
        round_evidence(place, row.name, key)
    waiting = waiting_for(place, row.name, key)
    assert (waiting.campaign, waiting.state, waiting.at) == (CampaignState.NEW, JobState.WAITING, None)


def test_a_gallery_shows_pictures_and_labels(rich: Rich, unc: RoundEvidence) -> None:
    place, row = rich
    gallery = Gallery(place, row.name)
    before = gallery.is_open
    image = unc.picked.picks[0].image
    shown = gallery.picture(image, max_side=20)
    assert (shown.mode, max(shown.size)) == ("RGB", 20)
    truth = gallery.truth(image, row.plan.classes)
    assert len(truth) == len(row.plan.classes)
    assert set(truth) <= {-1, 0, 1}
    added = ("bicycle", *reversed(row.plan.classes))
    assert gallery.truth(image, added) == (UNKNOWN, *reversed(truth))
    assert (before, gallery.is_open) == (False, True)
    assert picture(place, row.name, image).size == (recipe_of(place, row.id).data.size,) * 2


def test_an_image_that_is_gone_is_named(rich: Rich) -> None:
    place, row = rich
    with pytest.raises(BadData, match="no training image 'nobody'"):
        Gallery(place, row.name).truth("nobody", row.plan.classes)


def test_ten_thousand_picks_of_eighty_classes_are_paged_without_reading_again(rich: Rich, place: Workspace) -> None:
    row, folder = copied(rich, place)
    said = json.loads((folder / "picks.json").read_text())
    said["picks"] = [said["picks"][at % 6] | {"image": f"{at}"} for at in range(10_000)]
    (folder / "picks.json").write_text(json.dumps(said))
    many = round_evidence(place, row.name, RoundKey("unc", 1, 1))
    (folder / "picks.json").unlink()
    assert evidence(many, 10_000).place == 10_000


def test_evidence_is_read_without_torch() -> None:
    wing = "campaigns.services.results"
    said = f"import sys, {wing}.evidence, {wing}.gallery; sys.exit('torch' in sys.modules)"
    assert run([sys.executable, "-c", said], check=False).returncode == 0
