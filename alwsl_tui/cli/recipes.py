"""The command `recipes`."""

from alwsl_tui.cli.options import (
    JsonOption,
    say_json,
    stdout,
)
from alwsl_tui.cli.text.campaigns import table
from campaigns.services.campaigns.recipes import shipped_recipes


def recipes(as_json: JsonOption = False) -> None:
    """List the recipes that come with the program."""
    found = shipped_recipes()
    if as_json:
        say_json("recipes", recipes=[{"name": one.name, "about": one.about, "path": str(one.path)} for one in found])
    else:
        stdout().print(table(("recipe", "what it is"), [(one.name, one.about) for one in found]))
