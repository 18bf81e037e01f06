"""What becomes of a campaign when whoever watches it goes away."""

import os
import signal

import pytest

from campaigns.core.states import CampaignState
from campaigns.services.campaigns.wait import wait
from campaigns.services.workspace import Workspace
from tests.cli.calling import QUICK, begin, call, is_training, state_of, stop, wait_until
from tests.patience import patience
from tests.stage import said

RUN = ("run", "smoke", "--headless", *QUICK, "--set", "protocol.epochs=[150, 2, 2]")
"""Long enough to be interrupted, short enough to be waited for."""


@pytest.mark.slow
def test_ctrl_c_pauses_the_campaign_and_run_finishes_it(place: Workspace) -> None:
    running = begin(place, *RUN)
    try:
        wait_until(place, "smoke", is_training)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=patience())
    finally:
        stop(running)
    assert (running.returncode, out) == (130, ""), said(place)
    assert err.splitlines()[-1] == "pausing smoke at its next checkpoint; go on with: alwsl-tui run smoke"
    assert "Traceback" not in err
    assert wait(place, "smoke", timeout=patience()) is CampaignState.PAUSED, said(place)
    again = call(place, "run", "smoke", "--headless")
    assert again.code == 0, said(place)
    assert state_of(place, "smoke") is CampaignState.DONE
    logged = call(place, "logs", "smoke", "--job", "baseline-t0", "--json").json("logs")["lines"]
    assert {line["attempt"] for line in logged} == {1, 2}


@pytest.mark.slow
def test_closing_the_terminal_stops_nothing(place: Workspace) -> None:
    running = begin(place, *RUN)
    try:
        wait_until(place, "smoke", is_training)
        os.killpg(running.pid, signal.SIGHUP)  # what a closing terminal does to all that was started in it
        running.communicate(timeout=patience())
    finally:
        stop(running)
    assert running.returncode == -signal.SIGHUP
    assert state_of(place, "smoke") is CampaignState.RUNNING, said(place)
    assert wait(place, "smoke", timeout=patience()) is CampaignState.DONE, said(place)
    logged = call(place, "logs", "smoke", "--json").json("logs")["lines"]
    assert {line["attempt"] for line in logged} == {1}
