"""How a campaign computes is decided once, when it is created, by a table; no clock and no load can change it."""

import time
import tomllib
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from campaigns.errors import BadRecipe, NoDevice
from campaigns.recipe import BACKBONES, ModelSpec
from campaigns.services.campaigns.arithmetic import (
    Processor,
    best_precision,
    require_precision,
    this_processor,
)
from campaigns.services.campaigns.choice import CampaignChoice
from campaigns.services.campaigns.draft import draft_campaign
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.workspace import Workspace
from tests.cli.calling import call, good
from tests.stage import TINY

PLAIN = Processor("cpu", frozenset({"avx2", "avx512f"}))
ZEN5 = Processor("cpu", frozenset({"avx2", "avx512f", "avx512_bf16"}))
XEON = Processor("cpu", frozenset({"avx512f", "amx_bf16", "avx512_fp16"}))
GRACE = Processor("cpu", frozenset({"asimd", "asimdhp", "bf16"}))
UNKNOWN, PASCAL, VOLTA, TURING = (Processor("cuda", capability=c) for c in ((0, 0), (6, 1), (7, 0), (7, 5)))
AMPERE, HOPPER = (Processor("cuda", capability=capability) for capability in ((8, 0), (9, 0)))

DENSE = (
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "vgg16", "deeplab_resnet50", "deeplab_resnet101",
)  # fmt: skip
BEST = {
    PLAIN: "float32", ZEN5: "bfloat16", XEON: "bfloat16", GRACE: "bfloat16",
    UNKNOWN: "float32", PASCAL: "float32", VOLTA: "float16", TURING: "float16", AMPERE: "bfloat16", HOPPER: "bfloat16",
}  # fmt: skip
"""What a dense backbone of some size trains in."""


def model(backbone: str, size: int, training: Any = "finetune") -> ModelSpec:
    return ModelSpec(kind="wildcat", backbone=backbone, weights="none", image_size=size, training=training)


def rows() -> Iterator[tuple[ModelSpec, Processor, str]]:
    """The whole table: model, processor, precision."""
    for backbone, size, processor in product(BACKBONES, (32, 63, 64, 224, 448), BEST):
        gains = backbone in DENSE and size >= 64
        yield model(backbone, size), processor, BEST[processor] if gains else "float32"
        yield model(backbone, size, "frozen"), processor, "float32"


def test_the_rule_is_a_table() -> None:
    table = list(rows())
    assert [best_precision(spec, processor)[0] for spec, processor, _ in table] == [row[2] for row in table]
    assert {precision for *_, precision in table} == {"float32", "bfloat16", "float16"}


@pytest.mark.parametrize(
    ("spec", "processor", "words"),
    [
        (model("resnet18", 224, "frozen"), ZEN5, "only the head trains"),
        (model("tiny", 64), ZEN5, "tiny gains too little from a lower precision"),
        (model("resnet18", 32), ZEN5, "below 64 pixels a lower precision gains too little"),
        (model("resnet18", 224), ZEN5, "this processor has units for it"),
        (model("resnet18", 224), PLAIN, "this processor has no units for bfloat16"),
        (model("resnet18", 224), HOPPER, "the GPU (compute capability 9.0) has units for it"),
        (model("resnet18", 224), PASCAL, "the GPU (compute capability 6.1) has no units for bfloat16 or float16"),
    ],
)
def test_a_person_is_told_why(spec: ModelSpec, processor: Processor, words: str) -> None:
    assert best_precision(spec, processor)[1] == words


@pytest.mark.parametrize(
    ("precision", "processor"), [("bfloat16", PLAIN), ("float16", ZEN5), ("bfloat16", TURING), ("float16", PASCAL)]
)
def test_a_precision_that_would_be_emulated_is_refused(precision: str, processor: Processor) -> None:
    with pytest.raises(NoDevice, match=f"run.precision is {precision}, and .* has no units for it") as caught:
        require_precision(model("resnet18", 224), precision, processor)
    assert caught.value.hint == "use --set run.precision=auto"


@pytest.mark.parametrize("processor", BEST)
def test_float32_and_what_a_device_has_units_for_are_not_refused(processor: Processor) -> None:
    for precision in ("float32", BEST[processor]):
        require_precision(model("tiny", 32), precision, processor)
    require_precision(model("resnet18", 224, "frozen"), "float32", processor)


def test_a_lower_precision_of_a_head_that_trains_alone_is_refused(place: Workspace) -> None:
    with pytest.raises(BadRecipe, match="the head of a frozen backbone always computes in float32"):
        create_campaign(place, "smoke", overrides=[*TINY, "model.training=frozen", "run.precision=bfloat16"])


def frozen(place: Workspace, name: str) -> dict[str, Any]:
    """What the recipe of that campaign says of how it runs; the campaign is made."""
    overrides = [*TINY, "run.threads=0", "model.backbone=resnet18", "model.image_size=64"]
    created = create_campaign(place, "smoke", overrides=overrides, name=name)
    assert created.arithmetic is not None
    run: dict[str, Any] = tomllib.loads(created.paths.recipe.read_text())["run"]
    assert (run["precision"], run["threads"]) == (created.arithmetic.precision, created.arithmetic.threads)
    return run


def test_no_clock_changes_what_is_frozen(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    calm, ticks = frozen(place, "calm"), iter(range(1_000_000))
    # As on a machine that gets slower and slower: each look at the clock finds that twice as much time has passed.
    for name in ("perf_counter", "monotonic"):
        monkeypatch.setattr(time, name, lambda: 1.01 ** next(ticks))
    busy = frozen(place, "busy")
    assert calm == busy
    assert calm["precision"] == best_precision(model("resnet18", 64), this_processor("cpu"))[0]
    assert calm["threads"] > 0


def test_a_draft_says_how_the_campaign_will_compute(place: Workspace) -> None:
    found = draft_campaign(place, CampaignChoice("smoke", "one", TINY))
    assert found.arithmetic == create_campaign(place, "smoke", overrides=TINY, name="one").arithmetic


def test_a_draft_with_a_precision_that_cannot_be_says_where(place: Workspace) -> None:
    found = draft_campaign(
        place, CampaignChoice("smoke", "one", (*TINY, "model.training=frozen", "run.precision=float16"))
    )
    assert [mistake.where for mistake in found.mistakes] == ["run.precision"]
    assert found.arithmetic is None


def test_new_and_its_dry_run_show_precision_and_threads(place: Workspace) -> None:
    sets = [word for override in TINY for word in ("--set", override)]
    computing = {
        "device": "cpu", "threads": 1, "precision": "float32", "why": "tiny gains too little from a lower precision",
    }  # fmt: skip
    line = "in float32 on the CPU with 1 thread: tiny gains too little from a lower precision"
    new = ("new", "--recipe", "smoke", *sets)
    assert call(place, *new, "--dry-run", "--json").json("draft")["arithmetic"] == computing
    assert f"computes {line}" in good(place, *new, "--dry-run")
    assert call(place, *new, "--json", "--name", "one").json("campaign")["arithmetic"] == computing
    assert f"computes {line}" in good(place, *new, "--name", "two")
    assert 'precision = "float32"' in good(place, "recipe", "two")
