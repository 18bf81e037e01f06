"""A criterion of either sort, added in one file, all the way to a campaign that picks by it."""

import json
import sys
from pathlib import Path

import pytest

from tests.distributions import alwsl, install, run_with
from tests.stage import TINY

SOURCE = """
import numpy as np
from campaigns.selection import BatchCriterion, Choice, Criterion

MARGIN = Criterion(
    "leastmargin", "Smallest margin", "min_j |z_ij|", "Brinker 2006", "least", "[0, inf)",
    lambda scores: np.abs(scores.logits).min(axis=1),
)

def _spread(question):
    order = np.argsort(question.scores.logits.sum(axis=1), kind="stable")
    return Choice(order[np.linspace(0, len(order) - 1, question.n).astype(np.int64)])

SPREAD = BatchCriterion("spread", "Spread", "evenly along sum_j z_ij", "this test", _spread)
"""
NAMES = 'criteria.names=["leastmargin", "spread"]'


@pytest.mark.slow
def test_a_criterion_and_a_batch_criterion_of_one_file_run_a_campaign(tmp_path: Path) -> None:
    entries = {"leastmargin": "MARGIN", "spread": "SPREAD"}
    packages = install(tmp_path / "p", "alwsl_two_criteria", SOURCE, group="alwsl_tui.criteria", entries=entries)
    home = tmp_path / "home"
    sets = [word for override in (*TINY, "protocol.full=false", NAMES) for word in ("--set", override)]
    run_with(packages, alwsl("run", "smoke", "--headless", "--name", "two", *sets, "--home", str(home)))
    rounds = sorted(home.glob("campaigns/*/jobs/arm*/rounds/1/picks.json"))
    accounts = {said["criterion"]: said for said in (json.loads(path.read_text()) for path in rounds)}
    assert set(accounts) == {"leastmargin", "spread"}
    assert [pick["value"] for pick in accounts["leastmargin"]["picks"]] == sorted(
        pick["value"] for pick in accounts["leastmargin"]["picks"]
    )
    assert all("value" not in pick and pick["ranks"] for pick in accounts["spread"]["picks"])
    found = run_with(packages, alwsl("verify", "two", "--home", str(home)))
    assert "differ" not in found or "nothing differs" in found


def test_a_form_and_help_name_it_and_do_not_import_it(tmp_path: Path) -> None:
    packages = install(
        tmp_path / "p",
        "alwsl_loud",
        "raise RuntimeError('imported')",
        group="alwsl_tui.criteria",
        entries={"loud": "X"},
    )
    code = (
        "from pathlib import Path; import sys; from campaigns.services.campaigns.form import choices;"
        "from campaigns.services.workspace import open_workspace;"
        "print(*choices(open_workspace(Path(sys.argv[1]))).criteria)"
    )
    names = run_with(packages, [sys.executable, "-c", code, str(tmp_path / "home")]).split()
    assert names[-1] == "loud"
