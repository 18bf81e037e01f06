"""What is asked for goes to another program, and comes back: by the real commands."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.errors import WaitingForLabels
from campaigns.home.picks import read_picks
from campaigns.services.labelling.hand_off import FILES
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good, refused
from tests.labelling.reading import wanted_names
from tests.labelling.truth import answer, asking, order_of_tests, requests_of, write_photos
from tests.stage import perform_job, tiny

USAGE, BAD = 2, 3
BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


@pytest.fixture
def row(place: Workspace) -> CampaignRow:
    return tiny(place, *asking(write_photos(place.home.folder.parent / "photos")), name="photos")


def wait(place: Workspace, row: CampaignRow, job: Job, *, attempt: int = 1) -> None:
    with pytest.raises(WaitingForLabels):
        perform_job(place, row, job, attempt=attempt)


@pytest.fixture
def picked(place: Workspace, row: CampaignRow) -> CampaignRow:
    """A campaign whose arm asks for its first picks."""
    wait(place, row, BASELINE)
    (request, *_) = requests_of(place, row)
    answer(place, row, request.everything)
    perform_job(place, row, BASELINE, attempt=2)
    wait(place, row, ARM)
    return row


def tasks_of(folder: Path) -> Any:
    return json.loads((folder / "tasks.json").read_text(encoding="utf-8"))


def test_the_picks_go_in_order_with_what_the_round_said_and_tests_go_blind(
    place: Workspace, picked: CampaignRow, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told = json.loads(good(place, "hand-off", "photos", "--to", "labelstudio", "--out", out, "--json"))
    tasks, tests = tasks_of(out), order_of_tests(place, picked)
    names = [task["data"]["image"].removeprefix("/data/local-files/?d=photos/") for task in tasks]
    blind = [bool(task["predictions"]) for task in tasks]
    assert sorted(names) == sorted(wanted_names(place))
    assert told["tests"] == sum(name in tests for name in names) > 0
    assert blind == [name not in tests for name in names]
    assert blind == sorted(blind), "test images come first"
    kept = read_picks(place.home.campaign(picked.id).job(ARM.id).round(0).picks)
    assert kept is not None
    assert tuple(name for name in names if name not in tests) == kept.images
    scores = [task["predictions"][0]["score"] for task in tasks if task["predictions"]]
    assert scores == sorted(scores, reverse=True)
    for task, pick in zip(tasks[told["tests"] :], kept.picks, strict=True):
        likely = [
            name for name, share in zip(sorted(picked.plan.classes), pick.probabilities, strict=True) if share >= 0.5
        ]
        chosen = [name for result in task["predictions"][0]["result"] for name in result["value"]["choices"]]
        assert sorted(chosen) == likely
    assert "alwsl-tui labels import photos" in (out / "README.txt").read_text(encoding="utf-8")
    assert "<View>" in (out / "config.xml").read_text(encoding="utf-8")


def test_what_another_program_returns_completes_the_request(
    place: Workspace, picked: CampaignRow, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    good(place, "hand-off", "photos", "--to", "labelstudio", "--out", out)
    tasks = tasks_of(out)
    nothing = json.loads(good(place, "labels", "import", "photos", out / "tasks.json", "--json"))
    assert (nothing["answers"], nothing["unlabelled"]) == (0, len(tasks)), "a prediction is no answer"
    for task in tasks:
        choices = {"from_name": "classes", "to_name": "image", "type": "choices"}
        result = [choices | {"value": {"choices": [picked.plan.classes[0]]}}]
        task["annotations"] = [{"result": result, "lead_time": 3.0, "completed_by": {"email": "anna"}}]
    tasks[0]["annotations"][0]["was_cancelled"] = True
    (out / "project-1.json").write_text(json.dumps(tasks[:-1]), encoding="utf-8")
    told = json.loads(good(place, "labels", "import", "photos", out / "project-1.json", "--json"))
    assert told["people"] == {"anna": len(tasks) - 1}
    assert told["ways"] == {"from a URL": len(tasks) - 1}
    assert told["progress"]["answered"] == told["progress"]["asked"] - 1
    wait(place, picked, ARM, attempt=2)
    again = good(place, "labels", "import", "photos", out / "project-1.json")
    assert "next: alwsl-tui label photos; 1 image is still to be labelled" in again
    assert "--enough goes on without" in again
    told = good(place, "label", "photos", "--enough")
    assert "next: alwsl-tui start photos; the campaign was not started" in told
    with pytest.raises(WaitingForLabels, match=r"round 2"):
        perform_job(place, picked, ARM, attempt=3)


@pytest.mark.parametrize("form", FILES)
def test_every_form_names_the_images_that_are_asked_for(
    form: str, place: Workspace, row: CampaignRow, tmp_path: Path
) -> None:
    wait(place, row, BASELINE)
    out = tmp_path / "out"
    told = call(place, "hand-off", "photos", "--to", form, "--out", out, "--copy")
    assert told.code == 0, told
    before = json.loads(good(place, "labels", "import", "photos", out / FILES[form], "--json", "--dry-run"))
    assert (before["images"], before["answers"]) == (len(wanted_names(place)), 0)
    copies = set((out / "images").rglob("*.png"))
    assert len(copies) == len(wanted_names(place))
    photos = place.home.folder.parent / "photos"
    assert all(copy.read_bytes() == (photos / "yard" / copy.name).read_bytes() for copy in copies)
    readme = (out / "README.txt").read_text(encoding="utf-8")
    assert "alwsl-tui labels import photos" in readme


def test_a_table_that_was_filled_in_comes_back(place: Workspace, row: CampaignRow, tmp_path: Path) -> None:
    out = tmp_path / "out"
    good(place, "hand-off", "photos", "--to", "csv", "--out", out, "--all", "--prefix", "https://example.test/p/")
    with (out / "labels.csv").open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert len(rows) == 200
    assert rows[0][0] == f"https://example.test/p/{order_of_tests(place, row)[0]}", "test images first"
    filled = [[line[0], *("1" for _ in line[1:])] for line in rows]
    (out / "filled.csv").write_text("\n".join(map(",".join, [head, *filled])), encoding="utf-8")
    told = json.loads(good(place, "labels", "import", "photos", out / "filled.csv", "--by", "anna", "--json"))
    assert told["answers"] == 200


def test_a_folder_that_cannot_be_taken_is_refused_and_nothing_is_left(
    place: Workspace, row: CampaignRow, tmp_path: Path
) -> None:
    wait(place, row, BASELINE)
    words = ("hand-off", "photos", "--to", "cvat", "--out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/theirs.txt").write_text("theirs", encoding="utf-8")
    assert "is not empty" in refused(place, USAGE, *words, tmp_path / "full").err
    assert "among the photographs" in refused(place, USAGE, *words, tmp_path / "photos/out").err
    assert "not there" in refused(place, USAGE, *words, tmp_path / "no/out").err
    good(place, *words, tmp_path / "full", "--force")
    assert json.loads((tmp_path / "full/cvat-labels.json").read_text(encoding="utf-8"))[0]["type"] == "tag"
    (tmp_path / "photos" / wanted_names(place)[3]).unlink()
    assert refused(place, BAD, *words, tmp_path / "new", "--copy").code == BAD
    assert not (tmp_path / "new").exists()


def test_nothing_is_handed_off_where_nothing_is_asked_for(place: Workspace, row: CampaignRow, tmp_path: Path) -> None:
    wait(place, row, BASELINE)
    (request, *_) = requests_of(place, row)
    answer(place, row, request.everything)
    told = refused(place, USAGE, "hand-off", "photos", "--to", "csv", "--out", tmp_path / "out").err
    assert "asks for no labels now" in told
    assert "--all" in told
    assert not (tmp_path / "out").exists()
