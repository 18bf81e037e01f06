"""The command `recipe`: a campaign's frozen recipe, or what it differs in from another one's."""

from typing import Annotated

import typer

from alwsl_tui.cli.completion import campaign
from alwsl_tui.cli.json.results import differences_record
from alwsl_tui.cli.options import JsonOption, NameArgument, say, say_json, stdout, workspace
from alwsl_tui.cli.text.results import differences_table
from campaigns.services.campaigns.recipe import recipe_differences, recipe_text


def recipe(
    name: NameArgument,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", help="Print only what differs from this campaign.", metavar="OTHER", autocompletion=campaign
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the recipe of a campaign as it was frozen, or what it differs in from another one's."""
    place = workspace()
    text = recipe_text(place, name)
    changes = None if against is None else recipe_differences(place, [name, against])
    if as_json:
        differences = None if changes is None else differences_record(changes)
        say_json("recipe", name=name, toml=text, against=against, differences=differences)
    elif changes is None:
        say(text)
    else:
        stdout().print(differences_table(changes, [name, against or ""]))
