"""What a campaign amounts to, as a JSON object: the documented schema, version 1."""

from alwsl_tui.cli.records import Record, campaign, result
from campaigns.reporting.claims import Claim
from campaigns.reporting.duels import Duel
from campaigns.reporting.saving import Saving
from campaigns.reporting.standings import Sample, Standing, Standings
from campaigns.reporting.statistics import Interval
from campaigns.services.findings import Findings
from campaigns.services.suspects import Check


def findings(found: Findings) -> Record:
    """All of it."""
    return {
        "campaign": campaign(found.campaign),
        "result": result(found.result),
        "headline": list(found.headline),
        "not_better_than_random": list(found.standings.not_better),
        "checklist": [check(one) for one in found.checklist],
        "claims": [claim(one) for one in found.claims],
        "standings": standings(found.standings),
        "votes": [{"trial": one.trial, "round": one.round, "counts": list(one.counts)} for one in found.votes],
    }


def check(found: Check) -> Record:
    """One possible cause."""
    return {"cause": found.cause, "bearing": found.bearing, "found": found.found}


def claim(found: Claim) -> Record:
    """One claim of the paper."""
    return {
        "key": found.key,
        "text": found.text,
        "source": found.source,
        "measured": found.measured or None,
        "trials": found.trials,
        "verdict": found.verdict,
        "reason": found.reason,
    }


def standings(found: Standings) -> Record:
    """Every criterion against random, against the leading one, and against each other."""
    return {
        "budgets": list(found.budgets),
        "rows": [_standing(one, found.budgets) for one in found.rows],
        "duels": [_duel(one) for one in found.duels],
        "wins": {name: dict(row) for name, row in found.wins.items()},
        "saved": [_saving(one) for one in found.saved],
    }


def _standing(found: Standing, budgets: tuple[int, ...]) -> Record:
    return {
        "criterion": found.criterion,
        "area": None if found.area is None else _sample(found.area),
        "points": [
            {"labelled": labelled} | _sample(one)
            for labelled, one in zip(budgets, found.readings, strict=True)
            if one is not None
        ],
    }


def _sample(found: Sample) -> Record:
    return {
        "numbers": list(found.numbers),
        "trials": list(found.values),
        "mean": found.mean,
        "sd": found.sd,
        "bootstrap": _interval(found.interval),
        "student": _interval(found.student),
    }


def _interval(found: Interval | None) -> Record | None:
    return None if found is None else {"low": found.low, "high": found.high, "level": found.level}


def _duel(found: Duel) -> Record:
    return {
        "criterion": found.criterion,
        "rival": found.rival,
        "labelled": found.budget,
        "numbers": list(found.numbers),
        "differences": list(found.differences),
        "mean": found.test.mean,
        "p": found.test.p,
        "p_holm": found.adjusted,
        "p_least": found.test.least,
        "exact": found.test.is_exact,
        "trials_needed": found.trials_needed,
    }


def _saving(found: Saving) -> Record:
    return {
        "criterion": found.criterion,
        "target": found.target,
        "what": found.what,
        "images": found.images,
        "random": found.random,
        "saved": found.saved,
        "interval": _interval(found.interval),
    }
