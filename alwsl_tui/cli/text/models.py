"""Trained models and what they say of photographs, as text."""

from rich.table import Table

from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.units import plural
from campaigns.core.percent import percent
from campaigns.core.yardstick import Yardstick
from campaigns.home.model_file import ModelDescription
from campaigns.recipe.tasks import TASKS
from campaigns.services.results.predict import LabelledPhotograph

NOTHING = "nothing"
"""In the place of labels: no class reaches its threshold."""


def model_line(description: ModelDescription) -> str:
    """Return which model looks, in one line."""
    origin, measured = description.origin, description.measured
    worth = ""
    if measured is not None and measured.value is not None:
        worth = (
            f", {measure_of(description).title} {percent(measured.value)} % on {plural(measured.images, 'test image')}"
        )
    elif measured is not None and not measured.images:
        worth = ", not tested" if is_one_of_many(description) else ", not tested: thresholds are 0.5"
    return f"model: {origin.campaign} {origin.job} round {origin.round}, {plural(origin.labelled, 'label')}{worth}"


def measure_of(description: ModelDescription) -> Yardstick:
    """Return what a model is measured by, in words."""
    return TASKS[description.task].yardstick


def is_one_of_many(description: ModelDescription) -> bool:
    """Return whether a model finds exactly one class in each picture: no threshold applies."""
    return TASKS[description.task].link == "softmax"


def prediction_line(prediction: LabelledPhotograph, classes: tuple[str, ...]) -> str:
    """Return a photograph and the classes that it shows, the surest first."""
    if prediction.problem is not None:
        return f"{prediction.path}  cannot be read"
    sure = dict(zip(classes, prediction.probabilities, strict=True))
    labels = sorted(prediction.labels, key=lambda name: -sure[name])
    return f"{prediction.path}  {', '.join(f'{name} {percent(sure[name])} %' for name in labels) or NOTHING}"


def description_lines(description: ModelDescription) -> list[str]:
    """Return what a model file says of itself, but for its classes one by one."""
    origin, preparation = description.origin, description.preparation
    trained = "trained with its head" if description.training == "finetune" else "frozen"
    learnt = f"; {TASKS[description.task].title}" if is_one_of_many(description) else ""
    return [
        model_line(description),
        f"  {description.head} on {description.backbone} ({trained}), {len(description.classes)} classes{learnt}",
        f"  looks at {preparation.size} x {preparation.size} pixels",
        f"  data set {origin.dataset}, recipe {origin.recipe[:16]}, written by alwsl-tui {origin.version}",
        f"  licence of the backbone's weights: {description.licence}",
    ]


def thresholds_table(description: ModelDescription) -> Table:
    """Return classes with what they are measured by, and thresholds where they apply."""
    measured = description.measured.per_class if description.measured is not None else {}
    rows = []
    for name in description.classes:
        ap, threshold = measured.get(name), description.thresholds.get(name)
        chosen = ("", "", "", "")
        if threshold is not None:
            between = f"{threshold.low:.3f} to {threshold.high:.3f}"
            chosen = (f"{threshold.value:.3f}", between, percent(threshold.f1), str(threshold.positives))
        rows.append((name, percent(ap), *chosen))
    each = f"{measure_of(description).each} %"
    if is_one_of_many(description):
        return table(("class", each), [row[:2] for row in rows], numbers=(each,))
    return table(
        ("class", each, "threshold", "95 % between", "F1 %", "positives"),
        rows,
        numbers=(each, "threshold", "F1 %", "positives"),
    )
