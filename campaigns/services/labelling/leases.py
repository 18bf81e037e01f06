"""Who labels which images just now: nobody is asked about what somebody else has before them.

An image is leased for some minutes; a screen renews its leases while it is open. They end with it, also when its
process was killed on this machine; elsewhere after those minutes.
"""

import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from uuid import uuid4

from campaigns.core.recheck import asked_again
from campaigns.home.process import Worker, is_gone, worker_of
from campaigns.services.labelling.label import user
from campaigns.services.labelling.requests import WantedImages, is_shared, wanted_by
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from campaigns.store.leases import LeaseRow, drop_leases, drop_over, list_leases, put_leases

SECONDS = 300.0
"""That a lease lasts without being renewed."""
MOST = 8
"""Images that a screen has at a time."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A screen or a command that leases images."""

    by: str
    name: str
    process: str = ""

    @classmethod
    def screen(cls, by: str) -> "Holder":
        """Return a new screen of this process."""
        worker = worker_of(os.getpid())
        assert worker is not None, "this process runs"
        return cls(by, uuid4().hex, worker.to_text())

    @classmethod
    def command(cls, by: str) -> "Holder":
        """Return the commands of a person: what one was given, the next one is given again."""
        return cls(by, f"command of {by}")


@dataclass(frozen=True, slots=True)
class Leased:
    """How images are divided at one moment."""

    own: tuple[str, ...]
    """In the order in which they are wanted."""
    others: Mapping[str, int]
    """By person: how many of the wanted images others have."""
    is_new: bool = False
    """The holder did not have all of its own before."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What of that which is asked for one person labels now."""

    wanted: WantedImages
    others: Mapping[str, int]
    """As of `Leased.others`."""


def own_images(
    workspace: Workspace, name: str, *, by: str | None = None, overlap: float = 0, repeats: float = 0, most: int = MOST
) -> WantedImages:
    """Return what a person labels next without a screen, and keep it for them for some minutes.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set, or its images are not there.
    """
    holder = Holder.command(by or user())
    return divided(Subject.open(workspace, name), holder, overlap=overlap, repeats=repeats, most=most).wanted


def divided(subject: Subject, holder: Holder, *, overlap: float = 0, repeats: float = 0, most: int = MOST) -> Portion:
    """Return the images that a holder labels now: those it leases, and those that several people label anyway.

    What the holder is asked about once more nobody else is asked about.

    Where nothing may be changed nothing is leased, and that is all of them.

    Raises:
        AlwslError: the store cannot be read or written.
    """
    while True:
        began = time.time()
        wanted = wanted_by(subject, by=holder.by, overlap=overlap, repeats=repeats)
        if subject.workspace.is_readonly:
            return Portion(wanted, {})
        first = (asked.image for asked in wanted.images if asked_again(asked.request) is None)
        alone = [image for image in first if not is_shared(image, overlap)]
        leased = lease(subject.workspace, subject.row.dataset, alone, holder, most=most, began=began)
        # What was leased a moment ago somebody may have answered, and left, after we had read the answers.
        if not leased.is_new:
            away = set(alone) - set(leased.own)
            own = tuple(asked for asked in wanted.images if asked.image not in away)
            return Portion(replace(wanted, images=own), leased.others)


def lease(
    workspace: Workspace, dataset: str, wanted: Sequence[str], holder: Holder, *, most: int = MOST,
    began: float | None = None,
) -> Leased:  # fmt: skip
    """Lease the first of the wanted images that nobody else has, so that the holder has so many; its older ones are
    renewed when half their time is over, and those that are not wanted any more end.

    `began` is when what is wanted began to be read, None for now: an answer that was taken back since then has its
    image wanted again, and leased, and that lease stays.

    Raises:
        AlwslError: the store cannot be read or written.
    """
    now = time.time()
    began = now if began is None else began
    with workspace.store() as store:
        plan = _Plan.of(list_leases(store, dataset, now=now), wanted, holder, most, now, began)
        if plan.has_changes:
            with store.writing():
                # Others may have leased in between: what counts is what is there once we alone may write.
                plan = _Plan.of(list_leases(store, dataset, now=now), wanted, holder, most, now, began)
                drop_over(store, now=now)
                drop_leases(store, dataset, plan.needless)
                put_leases(store, [_row(dataset, image, holder, now) for image in plan.new])
    return Leased(plan.own, plan.others, is_new=plan.is_new)


def claim(workspace: Workspace, dataset: str, image: str, holder: Holder) -> bool:
    """Lease one image, whatever the holder has; False when somebody else has it."""
    now = time.time()
    with workspace.store() as store, store.writing():
        taken = {row.image for row in list_leases(store, dataset, now=now) if not _is_free(row, holder)}
        if image not in taken:
            put_leases(store, [_row(dataset, image, holder, now)])
    return image not in taken


def release(workspace: Workspace, dataset: str, holder: Holder) -> None:
    """End all leases of a holder."""
    with workspace.store() as store:
        own = [row.image for row in list_leases(store, dataset, now=time.time()) if row.holder == holder.name]
        drop_leases(store, dataset, own)


@dataclass(frozen=True, slots=True)
class _Plan:
    own: tuple[str, ...]
    others: Mapping[str, int]
    new: tuple[str, ...]
    """To be leased, or renewed."""
    is_new: bool
    needless: tuple[str, ...]
    """Own ones that nobody wants any more."""

    @property
    def has_changes(self) -> bool:
        return bool(self.new or self.needless)

    @classmethod
    def of(
        cls, rows: Iterable[LeaseRow], wanted: Sequence[str], holder: Holder, most: int, now: float, began: float
    ) -> "_Plan":
        held = {row.image: row for row in rows}
        taken = {image: row for image, row in held.items() if not _is_free(row, holder)}
        had = {image for image, row in held.items() if row.holder == holder.name}
        free = [image for image in wanted if image not in taken and image not in had]
        kept = [image for image in wanted if image in had]
        fresh = free[: max(0, most - len(kept))]
        own = {*kept, *fresh}
        old = [image for image in kept if held[image].until - now < SECONDS / 2]
        others = Counter(taken[image].by for image in wanted if image in taken)
        return cls(
            tuple(image for image in wanted if image in own), others, (*fresh, *old), bool(fresh),
            tuple(sorted(image for image in had - set(wanted) if held[image].until - SECONDS <= began)),
        )  # fmt: skip


def _is_free(row: LeaseRow, holder: Holder) -> bool:
    """Return whether a holder may have what is leased: it has it, or a command of the same person, or nobody lives."""
    if row.holder == holder.name or row.holder == Holder.command(holder.by).name:
        return True
    return bool(row.process) and _has_ended(row.process)


def _has_ended(process: str) -> bool:
    try:
        return is_gone(_worker(process))
    except ValueError:  # a newer program wrote it: its lease ends by the clock
        return False


@cache
def _worker(process: str) -> Worker:
    return Worker.from_text(process)


def _row(dataset: str, image: str, holder: Holder, now: float) -> LeaseRow:
    return LeaseRow(dataset, image, holder.by, holder.name, holder.process, now + SECONDS)
