"""What a person may ask of a campaign: one small write; the station does the rest."""

import time
from collections.abc import Callable

from campaigns.core.states import CampaignState, Intent
from campaigns.errors import NotNow
from campaigns.services.monitor.progress import state_of
from campaigns.services.workspace import Workspace, ensure_station
from campaigns.store.campaigns import get_campaign, note, set_intent
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store

S = CampaignState


def ask(
    workspace: Workspace,
    name: str,
    intent: Intent,
    entry: str,
    *,
    not_in: set[CampaignState],
    until_round: int | None = None,
    also: Callable[[Store, CampaignRow], None] = lambda _store, _row: None,
) -> CampaignRow:
    """Record what a person asks of a campaign, and start a station for it.

    Raises:
        NotNow: the campaign is in one of the states `not_in`, or this workspace only looks.
    """
    workspace.require_writing()
    if intent is Intent.RUN:
        settle_data(workspace, name)
    with workspace.store() as store, store.writing():
        row = get_campaign(store, name)
        state = state_of(store, row)
        if state in not_in:
            raise NotNow(f"{row.name} is {state}", hint=HINTS.get(state, "").format(name=row.name))
        also(store, row)
        set_intent(store, row.id, intent, until_round=until_round)
        note(store, row.id, entry, at=time.time())
        row = get_campaign(store, row.id)
        is_over = state_of(store, row).is_over
    if not is_over:
        ensure_station(workspace)
    return row


def settle_data(workspace: Workspace, name: str) -> None:
    """Find out where the data of a campaign that was brought here lie."""
    with workspace.store() as store:
        paths = workspace.home.campaign(get_campaign(store, name).id)
    if paths.carried.exists():
        # Recipes and data sets are half a second of imports, and the first screen needs neither.
        from campaigns.services.campaigns.relocate import settle

        settle(workspace, paths)


HINTS = {
    S.NEW: "begin with: alwsl-tui start {name}",
    S.DONE: "see: alwsl-tui show {name}",
    S.CANCELLED: "take it up again with: alwsl-tui retry {name}",
    S.FAILED: "see why with: alwsl-tui show {name}, then: alwsl-tui retry {name}",
    S.RUNNING: "",
}
