"""Waiting until a campaign is over."""

import time

from campaigns.core.states import CampaignState
from campaigns.services.monitor.progress import state_of
from campaigns.services.workspace import Workspace, ensure_station
from campaigns.store.campaigns import get_campaign


def wait(workspace: Workspace, name: str, *, timeout: float | None = None, poll: float = 0.2) -> CampaignState:
    """Return when nothing more will happen in a campaign unless somebody asks; its state then, or at the timeout."""
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        with workspace.store() as store:
            state = state_of(store, get_campaign(store, name))
        if state.is_over or (deadline is not None and time.monotonic() > deadline):
            return state
        ensure_station(workspace)
        time.sleep(poll)
