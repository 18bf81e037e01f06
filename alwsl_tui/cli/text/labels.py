"""What people are asked to label, as text."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote

from rich.cells import cell_len, set_cell_size
from rich.table import Table

from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.label import RESTING, why_wanted
from alwsl_tui.drawing.units import plural
from campaigns.core.kappa import ClassKappa, PairKappa
from campaigns.core.recheck import SelfKappa
from campaigns.core.states import CampaignState
from campaigns.core.text import printable
from campaigns.errors import AlwslError
from campaigns.reporting.untested import untested
from campaigns.services.labelling.backfill import Backfill
from campaigns.services.labelling.classes import AskedClasses, ChangedClasses, words_of
from campaigns.services.labelling.hand_off import README, HandedOff
from campaigns.services.labelling.import_ import ImportedLabels
from campaigns.services.labelling.requests import LabellingProgress, WantedImage
from campaigns.store.rows import CampaignRow


def what_to_do(row: CampaignRow, *, is_started: bool) -> str:
    """Return what happens in a campaign that people label for, and what they do."""
    schedule, name = row.plan.schedule, printable(row.name)
    tests = row.plan.test_images
    tested = f", and up to {tests} to test on" if tests else f"\n  {untested(row.plan)}"
    computes = "it computes features while the first images are labelled"
    begin = f"it has begun: {computes}" if is_started else f"begin: alwsl-tui start {name}; {computes}"
    return (
        f"  people label {schedule.budget} images to train on, {schedule.labelled(0)} of them first{tested}\n"
        f"  {begin}\n"
        f"  {'label' if is_started else 'then label'}: alwsl-tui label {name}; --next lists what is asked for\n"
        f"  without the screen: alwsl-tui label {name} --answer IMAGE {printable(row.plan.classes[0])}=yes,rest=no"
    )


def progress_line(progress: LabellingProgress) -> str:
    """Return how far people are, in a line."""
    name = printable(progress.campaign.name)
    tested = f"{progress.tested} of {progress.tests} test images" if progress.tests else "nothing is tested"
    counts = f"{progress.labelled} of {progress.budget} labelled, {tested}"
    if progress.round is None:
        return f"{name}: nothing is asked for now; {counts}"
    return f"{name}: {progress.answered} of {progress.asked} (round {progress.round}); {counts}"


def next_line(progress: LabellingProgress, state: CampaignState) -> str:
    """Return what comes next for who labels: how the rest is labelled or left, or what goes on without them."""
    name, left = printable(progress.campaign.name), progress.asked - progress.answered
    if progress.round is None:
        if state not in RESTING:
            return f"next: the campaign trains; alwsl-tui wait {name} ends when it is done or asks for more"
        why, *command = RESTING[state].format(name=name).splitlines()
        return f"next: {' '.join(command)}; {why.rstrip('.')}" if command else f"note: {why}"
    rest = f"{plural(left, 'image')} {'is' if left == 1 else 'are'} still to be labelled"
    if not progress.answered:
        return f"next: alwsl-tui label {name}; {rest}"
    return (
        f"next: alwsl-tui label {name}; {rest}. --next lists them, hand-off hands off these alone, "
        "--enough goes on without them"
    )


def wanted_line(wanted: WantedImage) -> str:
    """Return one image that is asked for, and why."""
    return f"{printable(wanted.image)}  {why_wanted(wanted)}"


def more_line(shown: int, of: int) -> str:
    """Return how many images are not listed."""
    return f"… and {plural(of - shown, 'image')} more"


def kappa_lines(pairs: Sequence[PairKappa]) -> list[str]:
    """Return how far every two people agree, a line a class; classes of which both spoke of no image are left out."""
    lines: list[str] = []
    for pair in pairs:
        lines += [f"{printable(pair.first)} and {printable(pair.second)}", *_kappas(pair.classes)]
    return lines


def self_kappa_lines(own: Sequence[SelfKappa], *, by: str) -> list[str]:
    """Return how often each person said the same twice, a line a class; `by` is who reads it."""
    lines: list[str] = []
    for each in own:
        whom = "yourself" if each.person == by else "themselves"
        lines += [f"{printable(each.person)}, with {whom}", *_kappas(each.classes)]
    return lines


def _kappas(classes: Sequence[ClassKappa]) -> Iterator[str]:
    known = [each for each in classes if each.images]
    width = max((cell_len(printable(each.name)) for each in known), default=0)
    for each in known:
        kappa = "–" if each.kappa is None else f"{each.kappa:.2f}"
        name = set_cell_size(printable(each.name), width)
        yield f"  {name}  {each.same:>4} of {each.images:<4}  kappa {kappa}"


def classes_table(asked: AskedClasses) -> Table:
    """List the classes that people are asked about, in images."""
    rows = [(printable(c.name), str(c.yes), str(c.no), str(c.unsure), str(c.unasked)) for c in asked.classes]
    numbers = ("yes", "no", "unsure", "open")
    return table(("class", *numbers), rows, numbers=numbers)


def changes_lines(asked: AskedClasses) -> Iterator[str]:
    """Yield how the classes changed since the campaign was created, a line each."""
    for line, change in asked.changes:
        day = time.strftime("%Y-%m-%d", time.localtime(change.at))
        for verb, what in words_of(change).items():
            told = " to ".join(map(str, what)) if isinstance(what, list) else str(what)
            yield printable(f"line {line}, {day}, {change.by} {verb} {told}")


def changed_lines(changed: ChangedClasses) -> Iterator[str]:
    """Yield what people are asked about now, and what is left to be said of classes that came."""
    now, name = changed.now, printable(changed.now.campaign.name)
    yield f"{name}: people are asked about {', '.join(printable(each.name) for each in now.classes)}"
    yield "  the next round is the first one that trains on that; earlier ones keep the classes they have"
    for each in now.classes:
        if each.name in changed.added and each.unasked:
            yield f"  {never_asked_line(each.unasked, each.name)}"
            yield f"  next: alwsl-tui label {name} --next --class {quote(each.name)}"


def backfill_line(left: Backfill) -> str:
    """Return of how many answered images nothing is said about a class, and how they are listed."""
    name = printable(left.class_name)
    if not left.count:
        return f"of every answered image something is said about {name}"
    return f"nothing is said about {name} of {plural(left.count, 'answered image')}; likely and random ones take turns:"


def never_asked_line(count: int, class_name: str) -> str:
    """Return how many answered images nobody was asked about a class on."""
    return f"{plural(count, 'image')} {'was' if count == 1 else 'were'} never asked about {printable(class_name)}"


def imported_lines(imported: ImportedLabels, state: CampaignState, *, is_trial: bool) -> Iterator[str]:
    """Yield what a file of labels said, what was new of it, and what comes next in a campaign of that state."""
    labels, name = imported.labels, printable(imported.campaign.name)
    ways = ", ".join(f"{count} {way.value}" for way, count in labels.ways.items())
    yield f"{printable(labels.path.name)} ({labels.form}): {plural(labels.images, 'image')}: {ways or 'none here'}"
    counts = labels.counts()
    width = max((len(printable(class_)) for class_ in counts), default=0)
    for class_, count in counts.items():
        yield f"  {printable(class_):{width}}  {count.yes} yes, {count.no} no, {count.unsure} unsure"
    if labels.skipped or labels.unlabelled:
        yield f"  {labels.skipped} skipped, {labels.unlabelled} without labels"
    yield f"  {what_is_new(imported, is_trial=is_trial)}"
    if is_trial:
        yield "nothing was imported"
        return
    yield progress_line(imported.progress)
    yield next_line(imported.progress, state)
    if imported.line is not None:
        yield f"to take them back: alwsl-tui label {name} --undo --by {quote(imported.by)}"


def what_is_new(imported: ImportedLabels, *, is_trial: bool = False) -> str:
    """Return how much of a file was new, and of whom."""
    known = f"; {imported.known} were said before" if imported.known else ""
    if not imported.answers:
        return f"nothing new{known}"
    people = ", ".join(f"{printable(by)} {count}" for by, count in imported.people.items())
    tests = f", {imported.tests} of them about test images" if imported.tests else ""
    return f"{plural(imported.answers, 'answer')}{' would be new' if is_trial else ''} ({people}){tests}{known}"


def handed_off_lines(handed: HandedOff) -> Iterator[str]:
    """Yield what was handed off, and how it comes back."""
    tests = f", {handed.tests} of them to test on" if handed.tests else ""
    predicted = f"; what the model says goes with {handed.predicted}" if handed.predicted else ""
    copied = f"; {handed.copied} copied" if handed.copied else ""
    yield f"{printable(str(handed.file))}: {plural(handed.images, 'photograph')}{tests}{predicted}{copied}"
    yield f"  {printable(str(handed.folder / README))} says how they are labelled there"
    yield f"to bring the answers back: alwsl-tui labels import {printable(handed.campaign.name)} FILE --by WHO"


def not_taken_line(file: Path, problem: AlwslError) -> str:
    """Return why a file was not taken, in a line."""
    first = f": {problem.mistakes[0]}" if problem.mistakes else ""
    return f"not taken: {printable(f'{file.name}: {problem.message}{first}')}; {printable(problem.hint)}"
