"""What a campaign amounts to, and what is found of likely causes when a criterion is not better than random."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from msgspec.structs import replace

from campaigns.core.ids import CampaignId, JobId
from campaigns.errors import NoSuchName, UsageError
from campaigns.home.picks import PickedRound
from campaigns.reporting.series import Result
from campaigns.reporting.standings import standings
from campaigns.reporting.verdicts import Verdict
from campaigns.services.results.agreement import load_agreements
from campaigns.services.results.causes import Bearing, PossibleCause, checklist
from campaigns.services.results.findings import findings, picks_of
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.reporting.synthetic import a_curve

Staged = tuple[Workspace, CampaignRow]
FLAT = "models or criteria that give every image the same value"
START = "arms that did not start from the same images and model"
WRONG_END = "a criterion that ranks backwards"
ROOM = "no room for improvement: random is near the full model, or labels do not help"
FEW = "too few trials for such a small difference"
POOR = "picks with fewer positives than random picks"
UNSEEN = "an initial set that lacks positives of most classes"


def a_result(row: CampaignRow, ends: Mapping[str, float], *, full: float | None = 0.8, trials: int = 2) -> Result:
    """Curves of the campaign's criteria from 0.3 at the baseline, in trials that differ a little."""
    schedule = row.plan.schedule
    curves = []
    for name in row.plan.criteria:
        values: dict[int, dict[int, float]] = {}
        for number in schedule.rounds:
            mean = 0.3 + (ends.get(name, 0.5) - 0.3) * number / schedule.last
            values[schedule.labelled(number)] = {n: mean + 0.01 * n * (1 + number) for n in range(trials)}
        curves.append(a_curve(name, values))
    return Result(row.plan.classes, (), full, tuple(curves))


def with_picks(picked: PickedRound, **changes: Sequence[object]) -> PickedRound:
    """The round, with some facts of its picks changed one by one."""
    rows = [dict(zip(changes, values, strict=True)) for values in zip(*changes.values(), strict=True)]
    return replace(picked, picks=tuple(replace(pick, **row) for pick, row in zip(picked.picks, rows, strict=True)))


def checked(
    staged: Staged,
    *,
    result: Result | None = None,
    change: Callable[[PickedRound], PickedRound] = lambda picked: picked,
) -> dict[str, PossibleCause]:
    """The checklist of a campaign of which nothing is better than random, with every arm's picks changed."""
    place, row = staged
    measured = result or a_result(row, {})
    picks = dict(picks_of(place, row, row.plan.criteria, known={}))
    doctored: dict[tuple[JobId, int], PickedRound] = {
        key: change(one) if one.criterion in {"unc", "sepmin"} else one for key, one in picks.items()
    }
    found = checklist(place, row, measured, standings(row.plan, measured), picks=doctored)
    assert [one.bearing for one in found] == sorted((one.bearing for one in found), key=list(Bearing).index)
    return {one.cause: one for one in found}


def test_on_a_sound_campaign_only_the_few_trials_and_what_nobody_can_know_are_left(rich: Staged) -> None:
    found = checked(rich)
    assert found[FEW].bearing is Bearing.LIKELY
    assert found[FEW].found == "2 trials cannot show anything (smallest possible p is 0.5); you need at least 6"
    assert {found[cause].bearing for cause in (START, FLAT, WRONG_END, ROOM)} == {Bearing.UNLIKELY}
    assert found[START].found.startswith("the first rounds of all 12 arms match their baseline")
    assert sum(one.bearing is Bearing.OPEN for one in found.values()) == 3
    assert "; random " in found[POOR].found
    assert f"of {len(rich[1].plan.classes)} classes" in found[UNSEEN].found


def test_a_collapsed_model_is_seen(rich: Staged) -> None:
    one = checked(rich, change=lambda picked: replace(picked, is_collapsed=True))[FLAT]
    assert one.bearing is Bearing.LIKELY
    assert one.found.startswith("in 8 of 24 rounds (arm-t0-unc round 0, arm-t0-unc round 1, arm-t0-sepmin round 0, …)")


def test_a_criterion_that_holds_all_images_equal_is_seen(rich: Staged) -> None:
    one = checked(rich, change=lambda picked: with_picks(picked, value=(0.5,) * 6))[FLAT]
    assert (one.bearing, one.found.endswith("all picks had the same value")) == (Bearing.LIKELY, True)


def test_picks_from_the_wrong_end_of_a_ranking_are_seen(rich: Staged) -> None:
    def last_first(picked: PickedRound) -> PickedRound:
        ranks = [{picked.criterion: rank} for rank in (1, 2, 3, 4, 5, 7)]
        return with_picks(picked, ranks=ranks).brief(0)

    assert checked(rich, change=last_first)[WRONG_END].bearing is Bearing.LIKELY


def test_an_arm_that_began_elsewhere_is_seen_and_named(rich: Staged) -> None:
    one = checked(rich, change=lambda picked: replace(picked, pool=47))[START]
    assert one.bearing is Bearing.LIKELY
    assert one.found.endswith("arm-t0-unc, arm-t0-sepmin, arm-t1-unc, arm-t1-sepmin")


@pytest.mark.parametrize(
    ("full", "ends", "bearing"),
    [(0.8, 0.6, Bearing.UNLIKELY), (0.6, 0.6, Bearing.LIKELY), (0.3, 0.28, Bearing.LIKELY), (None, 0.6, Bearing.OPEN)],
)
def test_where_there_is_nothing_left_to_gain_that_is_a_cause(
    rich: Staged, full: float | None, ends: float, bearing: Bearing
) -> None:
    result = a_result(rich[1], {"random": ends}, full=full)
    assert checked(rich, result=result)[ROOM].bearing is bearing


def test_with_enough_trials_it_says_how_many_more_it_would_take(rich: Staged) -> None:
    row = rich[1]
    flat = a_result(row, dict.fromkeys(row.plan.criteria, 0.3), trials=6)
    uneven = {12: dict.fromkeys(range(6), 0.3), 18: dict.fromkeys(range(6), 0.3)}
    uneven[24] = dict(enumerate((0.33, 0.30, 0.33, 0.30, 0.33, 0.29)))
    curves = tuple(
        a_curve(curve.criterion, uneven if curve.criterion == "unc" else uneven | {24: uneven[18]})
        for curve in flat.curves
    )
    one = checked(rich, result=dataclasses.replace(flat, curves=curves))[FEW]
    assert (one.bearing, one.found) == (
        Bearing.LIKELY,
        "trials needed to detect it four times out of five: unc about 18; there are 6",
    )


def test_labels_that_are_not_there_any_more_leave_a_question(rich: Staged) -> None:
    place, row = rich
    found = checked((place, dataclasses.replace(row, id=CampaignId("gone.000000"))))
    assert found[POOR].bearing is found[UNSEEN].bearing is Bearing.OPEN
    assert found[POOR].found.startswith("the labels cannot be read: ")


def test_there_is_no_checklist_where_everything_is_better_than_random(rich: Staged) -> None:
    place, row = rich
    ends = {name: 0.3 if name == "random" else 0.6 for name in row.plan.criteria}
    result = a_result(row, ends, trials=6)
    assert checklist(place, row, result, standings(row.plan, result), picks={}) == ()


def test_findings_of_a_real_campaign_hold_together(finished: Staged) -> None:
    place, row = finished
    found = findings(place, row.name)
    assert found.campaign.id == row.id
    assert found.standings.not_better == tuple(name for name in row.plan.criteria if name != "random")
    assert found.headline[0].startswith("NOT shown to be better than random: ag (")
    assert found.checklist[0].bearing is Bearing.LIKELY
    # Its smallest budget is 20 % of the images: a claim about 10 % is not about it.
    assert {one.key for one in found.claims} >= {"full-20", "votes", "delta-ag"}
    assert "full-10" not in {one.key for one in found.claims}
    assert Verdict.HOLDS not in {one.verdict for one in found.claims if one.trials}
    assert [(one.trial, one.round, one.counts) for one in found.votes] == [
        (seen.trial, seen.picked.round, tuple(seen.tables.votes.tolist())) for seen in load_agreements(place, row.name)
    ]


def test_picks_that_are_known_are_not_read_again(finished: Staged) -> None:
    place, row = finished
    with place.store():
        known = picks_of(place, row, row.plan.criteria, known={})
    votes = np.array((1, 0, 0, 0, 0, 0))
    changed = {
        key: replace(one, agreement=dataclasses.replace(one.agreement, votes=votes)) for key, one in known.items()
    }
    assert {one.counts for one in findings(place, row.name, picks=changed).votes} == {(1, 0, 0, 0, 0, 0)}


def test_a_campaign_that_has_not_begun_has_nothing_to_say_and_says_so(rich: Staged) -> None:
    place, row = rich  # its rounds are on disk, but no station has told the store
    found = findings(place, row.name)
    assert found.headline[0].startswith("No comparison with random yet")
    assert {one.verdict for one in found.claims if one.key not in {"votes", "delta-ag"}} == {Verdict.UNKNOWN}


def test_a_slip_of_the_pen_is_refused(finished: Staged) -> None:
    place, row = finished
    with pytest.raises(NoSuchName):
        findings(place, "tinny")
    with pytest.raises(UsageError):
        findings(place, row.name, classes=["unicorn"])
