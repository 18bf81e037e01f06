"""Sentences and numbers that picks are told with."""

from alwsl_tui.drawing.picks import number, ordinal, why_none
from campaigns.core.states import CampaignState, JobState
from campaigns.services.results.evidence import Waiting
from campaigns.services.results.picks import RoundKey


def waiting(**changed: object) -> Waiting:
    said: dict[str, object] = {
        "key": RoundKey("ag", 0, 2), "campaign": CampaignState.RUNNING, "state": JobState.RUNNING, "reason": "",
        "activity": "training", "at": 2, "epoch": 4, "epochs": 20,
    }  # fmt: skip
    return Waiting(**(said | changed))  # type: ignore[arg-type]


def test_waiting_is_said_in_a_sentence_with_a_next_step() -> None:
    asked = "Round 2 of arm-t0-ag has no picks yet: "
    assert why_none(waiting()) == f"{asked}its worker is training, epoch 4 of 20."
    assert why_none(waiting(at=1)) == f"{asked}its worker is training in round 1, epoch 4 of 20."
    assert why_none(waiting(activity="opening data on cpu", at=None)) == f"{asked}its worker is opening data on cpu."
    queued = waiting(state=JobState.WAITING, reason="baseline-t0 is not done")
    assert why_none(queued) == f"{asked}its job is waiting (baseline-t0 is not done)."
    assert "press R to retry" in why_none(waiting(state=JobState.FAILED))
    assert "is paused. Press S to continue" in why_none(waiting(state=JobState.WAITING, campaign=CampaignState.PAUSED))


def test_numbers_are_said_as_people_do() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
    assert [number(n) for n in (None, 0, 0.00012, 0.5, 7.163, 123.456)] == [
        "",
        "0.00",
        "0.00012",
        "0.50",
        "7.16",
        "123.5",
    ]
    assert number(-4.9, is_bracketed=True) == "(-4.90)"
