"""A campaign whose pools lie in several files is read, verified, exported and imported like any other."""

from pathlib import Path

import numpy as np
import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.home.paths import RoundPaths
from campaigns.home.score_list import ScoreList, ScoreShard
from campaigns.home.scores import list_scores, map_scores, score_files, write_scores
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.repair.repair import repair_home
from campaigns.services.results.agreement import images_with_votes, load_agreements, shared_images
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.services.backups import copied
from tests.services.tampering import edit, flip, reseal, told, twin

Done = tuple[Workspace, CampaignRow]
ARM = Job(JobKind.ARM, 0, "ag")
CUT = 7


def cut(files: RoundPaths) -> None:
    """A round's scores in files of seven images, vouched for as its worker would."""
    pool = map_scores(files.scores)
    scores, count = pool.scores.parts[0], 0
    values = np.stack([scores.logits, scores.peak, scores.trough], axis=1)
    for number, first in enumerate(range(0, len(pool.rows), CUT)):
        write_scores(files.score_shard(number), values[first : first + CUT], pool.rows[first : first + CUT])
        count = number + 1
    list_scores(files, count)
    files.scores.unlink()

    def change(said: dict[str, dict[str, str]]) -> None:
        del said["sha256"][files.scores.name]
        said["sha256"] |= dict.fromkeys([path.name for path in score_files(files)], "")

    edit(files.done, change)
    reseal(files)


@pytest.fixture(scope="module")
def sharded(rich: Done, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Two trials of six criteria, every pool in several files."""
    place, row = rich
    back = copied(place, tmp_path_factory.mktemp("sharded") / "home")
    for path in sorted(back.home.campaign(row.id).jobs.glob("*/rounds/*/scores.safetensors")):
        cut(RoundPaths(path.parent))
    repair_home(back)
    return back, row


@pytest.fixture
def mine(sharded: Done, tmp_path: Path) -> Done:
    """The same, to be harmed."""
    place, row = sharded
    return twin(place, tmp_path / "home"), row


def round_of(mine: Done, job: Job = ARM, number: int = 1) -> RoundPaths:
    place, row = mine
    return place.home.campaign(row.id).job(job.id).round(number)


def test_it_is_sound(sharded: Done) -> None:
    place, row = sharded
    found = verify_campaign(place, row.name)
    assert (told(found), dict(found.unchecked), found.unfinished) == ("", {}, 0)
    assert found.checked["choices"] == 2 * 6 * 2


def test_its_agreement_is_that_of_single_files(sharded: Done, rich: Done) -> None:
    answers = []
    for place, row in (sharded, rich):
        answers.append((
            [str(each.picked) for each in load_agreements(place, row.name, criterion="ag", trial=0)],
            shared_images(place, row.name, trial=0, criterion="ag", round_=1, first="unc", second="unc"),
            images_with_votes(place, row.name, trial=0, criterion="ag", round_=1, votes=1),
        ))  # fmt: skip
    assert answers[0] == answers[1]
    assert any(answers[0][1:])


@pytest.mark.parametrize("name", ["scores-0.safetensors", "scores.json"])
def test_one_byte_is_found_and_the_file_named(mine: Done, name: str) -> None:
    place, row = mine
    flip(round_of(mine).folder / name)
    assert f"rounds/1/{name}" in told(verify_campaign(place, row.name))


def test_a_file_that_is_missing_is_named(mine: Done) -> None:
    place, row = mine
    round_of(mine).score_shard(1).unlink()
    found = told(verify_campaign(place, row.name))
    assert "scores-1.safetensors" in found
    assert "missing" in found


def test_a_list_of_other_files_than_the_round_vouches_for_is_told(mine: Done) -> None:
    place, row = mine
    files = round_of(mine)
    listed = ScoreList.read(files.score_list)
    assert listed is not None
    last = listed.shards[-1]
    ScoreList((*listed.shards[:-1], ScoreShard(last.images, "a" * 64))).write(files.score_list)
    reseal(files)
    assert "scores.json" in told(verify_campaign(place, row.name))


def test_scores_that_were_changed_and_stamped_again_do_not_lead_to_the_picks(mine: Done) -> None:
    place, row = mine
    files = round_of(mine)
    pool = map_scores(files.score_shard(0))
    scores = pool.scores.parts[0]
    values = np.stack([-scores.logits, scores.peak, scores.trough], axis=1)
    count = sum(1 for _ in files.folder.glob("scores-*.safetensors"))
    write_scores(files.score_shard(0), values, np.array(pool.rows))
    list_scores(files, count)
    reseal(files)
    assert "picks" in told(verify_campaign(place, row.name))


def test_it_travels_to_another_home_and_is_sound_there(sharded: Done, tmp_path: Path) -> None:
    place, row = sharded
    archive = tmp_path / "it.tar"
    export_campaign(place, row.name, archive)
    there = open_workspace(tmp_path / "there")
    import_campaign(there, archive)
    files = round_of((there, row))
    assert [path.name for path in score_files(files)] == [path.name for path in score_files(round_of(sharded))]
    assert told(verify_campaign(there, row.name)) == ""
