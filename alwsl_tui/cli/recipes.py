"""The command `recipes`."""

from alwsl_tui.cli.options import (
    JsonOption,
    say_json,
    stdout,
)
from alwsl_tui.cli.text.tables import table
from campaigns.services.campaigns.recipes import shipped_recipes


def recipes(as_json: JsonOption = False) -> None:
    """List the recipes that come with the program."""
    shipped = shipped_recipes()
    if as_json:
        say_json(
            "recipes",
            recipes=[{"name": recipe.name, "about": recipe.about, "path": str(recipe.path)} for recipe in shipped],
        )
    else:
        stdout().print(table(("recipe", "what it is"), [(recipe.name, recipe.about) for recipe in shipped]))
