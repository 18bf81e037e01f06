"""Deleting a campaign with everything it made."""

import shutil

from campaigns.errors import (
    BadDisk,
    NoRoom,
    NotNow,
)
from campaigns.home.disk import set_aside, telling
from campaigns.services.workspace import Workspace
from campaigns.station.cleanup import moving
from campaigns.store.attempts import running_attempts
from campaigns.store.campaigns import delete_campaign, get_campaign
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store


def delete(workspace: Workspace, name: str) -> CampaignRow:
    """Remove a campaign with everything it made: models, scores, picks, logs.

    Raises:
        NoSuchName: there is none.
        NotNow: workers are at it, or this workspace only looks.
        NoRoom: the disk is too full even for that.
        BadDisk: it fails, or is so full that the store cannot even be looked into.
    """
    workspace.require_writing()
    try:
        return _delete(workspace, name)
    except (NoRoom, BadDisk):
        workspace.home.reserve.unlink(missing_ok=True)
        _lighten(workspace, name)
    row = _delete(workspace, name)
    set_aside(workspace.home.reserve)
    return row


def _lighten(workspace: Workspace, name: str) -> None:
    """Take what is largest from a campaign: who deletes on a full disk wants room, and the store needs some to say so.

    Killed before the rest, a campaign is left that makes again what it lacks.
    """
    with workspace.store() as store:
        folder = workspace.home.campaign(_idle(store, name).id).folder
    for kind in ("safetensors", "pt"):
        for path in folder.glob(f"jobs/*/rounds/*/*.{kind}"):
            path.unlink(missing_ok=True)


def _idle(store: Store, name: str) -> CampaignRow:
    row = get_campaign(store, name)
    if any(attempt.campaign == row.id for attempt in running_attempts(store)):
        raise NotNow(f"workers are at {row.name}", hint=f"first: alwsl-tui cancel {row.name}")
    return row


def _delete(workspace: Workspace, name: str) -> CampaignRow:
    with telling(workspace.home.folder), moving(workspace.home), workspace.store() as store:
        with store.writing():
            row = _idle(store, name)
            paths = workspace.home.campaign(row.id)
            # Marked before its row goes: killed in between, the folder is nobody's, and is cleared away.
            if paths.folder.exists():
                paths.unsettled.touch(mode=0o600)
            delete_campaign(store, row.id)
        if paths.folder.exists():
            paths.folder.replace(paths.trash)
            shutil.rmtree(paths.trash)
    return row
