"""The command `show`: a campaign's plan, its jobs, its learning curves so far."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from alwsl_tui.cli.json.campaigns import view_record
from alwsl_tui.cli.options import (
    JsonOption,
    NameArgument,
    draw,
    listed,
    say,
    say_json,
    stdout,
    workspace,
)
from alwsl_tui.cli.paging import paged
from alwsl_tui.cli.text.campaigns import (
    fulls_table,
    head_line,
    jobs_table,
    plan_text,
    result_caption,
    result_table,
)
from alwsl_tui.cli.text.foresight import CAPTION, foresight_lines, foresight_table
from alwsl_tui.drawing.curves import ChartLook, curves_text
from campaigns.core.foresight import Foresight
from campaigns.core.text import printable
from campaigns.reporting.forecast import forecast_of, images_tested
from campaigns.reporting.forecast_text import sentences
from campaigns.reporting.json.curves import result_record
from campaigns.reporting.json.forecast import campaign_forecast_record
from campaigns.reporting.json.foresight import foresight_records
from campaigns.reporting.series import Axis, Result
from campaigns.reporting.untested import untested
from campaigns.services.campaigns.extend import advised_images
from campaigns.services.labelling.foresight import campaign_foresights
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.results.curves import load_curves
from campaigns.services.results.rounds import view_today
from campaigns.store.rows import CampaignRow


def print_result(
    row: CampaignRow, result: Result, look: ChartLook | None = None, *, target: float | None = None
) -> None:  # fmt: skip
    """Print learning curves as a chart and as numbers, and what more labels may bring."""
    if not any(curve.points for curve in result.curves):
        return
    console, plan = stdout(), row.plan
    look = replace(look or ChartLook(), planned=plan.schedule.budgets, reading_points=plan.reading_points)
    width = min(console.width, 100)
    is_coloured = console.color_system is not None and not console.no_color
    draw(curves_text(result, width=width, height=18, is_coloured=is_coloured, look=look))
    console.print(result_table(result, width=console.width, points=plan.reading_points, look=look))
    console.print(printable(result_caption(result, row, look=look)), markup=False)
    against_each = fulls_table(result, points=row.plan.reading_points)
    if against_each is not None:
        console.print(against_each)
    outlook = forecast_of(row.plan, result, target=target)
    for text in sentences(outlook, test_images=images_tested(row.plan, result)):
        console.print(printable(text), markup=False)


ClassesOption = Annotated[
    str, typer.Option("--classes", help="Average over these classes only, separated by commas.", metavar="A,B")
]


def show(
    name: NameArgument,
    classes: ClassesOption = "",
    criteria: Annotated[str, typer.Option("--criteria", help="Only these curves.", metavar="A,B")] = "",
    axis: Annotated[Axis, typer.Option("--x", help="What budgets are counted in.")] = Axis.IMAGES,
    absolute: Annotated[bool, typer.Option("--absolute", help="mAP, not per cent of the full model's.")] = False,
    target: Annotated[
        float | None, typer.Option("--target", help="mAP that is wanted, in [0, 1]: what does it take?", min=0, max=1)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print a campaign: its plan, its jobs, its learning curves so far."""
    place = workspace()
    view = view_today(place, watch(place, name))
    result = load_curves(place, name, classes=listed(classes), criteria=listed(criteria))
    foresights = campaign_foresights(place, name, has_changes=not view.row.plan.test_images)
    if as_json:
        outlook = campaign_forecast_record(view.row.plan, result, target=target)
        told = {"forecast": outlook, "foresight": foresight_records(foresights)}
        say_json("result", **view_record(view), result=result_record(result), **told)
        return
    with paged():
        say(plan_text(view.row))
        console = stdout()
        console.print(head_line(view))
        console.print(jobs_table(view))
        print_result(view.row, result, ChartLook(axis, absolute), target=target)
        print_foresights(view.row, foresights)
        print_more(view, advised_images(place, view.row, view.state, result))


def print_more(view: CampaignView, images: int | None) -> None:
    """Print how a campaign that is done goes on, where that is advised."""
    if images is not None:
        say(f"next: alwsl-tui extend {printable(view.row.name)} --add {images}")


def print_foresights(row: CampaignRow, foresights: Sequence[Foresight]) -> None:
    """Print how far models foresaw what people answered: the last batch; every one where nothing is tested."""
    if not row.plan.test_images:
        say(untested(row.plan))
        if foresights:
            stdout().print(foresight_table(foresights))
            say(CAPTION)
        return
    lasts = {each.job: each for each in foresights}
    for line in foresight_lines(list(lasts.values())):
        say(printable(line))
