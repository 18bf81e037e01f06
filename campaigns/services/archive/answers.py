"""What people said, carried along with a campaign that they label for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.answers import Answer, AnswerLine
from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadData, BadHome, Damaged, Mistake
from campaigns.home.access import is_writable
from campaigns.home.answer_lines import NewerLine
from campaigns.home.answers import LOCK_SECONDS, read_answers
from campaigns.home.carried_answers import Extent, extent_of, take_in, whole_lines
from campaigns.home.disk import telling
from campaigns.home.label_paths import LabelPaths
from campaigns.home.locks import Held, exclusive
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.services.archive.manifest import ANSWERS, MOST_ANSWERS_BYTES, Entry, Manifest
from campaigns.services.workspace import Workspace

HINT = "export the campaign again, or do not use this file"


@dataclass(frozen=True, slots=True)
class CarriedAnswers:
    """What people said in another home of the images of a data set."""

    dataset: str
    entries: tuple[AnswerLine, ...] = ()

    def take_in(self, workspace: Workspace) -> int:
        """Append what is not known here, all of it or nothing; return how many lines that is.

        Raises:
            BadHome: nothing can be written there.
        """
        if not self.entries:
            return 0
        with _answering(), telling(workspace.home.folder):
            return take_in(workspace.home.labels(self.dataset), self.entries)


def extent_to_carry(workspace: Workspace, dataset: str, split: FrozenSplit) -> Extent | None:
    """Return how much of what people said goes into an archive; None where there is nothing to take along.

    Raises:
        Damaged: a line is not one of ours, or was written by a newer program.
        BadHome: somebody holds the file, or it is larger than an archive may have it.
    """
    if split.labels is not LabelSource.HUMAN:
        return None
    paths = workspace.home.labels(dataset)
    # Who only looks changes nothing: they take what is there, be it the beginning of an import that is being written.
    is_locked = not workspace.is_readonly and paths.lock.exists() and is_writable(paths.lock)
    with _answering(), exclusive(paths.lock, wait=LOCK_SECONDS) if is_locked else nullcontext():
        extent = extent_of(paths)
    if extent is not None and extent.bytes > MOST_ANSWERS_BYTES:
        what = f"{paths.answers} has {extent.bytes} bytes, more than the {MOST_ANSWERS_BYTES} that an archive may carry"
        raise BadHome(what, hint="copy the home instead")
    return extent


def entry_of(extent: Extent) -> Entry:
    """Return the entry of answers in a list of contents."""
    return Entry(ANSWERS, extent.bytes, extent.sha256, extent.modified)


def carried_answers(
    workspace: Workspace, file: Path, folder: Path, manifest: Manifest, split: FrozenSplit
) -> CarriedAnswers:
    """Return what people said by an unpacked archive, in whose folder it is no longer after this.

    Raises:
        BadData: a line is not one of ours, was written by a newer program, or speaks of other photographs than those
            that have the name here.
        Damaged: what people said here cannot be read.
    """
    if all(entry.path != ANSWERS for entry in manifest.files):
        return CarriedAnswers(manifest.dataset)
    if split.labels is not LabelSource.HUMAN:
        refuse(str(file), [Mistake(ANSWERS, "is of a campaign that nobody labels for")], hint=HINT)
    paths = LabelPaths(folder)
    entries = _read(file, paths)
    here = read_answers(workspace.home.labels(manifest.dataset))
    _require_same_photographs(file, manifest.dataset, here, entries)
    paths.answers.unlink()
    return CarriedAnswers(manifest.dataset, tuple(entries))


def _read(file: Path, paths: LabelPaths) -> Sequence[AnswerLine]:
    try:
        entries, end = whole_lines(paths)
    except Damaged as error:
        hint = error.hint if isinstance(error.__cause__, NewerLine) else HINT
        raise BadData(f"{file}: {error.message.replace(f'{paths.folder}/', '')}", hint=hint) from error
    if end != paths.answers.stat().st_size:
        refuse(str(file), [Mistake(ANSWERS, f"line {len(entries) + 1} is not whole")], hint=HINT)
    return entries


def _require_same_photographs(
    file: Path, dataset: str, here: Iterable[AnswerLine], there: Iterable[AnswerLine]
) -> None:
    """Raise BadData if people looked at other bytes under the same path: another folder has the name here."""
    known, carried = _marks(here), _marks(there)
    others = [image for image in carried if image in known and carried[image].isdisjoint(known[image])]
    if others:
        more = f" (and {len(others) - 1} others)" if len(others) > 1 else ""
        raise BadData(
            f"{file}: people labelled another photograph as {others[0]} of {dataset} than people did here{more}",
            hint="another folder is called so here: bring the campaign into another home, with --home",
        )


def _marks(entries: Iterable[AnswerLine]) -> Mapping[str, AbstractSet[str]]:
    """Return the marks of the bytes that people looked at, by image."""
    marks: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if isinstance(entry.statement, Answer) and entry.statement.mark is not None:
            marks[entry.statement.image].add(entry.statement.mark)
    return marks


@contextmanager
def _answering() -> Iterator[None]:
    """Say in our words that somebody holds the file of answers."""
    try:
        yield
    except Held as error:
        raise BadHome(f"{error}: nothing was carried", hint="try again; see who labels in this home now") from error
