"""The command `predict`: what a trained model says of photographs."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli.archive import progress_bar
from alwsl_tui.cli.completion import campaign
from alwsl_tui.cli.json.models import prediction_record, predictions_record
from alwsl_tui.cli.options import JsonOption, narrate, say, say_json, workspace
from alwsl_tui.cli.text.models import model_line, prediction_line
from alwsl_tui.cli.text.prediction_files import FORMATS, SCORES, prediction_file
from alwsl_tui.drawing.units import plural
from campaigns.errors import BadData, NameTaken, UsageError
from campaigns.home.typed_paths import expanded
from campaigns.services.results.model import FORMS, ModelOf, find_model, is_file
from campaigns.services.results.predict import LabelledPhotograph, own_folder, photographs
from campaigns.services.results.predict import predict as predict_photographs

LIST = "-"
"""In the place of a path: paths on stdin, one a line."""


class DeviceName(StrEnum):
    """Where a model computes."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Images, folders of images; - for a list on stdin. Without any, those that people label.", metavar="PATH…"
    ),
]
CriterionOption = Annotated[str | None, typer.Option("--criterion", help="Of this criterion's arm.")]
TrialOption = Annotated[int | None, typer.Option("--trial", help="Of this trial, from 0.")]
RoundOption = Annotated[int | None, typer.Option("--round", help="Of this round, from 0.")]


def predict(
    model: Annotated[
        str, typer.Argument(help="A campaign, or a model file.", metavar="MODEL", autocompletion=campaign)
    ],
    paths: PathsArgument = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write FILE.csv, FILE.jsonl, or FILE.npz for choose.", metavar="FILE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    threshold: Annotated[
        str,
        typer.Option(
            "--threshold",
            help="When a class is present: F1, chosen on the test set; a probability; or a CSV of class,threshold.",
            metavar="F1|P|FILE",
        ),
    ] = "F1",
    maps: Annotated[
        Path | None, typer.Option("--maps", help="Draw where each class is seen, as PNG.", metavar="FOLDER")
    ] = None,
    criterion: CriterionOption = None,
    trial: TrialOption = None,
    round_: RoundOption = None,
    device: Annotated[DeviceName, typer.Option("--device", help="Where to compute.")] = DeviceName.AUTO,
    as_json: JsonOption = False,
) -> None:
    """Label photographs with a trained model: a probability for each class, and which are present."""
    _require_free(out, is_replacing=force)
    meant = meant_model(model, criterion=criterion, trial=trial, round_=round_)
    files, left_out = photographs(_given(paths) if paths else [own_folder(workspace(), meant)])
    if left_out:
        narrate(f"left out: {left_out}")
    with ExitStack() as stack:
        progress = stack.enter_context(progress_bar("looking"))
        predictions = predict_photographs(
            meant, files, threshold=threshold, maps=maps, device=device.value,
            has_extrema=out is not None and out.suffix == SCORES,
            progress=lambda _what, done, of: progress(done, of), tell=narrate,
        )  # fmt: skip
        narrate(model_line(predictions.description))
        each = _counted(predictions.each)
        if out is not None:
            write = stack.enter_context(prediction_file(out, predictions.description))
            for done, prediction in enumerate(each, 1):
                write(prediction)
                progress(done, predictions.count)
        elif as_json:
            records = [prediction_record(prediction, predictions.description.classes) for prediction in each]
            say_json("predictions", **predictions_record(predictions), predictions=records)
        else:
            for prediction in each:
                say(prediction_line(prediction, predictions.description.classes))
    if out is not None and as_json:
        say_json("predictions", **predictions_record(predictions), file=str(out))
    elif out is not None:
        narrate(f"{plural(predictions.count, 'photograph')} in {out}")
        if out.suffix == SCORES:
            narrate(f"next: alwsl-tui choose {out} --n 100")


def meant_model(model: str, *, criterion: str | None, trial: int | None, round_: int | None) -> ModelOf | Path:
    """Return the model file or the round's model that a person means.

    Raises:
        UsageError: a round is named beside a file.
        NoSuchName: it is neither a file nor a campaign.
    """
    if Path(model).suffix in FORMS[1:]:
        raise UsageError(f"{model} is for other programs", hint="alwsl-tui model export NAME writes one for this one")
    if not is_file(model):
        return find_model(workspace(), model, criterion=criterion, trial=trial, round_=round_)
    if criterion is not None or trial is not None or round_ is not None:
        raise UsageError(f"{model} is one model", hint="leave out --criterion, --trial and --round")
    return Path(model)


def _given(paths: list[str]) -> list[Path]:
    """Return the paths on the line; in the place of a `-` those on stdin."""
    given = []
    for path in paths:
        lines = sys.stdin.read().splitlines() if path == LIST else [path]
        given += [expanded(line) for line in lines if line]
    return given


def _require_free(out: Path | None, *, is_replacing: bool) -> None:
    if out is None:
        return
    if out.suffix not in FORMATS:
        raise UsageError(f"--out {out} is of no format that is written", hint=f"end it in {' or '.join(FORMATS)}")
    if out.exists() and not is_replacing:
        raise NameTaken(f"{out} exists", hint="replace it with --force")


def _counted(predictions: Iterator[LabelledPhotograph]) -> Iterator[LabelledPhotograph]:
    """Yield predictions, name on stderr what cannot be read, and raise BadData at the end if that is all of it."""
    read = unread = 0
    for prediction in predictions:
        if prediction.problem is None:
            read += 1
        else:
            unread += 1
            narrate(f"not read: {prediction.problem.message}")
        yield prediction
    if unread and not read:
        raise BadData("none of the photographs can be read", hint="the reasons stand above")
    if unread:
        narrate(f"{unread} of {read + unread} photographs cannot be read; the others are done")
