"""The command `label`: answers without a screen, what is asked for, and closing what was asked for."""

from collections.abc import Sequence
from typing import Annotated

import typer

from alwsl_tui.cli.json.labels import (
    backfill_record,
    kappa_record,
    progress_record,
    self_kappa_record,
    wanted_record,
)
from alwsl_tui.cli.options import JsonOption, NameArgument, narrate, say, say_json, workspace
from alwsl_tui.cli.recheck import report_again, say_rechecks
from alwsl_tui.cli.screens import has_terminal, open_screens
from alwsl_tui.cli.text.foresight import foresight_lines
from alwsl_tui.cli.text.labels import (
    backfill_line,
    kappa_lines,
    more_line,
    next_line,
    progress_line,
    self_kappa_lines,
    wanted_line,
)
from alwsl_tui.options import Manners
from campaigns.core.foresight import Foresight
from campaigns.core.kappa import PairKappa
from campaigns.core.recheck import SelfKappa
from campaigns.core.text import printable
from campaigns.errors import UsageError
from campaigns.reporting.json.foresight import foresight_records
from campaigns.services.labelling.backfill import Backfill, own_backfill
from campaigns.services.labelling.classes import class_names
from campaigns.services.labelling.foresight import batch_foresights
from campaigns.services.labelling.kappa import people_kappas
from campaigns.services.labelling.label import Heard, Spoken, answer, close, spoken_in_words, take_back, user
from campaigns.services.labelling.leases import own_images
from campaigns.services.labelling.recheck import (
    answer_again,
    as_repeats,
    own_rechecks,
    self_kappas,
)
from campaigns.services.labelling.requests import WantedImages, next_images
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace

AnswerOption = Annotated[
    bool, typer.Option("--answer", help="Answer: IMAGE car=yes,person=unsure,rest=no or IMAGE skip=REASON.")
]
NextOption = Annotated[
    bool, typer.Option("--next", help="List what is asked for, and keep it for you for five minutes.")
]
KappaOption = Annotated[
    bool, typer.Option("--kappa", help="Print how far people agree, with Cohen's kappa of each class.")
]
OverlapOption = Annotated[
    float, typer.Option("--overlap", help="A share of images that you label although others do.", min=0, max=1)
]
RepeatsOption = Annotated[
    float, typer.Option("--repeats", help="A share of your answers that you are asked about once more.", min=0, max=1)
]
RecheckOption = Annotated[
    bool, typer.Option("--recheck", help="Answers that may be mistakes, once more; with --next, list them.")
]
ClassOption = Annotated[
    str | None,
    typer.Option("--class", help="With --next: answered images that were never asked about it.", metavar="CLASS"),
]


def label(
    context: typer.Context,
    name: NameArgument,
    words: Annotated[
        list[str] | None, typer.Argument(help="With --answer: an image, then what it shows; repeatable.")
    ] = None,
    is_answer: AnswerOption = False,
    is_next: NextOption = False,
    enough: Annotated[bool, typer.Option("--enough", help="Go on with the answers there are.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back your last answer.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who answers; the user of this system.")] = None,
    is_kappa: KappaOption = False,
    overlap: OverlapOption = 0,
    repeats: RepeatsOption = 0,
    is_recheck: RecheckOption = False,
    class_name: ClassOption = None,
    limit: Annotated[int, typer.Option("--limit", help="Images to list.", min=1)] = 30,
    as_json: JsonOption = False,
) -> None:
    """Label the images that a campaign asks for."""
    place = workspace()
    if sum((is_answer, enough, undo, is_next, is_kappa)) > 1:
        raise UsageError(
            "several actions are asked for at once", hint="give --answer, --next, --enough, --undo or --kappa"
        )
    if words and not is_answer:
        raise UsageError(f"{words[0]!r} is not expected here", hint=f"answer with: alwsl-tui label {name} --answer …")
    if class_name is not None and not is_next:
        raise UsageError("--class says what to list", hint=f"alwsl-tui label {name} --next --class {class_name}")
    if is_recheck and (enough or undo or is_kappa or repeats or class_name is not None):
        raise UsageError("--recheck asks once more", hint=f"alwsl-tui label {name} --recheck, with --next or --answer")
    has_screen = not (is_answer or is_next or as_json) and has_terminal(Manners())
    if is_recheck and is_answer:
        report_again(*answer_again(place, name, _spoken(place, name, words or []), by=by), as_json=as_json)
    elif is_recheck and not has_screen:
        say_rechecks(own_rechecks(place, name, by=by), limit, as_json)
    elif is_answer:
        spoken = _spoken(place, name, words or [])
        _report(name, answer(place, name, as_repeats(place, name, spoken, by=by, share=repeats), by=by), as_json)
    elif enough:
        _report(name, close(place, name, by=by), as_json)
    elif undo:
        _report(name, take_back(place, name, by=by), as_json)
    elif is_kappa:
        _say_kappas(name, people_kappas(place, name), self_kappas(place, name), as_json, by=by)
    elif class_name is not None:
        _say_backfill(own_backfill(place, name, class_name, by=by, most=limit), limit, as_json)
    elif is_next:
        _say_wanted(own_images(place, name, by=by, overlap=overlap, repeats=repeats, most=limit), limit, as_json)
    elif not has_screen:
        _say_wanted(next_images(place, name), limit, as_json)
    else:
        manners = Manners(place.home.folder, name, is_labelling=True, by=by, overlap=overlap,
                          repeats=repeats, is_rechecking=is_recheck, is_readonly=place.is_readonly)  # fmt: skip
        raise typer.Exit(open_screens(context, manners))


def _spoken(place: Workspace, name: str, words: Sequence[str]) -> list[Spoken]:
    if not words or len(words) % 2:
        raise UsageError(
            "an answer is an image and what it shows", hint="give --answer yard/001.jpg car=yes,rest=no, or several"
        )
    classes = class_names(place, name)
    return [spoken_in_words(image, shown, classes) for image, shown in zip(words[::2], words[1::2], strict=True)]


def _report(name: str, heard: Heard, as_json: bool) -> None:
    for note in heard.notes:
        narrate(f"note: {note}")
    foresights = batch_foresights(workspace(), name) if heard.progress.round is None else ()
    if as_json:
        lines = [entry.number for entry in heard.entries]
        told = {"notes": list(heard.notes), "progress": progress_record(heard.progress)}
        say_json("answers", name=name, lines=lines, **told, foresight=foresight_records(foresights))
        return
    say(progress_line(heard.progress))
    _say_foresights(foresights)
    if heard.progress.round is None:
        say(next_line(heard.progress, watch(workspace(), name).state))


def _say_foresights(foresights: Sequence[Foresight]) -> None:
    for line in foresight_lines(foresights):
        say(printable(line))


def _say_kappas(
    name: str, pairs: Sequence[PairKappa], own: Sequence[SelfKappa], as_json: bool, *, by: str | None
) -> None:
    if as_json:
        records = [self_kappa_record(each) for each in own]
        say_json("kappas", name=name, pairs=[kappa_record(pair) for pair in pairs], repeats=records)
        return
    lines = [*kappa_lines(pairs), *self_kappa_lines(own, by=by or user())]
    say("\n".join(lines or ["Nobody has answered about an image that somebody else has answered about."]))


def _say_backfill(left: Backfill, limit: int, as_json: bool) -> None:
    if as_json:
        say_json("wanted", **backfill_record(left))
        return
    say(backfill_line(left))
    for image in left.images[:limit]:
        say(wanted_line(image))
    if left.count > limit:
        say(more_line(limit, left.count))


def _say_wanted(wanted: WantedImages, limit: int, as_json: bool) -> None:
    name = wanted.progress.campaign.name
    foresights = batch_foresights(workspace(), name)
    if as_json:
        images, told = [wanted_record(image) for image in wanted.images], foresight_records(foresights)
        say_json("wanted", name=name, progress=progress_record(wanted.progress), images=images, foresight=told)
        return
    say(progress_line(wanted.progress))
    _say_foresights(foresights)
    if wanted.progress.round is None:
        say(next_line(wanted.progress, watch(workspace(), name).state))
    for image in wanted.images[:limit]:
        say(wanted_line(image))
    if len(wanted.images) > limit:
        say(more_line(limit, len(wanted.images)))
