"""Commands about trained models."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli.archive import progress_bar
from alwsl_tui.cli.json.models import description_record
from alwsl_tui.cli.options import JsonOption, NameArgument, narrate, say, say_json, stdout, workspace
from alwsl_tui.cli.predict import CriterionOption, RoundOption, TrialOption
from alwsl_tui.cli.text.models import description_lines, thresholds_table
from campaigns.errors import UsageError
from campaigns.services.results.model import SUFFIX, export_model, find_model, show_model


class ModelFormat(StrEnum):
    """The form a model is written in."""

    SAFETENSORS = "safetensors"
    ONNX = "onnx"
    PT2 = "pt2"


app = typer.Typer(rich_markup_mode=None, help="Trained models: take one out of a campaign, and see what it is.")


@app.command()
def export(
    name: NameArgument,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; else NAME.FORMAT here.", metavar="FILE")
    ] = None,
    format_: Annotated[
        ModelFormat | None,
        typer.Option("--format", help="safetensors; onnx, for ONNX Runtime; pt2, for PyTorch. Else as --out ends."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    criterion: CriterionOption = None,
    trial: TrialOption = None,
    round_: RoundOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the model of a campaign to one file that needs nothing else: the one with the most labels, or another."""
    place = workspace()
    model = find_model(place, name, criterion=criterion, trial=trial, round_=round_)
    with progress_bar("choosing thresholds") as progress:
        written = export_model(
            place,
            model,
            _file(out, format_, model.campaign.name),
            is_replacing=force,
            progress=lambda _what, done, of: progress(done, of),
            tell=narrate,
        )
    if as_json:
        record = description_record(written.description)
        say_json("model", file=str(written.file), card=str(written.card), bytes=written.bytes, **record)
        return
    say(f"{written.file}: {written.bytes / 2**20:.1f} MiB; {written.card.name} says how to use it")
    say("\n".join(description_lines(written.description)))
    if written.file.suffix == SUFFIX:
        say(f"next: alwsl-tui predict {written.file} PHOTOGRAPHS")


def _file(out: Path | None, format_: ModelFormat | None, name: str) -> Path:
    if out is None:
        return Path(f"{name}.{format_ or ModelFormat.SAFETENSORS}")
    if format_ is not None and out.suffix != f".{format_}":
        raise UsageError(f"--out {out} does not end in .{format_}", hint="leave out --format, or name the file so")
    return out


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="A model file.", metavar="FILE")], as_json: JsonOption = False
) -> None:
    """Show what a model file says of itself: classes, thresholds, where it comes from, what it is worth."""
    description = show_model(file)
    if as_json:
        say_json("model", file=str(file), bytes=file.stat().st_size, **description_record(description))
        return
    say("\n".join(description_lines(description)))
    stdout().print(thresholds_table(description))
