"""Figures: all that there is to see is drawn, nothing else moves them, and names cannot break them."""

from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from alwsl_tui.drawing import palette
from campaigns.reporting import colours
from campaigns.reporting.figures.album import plots
from campaigns.reporting.figures.board import MARKS, Plot, png, svg
from campaigns.reporting.inline_svg import Said, Sheet, inlined
from tests.reporting.dossiers import NASTY, a_dossier, an_empty_dossier

KEYS = [
    "curves-relative", "curves-absolute", "curves-against-random", "reading-10", "reading-20", "votes", "overlap",
    "kendall", "agreement-by-round", "discovery", "per-class",
]  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> list[Plot]:
    return list(plots(a_dossier(), has_key=True))


def by_key(found: Iterable[Plot], key: str) -> Plot:
    return next(plot for plot in found if plot.key == key)


def test_every_figure_that_there_are_numbers_for_is_drawn(drawn: list[Plot]) -> None:
    assert [plot.key for plot in drawn] == KEYS


def test_every_figure_says_what_it_shows_and_of_how_many_trials(drawn: list[Plot]) -> None:
    for plot in drawn:
        assert plot.title
        assert "3 trials" in plot.caption or "trials" in plot.caption or "same trial" in plot.caption, plot.key


def test_figures_name_the_figure_of_the_paper_that_they_answer_to(drawn: list[Plot]) -> None:
    for key, number in (("reading-10", 2), ("reading-20", 3), ("votes", 14)):
        assert f"Figure {number} of the paper" in by_key(drawn, key).caption


def test_a_point_says_criterion_images_mean_spread_and_trials(drawn: list[Plot]) -> None:
    said = [mark.text for mark in by_key(drawn, "curves-relative").marks if mark.kind == "point"]
    assert len(said) == 3 * 3
    assert "ag: 20 images, mAP 69.0 ± 1.0 %, 81.2 % of full supervision (3 trials)" in said


def test_text_stays_text_and_the_same_numbers_are_the_same_bytes(drawn: list[Plot]) -> None:
    again = by_key(plots(a_dossier(), has_key=True), "votes")
    first = svg(by_key(drawn, "votes"))
    assert svg(again) == first
    assert ">votes, out of 6 criteria</text>" in first


def test_a_picture_is_made(drawn: list[Plot]) -> None:
    assert png(by_key(drawn, "votes")).startswith(b"\x89PNG")


def test_nothing_is_drawn_of_a_campaign_that_has_not_begun() -> None:
    assert list(plots(an_empty_dossier(), has_key=True)) == []


@pytest.mark.slow
def test_files_carry_their_title_and_say_when_the_protocol_is_shrunk() -> None:
    found = list(plots(a_dossier(about="shrunk protocol"), has_key=True))
    assert [plot.key for plot in found if "shrunk protocol</" not in svg(plot)] == []
    first = svg(by_key(found, "reading-10"))
    assert "answers to figure 2 of the paper; shrunk protocol" in first.lower()


@pytest.mark.slow
def test_files_say_when_only_some_classes_are_counted() -> None:
    whole = a_dossier()
    some = replace(whole, result=replace(whole.result, chosen=("cat", "dog")))
    assert [plot.key for plot in plots(some, has_key=True) if "mean over cat, dog</" not in svg(plot)] == []
    many = replace(whole, result=replace(whole.result, chosen=tuple("abcdefg")))
    assert f"mean over 7 of {len(whole.campaign.plan.classes)} classes</" in svg(
        by_key(plots(many, has_key=True), "votes")
    )


def test_names_can_be_anything() -> None:
    found = a_dossier(("cat", NASTY, "newt"), name=NASTY)
    for key in ("per-class", "discovery"):
        root = ElementTree.fromstring(svg(by_key(plots(found, has_key=True), key)))
        assert not [element for element in root.iter() if element.tag.endswith("script") or "onload" in element.attrib]


def test_every_mark_of_a_figure_has_a_letter() -> None:
    assert len(set(colours.SIGNS)) == len(colours.SIGNS) == len(MARKS)


@pytest.mark.parametrize("shades", [colours.LIGHT, colours.DARK], ids=["light", "dark"])
def test_everything_can_be_read(shades: colours.Inks) -> None:
    for colour in (shades.text, shades.muted, *shades.series):
        assert palette.contrast(colour, shades.paper) >= 4.5, colour
    for shade, ink in zip((*shades.heat, *shades.cold), (*shades.heat_ink, *shades.cold_ink), strict=True):
        assert palette.contrast(shade, ink) >= 4.5, shade


def test_every_colour_of_paper_has_a_name_of_its_own() -> None:
    light = colours.LIGHT
    everything = (
        light.paper,
        light.text,
        light.muted,
        light.rule,
        *light.series,
        *light.heat,
        *light.heat_ink,
        *light.cold,
        *light.cold_ink,
    )
    assert set(colours.names()) == set(everything)
    assert len(colours.names()) == len(everything)


def test_a_figure_of_a_page_has_the_colours_of_the_page_and_says_what_its_marks_say(drawn: list[Plot]) -> None:
    sheet, plot = Sheet(), by_key(drawn, "curves-relative")
    marks = {mark.id: Said(mark.text, mark.series, mark.kind) for mark in plot.marks}
    text = inlined(svg(plot), plot.key, title=plot.title, marks=marks, sheet=sheet)
    assert "style=" not in text
    assert not [colour for colour in colours.names() if colour in text + sheet.css()]
    root = ElementTree.fromstring(text)
    said = [element.get("aria-label") for element in root.iter() if element.get("class") == "point"]
    assert said == [mark.text for mark in plot.marks if mark.kind == "point"]
    linked = {element.get("href") for element in root.iter() if element.get("href")}
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert linked <= {f"#{id_}" for id_ in ids}
    assert len(ids) == len(set(ids))
