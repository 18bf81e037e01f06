"""The command `clean`."""

import shlex
from typing import Annotated, Any

import typer

from alwsl_tui.cli.options import JsonOption, narrate, say, say_json, stdout, workspace
from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.units import size
from campaigns.home.paths import default_home
from campaigns.services.clean import Cleaning, UnneededCache, seconds_of
from campaigns.services.clean import clean as free
from campaigns.services.workspace import Workspace


def clean(
    older: Annotated[
        str | None,
        typer.Option("--older", help="Free the models of rounds that were done so long ago, too.", metavar="AGE"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, say what would be freed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Free caches that no campaign needs, and old models. Scores, picks, evaluations and logs stay.

    Campaigns that are at work are never touched. AGE is a number of hours, days or weeks, as in 30d.
    """
    seconds = None if older is None else seconds_of(older)
    place = workspace()
    cleaning = free(place, older=seconds, is_dry_run=not yes)
    if as_json:
        say_json("clean", **_record(cleaning))
        return
    if rows := _rows(cleaning):
        stdout().print(table(("what", "of", "files", "size"), rows, numbers=("files", "size")))
    say(f"{'would free' if cleaning.is_dry_run else 'freed'} {size(cleaning.bytes)}")
    if rows and cleaning.is_dry_run:
        words = ["alwsl-tui", "clean", *(["--older", older] if older else []), "--yes", *_home_words(place)]
        narrate(f"nothing done yet; next: {shlex.join(words)}")
    if older is None:
        narrate("models are kept; to free those of old rounds, too: --older 30d")


def _rows(cleaning: Cleaning) -> list[tuple[str, str, str, str]]:
    caches = [
        (unneeded.kind, _about(unneeded), str(len(unneeded.files)), size(unneeded.bytes))
        for unneeded in cleaning.caches
    ]
    return caches + [("models", old.campaign.name, str(len(old.files)), size(old.bytes)) for old in cleaning.models]


def _about(unneeded: UnneededCache) -> str:
    cache = unneeded.cache
    what = "readable images" if cache.size is None else f"{cache.size} px"
    words = [unneeded.dataset or f"images {cache.mark} of no campaign", cache.part, cache.backbone or "", what]
    return " ".join(word for word in words if word)


def _home_words(place: Workspace) -> list[str]:
    home = place.home.folder
    return [] if home == default_home().absolute() else ["--home", str(home)]


def _record(cleaning: Cleaning) -> dict[str, Any]:
    return {
        "is_dry_run": cleaning.is_dry_run,
        "older_seconds": cleaning.older,
        "bytes": cleaning.bytes,
        "caches": [
            {
                "what": unneeded.kind,
                "dataset": unneeded.dataset or None,
                "part": unneeded.cache.part,
                "file": str(unneeded.cache.path),
                "bytes": unneeded.bytes,
            }
            for unneeded in cleaning.caches
        ],
        "models": [
            {
                "name": old.campaign.name,
                "id": old.campaign.id,
                "files": [str(path) for path in old.files],
                "bytes": old.bytes,
            }
            for old in cleaning.models
        ],
    }
