"""The tables of a report for an article: one file a table, to be taken in by `input`, and one that shows them all."""

from collections.abc import Sequence

from campaigns.core.percent import percent
from campaigns.core.text import printable
from campaigns.reporting import paper, rows
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.rows import Placed

_ESCAPED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "'": r"\textquotesingle{}",
    "-": r"{-}", "±": r"$\pm$", "−": r"$-$", "Δ": r"$\Delta$", "≤": r"$\leq$", "≥": r"$\geq$", "×": r"$\times$",
    # Behind a line's end in a table TeX takes these for orders.
    "[": "{[}", "]": "{]}", "*": "{*}", "\n": " ",
}  # fmt: skip
_LETTERS = range(0xC0, 0x100)
"""Letters beyond ASCII that every T1 font has (U+00C0 to U+00FF, but for the two signs among them)."""


def escaped(text: str) -> str:
    """Text that TeX sets as it is, whatever is in it; a letter that fonts may lack is named by its code."""
    return "".join(map(_letter, printable(text)))


def _letter(letter: str) -> str:
    if letter in _ESCAPED:
        return _ESCAPED[letter]
    if " " <= letter <= "~" or (ord(letter) in _LETTERS and letter != "÷"):
        return letter
    return rf"\texttt{{U+{ord(letter):04X}}}"


def documents(dossier: Dossier) -> dict[str, str]:
    """Text of every file by its name; `report.tex` compiles by itself beside the others."""
    files = {"claims.tex": _claims(dossier)} if dossier.claims else {}
    for reading in rows.readings(dossier):
        title = (
            f"{dossier.campaign.plan.yardstick.begins} with {reading.budget} labelled images "
            f"({reading.share:.1f} % of the training images)"
        )
        files[f"reading-{reading.budget}.tex"] = _placed(dossier, reading.rows, title, f"reading-{reading.budget}")
    if areas := rows.areas(dossier):
        files["areas.tex"] = _placed(dossier, areas, "Area under the learning curve, divided by its width", "areas")
    if times := rows.times(dossier):
        of_paper = paper.of_times(dossier.campaign)
        title = "Seconds to choose once; means over rounds" + (f" (answers to {of_paper})" if of_paper else "")
        body = [[time.name, time.seconds, time.after] for time in times]
        files["times.tex"] = _table(
            "lrr", ("", "seconds", "after the pass, ms"), body, title, "times", labels=dossier.labels
        )
    return {"report.tex": _wrapper(dossier, list(files))} | files


def _wrapper(dossier: Dossier, names: Sequence[str]) -> str:
    about = f" ({'; '.join(dossier.labels)})" if dossier.labels else ""
    lines = [
        r"\documentclass[10pt,a4paper,landscape]{article}",
        r"\usepackage[T1]{fontenc}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage{textcomp,array,booktabs}",
        r"\usepackage[margin=18mm]{geometry}",
        r"\begin{document}",
        rf"\section*{{{escaped(dossier.campaign.name)}{escaped(about)}}}",
        escaped(dossier.campaign.about),
        "",
        *(rf"\input{{{name.removesuffix('.tex')}}}" for name in names),
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _claims(dossier: Dossier) -> str:
    body = [
        [claim.text, claim.verdict.value, claim.measured, str(claim.trials or ""), claim.reason, claim.source]
        for claim in dossier.claims
    ]
    columns = "".join(
        rf">{{\raggedright\arraybackslash}}p{{{width}mm}}" if width else "r" for width in (55, 27, 50, 0, 62, 34)
    )
    head = ("claim", "verdict", "measured", "trials", "why", "in the paper")
    title = "The paper's claims, tested on this campaign"
    return _table(columns, head, body, title, "claims", labels=dossier.labels)


def _placed(dossier: Dossier, placed: Sequence[Placed], title: str, label: str) -> str:
    has_full = any(row.relative is not None for row in placed)
    has_bootstrap = any(row.sample.interval is not None for row in placed)
    word = escaped(dossier.campaign.plan.yardstick.title)
    head = ["criterion", f"{word}, %", "sd"]
    head += ["95 % (bootstrap)"] if has_bootstrap else []
    head += ["% of full"] if has_full else []
    head += ["vs random", "p", "smallest p", "p, Holm", "trials"]
    trials = f"{dossier.progress.trials} of {dossier.campaign.plan.trials} trials are complete"
    note = f"{title}. p: exact paired sign-flip test against random, in points of {word}; {trials}"
    planned = dossier.campaign.plan.trials
    if any(len(row.sample.values) < planned for row in placed):
        note += "; n: trials, where they are not all"
    body = [_line(row, planned, has_full=has_full, has_bootstrap=has_bootstrap) for row in placed]
    return _table("l" + "r" * (len(head) - 1), head, body, note, label, labels=dossier.labels)


def _line(row: Placed, planned: int, *, has_full: bool, has_bootstrap: bool) -> list[str]:
    sample, duel = row.sample, row.duel
    ends = sample.interval
    fewer = f" (n {len(sample.values)})" if len(sample.values) < planned else ""
    cells = [row.criterion, percent(sample.mean) + fewer, percent(sample.sd)]
    if has_bootstrap:
        cells.append("" if ends is None else f"{percent(ends.low)} to {percent(ends.high)}")
    if has_full:
        cells.append("" if row.relative is None else f"{row.relative:.1f}")
    if duel is None:
        return [*cells, "", "", "", "", str(len(sample.values))]
    test = duel.test
    tests = (rows.p_said(test.p), rows.p_said(test.least), rows.p_said(duel.adjusted))
    return [*cells, rows.points(test.mean), *tests, str(test.trials)]


def _table(
    columns: str, head: Sequence[str], body: Sequence[Sequence[str]], title: str, label: str, *, labels: Sequence[str]
) -> str:
    lines = [" & ".join(map(escaped, row)) + r" \\" for row in (head, *body)]
    title = f"{title} ({'; '.join(labels)})" if labels else title
    parts = [
        r"\begin{table}[htbp]", r"\centering\small", rf"\caption{{{escaped(title)}.}}", rf"\label{{tab:{label}}}",
        rf"\begin{{tabular}}{{{columns}}}", r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule",
        r"\end{tabular}", r"\end{table}",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"
