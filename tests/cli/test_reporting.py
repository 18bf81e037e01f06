"""Commands that say what came of a campaign, on one that is done."""

import json
from pathlib import Path

import pytest

from campaigns.selection.criteria import PAPER
from campaigns.services.campaigns.recipe import recipe_text
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import ESCAPES, call, good, refused
from tests.stage import tiny

Finished = tuple[Workspace, CampaignRow]

REPORTING = (
    ("agreement", "agreement", "tiny"),
    ("agreement", "agreement", "tiny", "--criterion", "random", "--trial", "0", "--round", "1"),
    ("cost", "cost", "tiny"),
    ("comparison", "compare", "tiny", "tiny"),
    ("comparison", "compare", "tiny", "--criterion", "random", "--classes", "disc, star"),
    ("recipe", "recipe", "tiny"),
    ("recipe", "recipe", "tiny", "--against", "tiny"),
    ("result", "show", "tiny", "--x", "seconds", "--absolute", "--criteria", "ag"),
    ("result", "show", "tiny", "--x", "gpu-hours"),
    ("logs", "logs", "tiny", "--attempt", "1", "--out", "RoundDone"),
)


@pytest.fixture
def home(finished: Finished) -> Workspace:
    return finished[0]


@pytest.mark.parametrize("command", REPORTING, ids=lambda command: " ".join(command[1:]))
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


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("agreement", "tiny", "--criterion", "rndom"), "did you mean 'random'?"),
        (("agreement", "tiny", "--trial", "3"), "trials are 0 to 0"),
        (("agreement", "tiny", "--round", "2"), "rounds 0 to 1 do"),
        (("cost", "tinny"), "did you mean 'tiny'?"),
        (("compare", "tiny", "tinny"), "did you mean 'tiny'?"),
        (("compare", "tiny", "--criterion", "adg"), "did you mean 'ag'?"),
        (("compare", "tiny", "--classes", "diisc"), "did you mean 'disc'?"),
        (("recipe", "tinny"), "did you mean 'tiny'?"),
        (("recipe", "tiny", "--against", "tinny"), "did you mean 'tiny'?"),
        (("show", "tiny", "--criteria", "agg"), "did you mean 'ag'?"),
        (("show", "tiny", "--x", "weeks"), "'gpu-hours'"),
        (("logs", "tiny", "--out", "("), "is not a regular expression"),
        (("logs", "tiny", "--attempt", "2"), "the last one is 1"),
        (("logs", "tiny", "--attempt", "0"), "--attempt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_slip_is_refused_with_a_next_step(home: Workspace, words: tuple[str, ...], hint: str) -> None:
    assert hint in refused(home, 2, *words).err


def test_agreement_has_a_line_a_round_and_a_cell_for_every_pair(home: Workspace) -> None:
    found = call(home, "agreement", "tiny", "--json").json("agreement")["rounds"]
    assert [(one["round"], one["criterion"], one["n"], one["pool"]) for one in found] == [
        (0, None, 6, 48),
        (1, "ag", 6, 42),
    ]
    assert found[0]["criteria"] == list(PAPER)
    assert sum(votes * count for votes, count in enumerate(found[0]["agreement"]["votes"], start=1)) == 6 * len(PAPER)
    lines = good(home, "agreement", "tiny", "--round", "1").splitlines()
    cells = dict(zip(PAPER, found[1]["agreement"]["overlap"], strict=True))
    for name, row in cells.items():
        assert [name, *map(str, row)] in [line.split() for line in lines]


def test_a_pool_a_curve_and_a_cost_have_one_form_wherever_they_are_asked_for(home: Workspace, tmp_path: Path) -> None:
    good(home, "report", "tiny", "--format", "json", "--out", str(tmp_path))
    report = json.loads((tmp_path / "tiny.json").read_text(encoding="utf-8"))
    pools = call(home, "agreement", "tiny", "--json").json("agreement")["rounds"]
    assert [one for one in report["agreement"] if one["criterion"] in {None, "ag"}] == pools
    picks = call(home, "picks", "tiny", "--round", "1", "--json").json("picks")
    assert {key: picks[key] for key in pools[1]} == pools[1]
    shown = call(home, "show", "tiny", "--json").json("result")
    assert (report["result"], report["campaign"]["plan"]) == (shown["result"], shown["plan"])
    spent = call(home, "cost", "tiny", "--json").json("cost")
    assert {key: spent[key] for key in report["cost"]} == report["cost"]


def test_before_any_round_agreement_says_so(place: Workspace) -> None:
    tiny(place)
    assert "no round has ranked its pool yet" in good(place, "agreement", "tiny")
    assert call(place, "agreement", "tiny", "--json").json("agreement")["rounds"] == []


def test_cost_prints_the_papers_table(home: Workspace) -> None:
    found = call(home, "cost", "tiny", "--json").json("cost")
    choosing = found["choosing"]
    lines = [line.split() for line in good(home, "cost", "tiny").splitlines()]
    for one in choosing["criteria"]:
        assert [one["criterion"].upper(), f"{one['seconds']:.4f}"] in [line[:2] for line in lines]
    assert ["AG", f"{choosing['ag_seconds']:.4f}"] in [line[:2] for line in lines]
    assert ["ΔAG", "(%)", f"{choosing['delta_ag_percent']:.3f}"] in lines
    assert found["seconds"] == pytest.approx(
        sum(value or 0 for row in found["rounds"] for key, value in row.items() if key.endswith("_seconds"))
    )


def test_cost_before_anything_has_run_is_nothing(place: Workspace) -> None:
    tiny(place)
    found = call(place, "cost", "tiny", "--json").json("cost")
    assert (found["seconds"], found["rounds"], found["choosing"]["criteria"]) == (0, [], [])
    assert "0 s of work in 0 rounds" in good(place, "cost", "tiny")


def test_a_recipe_is_printed_as_it_was_frozen(home: Workspace) -> None:
    text = recipe_text(home, "tiny")
    assert good(home, "recipe", "tiny") == text
    assert call(home, "recipe", "tiny", "--json").json("recipe")["toml"] == text


def test_recipes_differ_in_what_was_set(place: Workspace) -> None:
    tiny(place, name="one")
    tiny(place, "protocol.seed=99", name="two")
    found = call(place, "recipe", "one", "--against", "two", "--json").json("recipe")
    assert [(one["key"], one["values"][1]) for one in found["differences"]] == [("protocol.seed", "99")]
    text = good(place, "recipe", "one", "--against", "two")
    assert "protocol.seed" in text
    assert "protocol.trials" not in text
    assert found["differences"] == call(place, "compare", "one", "two", "--json").json("comparison")["differences"]


def test_compared_campaigns_have_their_curves_and_every_class(home: Workspace, finished: Finished) -> None:
    found = call(home, "compare", "tiny", "tiny", "--json").json("comparison")
    shown = call(home, "show", "tiny", "--json").json("result")["result"]
    assert [one["result"] for one in found["campaigns"]] == [shown, shown]
    assert [one["taken"] for one in found["campaigns"]] == [{"criterion": "ag", "labelled": 24}] * 2
    assert [one["class"] for one in found["per_class"]] == list(finished[1].plan.classes)


def test_budgets_are_counted_as_asked(home: Workspace, finished: Finished) -> None:
    classes = len(finished[1].plan.classes)
    text = good(home, "show", "tiny", "--x", "decisions")
    assert ["criterion", *(str(n * classes) for n in (12, 18, 24))] in [line.split() for line in text.splitlines()]
    last = call(home, "show", "tiny", "--json").json("result")["result"]["curves"][0]["points"][-1]
    assert last["decisions"] == 24 * classes
    assert last["gpu_seconds"] == 0 < last["seconds"]
    absolute = good(home, "show", "tiny", "--absolute")
    assert f"{100 * last['mean']:.1f}" in absolute
    assert f"({last['relative_percent']:.1f} %)" not in absolute


def test_only_the_curves_that_were_asked_for_are_shown(home: Workspace) -> None:
    found = call(home, "show", "tiny", "--criteria", "random", "--json").json("result")["result"]["curves"]
    assert [curve["criterion"] for curve in found] == ["random"]


def test_lines_of_a_log_can_be_left_out(home: Workspace) -> None:
    everything = call(home, "logs", "tiny", "--json").json("logs")["lines"]
    found = call(home, "logs", "tiny", "--attempt", "1", "--out", "^.* epoch ", "--json").json("logs")["lines"]
    assert found == [line for line in everything if " epoch " not in line["text"]]
    assert 0 < len(found) < len(everything)
