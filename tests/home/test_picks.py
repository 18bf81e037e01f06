"""What a round sends for labelling comes back from its file as it was, or the file is refused by name."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from msgspec import structs

from campaigns.errors import Damaged
from campaigns.home.picks import SCHEMA, Pick, PickedRound, encode_picks, read_picks, write_picks
from campaigns.selection.agreement import Agreement
from campaigns.selection.criteria import PAPER
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

NAMES = st.text(max_size=12) | st.sampled_from(
    ["", '"', '",\n   "votes": 9,', "\u2028", "é", "caf\udce9.jpg", "\ud800"]
)
SHARES = st.floats(0, 1).map(lambda share: round(share, 4))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def some_picks(draw: st.DrawFn) -> PickedRound:
    """A round of any criterion, with images of any name."""
    criterion = draw(st.sampled_from([None, "random", "unc", "ag", "un.c"]))
    images = draw(st.lists(NAMES, unique=True, max_size=5))
    square = np.array(draw(st.lists(st.integers(0, 9), min_size=36, max_size=36))).reshape(6, 6)
    tables = Agreement(square, square[0], draw(NUMBERS) * np.eye(6))
    picks = tuple(
        Pick(
            image=image, value=draw(st.none() | NUMBERS), votes=draw(st.integers(0, 6)),
            list="unc" if criterion == "ag" else None, turn=at if criterion == "ag" else None,
            ranks=dict.fromkeys(PAPER, at), probabilities=(draw(SHARES), draw(SHARES)),
        )
        for at, image in enumerate(images, 1)
    )  # fmt: skip
    return PickedRound(
        schema=SCHEMA, criterion=criterion, round=draw(st.integers(0, 9)), n=5, pool=90, criteria=PAPER,
        agreement=tables, picks=picks, is_collapsed=draw(st.booleans()),
    )  # fmt: skip


A_ROUND = PickedRound(
    schema=SCHEMA, criterion="unc", round=1, n=2, pool=9, criteria=("unc",),
    agreement=Agreement(np.array([[2]]), np.array([2]), np.array([[1.0]])),
    picks=tuple(
        Pick(image=image, value=0.5, ranks={"unc": rank, "ent": 9}, votes=1, probabilities=(0.5, 1.0))
        for rank, image in enumerate("abc", 1)
    ),
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "picks.json"


@given(picked=some_picks())
def test_a_round_comes_back_as_it_was_and_equal_content_is_equal_bytes(
    tmp_path_factory: pytest.TempPathFactory, picked: PickedRound
) -> None:
    path = tmp_path_factory.mktemp("picks") / "picks.json"
    write_picks(path, picked)
    again = read_picks(path)
    assert again == picked
    assert again is not None
    assert encode_picks(again) == path.read_bytes()


def test_what_a_worker_wrote_is_what_its_type_writes(rich: tuple[Workspace, CampaignRow]) -> None:
    place, row = rich
    paths = sorted(place.home.campaign(row.id).jobs.glob("arm-*/rounds/*/picks.json"))
    assert len(paths) == 2 * 6 * 2
    for path in paths:
        picked = read_picks(path)
        assert picked is not None
        assert encode_picks(picked) == path.read_bytes()
        assert [list(pick) for pick in json.loads(path.read_bytes())["picks"]] == [
            [name for name in Pick.__struct_fields__ if getattr(pick, name) is not None] for pick in picked.picks
        ]


def test_another_layout_and_a_newer_writers_keys_are_read_too(path: Path) -> None:
    content = json.loads(encode_picks(A_ROUND))
    path.write_text(json.dumps({"newer": [[1]], **content}))
    assert read_picks(path) == A_ROUND


def test_no_file_is_nothing(path: Path) -> None:
    assert read_picks(path) is None


@pytest.mark.parametrize(
    ("where", "value", "why"),
    [
        (("picks", 0, "image"), 1, "picks[0].image: should be text, is a whole number"),
        (("picks", 0, "ranks", "unc"), 0, "picks[0].ranks[...]: should be a whole number, 1 or more"),
        (("picks", 1, "ranks", "unc"), True, "should be a whole number, is true or false"),
        (("picks", 0, "votes"), 1 << 63, "picks[0].votes: should be a whole number, 9223372036854775807 or less"),
        (("picks", 0, "votes"), -1, "0 or more"),
        (("picks", 0, "turn"), 1.0, "picks[0].turn: should be a whole number or null, is a number"),
        (("picks", 0, "probabilities", 1), 1.5, "picks[0].probabilities[1]: should be a number, 1.0 or less"),
        (("picks", 1, "probabilities"), [0.5], "'probabilities' are not of the same classes everywhere"),
        (("agreement", "overlap"), [[2, 1]], "'overlap' does not fit 1 criteria"),
        (("agreement", "overlap"), [[2], [1, 2]], "agreement"),
        (("agreement", "overlap"), [[2.0]], "should be a table of numbers, is '[[2.0]]'"),
        (("agreement", "votes"), [True], "should be a table of numbers, is '[True]'"),
        (("agreement", "votes"), [1 << 64], "a number that is too large"),
        (("agreement", "votes"), 3, "should be a table of numbers, is '3'"),
        (("agreement", "kendall"), [["1"]], "should be a table of numbers"),
        (("criteria",), ["unc", "ent"], "does not fit 2 criteria"),
        (("n",), None, "n: should be a whole number, is null"),
    ],
)
def test_what_no_round_wrote_is_damaged_and_told_where(
    path: Path, where: tuple[str | int, ...], value: object, why: str
) -> None:
    content: Any = json.loads(encode_picks(A_ROUND))
    part = content
    for key in where[:-1]:
        part = part[key]
    part[where[-1]] = value
    path.write_text(json.dumps(content))
    with pytest.raises(Damaged, match=r"picks\.json is damaged") as caught:
        read_picks(path)
    assert why in str(caught.value)


@pytest.mark.parametrize("key", [field for field in PickedRound.__struct_fields__ if field != "is_collapsed"])
def test_what_is_missing_is_named(path: Path, key: str) -> None:
    content = json.loads(encode_picks(A_ROUND))
    path.write_text(json.dumps({name: value for name, value in content.items() if name != key}))
    with pytest.raises(Damaged, match=f"it has no '{key}'"):
        read_picks(path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is damaged"), (b"[]", "should be an object, is a list"), (b"{", "is damaged"), (b"\xff", "is damaged"),
        (b'{"schema": NaN}', "is no number"), (b'{"schema": 1, "z": ' + b"[" * 100_000, "nested deeper than 32 levels"),
    ],
)  # fmt: skip
def test_what_is_no_json_of_ours_is_damaged(path: Path, content: bytes, why: str) -> None:
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"picks\.json is damaged") as caught:
        read_picks(path)
    assert why in str(caught.value)


@settings(max_examples=100)
@given(value=JSON, data=st.data())
def test_picks_with_anything_in_the_place_of_something_are_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, value: object, data: st.DataObject
) -> None:
    content = json.loads(encode_picks(A_ROUND))
    at: Any = data.draw(st.sampled_from([content, content["agreement"], content["picks"][0]]))
    at[data.draw(st.sampled_from(sorted(at)))] = value
    place = tmp_path_factory.getbasetemp() / "changed.json"
    place.write_text(json.dumps(content))
    with suppress(Damaged):
        picked = read_picks(place)
        assert picked is not None
        assert all(isinstance(image, str) for image in picked.images)
        return
    with pytest.raises(Damaged, match=r"changed\.json is damaged"):
        read_picks(place)


def test_in_brief_a_round_keeps_what_tables_are_made_of() -> None:
    brief = A_ROUND.brief(1)
    assert brief.picks[0] == A_ROUND.picks[0]
    assert [pick.probabilities for pick in brief.picks[1:]] == [(), ()]
    assert [(pick.image, pick.value, pick.votes) for pick in brief.picks] == [(name, 0.5, 1) for name in "abc"]
    # The last is ranked behind the first n by the criterion that picked it: a cause to look for.
    assert [pick.ranks for pick in brief.picks[1:]] == [{}, {"unc": 3, "ent": 9}]
    assert structs.replace(brief, picks=()) == A_ROUND.without_picks()
