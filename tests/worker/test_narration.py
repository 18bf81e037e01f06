"""Every event has words, in one line."""

from hypothesis import given

from campaigns.core.events import Noted, RoundStarted
from campaigns.home.journal import Recorded
from campaigns.worker.narration import told
from tests.core.draws import some_recorded


@given(recorded=some_recorded())
def test_every_event_is_told_in_one_line(recorded: Recorded) -> None:
    assert len(told(recorded.event).splitlines()) <= 1


def test_a_round_that_goes_on_says_so() -> None:
    assert told(RoundStarted(2, 40, 10, 4)) == "round 2 begins: 40 images, 10 epochs, goes on after epoch 4"
    assert told(Noted("one\ntwo", is_warning=True)) == "warning: one; two"
