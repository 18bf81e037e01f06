"""Agreement, cost and comparison as text for a person."""

from collections.abc import Sequence

from rich.table import Table

from alwsl_tui.cli.text.campaigns import point_text, table
from alwsl_tui.drawing.units import age
from campaigns.reporting.cost import CostOf
from campaigns.services.campaigns.recipe import RecipeDifference
from campaigns.services.results.agreement import AgreementOf
from campaigns.services.results.compare import Comparison


def agreements_table(found: Sequence[AgreementOf]) -> Table:
    """Rounds, a line each: how many images 1, 2, … criteria want, and what two of them share on average."""
    most = max((len(one.tables.votes) for one in found), default=0)
    rows = [
        (
            str(one.picked.round),
            str(one.picked.pool),
            str(one.picked.n),
            *map(str, one.tables.votes),
            f"{100 * _off_diagonal(one.tables.overlap.tolist()) / max(1, one.picked.n):.1f} %",
            f"{_off_diagonal(one.tables.kendall.tolist()):.3f}",
        )
        for one in found
    ]
    columns = ("round", "pool", "n", *(f"{votes} votes" for votes in range(1, most + 1)), "shared", "tau")
    return table(columns, rows, numbers=columns)


def agreement_caption(found: Sequence[AgreementOf]) -> str:
    """Whose rounds these are, and how the columns are to be read."""
    if not found:
        return "no round has ranked its pool yet"
    last = found[-1]
    arm = f"{last.picked.criterion}, " if last.picked.criterion else ""
    first = f"round {last.picked.round}, " if len(found) == 1 else ""
    return (
        f"{arm}trial {last.trial}: {first}the first n of each of {' '.join(last.picked.criteria)}. Votes: images that "
        "so many hold; shared: what two hold in common, tau: how alike they order it (-1 to 1), means over all pairs."
    )


def overlap_table(one: AgreementOf) -> Table:
    """Images that two criteria hold among their first n."""
    names = one.picked.criteria
    rows = [(name, *map(str, row)) for name, row in zip(names, one.tables.overlap, strict=True)]
    return table((f"of {one.picked.n}", *names), rows, numbers=names)


def kendall_table(one: AgreementOf) -> Table:
    """Kendall's tau-b of two criteria's first n."""
    names = one.picked.criteria
    rows = [(name, *(f"{tau:.3f}" for tau in row)) for name, row in zip(names, one.tables.kendall, strict=True)]
    return table(("tau", *names), rows, numbers=names)


def steps_table(found: CostOf) -> Table:
    """Seconds of all rounds of a kind of job, step by step."""
    kinds = dict.fromkeys(row.criterion or row.job.partition("-")[0] for row in found.rounds)
    rows = []
    for kind in kinds:
        mine = [row for row in found.rounds if (row.criterion or row.job.partition("-")[0]) == kind]
        sums = [
            sum(values)
            for values in zip(
                *((row.train or 0, row.evaluate or 0, row.score or 0, row.select or 0, row.seconds) for row in mine),
                strict=True,
            )
        ]
        rows.append((kind, str(len(mine)), *(f"{value:.2f}" for value in sums)))
    columns = ("", "rounds", "train s", "test s", "score s", "select s", "all s")
    return table(columns, rows, numbers=columns[1:])


def choosing_table(found: CostOf) -> Table:
    """Seconds to choose once by each criterion, in the layout of the paper's Tables 1 and 2."""
    score_pass = found.score_pass or 0.0
    rows = [
        (one.criterion.upper(), f"{one.seconds:.4f}", f"{1000 * (one.seconds - score_pass):.3f}")
        for one in found.criteria
    ]
    if found.ag is not None and found.delta_ag_percent is not None:
        mark = "≤ " if found.is_ag_bound else ""
        after = 1000 * (found.ag - score_pass)
        rows += [("AG", f"{mark}{found.ag:.4f}", f"{mark}{after:.3f}")]
        rows += [("ΔAG (%)", f"{mark}{found.delta_ag_percent:.3f}", "")]
    columns = ("to choose once", "seconds", "after the pass, ms")
    return table(columns, rows, numbers=columns[1:])


def cost_caption(found: CostOf) -> str:
    """All of it in a line."""
    text = f"{found.campaign.name}: {age(found.seconds)} of work in {len(found.rounds)} rounds"
    text += f", {found.gpu_hours:.2f} GPU hours" if found.gpu_hours else ", nothing on a GPU"
    if found.criteria:
        text += ". To choose: one pass over the pool, and each criterion's ranking of it; means over rounds"
    if found.is_ag_bound:
        text += ". AG was not timed by itself: its figure holds all that a round does after the pass"
    return text + "."


def last_points_table(found: Comparison) -> Table:
    """The last budget of every curve of every campaign."""
    rows = [
        (row.name, curve.criterion, str(curve.points[-1].labelled), point_text(curve.points[-1], result),
         "" if result.full is None else f"{result.full:.3f}", row.model, row.dataset)
        for row, result in zip(found.rows, found.results, strict=True)
        for curve in result.curves
        if curve.points
    ]  # fmt: skip
    columns = ("campaign", "criterion", "images", "mAP", "full", "model", "data")
    return table(columns, rows, numbers=["images", "mAP", "full"])


def differences_table(found: Sequence[RecipeDifference], names: Sequence[str]) -> Table:
    """Keys in which recipes differ, a line each; the columns are campaigns."""
    return table(("recipe", *names), [(one.key, *one.values) for one in found])


def per_class_caption(found: Comparison) -> str:
    """What the table by class is of."""
    taken = [
        f"{row.name}: {'nothing measured' if what is None else f'{what[0]} on {what[1]} images'}"
        for row, what in zip(found.rows, found.taken, strict=True)
    ]
    return f"Average precision by class, mean over trials ({'; '.join(taken)}):"


def per_class_table(found: Comparison) -> Table:
    """Average precision of each class that all campaigns have."""
    rows = [(one.name, *("" if value is None else f"{value:.3f}" for value in one.ap)) for one in found.per_class]
    names = [row.name for row in found.rows]
    return table(("class", *names), rows, numbers=names)


def _off_diagonal(square: Sequence[Sequence[float]]) -> float:
    """Mean over all pairs of two; 0 without any."""
    pairs = [value for at, row in enumerate(square) for value in row[at + 1 :]]
    return sum(pairs) / len(pairs) if pairs else 0.0
