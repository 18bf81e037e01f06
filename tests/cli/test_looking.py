"""Commands that only look, on a campaign that is done."""

import pytest

from campaigns.core.plan import Plan
from campaigns.recipe.metrics import METRICS
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import ESCAPES, call, good, refused

Finished = tuple[Workspace, CampaignRow]

LOOKING = (
    ("campaigns", "list"),
    ("result", "show", "tiny"),
    ("result", "show", "tiny", "--classes", "disc, star"),
    ("rounds", "rounds", "tiny"),
    ("picks", "picks", "tiny"),
    ("picks", "picks", "tiny", "--criterion", "random", "--round", "1", "--limit", "2"),
    ("logs", "logs", "tiny"),
    ("logs", "logs", "tiny", "--follow", "--job", "full", "--grep", "peak"),
    ("state", "wait", "tiny"),
    ("data", "data", "list"),
    ("data_check", "data", "check", "shapes"),
    ("recipes", "recipes"),
    ("doctor", "doctor"),
    ("result", "run", "tiny"),
)


@pytest.fixture
def home(finished: Finished) -> Workspace:
    return finished[0]


@pytest.fixture
def plan(finished: Finished) -> Plan:
    return finished[1].plan


def test_show_says_what_the_next_labels_may_buy(home: Workspace, plan: Plan) -> None:
    outlook = call(home, "show", "tiny", "--target", "1", "--json").json("result")["forecast"]
    assert (outlook["criterion"], outlook["rounds"], outlook["labelled"], outlook["advice"]) == (
        "ag",
        3,
        24,
        "too early",
    )
    assert outlook["ahead"][0]["horizon"] == "batch"
    assert outlook["ahead"][0]["price"]["decisions"] == outlook["ahead"][0]["price"]["images"] * len(plan.classes)
    assert outlook["target"]["value"] == 1
    assert outlook["target"]["searched_to"] == plan.train_images
    unreached = f"; 100.0 % is not reached within {plan.train_images} images"
    text = " ".join(good(home, "show", "tiny", "--target", "1").split())
    assert outlook["sentence"] in text
    assert call(home, "run", "tiny", "--json").json("result")["forecast"] == outlook | {
        "target": None, "sentence": outlook["sentence"].replace(unreached, "")
    }  # fmt: skip
    assert call(home, "show", "tiny", "--target", "1.5").code == 2


@pytest.mark.parametrize("command", LOOKING, ids=lambda command: " ".join(command[1:]))
def test_stdout_is_one_documented_object_with_json_and_plain_text_without(
    home: Workspace, command: tuple[str, ...]
) -> None:
    kind, *words = command
    found = call(home, *words, "--json")
    assert found.code == 0, found
    found.json(kind)
    text = good(home, *words)
    assert text.strip()
    assert not ESCAPES.search(text + found.err)


def test_a_result_holds_the_campaign_its_jobs_and_a_curve_for_every_criterion(home: Workspace, plan: Plan) -> None:
    found = call(home, "show", "tiny", "--json").json("result")
    assert (found["name"], found["state"], found["progress"]) == ("tiny", "done", 1)
    assert found["plan"]["criteria"] == ["ag", "random"]
    assert {(job["job"], job["state"]) for job in found["jobs"]} == {(job.id, "done") for job in plan.jobs}
    curves = {curve["criterion"]: curve["points"] for curve in found["result"]["curves"]}
    assert set(curves) == {"ag", "random"}
    assert all([point["labelled"] for point in points] == [12, 18, 24] for points in curves.values())
    point = curves["ag"][0]
    spent = {"decisions", "seconds", "gpu_seconds"}
    assert set(point) == {"labelled", "values", "trial_numbers", "mean", "sd", "relative_percent"} | spent
    assert (point["values"], point["sd"]) == ([point["mean"]], None)
    assert point["relative_percent"] == pytest.approx(100 * point["mean"] / found["result"]["full"])
    assert curves["ag"][0] == curves["random"][0], "the baseline is shared"


def test_show_draws_the_curves_and_the_same_numbers(home: Workspace) -> None:
    text = good(home, "show", "tiny")
    last = call(home, "show", "tiny", "--json").json("result")["result"]["curves"][0]["points"][-1]
    assert f"{100 * last['mean']:.1f} ({last['relative_percent']:.1f} %)" in text
    assert "labelled images" in text
    assert "tiny: wildcat tiny on shapes" in text


def test_classes_change_what_the_mean_is_over(home: Workspace, plan: Plan) -> None:
    one = call(home, "show", "tiny", "--classes", plan.classes[0], "--json").json("result")["result"]
    rounds = call(home, "rounds", "tiny", "--json").json("rounds")["rounds"]
    full = next(row for row in rounds if row["kind"] == "full")
    assert one["classes"] == [plan.classes[0]]
    assert one["full"] == full["per_class"][plan.classes[0]]


def test_rounds_have_every_class_and_seconds(home: Workspace, plan: Plan) -> None:
    found = call(home, "rounds", "tiny", "--json").json("rounds")
    rows = [(row["job"], row["round"], row["labelled"]) for row in found["rounds"]]
    arms = [(f"arm-t0-{name}", number, 12 + 6 * number) for name in ("ag", "random") for number in (1, 2)]
    assert sorted(rows) == sorted([("baseline-t0", 0, 12), ("full", 0, 60), *arms])
    for row in found["rounds"]:
        assert set(row["per_class"]) == set(plan.classes)
        assert row["further"].keys() == {name for name, each in METRICS.ours.items() if each.link == "sigmoid"} - {
            "map"
        }
        assert 0 <= row["value"] <= 1
        assert row["train_seconds"] > 0
        assert row["state"] == "done"


def test_picks_say_why_each_image_was_chosen(home: Workspace, plan: Plan) -> None:
    found = call(home, "picks", "tiny", "--json").json("picks")
    assert (found["criterion"], found["trial"], found["round"], found["n"], found["pool"]) == ("ag", 0, 0, 6, 48)
    assert len(found["picks"]) == 6
    for pick in found["picks"]:
        assert set(pick) == {"place", "image", "value", "list", "turn", "ranks", "votes", "probabilities"}
        assert len(pick["probabilities"]) == len(plan.classes)
    text = good(home, "picks", "tiny")
    assert all(pick["image"] in text for pick in found["picks"])


def test_a_limit_leaves_out_lines_not_json(home: Workspace) -> None:
    everything = call(home, "picks", "tiny", "--limit", "1", "--json").json("picks")["picks"]
    text = good(home, "picks", "tiny", "--limit", "1")
    assert [pick["image"] in text for pick in everything] == [True] + [False] * 5


def test_logs_come_with_job_and_attempt_and_can_be_searched(home: Workspace) -> None:
    lines = call(home, "logs", "tiny", "--grep", "peak memory", "--json").json("logs")["lines"]
    assert sorted(line["job"] for line in lines) == ["arm-t0-ag", "arm-t0-random", "baseline-t0", "full"]
    assert {line["attempt"] for line in lines} == {1}
    text = good(home, "logs", "tiny", "--grep", "peak memory", "--job", "full")
    assert text.startswith("full#1 ")
    assert text.count("\n") == 1


def test_a_list_has_a_line_a_campaign(home: Workspace) -> None:
    (line,) = call(home, "list", "--json").json("campaigns")["campaigns"]
    jobs = {"done": 4, "failed": 0, "running": 0, "all": 4}
    assert (line["name"], line["state"], line["job_counts"]) == ("tiny", "done", jobs)
    if line["best"] is not None:  # nothing is said where random is not beaten
        best = line["best"]
        assert (best["criterion"], best["labelled"], best["trials"]) == ("ag", 24, 1)
        assert best["gap"] > 0
    assert (line["progress"], line["seconds_left"]) == (1, None)
    assert line["touched"] > line["created"]
    assert "tiny" in good(home, "list")


def test_an_empty_home_says_how_to_begin(place: Workspace) -> None:
    assert "alwsl-tui demo" in good(place, "list")
    assert call(place, "list", "--json").json("campaigns")["campaigns"] == []


def test_running_what_is_done_shows_it_again(home: Workspace) -> None:
    text = good(home, "run", "tiny", "--headless")
    assert "labelled images" in text
    assert "criterion" in text


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("show", "tinny"), "did you mean 'tiny'?"),
        (("rounds", "tinny"), "did you mean 'tiny'?"),
        (("wait", "tinny"), "did you mean 'tiny'?"),
        (("pause", "tinny"), "did you mean 'tiny'?"),
        (("delete", "tinny", "--yes"), "did you mean 'tiny'?"),
        (("picks", "tiny", "--criterion", "rndom"), "did you mean 'random'?"),
        (("picks", "tiny", "--trial", "7"), "trials are 0 to 0"),
        (("picks", "tiny", "--round", "2"), "rounds 0 to 1 do"),
        (("logs", "tiny", "--job", "fulll"), "did you mean 'full'?"),
        (("logs", "tiny", "--grep", "("), "is not a regular expression"),
        (("show", "tiny", "--classes", "diisc"), "did you mean 'disc'?"),
        (("data", "check", "shapess"), "did you mean 'shapes'?"),
        (("pause", "tiny"), "tiny is done"),
        (("start", "tiny"), "tiny is done"),
        (("cancel", "tiny"), "tiny is done"),
        (("resume", "tiny"), "tiny is done"),
        (("retry", "tiny"), "nothing in tiny has failed"),
        (("delete", "tiny"), "--yes"),
        (("run", "tiny", "--set", "protocol.trials=2"), "is frozen"),
        (("lst",), "Did you mean 'list'?"),
        (("list", "--jsonn"), "No such option: --jsonn"),
        (("picks", "tiny", "--limit", "0"), "--limit"),
        (("data",), "Missing command"),
        ((), "alwsl-tui demo"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_slip_is_refused_with_a_next_step(home: Workspace, words: tuple[str, ...], hint: str) -> None:
    groups = {(), ("data",)}
    found = call(None, *words) if words in groups else call(home, *words)
    assert (found.code, found.out.strip()) == (2, ""), found
    assert hint in found.err
    assert "\nnext: " in found.err


def test_the_same_slip_is_an_object_for_programs(home: Workspace) -> None:
    refused(home, 2, "show", "tinny")
    refused(home, 2, "show", "tiny", "--bogus")
    assert call(home, "delete", "tiny", "--json").json("error")["hint"] == "give --yes as well"
