"""A campaign from an archive, which may be a stranger's: all of it is checked before any of it is there."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from campaigns.core.ids import CampaignId, checked_name
from campaigns.datasets.mistakes import refuse
from campaigns.errors import AlwslError, BadData, Mistake, NameTaken, NoRoom
from campaigns.home.charter import Charter
from campaigns.home.disk import Room, telling
from campaigns.home.files import json_text, write_text
from campaigns.home.intake import read_intakes
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.recipe import Recipe, load_recipe, plan_now, recipe_now, with_root
from campaigns.services.archive.answers import CarriedAnswers, carried_answers
from campaigns.services.archive.manifest import Manifest, strangers
from campaigns.services.archive.unpack import HINT, Progress, manifest_in, opened_archive, unpack
from campaigns.services.campaigns.freeze import frozen_sum, unlike
from campaigns.services.campaigns.relocate import root_here
from campaigns.services.campaigns.requirements import MOST_JOBS, words_of
from campaigns.services.labelling.label import tell
from campaigns.services.labelling.subject import Subject
from campaigns.services.monitor.progress import state_of
from campaigns.services.repair.restore import restore, row_of
from campaigns.services.workspace import Workspace
from campaigns.station.cleanup import moving
from campaigns.store.campaigns import campaign_names, get_campaign, is_name_taken, note
from campaigns.store.node_kinds import begin_anew
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store


@dataclass(frozen=True, slots=True)
class Imported:
    """A campaign that was just brought here."""

    campaign: CampaignRow
    state: str
    manifest: Manifest
    has_data: bool
    """The very data it was made with are known here."""
    needs: tuple[str, ...]
    """What it takes to go on that is not here, a line each."""
    unreadable: tuple[Mistake, ...]
    """What was passed over, as `repair` does."""
    answers: int
    """Lines of what people said that are new here."""
    known: int
    """Lines of it that were here already."""


def import_campaign(
    workspace: Workspace,
    file: Path,
    *,
    name: str | None = None,
    folder: Path | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Imported:
    """Bring a campaign here, under its name or another; `progress` hears how many of how many bytes are read.

    What people said of its images is merged with what people said of them here; a kill leaves all of that or nothing,
    and either way the campaign can be brought here again. `folder` is where its images lie; without it, what `data add`
    made known is looked at.

    Raises:
        BadData: the file is no archive of a campaign, is damaged, or holds what no campaign has; or other images lie in
            the folder.
        NameTaken: the campaign is here already, or another has its name.
        NoRoom: the disk has too little room.
    """
    workspace.require_writing()
    chosen = None if name is None else checked_name(name)
    with opened_archive(file) as (tar, size):
        manifest = manifest_in(tar, file, size)
        with workspace.store() as store:
            _free(store, workspace, manifest, chosen or manifest.name)
        room = Room.at(workspace.home.folder, manifest.bytes)
        if not room.is_enough:
            raise NoRoom(str(room), hint="free some room there, or use another home with --home")
        paths = workspace.home.campaign(manifest.campaign)
        draft = paths.draft(secrets.token_hex(4))
        with moving(workspace.home), telling(workspace.home.folder):
            try:
                unpack(tar, file, draft, manifest, progress)
                recipe, split = _looked_through(file, draft, manifest)
                has_data, root = root_here(workspace, draft, recipe, split, folder=folder)
                carried = carried_answers(workspace, file, draft.folder, manifest, split)
                _settle(draft, manifest, chosen, root)
                row, unreadable, new = _place(workspace, draft, paths, carried, f"brought here from {file}")
            finally:
                shutil.rmtree(draft.folder, ignore_errors=True)
    if split.labels is LabelSource.HUMAN:
        tell(Subject.open(workspace, row.name))
    with workspace.store() as store:
        state = state_of(store, get_campaign(store, row.id))
    needs = tuple(_needs(recipe, split, row.name, has_data=has_data))
    return Imported(row, state, manifest, has_data, needs, unreadable, new, len(carried.entries) - new)


def _free(store: Store, workspace: Workspace, manifest: Manifest, name: str) -> None:
    """Raise NameTaken if the campaign or its name is here already.

    Raises:
        NameTaken: one of them is.
    """
    here = campaign_names(store).get(CampaignId(manifest.campaign))
    if here is not None or workspace.home.campaign(manifest.campaign).folder.exists():
        hint = f"see: alwsl-tui show {here}" if here else "alwsl-tui repair brings it back into the store"
        raise NameTaken(f"this campaign is here already{f', as {here}' if here else ''}", hint=hint)
    if is_name_taken(store, name):
        raise NameTaken(f"there is a campaign {name!r} already", hint="give the other one a name with --name")


def _looked_through(file: Path, draft: CampaignPaths, manifest: Manifest) -> tuple[Recipe, FrozenSplit]:
    """Recipe and split of a campaign whose parts are of one piece.

    Raises:
        BadData: they are not.
    """
    try:
        charter = Charter.read(draft.charter)
        assert charter is not None
        recipe, split = recipe_now(draft), FrozenSplit.read(draft.split)
        read_intakes(draft.intakes)
        plan = plan_now(draft, charter.plan)
        # Asked first: the jobs of a plan that was made up could fill the memory.
        if plan.trials * (1 + len(plan.criteria)) > MOST_JOBS or plan.trials < 1:
            refuse(str(file), [Mistake("campaign.json", f"plans {plan.trials} trials")], hint=HINT)
        wrong = [
            Mistake("campaign.json", f"{what} is {b}, by the recipe {a}") for what, a, b in unlike(plan, recipe, split)
        ]
        if charter.id != manifest.campaign:
            wrong.append(Mistake("campaign.json", f"is of {charter.id}, not of {manifest.campaign}"))
        if split.fingerprint != manifest.fingerprint:
            wrong.append(Mistake("split.json", "is of other data than the list of contents says"))
        if (charter.dataset, charter.model) != (recipe.data.name, words_of(recipe.model)):
            wrong.append(Mistake("campaign.json", "is of other data or another model than the recipe"))
        if charter.frozen != frozen_sum(draft):
            wrong.append(Mistake("recipe.toml, split.json", "are not what was frozen when the campaign was made"))
        refuse(str(file), [*wrong, *strangers(manifest, plan)], hint=HINT)
    except BadData:
        raise
    except AlwslError as error:
        text = str(error).replace(f"{draft.folder}/", "")
        raise BadData(f"{file}: {text}", hint=HINT) from error
    return recipe, split


def _settle(draft: CampaignPaths, manifest: Manifest, name: str | None, root: str | None) -> None:
    """Write down what is another here: its name, and where its data lie."""
    charter = Charter.read(draft.charter)
    assert charter is not None
    if name is not None and charter.name != name:
        replace(charter, name=name).write(draft.charter)
    data = load_recipe(draft.recipe).data
    if data.root != root or data.each:
        write_text(draft.recipe, with_root(draft.recipe, root))
    write_text(draft.carried, json_text(manifest.content()))
    # A power cut must not leave the new name on empty files; one by one they would take minutes.
    os.sync()


def _place(
    workspace: Workspace, draft: CampaignPaths, paths: CampaignPaths, carried: CarriedAnswers, told: str
) -> tuple[CampaignRow, tuple[Mistake, ...], int]:
    """Put the draft in its place; it counts once the store knows it, so a kill leaves all of it or nothing.

    Also returns what was passed over, and how many lines of answers are new.
    """
    charter = Charter.read(draft.charter)
    assert charter is not None
    unreadable: list[Mistake] = []
    try:
        draft.folder.rename(paths.folder)
    except OSError as error:
        if not paths.folder.exists():
            raise
        raise NameTaken("this campaign was just brought here", hint=f"see: alwsl-tui show {charter.name}") from error
    try:
        with workspace.store() as store, store.writing():
            if is_name_taken(store, charter.name):
                raise NameTaken(f"there is a campaign {charter.name!r} already", hint="give another name with --name")
            restore(store, paths, row_of(charter), unreadable, is_new=True)
            note(store, CampaignId(charter.id), told, at=time.time())
            begin_anew(store, CampaignId(charter.id), at=time.time())  # nodes of elsewhere need not be here
            row = get_campaign(store, charter.id)
            # Last: whatever fails before leaves what people said as it was. Killed right after it, they keep it, and
            # the campaign can be brought here again.
            new = carried.take_in(workspace)
    except BaseException:
        paths.folder.rename(draft.folder)  # cleared away with it
        raise
    paths.unsettled.unlink()
    return row, tuple(unreadable), new


def _needs(recipe: Recipe, split: FrozenSplit, name: str, *, has_data: bool) -> Iterator[str]:
    if not has_data and split.labels is LabelSource.HUMAN:
        yield (
            f"the photographs {recipe.data.name} (fingerprint {split.fingerprint.images[:16]}): "
            f"alwsl-tui delete {name}, then import it again with --folder PATH; answers stay"
        )
    elif not has_data:
        yield (
            f"data set {recipe.data.name} (fingerprint {split.fingerprint.images[:16]}): "
            f"alwsl-tui data add {recipe.data.name} PATH"
        )
    weights = recipe.model.weights
    if weights not in {"imagenet", "none"} and not Path(weights).is_file():
        yield f"weights {weights}: put the file there"
