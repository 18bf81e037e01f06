"""A whole campaign on masks: trained by pixels, measured by IoU, chosen by maps and by pixels, verified, handed out."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from alwsl_tui.cli.text.models import model_line
from campaigns.core.ids import Job, JobKind
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import VOID
from campaigns.home.evaluation import Evaluation
from campaigns.home.picks import read_picks
from campaigns.home.scores import read_scores
from campaigns.learning.model_files import load_model
from campaigns.recipe import load_recipe
from campaigns.selection.criteria import CRITERIA, PAPER
from campaigns.services.campaigns.new import Created, create_campaign
from campaigns.services.results.model import export_model, find_model
from campaigns.services.results.predict import predict
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.stage import TINY, perform, refusal

SEGMENT = ("model.task=segment", "data={name='shapes-masks', images=40, test_images=20, size=32}")
ARMS = ("ag", "pixent", "pixmargin", "pixshare")
Trained = tuple[Workspace, CampaignRow]


def segmenting(place: Workspace, *overrides: str, name: str = "segment") -> CampaignRow:
    """A campaign on drawn scenes with masks that has not begun."""
    return made(place, *overrides, name=name).campaign


def made(place: Workspace, *overrides: str, name: str = "segment") -> Created:
    """The same with what a person is told of it."""
    rest = [override for override in TINY if not override.startswith("data.")]
    return create_campaign(place, "smoke", overrides=[*SEGMENT, *rest, *overrides], name=name)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    place = open_workspace(tmp_path_factory.mktemp("segment"))
    row = segmenting(place, f"criteria.names={list(ARMS)}")
    perform(place, row)
    return place, row


def test_it_is_measured_by_iou_of_the_classes_there_are(trained: Trained) -> None:
    place, row = trained
    assert (row.plan.yardstick.title, row.plan.yardstick.each) == ("mIoU", "IoU")
    evaluation = Evaluation.read(place.home.campaign(row.id).job(Job(JobKind.FULL).id).round(0).evaluation)
    assert evaluation is not None
    assert evaluation.metric == "iou"
    assert next(iter(evaluation.per_class)) == "background"
    known = [value for value in evaluation.per_class.values() if value is not None]
    assert evaluation.value == pytest.approx(np.mean(known))


def test_every_choice_follows_from_what_the_pass_kept(trained: Trained) -> None:
    place, row = trained
    for name in ARMS:
        files = place.home.campaign(row.id).job(Job(JobKind.ARM, 0, name).id).round(1)
        scored, picked = read_scores(files.scores), read_picks(files.picks)
        assert picked is not None
        assert picked.criteria == PAPER
        assert scored.scores.pixels is not None
        assert scored.scores.pixels.shape == (len(scored.rows), 3)
        if name in CRITERIA:
            ids = [f"shape-{at:07}" for at in scored.rows[CRITERIA[name].top(scored.scores, picked.n)].tolist()]
            assert list(picked.images) == ids
    verified = verify_campaign(place, row.name)
    assert [each for each in verified.differences if "store" not in str(each.where)] == []


@pytest.mark.slow
def test_its_model_says_of_masks_what_the_evaluation_says(trained: Trained, tmp_path: Path) -> None:
    place, row = trained
    of = find_model(place, row.name)
    test = open_dataset(load_recipe(place.home.campaign(row.id).recipe).data, indexes=place.home.indexes).test
    assert test.mask is not None
    photographs, masks = tmp_path / "photographs", tmp_path / "masks"
    photographs.mkdir()
    for at, image in enumerate(test.ids):
        test.picture(at).save(photographs / f"{image}.png")
    seen = list(predict(of, sorted(photographs.iterdir()), maps=masks, device="cpu").each)
    assert all(each.problem is None for each in seen)
    classes = len(row.plan.classes)
    hits, either, there = (np.zeros(classes, np.int64) for _ in range(3))
    for at, image in enumerate(test.ids):
        with Image.open(masks / f"{image}.png.mask.png") as file:
            taken = np.asarray(file)
        truth = test.mask(at)
        for c in range(classes):
            is_, was = (truth == c), (taken == c) & (truth != VOID)
            hits[c] += (is_ & was).sum()
            either[c] += (is_ | was).sum()
            there[c] += is_.sum()
    iou = [float(hits[c] / either[c]) if there[c] else None for c in range(classes)]
    evaluation = Evaluation.read(place.home.campaign(row.id).job(of.job.id).round(of.round).evaluation)
    assert evaluation is not None
    assert list(evaluation.per_class.values()) == iou


def test_background_is_in_every_image_and_counts_all_the_same(place: Workspace) -> None:
    assert not any("background" in note for note in made(place).notes)


@pytest.mark.slow
def test_its_model_file_says_its_task(trained: Trained, tmp_path: Path) -> None:
    place, row = trained
    written = export_model(place, find_model(place, row.name), tmp_path / "m.safetensors")
    assert written.description.task == "segment"
    assert ", mIoU " in model_line(written.description)
    assert "| class | IoU % |" in written.card.read_text(encoding="utf-8")
    assert load_model(written.file).description == written.description


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (("data={name='shapes', images=40, test_images=20, size=32}",), "shapes has no masks"),
        (('criteria.names=["entropy"]',), "entropy says nothing where model.task is segment"),
        (("training.augment=['random-erasing']",), "masks do not follow such changes"),
        (("model.training=frozen", "model.features=pooled"), "segment needs features of each place"),
        (("oracle=human", "protocol.full=false"), "the screen to label on cannot ask for what segment learns"),
    ],
)
def test_what_does_not_fit_masks_is_refused(place: Workspace, overrides: tuple[str, ...], words: str) -> None:
    assert words in refusal(lambda: segmenting(place, *overrides))


def test_criteria_of_pixels_are_refused_where_nobody_looks_at_pixels(place: Workspace) -> None:
    text = refusal(lambda: create_campaign(place, "smoke", overrides=['criteria.names=["pixent"]'], name="x"))
    assert "pixent says nothing where model.task is multilabel" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "model",
    [
        ("model.backbone=lraspp_mobilenet_v3_large", "model.kind=lraspp", "model.low=40"),
        ("model.kind=deeplab",),
        ("model.kind=deeplab", "model.training=frozen"),
    ],
    ids=["LR-ASPP", "DeepLab", "DeepLab on frozen features"],
)
def test_networks_of_torchvision_run_a_campaign(place: Workspace, model: tuple[str, ...]) -> None:
    back = ("model.kmax=1.0", "model.alpha=1.0", "model.maps=1")
    row = segmenting(place, *model, *back, 'criteria.names=["ag"]', "protocol.full=false", "protocol.add=[6]",
                     "protocol.epochs=[1, 1]")  # fmt: skip
    perform(place, row)
    assert place.home.campaign(row.id).job(Job(JobKind.ARM, 0, "ag").id).round(1).done.exists()
