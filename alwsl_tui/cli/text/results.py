"""Agreement, cost and comparison as text for a person."""

from collections.abc import Sequence

from rich.table import Table

from alwsl_tui.cli.text.campaigns import point_text
from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.units import age
from campaigns.core.percent import percent
from campaigns.reporting.cost import CostOf
from campaigns.services.campaigns.recipe import RecipeDifference
from campaigns.services.results.agreement import AgreementOf
from campaigns.services.results.compare import Comparison


def agreements_table(agreements: Sequence[AgreementOf]) -> Table:
    """List rounds, a line each: how many images 1, 2, … criteria want, and what two of them share on average."""
    most = max((len(round_agreement.tables.votes) for round_agreement in agreements), default=0)
    rows = [
        (
            str(round_agreement.picked.round),
            str(round_agreement.picked.pool),
            str(round_agreement.picked.n),
            *map(str, round_agreement.tables.votes),
            f"{100 * _off_diagonal(round_agreement.tables.overlap.tolist()) / max(1, round_agreement.picked.n):.1f} %",
            f"{_off_diagonal(round_agreement.tables.kendall.tolist()):.3f}",
        )
        for round_agreement in agreements
    ]
    columns = ("round", "pool", "n", *(f"{votes} votes" for votes in range(1, most + 1)), "shared", "tau")
    return table(columns, rows, numbers=columns)


def agreement_caption(agreements: Sequence[AgreementOf]) -> str:
    """Whose rounds these are, and how the columns are to be read."""
    if not agreements:
        return "no round has ranked its pool yet"
    last = agreements[-1]
    arm = f"{last.picked.criterion}, " if last.picked.criterion else ""
    first = f"round {last.picked.round}, " if len(agreements) == 1 else ""
    return (
        f"{arm}trial {last.trial}: {first}the first n of each of {' '.join(last.picked.criteria)}. Votes: images that "
        "so many hold; shared: what two hold in common, tau: how alike they order it (-1 to 1), means over all pairs."
    )


def overlap_table(round_agreement: AgreementOf) -> Table:
    """List the images that two criteria hold among their first n."""
    names = round_agreement.picked.criteria
    rows = [(name, *map(str, row)) for name, row in zip(names, round_agreement.tables.overlap, strict=True)]
    return table((f"of {round_agreement.picked.n}", *names), rows, numbers=names)


def kendall_table(round_agreement: AgreementOf) -> Table:
    """List Kendall's tau-b of two criteria's first n."""
    names = round_agreement.picked.criteria
    rows = [
        (name, *(f"{tau:.3f}" for tau in row)) for name, row in zip(names, round_agreement.tables.kendall, strict=True)
    ]
    return table(("tau", *names), rows, numbers=names)


def steps_table(cost: CostOf) -> Table:
    """List the seconds of all rounds of a kind of job, step by step."""
    kinds = dict.fromkeys(row.criterion or row.job.partition("-")[0] for row in cost.rounds)
    rows = []
    for kind in kinds:
        mine = [row for row in cost.rounds if (row.criterion or row.job.partition("-")[0]) == kind]
        sums = [
            sum(values)
            for values in zip(
                *(
                    (row.prepare or 0, row.train or 0, row.evaluate or 0, row.score or 0, row.select or 0, row.seconds)
                    for row in mine
                ),
                strict=True,
            )
        ]
        rows.append((kind, str(len(mine)), *(f"{value:.2f}" for value in sums)))
    columns = ("", "rounds", "prepare s", "train s", "test s", "score s", "select s", "all s")
    return table(columns, rows, numbers=columns[1:])


def choosing_table(cost: CostOf) -> Table:
    """List the seconds to choose once by each criterion, in the layout of the paper's Tables 1 and 2."""
    score_pass = cost.score_pass or 0.0
    rows = [
        (criterion.criterion.upper(), f"{criterion.seconds:.4f}", f"{1000 * (criterion.seconds - score_pass):.3f}")
        for criterion in cost.criteria
    ]
    if cost.ag is not None and cost.delta_ag_percent is not None:
        mark = "≤ " if cost.is_ag_bound else ""
        after = 1000 * (cost.ag - score_pass)
        rows += [("AG", f"{mark}{cost.ag:.4f}", f"{mark}{after:.3f}")]
        rows += [("ΔAG (%)", f"{mark}{cost.delta_ag_percent:.3f}", "")]
    columns = ("to choose once", "seconds", "after the pass, ms")
    return table(columns, rows, numbers=columns[1:])


def cost_caption(cost: CostOf) -> str:
    """Say what was spent in one line."""
    text = f"{cost.campaign.name}: {age(cost.seconds)} of work in {len(cost.rounds)} rounds"
    text += f", {cost.gpu_hours:.2f} GPU hours" if cost.gpu_hours else ", nothing on a GPU"
    if cost.criteria:
        text += ". To choose: one pass over the pool, and each criterion's ranking of it; means over rounds"
    if cost.is_ag_bound:
        text += ". AG was not timed by itself: its figure holds all that a round does after the pass"
    return text + "."


def last_points_table(comparison: Comparison) -> Table:
    """List the last budget of every curve of every campaign."""
    rows = [
        (row.name, curve.criterion, str(curve.points[-1].labelled),
         point_text(curve.points[-1], result, of=row.plan.trials),
         percent(result.full), row.model, row.dataset)
        for row, result in zip(comparison.rows, comparison.results, strict=True)
        for curve in result.curves
        if curve.points
    ]  # fmt: skip
    worth = comparison.rows[0].plan.yardstick.column
    columns = ("campaign", "criterion", "images", worth, "full %", "model", "data")
    return table(columns, rows, numbers=["images", worth, "full %"])


def differences_table(differences: Sequence[RecipeDifference], names: Sequence[str]) -> Table:
    """List the keys in which recipes differ, a line each; the columns are campaigns."""
    return table(("recipe", *names), [(difference.key, *difference.values) for difference in differences])


def per_class_caption(comparison: Comparison) -> str:
    """Say what the table by class is of."""
    taken = [
        f"{row.name}: {'nothing measured' if what is None else f'{what[0]} on {what[1]} images'}"
        for row, what in zip(comparison.rows, comparison.taken, strict=True)
    ]
    return f"{comparison.rows[0].plan.yardstick.by_class}, mean over trials ({'; '.join(taken)}):"


def per_class_table(comparison: Comparison) -> Table:
    """List what each class that all campaigns have is measured to be worth."""
    rows = [(bars.name, *map(percent, bars.values)) for bars in comparison.per_class]
    names = [row.name for row in comparison.rows]
    return table(("class", *names), rows, numbers=names)


def _off_diagonal(square: Sequence[Sequence[float]]) -> float:
    """Mean over all pairs of two; 0 without any."""
    pairs = [value for at, row in enumerate(square) for value in row[at + 1 :]]
    return sum(pairs) / len(pairs) if pairs else 0.0
