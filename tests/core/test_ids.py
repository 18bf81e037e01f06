"""Names, ids and jobs."""

import re

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.ids import Job, JobKind, checked_name, new_campaign_id
from campaigns.errors import UsageError

TEXT = st.text(max_size=70) | st.text(alphabet="ab.-_/\\\n [<&=+@\x1b", max_size=6)


@given(name=TEXT)
def test_an_accepted_name_is_safe_wherever_it_stands(name: str) -> None:
    try:
        checked_name(name)
    except UsageError:
        return
    assert re.fullmatch(r"[A-Za-z0-9._-]+", name), "no separator, markup, escape or blank"
    assert name[0].isalnum(), "a shell takes a leading dash as an option, a leading dot hides a file"
    assert not name.endswith(".")
    assert len(name) <= 64


@pytest.mark.parametrize("name", ["a", "VOC-2007.v2", "0", "a_b", "x" * 64])
def test_ordinary_names_are_accepted(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "-a", ".a", "..", "a.", "a/b", "a\\b", "a b", "a\n", "ä", "[a]", "=a", "a\x1b[0m", "x" * 65]
)
def test_what_would_not_be_safe_is_refused_and_shown_without_its_effect(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_name(name)
    assert str(caught.value).isprintable()
    assert caught.value.hint


def test_a_campaign_of_the_same_name_gets_another_folder() -> None:
    ids = {new_campaign_id("a") for _ in range(50)}
    assert len(ids) == 50
    assert all(checked_name(id_) for id_ in ids)


def test_jobs_are_named_for_what_they_are() -> None:
    assert Job(JobKind.FULL).id == "full"
    assert Job(JobKind.BASELINE, 0).id == "baseline-t0"
    assert Job(JobKind.ARM, 12, "ag").id == "arm-t12-ag"


def test_an_arm_needs_the_baseline_of_its_trial_and_nothing_else_needs_anything() -> None:
    assert Job(JobKind.ARM, 2, "ag").needs == Job(JobKind.BASELINE, 2)
    assert Job(JobKind.BASELINE, 2).needs is None
    assert Job(JobKind.FULL).needs is None
