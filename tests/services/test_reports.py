"""What curves, agreement, cost and comparison say of small real campaigns."""

import dataclasses
import json
import shutil
from itertools import combinations

import pytest
from msgspec import structs

from campaigns.core.events import Evaluated, Event, RoundStarted
from campaigns.core.ids import JobId
from campaigns.errors import BadData, BadHome, NoSuchName, NotNow, UsageError
from campaigns.home.files import read_json
from campaigns.home.journal import Recorded
from campaigns.reporting.series import Axis
from campaigns.selection.criteria import PAPER
from campaigns.services.campaigns.recipe import recipe_differences, recipe_text
from campaigns.services.results.agreement import AgreementOf, images_with_votes, load_agreements, shared_images
from campaigns.services.results.compare import compare_campaigns
from campaigns.services.results.cost import load_cost
from campaigns.services.results.curves import load_curves
from campaigns.services.results.picks import load_picks
from campaigns.services.results.rounds import load_rounds
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import add_attempt, ingest
from campaigns.store.rows import CampaignRow
from tests.stage import perform_job, tiny
from tests.store.rows import an_attempt

Staged = tuple[Workspace, CampaignRow]


def seen(staged: Staged, **arm: int | str) -> tuple[AgreementOf, ...]:
    place, row = staged
    return load_agreements(place, row.name, **arm)  # type: ignore[arg-type]


def test_curves_tell_what_each_budget_took(finished: Staged) -> None:
    place, row = finished
    (curve,) = load_curves(place, row.name, criteria=("random",)).curves
    assert curve.criterion == "random"
    found = [row for row in load_cost(place, row.name).rounds if row.job in {"baseline-t0", "arm-t0-random"}]
    stored = sum(row.seconds for row in found if (row.job, row.round) != ("arm-t0-random", 0))
    ready = sum(row.prepare or 0.0 for row in found if (row.job, row.round) == ("arm-t0-random", 0))
    assert ready > 0
    assert curve.points[-1].seconds == pytest.approx(stored + ready)
    assert [point.numbers for point in curve.points] == [(0,)] * 3
    assert [point.x(Axis.DECISIONS) for point in curve.points] == [n * len(row.plan.classes) for n in (12, 18, 24)]


def test_curves_of_some_criteria_come_in_the_campaigns_order_and_unknown_ones_are_refused(finished: Staged) -> None:
    place, row = finished
    found = load_curves(place, row.name, criteria=("random", "ag"))
    assert [curve.criterion for curve in found.curves] == ["ag", "random"]
    with pytest.raises(NoSuchName) as caught:
        load_curves(place, row.name, criteria=("ag", "randm"))
    assert caught.value.hint == "did you mean 'random'?"


def test_agreement_comes_round_by_round_beginning_at_the_shared_baseline(rich: Staged) -> None:
    place, row = rich
    found = seen(rich, criterion="sepmin", trial=1)
    assert [(one.trial, one.picked.criterion, one.picked.round, one.labelled) for one in found] == [
        (1, None, 0, 12), (1, "sepmin", 1, 18)
    ]  # fmt: skip
    said = read_json(place.home.campaign(row.id).job("arm-t1-sepmin").round(1).picks)
    assert found[1].tables.overlap.tolist() == said["agreement"]["overlap"]
    second = found[1].picked
    assert (second.n, second.pool, second.criteria) == (6, 42, tuple(PAPER))
    assert [one.picked.criterion for one in seen(rich)] == [None, "ag"]


def test_an_arm_leaves_the_same_agreement_in_round_0_as_its_baseline(rich: Staged) -> None:
    place, row = rich
    paths = place.home.campaign(row.id)
    said = [read_json(paths.job(job).round(0).picks)["agreement"] for job in ("baseline-t0", "arm-t0-unc")]
    assert said[0] == said[1]


def test_one_round_can_be_asked_for(rich: Staged) -> None:
    assert seen(rich, round_=1) == seen(rich)[1:]
    with pytest.raises(UsageError) as caught:
        seen(rich, round_=2)
    assert caught.value.hint == "rounds 0 to 1 do"


def test_agreement_is_read_anew_when_a_round_has_written_it_anew(place: Workspace) -> None:
    row = tiny(place)
    assert seen((place, row)) == ()
    with pytest.raises(NotNow, match="has not ranked its pool in round 0 yet"):
        seen((place, row), round_=0)
    perform_job(place, row, row.plan.jobs[0])
    (first,) = seen((place, row))
    assert seen((place, row))[0] is not first
    assert seen((place, row)) == (first,)
    path = place.home.campaign(row.id).job("baseline-t0").round(0).picks
    path.write_text(json.dumps(read_json(path) | {"pool": 47}), encoding="utf-8")
    assert seen((place, row)) == (dataclasses.replace(first, picked=structs.replace(first.picked, pool=47)),)


@pytest.mark.parametrize("round_", [0, 1])
def test_images_that_two_criteria_share_are_as_many_as_the_overlap_says(rich: Staged, round_: int) -> None:
    place, row = rich
    one = seen(rich, criterion="vote")[round_]
    where = {"trial": 0, "criterion": "vote", "round_": round_}
    for (s, first), (t, second) in combinations(enumerate(one.picked.criteria), 2):
        shared = shared_images(place, row.name, **where, first=first, second=second)  # type: ignore[arg-type]
        assert len(shared) == len(set(shared)) == one.tables.overlap[s, t]
        other = shared_images(place, row.name, **where, first=second, second=first)  # type: ignore[arg-type]
        assert set(shared) == set(other)


def test_what_a_criterion_shares_with_itself_are_its_picks(rich: Staged) -> None:
    place, row = rich
    found = shared_images(place, row.name, trial=1, criterion="unc", round_=1, first="unc", second="unc")
    assert found == load_picks(place, row.name, criterion="unc", trial=1, round_=1).picked.images


def test_images_with_votes_are_all_that_any_criterion_wants(rich: Staged) -> None:
    place, row = rich
    one = seen(rich)[1]
    groups = [
        images_with_votes(place, row.name, trial=0, criterion=None, round_=1, votes=votes) for votes in range(1, 7)
    ]
    assert list(map(len, groups)) == one.tables.votes.tolist()
    assert len({image for group in groups for image in group}) == one.tables.votes.sum()
    for pick in load_picks(place, row.name, criterion="ag", trial=0, round_=1).picked.picks:
        assert pick.image in groups[pick.votes - 1]


def test_images_that_there_are_none_of_are_refused(rich: Staged, place: Workspace) -> None:
    home, row = rich
    where = {"trial": 0, "criterion": None, "round_": 0}
    with pytest.raises(NoSuchName) as caught:
        shared_images(home, row.name, **where, first="unc", second="sepmix")  # type: ignore[arg-type]
    assert "sepmax" in caught.value.hint or "sepmin" in caught.value.hint
    with pytest.raises(UsageError, match="no image has 7 votes"):
        images_with_votes(home, row.name, **where, votes=7)  # type: ignore[arg-type]
    new = tiny(place)
    with pytest.raises(NotNow):
        images_with_votes(place, new.name, **where, votes=1)  # type: ignore[arg-type]
    perform_job(place, new, new.plan.jobs[0])
    scores = place.home.campaign(new.id).job("baseline-t0").round(0).scores
    scores.write_bytes(scores.read_bytes()[:100])
    with pytest.raises(BadData, match="missing or damaged"):
        images_with_votes(place, new.name, **where, votes=1)  # type: ignore[arg-type]


def test_cost_holds_the_store_and_what_rounds_have_written_down(finished: Staged) -> None:
    place, row = finished
    found = load_cost(place, row.name)
    stored = {(job.job.id, one.number): one for job, one in load_rounds(place, row.name).rounds}
    extra = {(JobId(f"arm-t0-{name}"), 0) for name in row.plan.criteria}
    assert {(one.job, one.round) for one in found.rounds} == set(stored) | extra
    assert {one.slot for one in found.rounds} == {"cpu"}
    assert found.gpu_hours == 0
    assert [one.criterion for one in found.criteria] == list(PAPER)
    assert found.score_pass is not None
    assert found.one is not None
    assert found.ag is not None
    assert found.score_pass < found.one < found.ag
    assert not found.is_ag_bound
    assert found.delta_ag_percent == pytest.approx(100 * (found.ag - found.one) / found.one)


def test_a_frozen_recipe_is_given_as_it_was_frozen(finished: Staged) -> None:
    place, row = finished
    assert recipe_text(place, row.name) == place.home.campaign(row.id).recipe.read_text()


def test_a_recipe_whose_folder_is_gone_is_named(place: Workspace) -> None:
    row = tiny(place)
    shutil.rmtree(place.home.campaign(row.id).folder)
    with pytest.raises(BadHome, match=r"recipe\.toml"):
        recipe_text(place, row.name)


def test_only_keys_that_differ_are_differences(place: Workspace) -> None:
    tiny(place, name="one")
    tiny(place, "protocol.seed=8", 'criteria.names=["unc"]', "model.backbone=resnet18", name="two")
    found = {one.key: one.values for one in recipe_differences(place, ["one", "two", "one"])}
    assert set(found) == {"protocol.seed", "criteria.names", "model.backbone"}
    assert found["criteria.names"] == ('["ag", "random"]', '["unc"]', '["ag", "random"]')
    assert found["model.backbone"][1] == "resnet18"
    assert recipe_differences(place, ["one", "one"]) == ()


def test_campaigns_side_by_side_show_the_last_budget_that_all_trials_have(finished: Staged) -> None:
    place, row = finished
    found = compare_campaigns(place, [row.name, row.id])
    assert [one.id for one in found.rows] == [row.id, row.id]
    assert found.taken == (("ag", 24), ("ag", 24))
    stored = {(job.job.id, one.number): one for job, one in load_rounds(place, row.name).rounds}
    ap = stored[JobId("arm-t0-ag"), 2].per_class
    assert [(bars.name, bars.values) for bars in found.per_class] == [
        (name, (value, value)) for name, value in zip(row.plan.classes, ap, strict=True)
    ]
    assert found.results[0] == load_curves(place, row.name)
    assert found.differences == ()


def test_a_budget_that_some_trial_has_not_measured_is_not_compared(place: Workspace) -> None:
    row = tiny(place, "protocol.trials=2", name="two")
    classes = len(row.plan.classes)
    said = [
        ("baseline-t0", 0, 12, 0.25), ("baseline-t1", 0, 12, 0.75),
        ("arm-t0-ag", 1, 18, 0.5), ("arm-t0-random", 1, 18, 0.5), ("arm-t1-random", 1, 18, None),
    ]  # fmt: skip
    with place.store() as store:
        for job, number, labelled, ap in said:
            attempt = an_attempt(row, job)
            add_attempt(store, attempt)
            events: list[Event] = [
                RoundStarted(number, labelled, 2),
                Evaluated(number, ap, (ap,) * (classes - 1) + (None,), 1.0),
            ]
            ingest(store, attempt, [Recorded(at, 0.0, event) for at, event in enumerate(events)], offset=1)
    compared = compare_campaigns(place, ["two"])
    assert compared.taken == (("ag", 12),)
    assert [bars.values for bars in compared.per_class] == [(0.5,)] * (classes - 1) + [(None,)]


def test_a_named_criterion_alone_is_compared(finished: Staged) -> None:
    place, row = finished
    found = compare_campaigns(place, [row.name], criterion="random", classes=row.plan.classes[:1])
    assert found.taken == (("random", 24),)
    assert [curve.criterion for curve in found.results[0].curves] == ["random"]
    assert [bars.name for bars in found.per_class] == [row.plan.classes[0]]
    with pytest.raises(NoSuchName):
        compare_campaigns(place, [row.name], criterion="unc")
    with pytest.raises(UsageError, match="have a class 'zebra'"):
        compare_campaigns(place, [row.name], classes=("zebra",))
    with pytest.raises(UsageError, match="nothing to compare"):
        compare_campaigns(place, [])


def test_a_campaign_that_has_measured_nothing_leaves_its_place_empty(place: Workspace) -> None:
    tiny(place, name="one")
    tiny(place, 'criteria.names=["unc"]', name="two")
    found = compare_campaigns(place, ["one", "two"], criterion="unc")
    assert found.taken == (None, None)
    assert {bars.values for bars in found.per_class} == {(None, None)}
    assert [[curve.criterion for curve in one.curves] for one in found.results] == [[], ["unc"]]
