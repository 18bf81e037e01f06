"""Picks read by their lines say what they say when they are read whole."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.errors import Damaged
from campaigns.home import pick_lists
from campaigns.home.files import write_json
from campaigns.home.pick_lists import FIRST, read_pick_list
from campaigns.home.picks import read_picks
from campaigns.selection.criteria import PAPER
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

WORDS = st.text(max_size=12) | st.sampled_from(
    ['"', '",\n   "votes": 9,', "  {", " ]", '   "image": "x"', "\u2028", "é"]
)


def some_picks(images: list[str], criterion: str | None, *, value: bool, is_ag: bool) -> dict[str, object]:
    """What a round leaves, with these images."""
    square = [[1 if x == y else 0 for x in PAPER] for y in PAPER]
    picks = [
        {"image": image}
        | ({"list": "unc", "turn": at + 1} if is_ag else {})
        | ({"value": at / 4 - 1} if value else {})
        | {"ranks": dict.fromkeys(PAPER, at + 1), "votes": at % 6, "probabilities": [0.25, 1.0]}
        for at, image in enumerate(images)
    ]
    agreement = {"criteria": list(PAPER), "overlap": square, "votes": [1] * 6, "kendall": square}
    head = {"schema": 1, "criterion": criterion, "round": 1, "n": 2, "pool": 90, "agreement": agreement}
    return {**head, "picks": picks}


@given(images=st.lists(WORDS, max_size=2 * FIRST), kind=st.sampled_from(["random", "unc", "ag", "un.c", None]))
@settings(max_examples=60)
def test_lines_say_what_the_whole_says(
    tmp_path_factory: pytest.TempPathFactory, images: list[str], kind: str | None
) -> None:
    path = tmp_path_factory.mktemp("picks") / "picks.json"
    write_json(path, some_picks(images, kind, value=kind == "unc", is_ag=kind == "ag"))
    found, said = read_pick_list(path), read_picks(path)
    assert said is not None
    assert found == pick_lists._whole(said)


def test_what_a_worker_wrote_is_read_by_its_lines(rich: tuple[Workspace, CampaignRow]) -> None:
    place, row = rich
    paths = sorted(place.home.campaign(row.id).jobs.glob("arm-*/rounds/*/picks.json"))
    assert len(paths) == 2 * 6 * 2
    for path in paths:
        by_lines, said = pick_lists._by_lines(path.read_bytes()), read_picks(path)
        assert said is not None
        assert by_lines == pick_lists._whole(said)


def test_another_layout_is_read_too(tmp_path: Path) -> None:
    said = some_picks(["one", "two"], "unc", value=True, is_ag=False)
    write_json(tmp_path / "ours.json", said)
    (tmp_path / "flat.json").write_text(json.dumps(said))
    assert read_pick_list(tmp_path / "flat.json") == read_pick_list(tmp_path / "ours.json")


def test_the_rank_under_the_criterion_that_picked_is_there(tmp_path: Path) -> None:
    for kind, ranks in (("sepmin", [1, 2]), ("random", [])):
        write_json(tmp_path / "picks.json", some_picks(["one", "two"], kind, value=False, is_ag=False))
        found = read_pick_list(tmp_path / "picks.json")
        assert found is not None
        assert list(found.ranks) == ranks


def test_no_file_is_nothing(tmp_path: Path) -> None:
    assert read_pick_list(tmp_path / "picks.json") is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"schema": 1}', b'{\n "picks": [\n  {\n   "image": 1\n  }\n ]\n}']
)
def test_what_no_round_wrote_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "picks.json").write_bytes(content)
    with pytest.raises(Damaged):
        read_pick_list(tmp_path / "picks.json")
