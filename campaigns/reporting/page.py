"""A report as one HTML page that needs nothing else: no network, no script but its own, no style but its own."""

import base64
import hashlib
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from campaigns.core.percent import percent
from campaigns.core.text import printable
from campaigns.reporting import colours, paper, rows
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.figures.album import plots
from campaigns.reporting.figures.board import Plot, narrow, svg
from campaigns.reporting.figures.curves import leaders
from campaigns.reporting.forecast import forecast_of, images_tested
from campaigns.reporting.forecast_text import sentences
from campaigns.reporting.inline_svg import Said, Sheet, inlined
from campaigns.reporting.opening import arms, budgets_said, numbers, opening
from campaigns.reporting.untested import untested
from campaigns.reporting.verdicts import RULE, Verdict

TONES = {Verdict.HOLDS: "good", Verdict.FAILS: "bad", Verdict.UNKNOWN: "open"}
_COLOURS = ("--page:#10151c;--good:#56c596;--bad:#f4796b;--open:#e5b454;--accent:#6cb6ff;"
            "--good-bg:#14251f;--bad-bg:#2a1a1a;--open-bg:#272012;")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A figure as the page wants it."""

    plot: Plot
    svg: Markup
    narrow: Markup
    """The same for a screen as narrow as a telephone's."""


def page(dossier: Dossier) -> str:
    """Write the whole page."""
    sheet = Sheet()
    wide = tuple(plots(dossier, has_key=False))
    with narrow():
        slim = tuple(plots(dossier, has_key=False))
    figures = {
        plot.key: drawn(plot, other, _lead(dossier, plot), sheet) for plot, other in zip(wide, slim, strict=True)
    }
    return rendered(
        "report.html.j2",
        sheet,
        d=dossier,
        plan=dossier.campaign.plan,
        figures=figures,
        opening=opening(dossier),
        numbers=numbers(dossier),
        outlook=sentences(
            forecast_of(dossier.campaign.plan, dossier.result),
            test_images=images_tested(dossier.campaign.plan, dossier.result),
        ),
        untested=untested(dossier.campaign.plan),
        tones=TONES,
        rule=RULE,
        readings=rows.readings(dossier),
        areas=rows.areas(dossier),
        wins=rows.wins(dossier),
        savings=rows.savings(dossier),
        times=rows.times(dossier),
        steps=rows.steps(dossier),
        budgets=budgets_said(dossier.campaign.plan),
        arms=arms(dossier.campaign.plan),
        of_times=paper.of_times(dossier.campaign),
        places=colours.places(dossier.criteria),
        first="curves-relative" if "curves-relative" in figures else "curves-absolute",
    )


def _lead(dossier: Dossier, plot: Plot) -> set[int]:
    return {
        at for name, at in colours.places(dossier.criteria).items() if name in leaders(dossier) or len(plot.legend) < 3
    }


def drawn(plot: Plot, slim: Plot, lead: Container[int | None], sheet: Sheet) -> PageFigure:
    """Draw a figure as a page wants it; the bands of the criteria in `lead` are visible from the beginning."""
    return PageFigure(plot, _inline(plot, lead, sheet), _inline(slim, lead, sheet))


def _inline(plot: Plot, lead: Container[int | None], sheet: Sheet) -> Markup:
    marks = {
        mark.id: Said(mark.text, mark.series, "band lead" if mark.kind == "band" and mark.series in lead else mark.kind)
        for mark in plot.marks
    }
    # Put together from parts that are escaped one by one.
    return Markup(inlined(svg(plot), plot.key, title=plot.title, marks=marks, sheet=sheet))  # noqa: S704


def rendered(template: str, sheet: Sheet, **content: Any) -> str:
    """Fill in a template with our own style and script, and a policy that forbids all others."""
    css = f"{_resource('report.css')}\n{_swatches()}\n{sheet.css()}"
    css = css.replace("DARKER", _COLOURS + colours.properties(colours.DARK)).replace(
        "LIGHT", colours.properties(colours.LIGHT)
    )
    script = _resource("report.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(css)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    # Both are ours alone; what the campaign calls things does not enter either.
    sources = {"css": Markup(css), "script": Markup(script), "policy": policy}  # noqa: S704
    return _environment().get_template(template).render(**content, **sources)


@cache
def _resource(name: str) -> str:
    return (files("campaigns.reporting") / "html" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _swatches() -> str:
    """Write a class for every colour of a criterion and every shade of a table (no `style` attributes here)."""
    series = "".join(f".c{at}{{--c:var(--s{at})}}" for at in range(len(colours.LIGHT.series)))
    return series + "".join(
        f".h{at}{{background:var(--h{at});color:var(--i{at})}}" for at in range(len(colours.LIGHT.heat))
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("campaigns.reporting", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent, "signed": rows.points, "p": rows.p_said, "data": _data, "shade": colours.shade,
        "seconds": rows.seconds_said, "hue": lambda at: at % len(colours.LIGHT.series), "mark": colours.sign,
    }  # fmt: skip
    return environment


def _shown(value: object) -> object:
    """Make names harmless: marks that reverse a line, bytes that are no text. A page shows what they are."""
    return printable(value) if type(value) is str else value


def _data(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
