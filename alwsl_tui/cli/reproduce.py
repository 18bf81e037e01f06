"""The command that reproduces the paper: what each figure needs, what that costs, and then the work itself."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer

from alwsl_tui.cli.json.campaigns import draft_record, view_record
from alwsl_tui.cli.live import follow, is_terminal
from alwsl_tui.cli.options import JsonOption, narrate, say, say_json, stdout, workspace
from alwsl_tui.cli.run import HeadlessOption
from alwsl_tui.cli.show import print_result
from alwsl_tui.cli.text.findings import READABLE, claims_table, claims_twice_table
from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing import new
from alwsl_tui.drawing.units import age
from campaigns.errors import none_such
from campaigns.reporting.json.curves import result_record
from campaigns.reporting.json.forecast import campaign_forecast_record
from campaigns.reporting.paper import MODELS, Exhibit
from campaigns.reporting.settings_compared import changed
from campaigns.services.campaigns.run import ending
from campaigns.services.monitor.show import watch
from campaigns.services.reproduce import (
    Heads,
    Part,
    Scale,
    SettingsOf,
    begin,
    compared,
    halt,
    plan_reproduction,
    so_far,
)
from campaigns.services.results import findings
from campaigns.services.results.curves import load_curves
from campaigns.services.workspace import Workspace

ModelOption = Annotated[
    str | None, typer.Option("--model", help="weldon or wildcat; both when not given.", metavar="MODEL")
]
TrialsOption = Annotated[
    int | None, typer.Option("--trials", help="Random starts; three as in the paper, ten when small.", min=1)
]


def reproduce(
    dataset: Annotated[
        str | None,
        typer.Argument(help="voc2007, voc2012 or coco; without one, how far each figure is.", metavar="[DATA]"),
    ] = None,
    model: ModelOption = None,
    scale: Annotated[Scale, typer.Option("--scale", help="The paper's protocol, or its shares.")] = Scale.FULL,
    trials: TrialsOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would cost, and do nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before beginning.")] = False,
    headless: HeadlessOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run what the paper's figures and tables need, and show what came out; stopped, it goes on where it was.

    `--scale small` is the same protocol in shares of the images there are, with a backbone that a processor can carry,
    once with the paper's epochs and once with heads that are trained until they are done.
    """
    place = workspace()
    if dataset is None:
        _overview(place, as_json=as_json)
        return
    if model is not None and model not in MODELS:
        raise none_such("model in the paper", model, list(MODELS))
    models = MODELS if model is None else (model,)
    parts = plan_reproduction(place, dataset, models=models, scale=scale, trials=trials)
    if dry_run and as_json:
        say_json("reproduction", parts=[_planned(part) for part in parts])
        return
    _tell(parts, tell=say if dry_run else narrate)
    if dry_run:
        return
    _agreed(parts, is_sure=yes)
    _run(place, parts, headless=headless, as_json=as_json)


def _run(place: Workspace, parts: tuple[Part, ...], *, headless: bool, as_json: bool) -> None:
    names = begin(place, parts)
    try:
        for name in names:
            follow(place, name, is_plain=headless or not is_terminal())
    except KeyboardInterrupt:
        if asked := halt(place, names):
            narrate(f"pausing {', '.join(asked)} at the next checkpoints; the same command goes on")
        raise
    views = [watch(place, name) for name in names]
    results = [load_curves(place, name) for name in names]
    if as_json:
        records: list[dict[str, Any]] = [
            view_record(view)
            | {"result": result_record(curves), "forecast": campaign_forecast_record(view.row.plan, curves)}
            | {"claims": _claims(place, view.row.name)}
            for view, curves in zip(views, results, strict=True)
        ]
        say_json("reproduction", parts=records, settings=[_compared(entry) for entry in compared(place, parts)])
    else:
        for view, curves in zip(views, results, strict=True):
            say(f"\n{view.row.name}: {view.row.about}")
            print_result(view.row, curves)
            _print_claims(place, view.row.name)
        for entry in compared(place, parts):
            console = stdout()
            say(f"\n{entry.model}: the paper's claims in both settings")
            console.print(
                claims_twice_table(entry.claims, (Heads.PAPER, Heads.FINISHED), width=min(console.width, READABLE))
            )
            say(changed(entry.claims))
        say(f"next: alwsl-tui report {' '.join(names)}")
    endings = [ending(place, name) for name in names]
    for ended in endings:
        if ended.code:
            narrate(f"error: {ended.why}\nnext: {ended.hint}")
    if code := max(ended.code for ended in endings):
        raise typer.Exit(code)


def _print_claims(place: Workspace, name: str) -> None:
    """Print what is and what is not better than random, then the paper's claims, one by one."""
    console, outcome = stdout(), findings.findings(place, name)
    say("")
    for line in outcome.headline:
        say(line)
    console.print(claims_table(outcome, width=min(console.width, READABLE)))


def _overview(place: Workspace, *, as_json: bool) -> None:
    exhibits = so_far(place)
    if as_json:
        records = [_exhibit(entry.exhibit) | {scale: entry.states[scale] for scale in Scale} for entry in exhibits]
        say_json("exhibits", exhibits=records)
        return
    rows = [
        (
            entry.exhibit.title,
            entry.exhibit.shows,
            entry.exhibit.dataset,
            entry.exhibit.model,
            *(entry.states[scale] or "-" for scale in Scale),
        )
        for entry in exhibits
    ]
    stdout().print(table(("the paper's", "shows", "data", "model", *Scale), rows))
    say("next: alwsl-tui reproduce voc2007 --scale small --dry-run")


def _tell(parts: tuple[Part, ...], *, tell: Callable[[str], None]) -> None:
    """Tell what would run, which figures it answers to, and what it costs."""
    for part in parts:
        if part.draft is None:
            tell(f"{part.name}: made before, and {part.state}")
        else:
            drawn = (new.plan(part.draft), new.estimate(part.draft.estimate), new.notes(part.draft))
            for text in drawn:
                if text.plain:
                    tell(text.plain)
        tell(f"answers to {_titles(part)}\n")
    if any(part.draft is not None for part in parts):
        tell(f"in all {_work(parts)}; nothing is done twice")


def _work(parts: tuple[Part, ...]) -> str:
    drafts = [part.draft for part in parts if part.draft is not None]
    plans_ = [draft.plan for draft in drafts if draft.plan is not None]
    images = sum(plan.training(job, number) for plan in plans_ for job in plan.jobs for number in plan.rounds(job))
    known = [draft.estimate.seconds for draft in drafts if draft.estimate is not None]
    seconds = [value for value in known if value is not None]
    most = "at most" if any(plan.is_open_ended for plan in plans_) else "about"
    time = (
        f"{most} {age(sum(seconds))}" if len(seconds) == len(drafts) else "time unknown until such models have run here"
    )
    return f"{images / 1e6:.2f} million images to train on, epochs counted, {time}"


def _titles(part: Part) -> str:
    return ", ".join(dict.fromkeys(exhibit.title for exhibit in part.exhibits))


def _agreed(parts: tuple[Part, ...], *, is_sure: bool) -> None:
    """Ask before anything new begins, where somebody can answer; raise Abort if nobody agrees.

    Raises:
        typer.Abort: somebody said no.
    """
    if is_sure or not any(part.draft for part in parts) or not (sys.stdin.isatty() and is_terminal()):
        return
    typer.confirm("begin?", default=True, abort=True, err=True)


def _planned(part: Part) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": part.name,
        "exhibits": [_exhibit(exhibit) for exhibit in part.exhibits],
        "state": part.state,
    }
    return record | ({} if part.draft is None else {"draft": draft_record(part.draft)})


def _claims(place: Workspace, name: str) -> list[dict[str, Any]]:
    return [asdict(claim) for claim in findings.findings(place, name).claims]


def _compared(entry: SettingsOf) -> dict[str, Any]:
    return {
        "model": entry.model,
        "campaigns": list(entry.names),
        "claims": [
            {
                "key": pair.key,
                "text": pair.text,
                "source": pair.source,
                "changes": pair.changes,
                "verdicts": [None if claim is None else claim.verdict for claim in (pair.first, pair.second)],
                "measured": [None if claim is None else claim.measured for claim in (pair.first, pair.second)],
            }
            for pair in entry.claims
        ],
    }


def _exhibit(exhibit: Exhibit) -> dict[str, Any]:
    return {
        "title": exhibit.title, "shows": exhibit.shows, "dataset": exhibit.dataset, "model": exhibit.model,
        "labelled": exhibit.labelled,
    }  # fmt: skip
