"""Findings as text: what comes first, what fits, and that nothing is cut."""

import io
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from alwsl_tui.cli.text.findings import findings_text
from alwsl_tui.cli.text.tables import WIDE
from alwsl_tui.drawing.findings import sheets
from campaigns.core.ids import CampaignId
from campaigns.core.states import Intent
from campaigns.reporting.claims import RoundVotes, claims
from campaigns.reporting.opening import headline
from campaigns.reporting.series import Result
from campaigns.services.results.causes import Bearing, PossibleCause
from campaigns.services.results.findings import Findings
from campaigns.store.rows import CampaignRow
from tests.reporting.synthetic import PAPER_CRITERIA, VOTES, a_result, drawn, judged

GAINS = dict.fromkeys(PAPER_CRITERIA, 0.0) | {"ag": 0.02, "mm": -0.03, "unc": 0.02}
SUSPECT = PossibleCause("a criterion that ranks backwards", Bearing.UNLIKELY, "in all of 50 rounds \x1b[31mnot so")


def findings_of(result: Result) -> Findings:
    """As the service would put them together, with a cause whose text has come from elsewhere."""
    plan, seen = judged(result)
    row = CampaignRow(CampaignId("c"), "pets", "file", "", "pets", "weldon", plan, 0.0, Intent.RUN, None)
    votes = tuple(RoundVotes(trial, 0, VOTES) for trial in range(plan.trials))
    told = claims(plan, result, votes=votes, delta_ag_percent=1.0)
    return Findings(row, result, seen, told, votes, (SUSPECT,), headline(plan, seen))


@pytest.fixture(scope="module")
def found() -> Findings:
    return findings_of(drawn(np.random.default_rng(2), GAINS))


def text_of(found: Findings, width: int, **how: Any) -> str:
    """What is printed on a terminal of that width."""
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, **how)
    for part in findings_text(found, width=width):
        console.print(part)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120, 200])
def test_nothing_is_cut_and_nothing_is_wider_than_the_terminal(found: Findings, width: int) -> None:
    text = text_of(found, width)
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= width
    for criterion in PAPER_CRITERIA:
        assert re.search(rf"^ {criterion} ", text, re.MULTILINE)


def test_where_nobody_watches_lines_are_as_long_as_what_they_say(found: Findings) -> None:
    assert max(len(line) for line in text_of(found, WIDE).splitlines()) < 250


def test_random_comes_first_and_what_is_not_better_first_of_all(found: Findings) -> None:
    lines = [line.strip() for line in text_of(found, 120).splitlines() if line.strip()]
    assert lines[0] == "vs random"
    assert lines[1].startswith("WORSE than random: mm (-")
    titles = ["vs random", "The paper's claims", "Standings", "vs random, in points of mAP",
              "vs ag, in points of mAP", "Wins"]  # fmt: skip
    assert [line for line in lines if line in titles] == titles


def test_every_claim_stands_with_its_verdict_its_trials_and_its_reason(found: Findings) -> None:
    text = " ".join(text_of(found, 120).split())
    for claim in found.claims:
        assert f"{claim.verdict} {claim.text}" in text
        assert claim.measured in text
        assert claim.reason in text


def test_the_least_p_and_the_number_of_tests_are_said(found: Findings) -> None:
    text = " ".join(text_of(found, 80).split())
    assert "smallest possible p: 0.002" in text
    assert "9 tests per column: without any difference, 0.45 of them fall below 0.05 by chance" in text
    assert "As above; 8 tests per column." in text


def test_budgets_that_do_not_fit_are_left_out_reading_points_last(found: Findings) -> None:
    heads = {width: next(s.columns for s in sheets(found, width=width) if s.title.startswith("vs random"))
             for width in (60, 80, 120, 160)}  # fmt: skip
    assert [sum(head.startswith("at ") for head in heads[width]) for width in heads] == [0, 2, 2, 5]
    assert ["effect" in heads[width] for width in heads] == [False, False, True, True]


def test_what_comes_from_elsewhere_orders_the_terminal_nothing(found: Findings) -> None:
    assert "\x1b" not in text_of(found, 80)
    assert "\x1b[1;32mholds" in text_of(found, 80, force_terminal=True, color_system="standard")


def test_a_campaign_without_anything_measured_is_drawn_without_tables() -> None:
    empty = findings_of(a_result({name: [] for name in ("random", "ag")}, full=None))
    text = text_of(empty, 80)
    assert "No comparison with random yet" in " ".join(text.split())
    assert "Wins" not in text
    assert [sheet.title for sheet in sheets(empty, width=80)] == ["Standings"]


def test_one_trial_has_no_spread_and_no_interval() -> None:
    one = findings_of(drawn(np.random.default_rng(2), {"random": 0.0, "ag": 0.1}, trials=1))
    text = text_of(one, 80)
    assert "±  " not in text
    assert " – " in text
    (standings,) = [sheet for sheet in sheets(one, width=80) if sheet.title == "Standings"]
    assert standings.columns == ("criterion", "area", "at 100", "at 200")
    assert "bootstrap" not in text


def test_targets_that_nobody_reaches_are_one_line() -> None:
    low = findings_of(drawn(np.random.default_rng(2), GAINS, level=0.4))
    text = text_of(low, 80)
    assert "Labels to reach 96 % of full (76.8 mAP), 98 % of full (78.4 mAP)" in text
    assert "Neither a criterion nor random reaches it." in text


def test_trials_of_unequal_number_are_counted_out(found: Findings) -> None:
    rows = found.standings.rows
    area = rows[0].area
    assert area is not None
    fewer = replace(rows[0], area=replace(area, numbers=area.numbers[:6], values=area.values[:6]))
    some = replace(found, standings=replace(found.standings, rows=(fewer, *rows[1:])))
    text = " ".join(text_of(some, 80).split())
    assert f"over the trials that are complete ({rows[0].criterion} 6, " in text
    assert "So far 6 of 10 trials are complete in all criteria." in text
    assert "complete in all criteria" not in text_of(found, 80)


def test_a_bootstrap_over_few_trials_is_not_given_and_over_five_comes_with_a_warning() -> None:
    text = " ".join(text_of(findings_of(drawn(np.random.default_rng(2), GAINS, trials=4)), 80).split())
    assert "bootstrap" not in text
    assert "saved" in text
    text = " ".join(text_of(findings_of(drawn(np.random.default_rng(2), GAINS, trials=5)), 80).split())
    assert text.count("A bootstrap over 5 trials is too narrow.") == 2
