"""A campaign that is carried to another machine shows the same there, verifies, and goes on to the same bytes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import Intent
from campaigns.errors import BadData, NameTaken, NoSuchName, NotNow, UsageError
from campaigns.recipe import load_recipe
from campaigns.services import data
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.campaigns.delete import delete
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.start import start
from campaigns.services.campaigns.wait import wait
from campaigns.services.monitor.show import watch
from campaigns.services.report.collect import dossier
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.campaigns import set_intent
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good, left_behind, refused
from tests.datasets.conftest import write_folder
from tests.patience import patience
from tests.services.backups import shown
from tests.services.killed_imports import killed_imports
from tests.services.tampering import told
from tests.stage import assert_same, attended, clear, outcome, perform_job, said, settle, tiny

Done = tuple[Workspace, CampaignRow]


@pytest.fixture(scope="module")
def parcel(finished: Done, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished campaign as one file."""
    place, row = finished
    return export_campaign(place, row.name, tmp_path_factory.mktemp("parcel") / "tiny.tar").file


def test_what_is_brought_elsewhere_shows_and_verifies_the_same(finished: Done, parcel: Path, place: Workspace) -> None:
    there, row = finished
    found = import_campaign(place, parcel)
    assert found.campaign.kinds_since, "the nodes of elsewhere need not be here"
    assert (replace(found.campaign, kinds_since=0.0), found.state, found.has_data, found.needs) == (
        find_campaign(there, row.name),
        "done",
        True,
        (),
    )
    assert _without_processes(shown(place, row.name)) == _without_processes(shown(there, row.name))
    assert json.loads(good(place, "cost", row.name, "--json")) == json.loads(good(there, "cost", row.name, "--json"))
    assert_same(outcome(place, row), outcome(there, row))
    here, before = verify_campaign(place, row.name), verify_campaign(there, row.name)
    assert (told(here), dict(here.checked)) == ("", dict(before.checked))
    assert dict(here.unchecked) == {}


def _without_processes(said: list[Any]) -> list[Any]:
    """The number of a process means nothing on another machine, and is not carried."""
    for job in said[0]["jobs"]:
        job["attempt"]["pid"] = None
    return said


def test_exporting_what_was_brought_gives_the_same_contents(parcel: Path, place: Workspace, tmp_path: Path) -> None:
    name = import_campaign(place, parcel).campaign.name
    again = export_campaign(place, name, tmp_path / "again.tar")
    other = open_workspace(tmp_path / "other")
    first = import_campaign(other, again.file).manifest
    assert {entry.path: entry.sha256 for entry in first.files} == {e.path: e.sha256 for e in again.manifest.files}


@pytest.mark.slow
def test_half_a_campaign_goes_on_elsewhere_to_the_same_bytes(finished: Done, place: Workspace, tmp_path: Path) -> None:
    row = tiny(place)
    start(place, row.name, until_round=1)
    assert wait(place, row.name, timeout=patience()) == "paused", said(place)
    export_campaign(place, row.name, tmp_path / "half.tar")
    other = open_workspace(tmp_path / "other")
    brought = import_campaign(other, tmp_path / "half.tar", name="elsewhere")
    try:
        assert (brought.campaign.name, brought.campaign.id, brought.state) == ("elsewhere", row.id, "paused")
        assert verify_campaign(other, "elsewhere").is_same
        assert settle(other, "elsewhere") == "done", said(other)
        assert_same(outcome(other, brought.campaign), outcome(*finished), log=said(other))
        assert told(verify_campaign(other, "elsewhere")) == ""
        fits = [json.loads(path.read_text())["round"] for path in other.home.fits.glob("*.json")]
        assert fits == []  # what came from elsewhere serves no other campaign
    finally:
        clear(other)


@pytest.mark.slow
def test_without_models_it_is_smaller_verifies_and_goes_on(finished: Done, place: Workspace, tmp_path: Path) -> None:
    row = tiny(place)
    for job in (Job(JobKind.BASELINE, 0), Job(JobKind.FULL)):
        perform_job(place, row, job)
    whole = export_campaign(place, row.name, tmp_path / "whole.tar").bytes
    light = export_campaign(place, row.name, tmp_path / "light.tar", has_models=False)
    assert light.bytes < whole
    other = open_workspace(tmp_path / "other")
    import_campaign(other, light.file)
    found = verify_campaign(other, row.name)
    assert told(found) == ""
    assert dict(found.unchecked) == {"models that were left out when the campaign was exported": 2}
    for criterion in row.plan.criteria:
        perform_job(other, row, Job(JobKind.ARM, 0, criterion), attempt=1)
    expected = outcome(*finished)
    expected.pop("jobs/full/rounds/0/model.safetensors")  # nobody needs that one again
    assert_same(outcome(other, row), expected)


@pytest.mark.slow
@pytest.mark.long
def test_data_that_are_not_there_are_asked_for_and_found_once_they_are(place: Workspace, tmp_path: Path) -> None:
    names = [f"{n:03}.png" for n in range(40)]
    table = "image,labels\n" + "".join(f"{name},{'dog' if n % 3 else 'dog;cat'}\n" for n, name in enumerate(names))
    folder = write_folder(tmp_path / "photos", names, table.replace("dog\n", "cat\n", 5))
    data.add(place, "photos", folder, options={"each": {"*-of-elsewhere": "/stranger"}})
    row = tiny(place, "data.name=photos", 'criteria.names=["unc", "adv"]', "protocol.initial=6", "protocol.add=[3, 3]")
    for job in row.plan.jobs[:3]:
        perform_job(place, row, job)
    export_campaign(place, row.name, tmp_path / "p.tar")
    other = open_workspace(tmp_path / "other")
    brought = import_campaign(other, tmp_path / "p.tar")
    recipe = other.home.campaign(row.id).recipe
    assert (load_recipe(recipe).data.root, load_recipe(recipe).data.each) == (None, None), "neither is of this machine"
    assert brought.has_data is False
    assert "alwsl-tui data add photos PATH" in brought.needs[0]
    found = verify_campaign(other, row.name)
    assert told(found) == ""
    assert any("data set photos" in why for why in found.unchecked)
    assert any("names of picks" in why for why in found.unchecked)
    with pytest.raises((NoSuchName, BadData), match="photos"):
        start(other, row.name)
    worries = dossier(other, row.name).worries
    assert any("there is no data set 'photos'" in worry for worry in worries), worries
    data.add(other, "photos", folder.rename(tmp_path / "moved"), options={"each": {"n2": "/scratch"}})
    assert told(verify_campaign(other, row.name)) == ""
    assert not any("cannot be opened" in worry for worry in dossier(other, row.name).worries)
    try:
        assert settle(other, row.name) == "done", said(other)
        assert load_recipe(recipe).data.each == {"n2": "/scratch"}
        last = verify_campaign(other, row.name)
        assert (told(last), dict(last.unchecked)) == ("", {})
    finally:
        clear(other)


def test_what_is_here_already_and_names_that_are_taken_are_refused(parcel: Path, place: Workspace) -> None:
    tiny(place)
    assert "give the other one a name with --name" in refused(place, 2, "import", parcel).err
    with pytest.raises(UsageError, match="cannot be a name"):
        import_campaign(place, parcel, name="../x")
    good(place, "import", parcel, "--name", "second")
    assert "it is not" not in good(place, "show", "second")
    assert "this campaign is here already, as second" in refused(place, 2, "import", parcel, "--name", "third").err
    assert len(left_behind(place)) == 4


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(finished: Done, tmp_path: Path) -> None:
    place, row = finished
    (tmp_path / "a.tar").write_text("mine")
    assert "--force replaces it" in refused(place, 2, "export", row.name, tmp_path / "a.tar").err
    assert (tmp_path / "a.tar").read_text() == "mine"
    good(place, "export", row.name, tmp_path / "a.tar", "--force")
    for bad in (tmp_path, tmp_path / "none" / "a.tar"):
        assert "give a file" in refused(place, 2, "export", row.name, bad).err
    refused(place, 2, "export", row.name, tmp_path / "b.tar", "--without", "labels")
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]


def test_what_runs_is_not_exported(place: Workspace, tmp_path: Path) -> None:
    row = tiny(place)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN)
    with attended(place), pytest.raises(NotNow, match="running") as refusal:
        export_campaign(place, row.name, tmp_path / "a.tar")
    assert refusal.value.hint == f"first: alwsl-tui pause {row.name}"
    assert list(tmp_path.glob("*a.tar*")) == []


def test_who_only_looks_imports_nothing(parcel: Path, place: Workspace) -> None:
    with pytest.raises(NotNow):
        import_campaign(Workspace(place.home, is_readonly=True), parcel)


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_all_of_it_or_nothing(parcel: Path, place: Workspace) -> None:
    with place.store():
        pass
    ends = set()
    for _ in killed_imports(place, parcel, within=0.12):
        found = left_behind(place)
        ends.add(len(found))
        if found:
            assert len(found) == 2
            assert verify_campaign(place, "tiny").is_same
            assert watch(place, "tiny").state == "done"
            delete(place, "tiny")
    assert ends <= {0, 2}
    assert import_campaign(place, parcel).state == "done"


def test_two_at_once_bring_it_once(parcel: Path, place: Workspace) -> None:
    import_campaign(place, parcel)
    with pytest.raises(NameTaken):
        import_campaign(place, parcel, name="again")


def test_a_station_at_work_does_not_mind(parcel: Path, place: Workspace) -> None:
    with attended(place):
        assert import_campaign(place, parcel).state == "done"
