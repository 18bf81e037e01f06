"""All commands of the program. Importing this imports everything that any of them may need, torch and screens apart."""

import typer

from alwsl_tui.cli import acting, data, mending, reporting, running, showing, station

commands = typer.Typer(rich_markup_mode=None)
commands.command()(running.demo)
commands.command()(running.new)
commands.command()(running.run)
commands.command("list")(station.list_)
commands.command()(station.queue)
commands.command()(station.feed)
commands.command()(station.devices)
commands.command()(showing.show)
commands.command()(showing.rounds)
commands.command()(showing.picks)
commands.command()(showing.logs)
commands.command()(reporting.agreement)
commands.command()(reporting.cost)
commands.command()(reporting.compare)
commands.command()(reporting.recipe)
commands.command()(acting.start)
commands.command()(acting.pause)
commands.command()(acting.resume)
commands.command()(acting.cancel)
commands.command()(acting.retry)
commands.command()(acting.drain)
commands.command()(acting.wait)
commands.command()(acting.delete)
commands.add_typer(data.app, name="data")
commands.command()(showing.recipes)
commands.command()(showing.doctor)
commands.command()(mending.repair)
