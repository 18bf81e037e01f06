"""What a person may ask of a campaign. Each is one small write; the station does the rest."""

import time
from collections.abc import Callable

from campaigns.core.states import CampaignState, Intent
from campaigns.errors import NotNow
from campaigns.services.watching import state_of
from campaigns.services.workspace import Workspace, ensure_station
from campaigns.store.campaigns import get_campaign, note, reopen_failed, set_intent
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store

S = CampaignState


def start(workspace: Workspace, name: str, *, until_round: int | None = None) -> CampaignRow:
    """Let a campaign run in the background, to its end or to a round; one that runs already goes on.

    Raises:
        NotNow: it is done, cancelled or failed.
    """
    return _ask(workspace, name, Intent.RUN, "started", not_in={S.DONE, S.CANCELLED, S.FAILED}, until_round=until_round)


def go_on(workspace: Workspace, name: str, *, until_round: int | None = None) -> CampaignState:
    """Whatever it takes for a campaign to reach its end: start, resume or retry. Its state before."""
    with workspace.store() as store:
        state = state_of(store, get_campaign(store, name))
    if state in {S.FAILED, S.CANCELLED}:
        retry(workspace, name, until_round=until_round)
    elif state is not S.DONE:
        start(workspace, name, until_round=until_round)
    return state


def resume(workspace: Workspace, name: str) -> CampaignRow:
    """Let a paused campaign go on from its checkpoints.

    Raises:
        NotNow: it is not paused.
    """
    return _ask(workspace, name, Intent.RUN, "resumed", not_in=set(S) - {S.PAUSED, S.PAUSING, S.RUNNING})


def pause(workspace: Workspace, name: str) -> CampaignRow:
    """Stop its workers at their next checkpoint.

    Raises:
        NotNow: it is over.
    """
    return _ask(workspace, name, Intent.PAUSE, "pause asked", not_in={S.DONE, S.CANCELLED, S.FAILED, S.NEW})


def drain(workspace: Workspace, name: str) -> CampaignRow:
    """Stop each worker at the end of its round.

    Raises:
        NotNow: it is over.
    """
    return _ask(workspace, name, Intent.DRAIN, "drain asked", not_in={S.DONE, S.CANCELLED, S.FAILED, S.NEW})


def cancel(workspace: Workspace, name: str) -> CampaignRow:
    """Stop its workers now. What is finished stays; `retry` goes on from there.

    Raises:
        NotNow: it is done.
    """
    return _ask(workspace, name, Intent.CANCEL, "cancel asked", not_in={S.DONE})


def retry(workspace: Workspace, name: str, *, until_round: int | None = None) -> CampaignRow:
    """Try what failed again, or take up a cancelled campaign, from the last checkpoints.

    Raises:
        NotNow: nothing failed and nothing was cancelled.
    """

    def reopen(store: Store, row: CampaignRow) -> None:
        failed = reopen_failed(store, row.id)
        if not failed and state_of(store, row) is not S.CANCELLED:
            raise NotNow(f"nothing in {row.name} has failed", hint=f"see: alwsl-tui show {row.name}")

    return _ask(workspace, name, Intent.RUN, "retry asked", not_in=set(), until_round=until_round, also=reopen)


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


def _ask(
    workspace: Workspace,
    name: str,
    intent: Intent,
    said: str,
    *,
    not_in: set[CampaignState],
    until_round: int | None = None,
    also: Callable[[Store, CampaignRow], None] = lambda _store, _row: None,
) -> CampaignRow:
    workspace.demand_writing()
    if intent is Intent.RUN:
        _settle(workspace, name)
    with workspace.store() as store, store.writing():
        row = get_campaign(store, name)
        state = state_of(store, row)
        if state in not_in:
            raise NotNow(f"{row.name} is {state}", hint=_HINTS.get(state, "").format(name=row.name))
        also(store, row)
        set_intent(store, row.id, intent, until_round=until_round)
        note(store, row.id, said, at=time.time())
        row = get_campaign(store, row.id)
        is_over = state_of(store, row).is_over
    if not is_over:
        ensure_station(workspace)
    return row


def _settle(workspace: Workspace, name: str) -> None:
    """A campaign that was brought here needs to know where its data lie."""
    with workspace.store() as store:
        paths = workspace.home.campaign(get_campaign(store, name).id)
    if paths.carried.exists():
        # Recipes and data sets are half a second of imports, and the first screen needs neither.
        from campaigns.services.relocation import settle

        settle(workspace, paths)


_HINTS = {
    S.NEW: "begin with: alwsl-tui start {name}",
    S.DONE: "see: alwsl-tui show {name}",
    S.CANCELLED: "take it up again with: alwsl-tui retry {name}",
    S.FAILED: "see why with: alwsl-tui show {name}, then: alwsl-tui retry {name}",
    S.RUNNING: "",
}
