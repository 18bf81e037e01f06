"""Answers of people: appended, taken back; requests that they close. Whoever lands the last one starts a station."""

import getpass
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from campaigns.core.answers import (
    Answer,
    AnswerLine,
    Channel,
    ClassChange,
    Import,
    Opinion,
    RequestClosing,
    Statement,
    TakesBack,
)
from campaigns.core.ids import Job
from campaigns.core.people import last_of_person
from campaigns.core.states import Intent, JobState
from campaigns.datasets.files import file_mark
from campaigns.errors import BadData, BadHome, NotNow, UsageError
from campaigns.home.answers import Appended, append, read_answers
from campaigns.home.disk import system_error
from campaigns.home.locks import Held
from campaigns.oracle.requests import Request, standing
from campaigns.services.labelling.requests import LabellingProgress, progress_of
from campaigns.services.labelling.shown_classes import as_shown, require_class
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace, ensure_station
from campaigns.station.requests import request_of_job, tell_store
from campaigns.station.waiting import frozen_recipe
from campaigns.store.campaigns import get_campaign, list_campaigns, list_jobs
from campaigns.store.rows import CampaignRow

REST, SKIP = "rest", "skip"
"""What an answer in words says besides classes: `rest=no`, `skip=damaged`. No class may bear these names."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person says of one image."""

    image: str
    says: dict[str, Opinion] = field(default_factory=dict)
    is_rest_no: bool = False
    skip: str | None = None
    """Why it is set aside; None when it is not."""
    seconds: float | None = None
    is_blind: bool = True
    request: str | None = None
    line: int | None = None
    """Number of the last line of answers by which the classes were shown that this speaks of; None for those of now."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of it."""

    entries: tuple[AnswerLine, ...]
    """The lines that were appended; their numbers take them back."""
    notes: tuple[str, ...]
    """What a person should know: half a line was cut off, answers replace earlier ones."""
    progress: LabellingProgress


def answer(
    workspace: Workspace, name: str, answers: Sequence[Spoken], *, by: str | None = None, via: Channel = Channel.COMMAND
) -> Heard:
    """Append what a person says of images, all of it or nothing; let the campaign go on when nothing is missing.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set; or it has no such image or class.
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    subject = Subject.open(workspace, name)
    return _told(subject, keep(subject, answers, by=by or user(), via=via))


def keep(subject: Subject, answers: Sequence[Spoken], *, by: str, via: Channel) -> Appended:
    """Append what a person says of images, all of it or nothing; nobody is told yet.

    Raises:
        BadData: the campaign has no such image or class.
        BadHome: nothing can be written there.
    """
    at = time.time()
    nameless = any(spoken.request is None for spoken in answers)
    requests = reversed(subject.requests()) if nameless else ()
    wanted = {image: request.id for request in requests for image in request.everything}
    labelling, statements = subject.labelling(), []
    for spoken in answers:
        says, classes = as_shown(subject, labelling, spoken.says, line=spoken.line)
        path = subject.path(spoken.image)
        mark = None if path is None else mark_of(path)
        request = spoken.request or wanted.get(spoken.image)
        statements.append(
            Answer(
                at, by, spoken.image, mark, says, spoken.is_rest_no, spoken.skip,
                spoken.seconds, via, request, spoken.is_blind, classes,
            )
        )  # fmt: skip
    return _append(subject, statements)


def take_back(workspace: Workspace, name: str, *, line: int | None = None, by: str | None = None) -> Heard:
    """Take back a line of answers; without a number the last answer or import of this person that still counts.

    Raises:
        NoSuchName, BadData, NotNow: as `answer`; NotNow also when there is nothing to take back.
    """
    workspace.require_writing()
    subject, person = Subject.open(workspace, name), by or user()
    entries = read_answers(subject.answers)
    own = last_of_person(entries, person) if line is None else next((e for e in entries if e.number == line), None)
    if own is None:
        raise NotNow(f"there is no answer of {person} to take back", hint=f"see: alwsl-tui label {name} --next")
    heard = _told(subject, take_back_line(subject, own.number, by=person))
    return replace(heard, notes=(*heard.notes, *_what_went(own.statement)))


def _what_went(statement: Statement) -> Sequence[str]:
    """Return what a person should know of what they took back."""
    if not isinstance(statement, Import):
        return ()
    return (f"the import of {statement.file} was taken back: {statement.images} answers of it count no more",)


def keep_import(subject: Subject, imported: Import, answers: Sequence[Answer]) -> Appended:
    """Append an import with its answers, all of it or nothing; nobody is told yet.

    Raises:
        BadHome: nothing can be written there.
    """
    return _append(subject, [imported, *answers])


def append_changes(subject: Subject, changes: Sequence[ClassChange]) -> Appended:
    """Append changes of classes, all of them or none.

    Raises:
        BadHome: nothing can be written there.
    """
    return _append(subject, changes)


def take_back_line(subject: Subject, line: int, *, by: str) -> Appended:
    """Take back one line; nobody is told yet.

    Raises:
        BadHome: nothing can be written there.
    """
    return _append(subject, [TakesBack(time.time(), by, line)])


def close(workspace: Workspace, name: str, *, by: str | None = None) -> Heard:
    """Close what a campaign asks for: what is unanswered goes back to the pool, and it goes on with what there is.

    Raises:
        NoSuchName, BadData, NotNow: as `answer`; NotNow also when nothing is asked for, or nothing was answered.
    """
    workspace.require_writing()
    subject = Subject.open(workspace, name)
    labelling = subject.labelling()
    waiting = [request for request in subject.requests() if not standing(request, labelling).is_complete]
    if not waiting:
        raise NotNow(f"{name} asks for no labels now", hint=f"see: alwsl-tui show {name}")
    first = [request for request in waiting if request.round == 0]
    if first and not any(labelling.images[i].is_known for r in first for i in r.images if i in labelling.images):
        raise NotNow(
            f"{name} has no labelled image to begin with",
            hint=f"label one or more first: alwsl-tui label {name} --next",
        )
    closings = [RequestClosing(time.time(), by or user(), request.id) for request in waiting]
    return _told(subject, _append(subject, closings))


def spoken_in_words(image: str, words: str, classes: Sequence[str]) -> Spoken:
    """Return what `car=yes,cat=unsure,rest=no` or `skip=damaged` says of an image.

    Raises:
        UsageError: it says nothing, or what cannot be spoken.
        BadData: there is no such class.
    """
    says: dict[str, Opinion] = {}
    skip, is_rest_no = None, False
    for part in filter(None, words.split(",")):
        what, equals, opinion = (text.strip() for text in part.partition("="))
        if what == SKIP and opinion:
            skip = opinion
        elif what == REST and opinion == Opinion.NO:
            is_rest_no = True
        elif what == REST or not equals or opinion not in set(Opinion):
            raise UsageError(
                f"{part!r} is no answer about {image}", hint="say car=yes,person=no,cat=unsure,rest=no or skip=REASON"
            )
        else:
            says[require_class(what, classes)] = Opinion(opinion)
    if skip is None and not says and not is_rest_no:
        raise UsageError(f"nothing is said of {image}", hint="say car=yes,rest=no, rest=no alone, or skip=REASON")
    if skip is not None and (says or is_rest_no):
        raise UsageError(f"{image} cannot be both skipped and answered", hint="say one of the two")
    return Spoken(image, says, is_rest_no, skip)


def refresh(workspace: Workspace, name: str) -> None:
    """Tell the store how far people are, should who answered last have been killed before that."""
    with workspace.store() as store:
        row = get_campaign(store, name)
        if not any(job.request is not None for job in list_jobs(store, row.id)):
            return
    tell(Subject.open(workspace, name))


def user() -> str:
    """Return who answers where nobody says: the user of the operating system."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a list of users
        return "somebody"


def mark_of(path: Path) -> str:
    """Return the mark of the bytes that are looked at.

    Raises:
        BadData: they cannot be read.
    """
    try:
        return file_mark(path)
    except OSError as error:
        raise BadData(
            f"cannot read {path}: {error.strerror}", hint="put it back, or set it aside: skip=REASON"
        ) from error


def _append(subject: Subject, statements: Sequence[Statement]) -> Appended:
    folder = subject.answers.folder
    try:
        return append(subject.answers, statements)
    except Held as error:
        raise BadHome(f"{error}: nothing was kept", hint="try again; see who labels in this home now") from error
    except OSError as error:
        raise system_error(error, folder) or BadHome(f"cannot write {folder}: {error.strerror}") from error


def _told(subject: Subject, appended: Appended) -> Heard:
    notes = (
        [f"the last line of {subject.answers.answers} was cut in half ({appended.cut} bytes) and was removed"]
        if appended.cut
        else []
    )
    tell(subject)
    return Heard(appended.entries, tuple(notes), progress_of(subject))


def tell(subject: Subject) -> None:
    """Tell the store how far people are with all that waits for this data set, and start a station where one may go
    on.
    """
    workspace, labelling = subject.workspace, subject.labelling()
    may_go_on = False
    with workspace.store() as store, store.writing():
        for row in list_campaigns(store):
            if row.dataset != subject.row.dataset:
                continue
            for job in list_jobs(store, row.id):
                if job.request is None or job.state is not JobState.WAITING:
                    continue
                request = _request(subject, row, job.job)
                tell_store(store, row.id, job.job, request, labelling)
                is_complete = request is None or standing(request, labelling).is_complete
                may_go_on |= row.intent is Intent.RUN and is_complete
    if may_go_on:
        ensure_station(workspace)


def _request(subject: Subject, row: CampaignRow, job: Job) -> Request | None:
    home = subject.workspace.home
    if row.id == subject.row.id:  # its split is read already, and may name a hundred thousand images
        return subject.request(job)
    return request_of_job(home, frozen_recipe(home, row.id), row.id, job)
