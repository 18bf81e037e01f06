"""The page: it needs nothing else, it runs nothing else, and what anybody called anything is text in it."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from campaigns.reporting.colours import PLACES
from campaigns.reporting.opening import numbers
from campaigns.reporting.page import page
from campaigns.reporting.side_by_side import page_of
from tests.reporting.dossiers import NASTY, a_dossier, a_dossier_short_of, an_empty_dossier

VOID = frozenset({"meta", "img", "br", "link", "input", "hr"})
URLS = frozenset({"src", "href", "srcset", "data", "action", "poster", "background", "cite", "formaction"})


class Reader(HTMLParser):
    """What a browser would meet."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        # The end of a paragraph or a list item may be left out; nothing else of ours is.
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in {"style", "script"}:
            self.words.append(data)


@pytest.fixture(scope="module")
def whole() -> str:
    return page(a_dossier())


@pytest.fixture(scope="module")
def nasty() -> str:
    return page(a_dossier((NASTY, "dog", "newt"), name=NASTY, about=NASTY, image=NASTY))


@pytest.fixture(scope="module")
def several() -> str:
    others = (a_dossier(), a_dossier((NASTY, "dog", "newt"), name=NASTY), an_empty_dossier())
    return page_of(others, [(NASTY, ("1", NASTY, ""))])


@pytest.fixture(params=["whole", "nasty", "several", "empty"])
def any_page(request: pytest.FixtureRequest) -> str:
    text = page(an_empty_dossier()) if request.param == "empty" else request.getfixturevalue(request.param)
    assert isinstance(text, str)
    return text


def test_every_element_ends_where_it_should_and_ids_are_unique(any_page: str) -> None:
    found = Reader(any_page)
    assert found.open == []
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for tag, attributes in found.tags if tag == "a"}
    assert links <= {f"#{id_}" for id_ in ids}


def test_nothing_is_fetched_and_nothing_but_our_own_runs(any_page: str) -> None:
    found = Reader(any_page)
    for tag, attributes in found.tags:
        assert tag not in {"link", "iframe", "object", "embed", "base", "form"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in URLS & set(attributes):
            assert str(attributes[name]).startswith(("data:image/", "#")), (tag, attributes)
    assert [tag for tag, _ in found.tags].count("script") == 1


def test_the_policy_allows_exactly_our_style_and_our_script(any_page: str) -> None:
    found = Reader(any_page)
    policies = [a["content"] for tag, a in found.tags if a.get("http-equiv") == "Content-Security-Policy"]
    (said,) = policies
    assert said is not None
    assert said.startswith("default-src 'none'; ")
    assert "unsafe" not in said
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", any_page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in said


def test_names_are_shown_as_they_are_and_do_nothing(nasty: str) -> None:
    found = Reader(nasty)
    assert not [tag for tag, attributes in found.tags if "onload" in attributes]
    assert "\u202e" not in nasty
    assert "\x1b" not in nasty
    shown = "".join(found.words)
    assert "=1+1\"'<b>&amp;$_{%}#~^\\" in shown
    assert "\\x1b[31m</script><svg onload=x>" in shown


def test_the_page_begins_with_three_numbers_and_the_curves_then_says_what_they_show(whole: str) -> None:
    text = " ".join(" ".join(Reader(whole).words).split())
    order = [
        "69.0 %", "mAP of ag, the best of 3 criteria, with 20 labelled images", "of the full model's mAP",
        "points of mAP: ag against random, 3 trials", "Relative mAP against labelled images",
        "NOT shown to be better than random", "Possible causes", "The paper's claims, tested", "Learning curves",
    ]  # fmt: skip
    assert [words for words in order if words not in text] == []
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)
    folded = [attributes for tag, attributes in Reader(whole).tags if tag == "details"]
    assert folded
    assert not any("open" in attributes for attributes in folded)


def test_the_three_numbers_do_without_a_full_model_and_without_random() -> None:
    whole = a_dossier()
    alone = replace(whole.result, full=None, curves=tuple(c for c in whole.result.curves if c.criterion == "ag"))
    first, second, third = numbers(replace(whole, result=alone))
    assert first.what == "mAP of ag with 20 labelled images"
    assert (second.value, second.what) == ("20 %", "of the 100 training images are labelled")
    assert (third.value, third.what) == ("–", "Random is not in this campaign")
    assert numbers(an_empty_dossier()) == ()


def test_below_five_trials_a_page_has_no_bootstrap(whole: str) -> None:
    assert "bootstrap" not in whole.lower()


def test_the_page_holds_all_that_there_is(whole: str) -> None:
    text = " ".join(" ".join(Reader(whole).words).split())
    for said in (
        "does not hold", "Who is ahead of whom", "Labels saved vs random", "ΔAG (%)",
        "Table 1 of the paper", "Class discovery", "unc ranks it 1 of 90", "about = 'pets'", "f" * 64, "a" * 64,
        "cpu, torch 2 (13 attempts)", "a note", "too few trials",
    ):  # fmt: skip
        assert said in text, said
    assert whole.count('src="data:image/jpeg;base64,') == 1
    assert whole.count('src="data:image/png;base64,') == 1


def test_every_figure_has_a_caption_and_every_criterion_can_be_switched(whole: str) -> None:
    found = Reader(whole)
    counts = {name: [tag for tag, _ in found.tags].count(name) for name in ("figure", "figcaption")}
    assert counts["figure"] == counts["figcaption"] == 11
    series = {a["data-series"] for tag, a in found.tags if tag == "button" and "data-series" in a}
    assert series == {str(PLACES[name]) for name in ("random", "unc", "ag")}
    marked = {a["data-s"] for _, a in found.tags if "data-s" in a}
    assert marked == series


def test_a_shrunk_protocol_is_labelled_in_title_and_heading() -> None:
    text = page(replace(an_empty_dossier(), campaign=replace(a_dossier().campaign, about="the shrunk protocol")))
    assert "<title>pets: report (shrunk protocol)</title>" in text
    assert "these are not the paper's sizes" in text


@pytest.mark.slow
def test_a_cell_over_fewer_trials_than_all_says_so(whole: str) -> None:
    short = a_dossier_short_of("unc", 1)
    for text in (page(short), page_of([short], [])):
        cells = re.findall(r"(\w+)</th>(?:(?!</tr>).)*?>n 2</span>", text)
        assert set(cells) == {"unc"}
        assert "where they are not all" in text
    assert ">n 2</span>" not in whole


def test_a_campaign_that_has_not_begun_says_so() -> None:
    text = " ".join(Reader(page(an_empty_dossier())).words)
    assert "Nothing measured yet." in text
    assert "the data set cannot be opened" in text


@pytest.mark.slow
def test_the_same_campaign_is_the_same_page(whole: str) -> None:
    assert page(a_dossier()) == whole


def test_several_campaigns_stand_side_by_side(several: str) -> None:
    text = " ".join(" ".join(Reader(several).words).split())
    for said in ("The paper's claims", "At reading point 1", "By the area under", "What the recipes differ in"):
        assert said in text
    assert text.count("Nothing measured yet.") == 1
