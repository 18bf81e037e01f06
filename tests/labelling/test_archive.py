"""A campaign that people label for, carried to another home with all that they said."""

import json
from pathlib import Path

import pytest

from campaigns.core.answers import Answer, Opinion
from campaigns.core.labels import Label, resolve
from campaigns.home.answers import append, read_answers
from campaigns.services.archive.export import export_campaign
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.campaigns.delete import delete
from campaigns.services.labelling.requests import next_images
from campaigns.services.repair.repair import repair_home
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace
from campaigns.station.requests import look_at_request
from campaigns.station.waiting import frozen_recipe
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good, left_behind
from tests.hostile.parcels import Parcel
from tests.labelling.carrying import ANSWERS, BASELINE, frozen, photos_of, said, told_of, wanted
from tests.labelling.truth import (
    answer,
    asking,
)
from tests.services.backups import lose_store
from tests.services.killed_imports import killed_imports
from tests.services.tampering import told, twin
from tests.stage import assert_same, clear, outcome, settle, tiny
from tests.stage import said as station_said


def test_what_people_said_and_the_labels_of_rounds_come_along(there: Workspace, parcel: Path, place: Workspace) -> None:
    brought = import_campaign(place, parcel, folder=photos_of(there))
    assert (brought.has_data, brought.needs, brought.known) == (True, (), 0)
    assert brought.answers == len(read_answers(there.home.labels("photos")))
    assert said(place) == said(there) != b""
    assert frozen(place) == frozen(there)
    assert len(frozen(place)) == 4, "labels and logits of two rounds"
    assert told(verify_campaign(place, "asked")) == ""
    assert wanted(place) == wanted(there) != []
    assert told_of(place) == told_of(there)
    assert not list(place.home.campaigns.glob(f"*/{ANSWERS}"))


def test_an_archive_of_what_was_brought_has_the_same_contents(
    there: Workspace, parcel: Path, place: Workspace, tmp_path: Path
) -> None:
    import_campaign(place, parcel, folder=photos_of(there))
    again = Parcel.of(export_campaign(place, "asked", tmp_path / "again.tar").file).files
    assert {path for path, content in Parcel.of(parcel).files.items() if again[path] != content} <= {"recipe.toml"}


@pytest.mark.slow
def test_elsewhere_a_photograph_is_told_the_same(there: Workspace, parcel: Path, place: Workspace) -> None:
    import_campaign(place, parcel, folder=photos_of(there))
    first = str(photos_of(there) / "yard/000.png")
    here, before = (json.loads(good(home, "predict", "asked", first, "--json")) for home in (place, there))
    assert here == before
    assert here["thresholds"]


def test_deleted_and_brought_back_it_is_what_it_was(there: Workspace, parcel: Path, tmp_path: Path) -> None:
    place = twin(there, tmp_path / "twin")
    before, labels = said(place), frozen(place)
    delete(place, "asked")
    assert said(place) == before
    assert frozen(place) == {}
    brought = import_campaign(place, parcel, folder=photos_of(there))
    assert (brought.answers, brought.known) == (0, len(read_answers(place.home.labels("photos"))))
    assert said(place) == before
    assert frozen(place) == labels
    assert told(verify_campaign(place, "asked")) == ""


def test_a_store_that_is_made_again_leaves_what_people_said(there: Workspace, tmp_path: Path) -> None:
    place = twin(there, tmp_path / "twin")
    before, open_images = said(place), wanted(place)
    lose_store(place)
    assert [restored.name for restored in repair_home(place).restored] == ["asked"]
    assert said(place) == before
    assert wanted(place) == open_images


def test_what_people_said_here_stays_and_what_they_said_there_comes_behind_it(
    there: Workspace, parcel: Path, place: Workspace
) -> None:
    image = next(iter(resolve(read_answers(there.home.labels("photos"))).images))
    later = Answer(1764374600.0, "anna", image, None, {"disc": Opinion.UNSURE}, classes=("disc",))
    other = Answer(1764374600.0, "cem", "yard/other.png", None, {"disc": Opinion.YES}, classes=("disc",))
    append(place.home.labels("photos"), [later, other])
    before = said(place)
    brought = import_campaign(place, parcel, folder=photos_of(there))
    assert (brought.answers, brought.known) == (len(read_answers(there.home.labels("photos"))), 0)
    assert said(place).startswith(before)
    labels = resolve(read_answers(place.home.labels("photos"))).images
    assert labels[image].labels["disc"] is Label.UNSURE, "the later word, although its line comes first"
    assert labels["yard/other.png"].labels == {"disc": Label.YES}
    after = said(place)
    delete(place, "asked")
    assert import_campaign(place, parcel).answers == 0
    assert said(place) == after
    assert told(verify_campaign(place, "asked")) == ""


def test_answers_that_come_with_a_campaign_count_for_another_that_waits_for_them(
    there: Workspace, parcel: Path, place: Workspace
) -> None:
    row = tiny(place, *asking(photos_of(there)), name="waiting")
    with place.store() as store:
        look_at_request(place.home, store, frozen_recipe(place.home, row.id), row.id, BASELINE)

    def waits_for() -> int:
        with place.store() as store:
            request = next(job.request for job in list_jobs(store, row.id) if job.job == BASELINE)
        assert request is not None
        return request.asked - request.answered

    assert waits_for() > 0
    import_campaign(place, parcel)
    assert waits_for() == 0


def test_without_its_photographs_it_is_looked_at_and_told_what_it_needs(parcel: Path, place: Workspace) -> None:
    told_ = good(place, "import", parcel)
    assert "of what people said are new here" in told_
    assert "to go on, it needs the photographs photos (fingerprint " in told_
    assert "--folder PATH; answers stay" in told_
    assert told(verify_campaign(place, "asked")) == ""


def test_an_archive_of_an_earlier_version_is_taken_as_it_is(
    there: Workspace, parcel: Path, place: Workspace, tmp_path: Path
) -> None:
    old = Parcel.of(parcel)
    for path in [
        path for path in old.files if path == ANSWERS or path.endswith(("labels.safetensors", "tested.safetensors"))
    ]:
        old.drop(path)
    brought = import_campaign(place, old.write(tmp_path / "old.tar"), folder=photos_of(there))
    assert (brought.answers, brought.known) == (0, 0)
    assert said(place) == b""
    assert "asked" in good(place, "list")


def test_people_go_on_labelling_while_it_is_exported(there: Workspace, place: Workspace, tmp_path: Path) -> None:
    busy = twin(there, tmp_path / "busy")
    path = busy.home.labels("photos").answers
    content = said(busy)
    path.unlink()  # a twin's files are links
    path.write_bytes(content + b'{"n":99,"at":17643')
    more = Answer(1764374700.0, "ben", "yard/000.png", None, {"disc": Opinion.NO}, classes=("disc",))

    def label(_done: int, _of: int) -> None:
        append(busy.home.labels("photos"), [more])

    export_campaign(busy, "asked", tmp_path / "a.tar", progress=label)
    assert len(said(busy)) > len(content)
    import_campaign(place, tmp_path / "a.tar")
    assert said(place) == content


def test_who_only_looks_can_export_and_leaves_no_trace(there: Workspace, tmp_path: Path) -> None:
    place = twin(there, tmp_path / "twin")
    place.home.labels("photos").lock.unlink()
    exported = export_campaign(Workspace(place.home, is_readonly=True), "asked", tmp_path / "a.tar")
    assert exported.answers > 0
    assert not place.home.labels("photos").lock.exists()


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_all_answers_or_those_of_before(
    there: Workspace, parcel: Path, place: Workspace
) -> None:
    own = Answer(1764374000.0, "cem", "yard/000.png", None, {"disc": Opinion.YES}, classes=("disc",))
    append(place.home.labels("photos"), [own])
    before = said(place)
    for _ in killed_imports(place, parcel, within=0.2):
        assert len(read_answers(place.home.labels("photos"))) in {1, 1 + len(read_answers(there.home.labels("photos")))}
        assert said(place).startswith(before)
        assert not list(place.home.labels("photos").folder.glob(".*.draft-*"))
        if left_behind(place):
            delete(place, "asked")
    import_campaign(place, parcel)
    assert len(read_answers(place.home.labels("photos"))) == 1 + len(read_answers(there.home.labels("photos")))
    assert told(verify_campaign(place, "asked")) == ""


@pytest.mark.slow
@pytest.mark.long
def test_half_labelled_it_goes_on_elsewhere_to_the_same_bytes(
    there: Workspace, parcel: Path, place: Workspace, tmp_path: Path
) -> None:
    stayed = twin(there, tmp_path / "twin")
    path = stayed.home.labels("photos").answers
    content = path.read_bytes()
    path.unlink()  # a twin's files are links
    path.write_bytes(content)
    row = import_campaign(place, parcel, folder=photos_of(there)).campaign
    try:
        for home in (place, stayed):
            label_to_the_end(home, row)
            assert told(verify_campaign(home, "asked")) == ""
        assert_same(outcome(place, row), outcome(stayed, row))
    finally:
        clear(place)
        clear(stayed)


def label_to_the_end(place: Workspace, row: CampaignRow) -> None:
    """Answer whatever a campaign asks for until it is done."""
    state = settle(place, row.name)
    for _ in range(9):
        if state != "labelling":
            break
        answer(place, row, [image.image for image in next_images(place, row.name).images], by="ben")
        state = settle(place, row.name)
    assert state == "done", station_said(place)
