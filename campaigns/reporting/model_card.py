"""Model cards: what somebody has to know who is handed a model, as Markdown. Source: Mitchell et al. 2019."""

import re
from collections.abc import Sequence
from pathlib import Path

from campaigns.core.percent import percent
from campaigns.core.text import printable
from campaigns.core.yardstick import MEAN_AP, Yardstick
from campaigns.home.model_file import ModelDescription
from campaigns.selection.scores import Link

RUNNING = {
    ".safetensors": """\
from campaigns.learning import load_model

model = load_model("{file}")
for prediction in model.predict(["photograph.jpg"]):
    for name, probability in zip(model.classes, prediction.probabilities):
        print(f"{{name}}: {{probability:.4f}}", "present" if probability >= model.thresholds[name] else "")
""",
    ".onnx": """\
import json, sys
import numpy as np, onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("{file}", providers=["CPUExecutionProvider"])
facts = session.get_modelmeta().custom_metadata_map
classes, thresholds = json.loads(facts["classes"]), json.loads(facts["thresholds"])
picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
picture = picture.resize(({size}, {size}), Image.Resampling.BILINEAR)
logits, maps = session.run(None, {{"pictures": np.asarray(picture).transpose(2, 0, 1)[None]}})
for name, probability in zip(classes, 1 / (1 + np.exp(-logits[0].astype(float)))):
    print(f"{{name}}: {{probability:.4f}}", "present" if probability >= thresholds[name] else "")
""",
    ".pt2": """\
import json, sys
import numpy as np, torch
from PIL import Image, ImageOps

facts = {{"classes": "", "thresholds": ""}}
model = torch.export.load("{file}", extra_files=facts).module()
classes, thresholds = json.loads(facts["classes"]), json.loads(facts["thresholds"])
picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
picture = picture.resize(({size}, {size}), Image.Resampling.BILINEAR)
logits, maps = model(torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None])
for name, probability in zip(classes, torch.sigmoid(logits[0].double()).tolist()):
    print(f"{{name}}: {{probability:.4f}}", "present" if probability >= thresholds[name] else "")
""",
}
"""How to run a model of each form in ten lines of Python."""
RUNNING_ONE = {
    ".safetensors": """\
from campaigns.learning import load_model

model = load_model("{file}")
for prediction in model.predict(["photograph.jpg"]):
    print("shows", model.labels(prediction)[0])
    for name, probability in zip(model.classes, prediction.probabilities):
        print(f"{{name}}: {{probability:.4f}}")
""",
    ".onnx": """\
import json, sys
import numpy as np, onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("{file}", providers=["CPUExecutionProvider"])
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
picture = picture.resize(({size}, {size}), Image.Resampling.BILINEAR)
logits, maps = session.run(None, {{"pictures": np.asarray(picture).transpose(2, 0, 1)[None]}})
shares = np.exp(logits[0].astype(float) - logits[0].max())
for name, probability in zip(classes, shares / shares.sum()):
    print(f"{{name}}: {{probability:.4f}}")
""",
    ".pt2": """\
import json, sys
import numpy as np, torch
from PIL import Image, ImageOps

facts = {{"classes": ""}}
model = torch.export.load("{file}", extra_files=facts).module()
picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
picture = picture.resize(({size}, {size}), Image.Resampling.BILINEAR)
logits, maps = model(torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None])
for name, probability in zip(json.loads(facts["classes"]), torch.softmax(logits[0].double(), 0).tolist()):
    print(f"{{name}}: {{probability:.4f}}")
""",
}
"""The same for models that find exactly one class in each picture."""
LIMITS = """\
## Limits

- Thresholds were chosen on the test images, so F1 is a little too good. The interval holds 95 % of the thresholds
  that resampled test images choose; where it is wide, choose your own on your own images.
- A class without a threshold was not among the test images: 0.5 stands in for it, and nothing is known of it.
- Probabilities are not calibrated: of a hundred photographs at 70 %, more or fewer than 70 may show the class.
- The model knows photographs like those it was trained on. On others, look at some by eye first.
"""
LIMITS_ONE = """\
## Limits

- A photograph that shows none of the classes, or several, gets the most probable one all the same.
- Probabilities are not calibrated: of a hundred photographs at 70 %, more or fewer than 70 may show the class.
- The model knows photographs like those it was trained on. On others, look at some by eye first.
"""


def model_card(
    file: Path,
    description: ModelDescription,
    curve: Sequence[tuple[int, float | None]],
    *,
    yardstick: Yardstick = MEAN_AP,
    link: Link = "sigmoid",
) -> str:
    """Return the card of a model in a file; `curve` has labelled images and what the campaign came to, by budget.

    `yardstick` says what models are measured by, and `link` what probabilities of their logits are.
    """
    measured, size = description.measured, description.preparation.size
    word = yardstick.title
    worth = "" if measured is None or measured.value is None else f" Its {word} is {percent(measured.value)} %."
    is_one = link == "softmax"
    how_many = "exactly one of them" if is_one else "any number of them"
    lines = [
        f"# {cell(file.stem)}",
        "",
        f"Says which of {len(description.classes)} classes a photograph shows; it may be {how_many}.{worth}",
        "",
        *_origin(description),
        "## What it needs",
        "",
        f"RGB pictures, upright, warped to {size} x {size} pixels by bilinear interpolation.",
        "",
        "```python",
        (RUNNING_ONE if is_one else RUNNING)[file.suffix].format(file=file.name, size=size).rstrip(),
        "```",
        "",
        *_worth(description, yardstick.each, has_thresholds=not is_one),
        *_curve(curve, word),
        LIMITS_ONE if is_one else LIMITS,
    ]
    return "\n".join(lines)


def _origin(description: ModelDescription) -> list[str]:
    origin, measured = description.origin, description.measured
    images, labels = origin.fingerprint.images[:16], origin.fingerprint.labels[:16]
    tested = f"measured on {measured.images} others" if measured is not None and measured.images else "not tested"
    return [
        "## Where it comes from",
        "",
        f"- Campaign `{origin.campaign}`, job `{origin.job}`, round {origin.round}; recipe {origin.recipe[:16]}.",
        f"- Data set `{origin.dataset}` (images {images}, labels {labels}).",
        f"- Trained on {origin.labelled} labelled images, {tested}.",
        f"- {description.head} on {description.backbone}, {_training(description)}.",
        f"- Licence of the backbone's weights: {cell(description.licence)}.",
        f"- Written by alwsl-tui {origin.version}.",
        "",
    ]


def cell(text: str) -> str:
    """Return text as it stands in a line or a table of Markdown, none of it taken for marks."""
    return re.sub(r"([\\`*_{}\[\]<>|#~])", r"\\\1", printable(text))


def _training(description: ModelDescription) -> str:
    return "the backbone frozen" if description.training == "frozen" else "the backbone trained with its head"


def _worth(description: ModelDescription, each: str, *, has_thresholds: bool) -> list[str]:
    per_class = {} if description.measured is None else description.measured.per_class
    if not has_thresholds:
        rows = [f"| {cell(name)} | {percent(per_class.get(name))} |" for name in description.classes]
        return ["## What it is worth", "", f"| class | {each} % |", "|---|---|", *rows, ""]
    lines = [
        "## What it is worth",
        "",
        f"| class | {each} % | threshold | 95 % between | F1 % | test positives |",
        "|---|---|---|---|---|---|",
    ]
    for name in description.classes:
        ap, threshold = per_class.get(name), description.thresholds.get(name)
        cells = [cell(name), percent(ap), "", "", "", ""]
        if threshold is not None:
            between = f"{threshold.low:.3f} to {threshold.high:.3f}"
            cells[2:] = [f"{threshold.value:.3f}", between, percent(threshold.f1), str(threshold.positives)]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _curve(curve: Sequence[tuple[int, float | None]], word: str) -> list[str]:
    if not curve:
        return []
    points = [f"| {labelled} | {percent(value)} |" for labelled, value in curve]
    return [
        f"{word} of the campaign by labelled images, mean over its trials:",
        "",
        f"| images | {word} % |",
        "|---|---|",
        *points,
        "",
    ]
