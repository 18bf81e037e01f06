"""The paper's claims in two settings: paired by key, and said where a verdict changes."""

from rich.console import Console

from alwsl_tui.cli.text.findings import claims_twice_table
from campaigns.reporting.claims import Claim
from campaigns.reporting.settings_compared import changed, claims_twice
from campaigns.reporting.verdicts import Verdict


def claim(key: str, verdict: Verdict) -> Claim:
    return Claim(key, f"the text of {key}", "section 5", f"measured {key}", 10, verdict, "because")


FIRST = [claim("a", Verdict.HOLDS), claim("b", Verdict.UNKNOWN), claim("c", Verdict.FAILS)]
SECOND = [claim("d", Verdict.HOLDS), claim("b", Verdict.FAILS), claim("a", Verdict.HOLDS)]


def test_claims_are_paired_by_key_in_the_order_of_the_first() -> None:
    pairs = claims_twice(FIRST, SECOND)
    assert [pair.key for pair in pairs] == ["a", "b", "c", "d"]
    assert [pair.changes for pair in pairs] == [False, True, False, False]
    assert pairs[2].second is None
    assert pairs[3].first is None


def test_what_changes_is_said_with_both_verdicts() -> None:
    assert changed(claims_twice(FIRST, SECOND)) == (
        "1 of 4 statements change between the settings: the text of b (cannot tell yet → does not hold)."
    )
    assert changed(claims_twice(FIRST, FIRST)) == "No statement changes between the settings."


def test_the_table_has_both_columns_and_a_mark() -> None:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(claims_twice_table(claims_twice(FIRST, SECOND), ("one way", "another"), width=120))
    head, *rest = capture.get().splitlines()
    assert all(word in head for word in ("one way", "another", "changes"))
    assert [line.rstrip().endswith("yes") for line in rest if "the text of" in line] == [False, True, False, False]
    assert sum("not asked" in line for line in rest) == 2
