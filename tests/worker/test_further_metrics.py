"""What rounds measure besides mean average precision, and homes of before, which measured nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.errors import Damaged
from campaigns.home.evaluation import Evaluation
from campaigns.home.files import read_json
from campaigns.recipe.metrics import METRICS
from campaigns.services.workspace import Workspace
from tests.stage import perform_job, tiny

OLD = Evaluation("map", 30, 0.5, {"disc": 0.5})


def test_a_round_measures_every_metric_of_ours(place: Workspace) -> None:
    row = tiny(place)
    perform_job(place, row, Job(JobKind.FULL))
    path = place.home.campaign(row.id).job("full").round(0).evaluation
    evaluation = Evaluation.read_intact(path, row.plan.classes, "map")
    assert evaluation is not None
    assert list(evaluation.further) == [
        name for name, metric in METRICS.ours.items() if metric.link == "sigmoid" and name != "map"
    ]
    assert all(value is None or 0 <= value <= 1 for value in evaluation.further.values())


def test_a_file_of_before_has_no_such_key_and_is_intact(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    OLD.write(path)
    assert "further" not in read_json(path)
    again = Evaluation.read_intact(path, ["disc"], "map")
    assert again is not None
    assert again.further == {}


def test_a_value_that_was_changed_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    replace(OLD, further={"of1": 0.25}).write(path)
    path.write_text(path.read_text().replace("0.25", "0.75"))
    with pytest.raises(Damaged, match="checksum"):
        Evaluation.read_intact(path, ["disc"], "map")
    path.write_text(path.read_text().replace("0.75", "1.75"))
    with pytest.raises(Damaged, match=r"further.of1: 1.75 is not in"):
        Evaluation.read(path)
