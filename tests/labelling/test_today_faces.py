"""Somebody corrects a label of a test image after a round: whoever tells what that round is worth tells it by that."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from alwsl_tui.cli.live import follow
from alwsl_tui.tui.panes.rounds import RoundsPane
from campaigns.core.answers import Opinion
from campaigns.core.ids import Job, JobKind
from campaigns.core.percent import percent
from campaigns.core.states import CampaignState
from campaigns.home.answers import append
from campaigns.home.evaluation import Evaluation
from campaigns.services.monitor.show import watch
from campaigns.services.repair.repair import repair_home
from campaigns.services.results.overview import Aspect, load_overview
from campaigns.services.results.rounds import load_rounds
from campaigns.services.station.list import Kept, load_campaigns
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good
from tests.labelling.truth import answer, asking, data_of, label_until_done, order_of_tests, true_answer, write_photos
from tests.stage import tiny
from tests.tui.boxes import Box
from tests.tui.waiting import seen as shown
from tests.tui.waiting import until

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


@pytest.fixture
def row(place: Workspace, tmp_path: Path) -> CampaignRow:
    """A campaign with one round; all its test images have labels."""
    row = tiny(place, *asking(write_photos(tmp_path / "photos")), 'criteria.names=["ag"]', name="asked")
    answer(place, row, order_of_tests(place, row))
    label_until_done(place, row, BASELINE)
    repair_home(place)
    return row


def then(place: Workspace, row: CampaignRow) -> Evaluation:
    """Return what the round measured when it ended."""
    evaluation = Evaluation.read(place.home.campaign(row.id).job(BASELINE.id).round(0).evaluation)
    assert evaluation is not None
    return evaluation


def correct(place: Workspace, row: CampaignRow, *, images: int = 8) -> None:
    """Say the opposite of what was said of some test images."""
    dataset, opposite = data_of(place, row), {Opinion.YES: Opinion.NO}
    answers = [true_answer(dataset, image) for image in order_of_tests(place, row)[:images]]
    append(
        place.home.labels(row.dataset),
        [
            replace(
                each, at=each.at + 60,
                says={name: opposite.get(each.says.get(name, Opinion.NO), Opinion.YES) for name in dataset.classes},
            )
            for each in answers
        ],
    )  # fmt: skip


def test_other_metrics_follow_as_the_reported_one_does(place: Workspace, row: CampaignRow) -> None:
    before = load_rounds(place, row.name)
    key = BASELINE.id, 0
    assert before.today.further[key] == pytest.approx(before.further[key])
    assert all(value is not None for value in before.further[key].values())
    correct(place, row)
    after = load_rounds(place, row.name)
    again = tiny(place, *asking(place.home.folder.parent / "photos"), 'criteria.names=["ag"]', name="again")
    label_until_done(place, again, BASELINE)
    told = then(place, again)
    assert told.further.keys() >= {"of1", "cf1", "macro-f1", "precision-at-1", "precision-at-3"}
    assert after.today.further[key] == pytest.approx(told.further)
    assert after.today.rounds[key].value == pytest.approx(told.value)
    assert after.further == before.further, "what the round measured stays"
    assert all(after.today.further[key][name] != before.further[key][name] for name in ("of1", "cf1", "precision-at-1"))


def test_other_metrics_are_measured_by_those_labels_that_there_are(place: Workspace, tmp_path: Path) -> None:
    row = tiny(place, *asking(write_photos(tmp_path / "photos")), 'criteria.names=["ag"]', name="asked")
    answer(place, row, order_of_tests(place, row)[:60])
    label_until_done(place, row, BASELINE)
    told = then(place, row)
    assert told.images == 60 < len(order_of_tests(place, row))
    assert all(value is not None and 0 < value < 1 for value in told.further.values())


def test_the_grid_of_a_run_that_is_followed_tells_values_by_the_corrected_labels(
    place: Workspace, row: CampaignRow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(place, row)
    early, today = then(place, row), load_rounds(place, row.name).today
    ((_, now),) = today.rounds.items()
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal: elsewhere nothing is drawn
    capsys.readouterr()
    assert follow(place, row.name, is_plain=False).state is CampaignState.NEW
    line = next(text for text in capsys.readouterr().err.splitlines() if text.strip().startswith("baseline"))
    assert percent(now.value) in line
    assert percent(early.value) not in line


def test_commands_tell_values_by_the_corrected_labels(place: Workspace, row: CampaignRow, tmp_path: Path) -> None:
    correct(place, row)
    early, today = then(place, row), load_rounds(place, row.name).today
    ((key, now),) = today.rounds.items()
    assert percent(now.value) != percent(early.value)
    (told,) = json.loads(good(place, "rounds", row.name, "--json"))["rounds"]
    assert (told["value"], told["further"]) == (early.value, early.further)
    assert told["today"] == {
        "value": now.value, "per_class": now.by_class(row.plan.classes), "further": today.further[key],
    }  # fmt: skip
    line = next(text for text in good(place, "show", row.name).splitlines() if "baseline-t0" in text)
    assert percent(now.value) in line
    assert percent(early.value) not in line
    jobs = {job["job"]: job["value"] for job in json.loads(good(place, "show", row.name, "--json"))["jobs"]}
    assert jobs[BASELINE.id] == now.value
    good(place, "report", row.name, "--format", "json", "--out", str(tmp_path / "told"))
    report = json.loads((tmp_path / "told/asked.json").read_text(encoding="utf-8"))
    assert {each["metric"]: each["value"] for each in report["further_metrics"]} == today.further[key]
    good(place, "report", row.name, "--format", "csv", "--out", str(tmp_path / "tables"))
    with (tmp_path / "tables/asked-csv/further_metrics.csv").open(encoding="utf-8", newline="") as file:
        table = {each["metric"]: float(each["value"]) for each in csv.DictReader(file)}
    assert table == pytest.approx(today.further[key])


def test_the_wall_of_panes_follows_although_no_round_ended(place: Workspace, row: CampaignRow) -> None:
    wanted = {Aspect.CURVES, Aspect.EVENTS}
    before = load_overview(place, watch(place, row.name), wanted=wanted)
    correct(place, row)
    after = load_overview(place, watch(place, row.name), wanted=wanted, before=before)
    now = load_rounds(place, row.name).today.rounds[BASELINE.id, 0].value
    assert before.curves is not None
    assert after.curves is not None
    assert before.curves.curves[0].points[0].mean != after.curves.curves[0].points[0].mean == pytest.approx(now)
    assert any(f"{percent(now)} %" in line.text for line in after.events)
    (job,) = (job for job in after.view.jobs if job.row.job == BASELINE)
    assert job.value == now


async def test_the_tab_of_rounds_shows_both_values(place: Workspace, row: CampaignRow) -> None:
    early = percent(then(place, row).value)
    pane = RoundsPane(place, row.name)
    async with Box(pane, watch(place, row.name)).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: f"✔ {early}" in shown(pilot))
        assert "when it ended" not in shown(pilot)
        correct(place, row)
        now = percent(load_rounds(place, row.name).today.rounds[BASELINE.id, 0].value)
        await until(pilot, lambda: f"✔ {now}" in shown(pilot))
        await until(pilot, lambda: f"mAP {now} by today's labels ({early} when it ended)" in shown(pilot))


def test_the_list_names_who_leads_by_the_corrected_labels(place: Workspace, row: CampaignRow) -> None:
    label_until_done(place, row, ARM)
    repair_home(place)
    kept = Kept()
    (before,) = load_campaigns(place, kept=kept)
    correct(place, row)
    (after,), (again,) = load_campaigns(place, kept=kept), load_campaigns(place, kept=kept)
    now = load_rounds(place, row.name).today.rounds[ARM.id, 2].value
    assert before.best is not None
    assert now is not None
    assert after.best == replace(before.best, mean=now) != before.best
    assert again is after, "what has not changed is not drawn again"
    assert percent(now) in good(place, "list")
