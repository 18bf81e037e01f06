"""Per cent of full where the full model is measured after several numbers of epochs."""

from dataclasses import replace

import pytest
from rich.console import Console

from alwsl_tui.cli.text.campaigns import fulls_table, result_caption
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.json.curves import result_record
from campaigns.reporting.page import page
from tests.reporting.dossiers import a_dossier

FULLS = ((20, 0.4), (25, 0.5), (35, 0.6))


def measured_thrice() -> Dossier:
    dossier = a_dossier()
    return replace(dossier, result=replace(dossier.result, full=0.6, fulls=FULLS))


@pytest.mark.slow
def test_the_page_gives_per_cent_against_each_and_says_which_is_meant_elsewhere() -> None:
    text = page(measured_thrice())
    assert "mAP 60.0 % after 35 epochs, 40.0 % after 20, 50.0 % after 25" in text
    assert all(f"% of full, {epochs} epochs" in text for epochs, _ in FULLS)
    assert "% of full, " not in page(a_dossier())


def test_the_table_of_show_has_a_column_for_each() -> None:
    dossier = measured_thrice()
    result = dossier.result
    drawn = fulls_table(result, points=dossier.campaign.plan.reading_points)
    assert drawn is not None
    console = Console(width=200)
    with console.capture() as capture:
        console.print(drawn)
    text = capture.get()
    assert "% of full, 20 epochs (40.0)" in text
    point = result.curves[0].points[-1]
    assert f"{100 * point.mean / 0.4:.2f}" in text
    assert "images, 35 epochs)" in result_caption(result, dossier.campaign)
    assert fulls_table(a_dossier().result) is None


def test_json_has_further_keys_only_where_there_are_several() -> None:
    alone = a_dossier().result
    assert "full_by_epochs" not in result_record(alone)
    assert "relative_percent_by_epochs" not in result_record(alone)["curves"][0]["points"][0]
    assert result_record(measured_thrice().result)["full_by_epochs"] == {"20": 0.4, "25": 0.5, "35": 0.6}
