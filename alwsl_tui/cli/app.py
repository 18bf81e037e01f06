"""The program `alwsl-tui`: its commands, and the one place where its errors become text."""

import errno
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli.commands import CommandGroup
from alwsl_tui.cli.completion import campaign
from alwsl_tui.cli.options import HomeOption, JsonOption, ReadonlyOption, narrate, note_options, say, say_json
from alwsl_tui.cli.screens import open_screens
from alwsl_tui.cli.streams import OutputFull, ReaderGone, discard_output, end_output, open_streams
from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.options import Images, Manners
from campaigns.errors import INTERRUPTED, AlwslError, NoRoom, OutOfMemory, UsageError
from campaigns.home.disk import system_error
from campaigns.version import VERSION

app = typer.Typer(
    name="alwsl-tui",
    cls=CommandGroup,
    help="Active-learning campaigns on multi-label images, in the terminal.",
    epilog="The guide: alwsl-tui help [TOPIC].",
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def alwsl_tui(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
    open_: Annotated[
        str | None,
        typer.Option(
            "--open", help="Open this campaign first, as in demo:logs.", metavar="NAME[:TAB]", autocompletion=campaign
        ),
    ] = None,
    ascii_: Annotated[bool, typer.Option("--ascii", help="Draw with ASCII alone.")] = False,
    images: Annotated[Images, typer.Option("--images", help="How pictures are drawn.")] = Images.AUTO,
    theme: Annotated[str | None, typer.Option("--theme", help=f"One of {', '.join(THEMES)}.")] = None,
    web: Annotated[
        int | None, typer.Option("--web", help="Serve to a browser of this machine.", metavar="PORT", min=1, max=65535)
    ] = None,
    home: HomeOption = None,
    readonly: ReadonlyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run active-learning campaigns on multi-label images, in the terminal. Without a command: open the screens."""
    given = note_options(context, home=home, readonly=readonly, as_json=as_json)
    if context.invoked_subcommand is not None:
        _require_meaning(context)
        return
    if as_json:
        raise UsageError("--json needs a command", hint="as in: alwsl-tui list --json; all commands: alwsl-tui --help")
    if version:
        say(VERSION)
        raise typer.Exit
    name, _, tab = (open_ or "").partition(":")
    manners = Manners(given.home, name or None, tab or None, readonly, ascii_, images, theme, web)
    raise typer.Exit(open_screens(context, manners))


def _require_meaning(context: typer.Context) -> None:
    """Raise UsageError if options that only the screens know stand before a command."""
    command = context.invoked_subcommand
    common = {"home", "readonly", "as_json"}
    options = [
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name not in common and _is_typed(context, parameter.name)
    ]
    if options:
        verb = "means" if len(options) == 1 else "mean"
        raise UsageError(
            f"{' and '.join(options)} {verb} nothing to `{command}`",
            hint=f"leave {'it' if len(options) == 1 else 'them'} out; what it takes: alwsl-tui {command} --help",
        )


def _is_typed(context: typer.Context, name: str | None) -> bool:
    source = context.get_parameter_source(name or "")
    return source is not None and source.name == "COMMANDLINE"


def main(show: Callable[[Manners], int] | None = None) -> None:
    """Run the program; errors a person can mend become two lines and an exit code.

    `show` shows the station on the terminal: passed in, because one face never calls the other.
    """
    if code := _ended(show):
        raise SystemExit(code)


def _ended(show: Callable[[Manners], int] | None) -> int:
    """Run the program and return its exit code; what ends it early is told once all output is written or given up."""
    open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a glyph still shows the rest
    try:
        code = _run(show)
        end_output()
    except ReaderGone:
        discard_output()
        return 0
    except OutputFull as error:
        discard_output()
        hint = "free disk space where the output goes, or redirect it"
        return _told(NoRoom(f"cannot write the output: {error}", hint=hint))
    return code


_FREE_MEMORY = "end something else that runs here, then do it again"


def _run(show: Callable[[Manners], int] | None) -> int:
    try:
        return int(app(prog_name="alwsl-tui", standalone_mode=False, obj=show) or 0)
    except AlwslError as error:
        return _told(error)
    except MemoryError:
        return _told(OutOfMemory("this machine has too little memory for that", hint=_FREE_MEMORY))
    except OSError as error:
        told = _mendable(error)
        if told is None:
            raise
        return _told(told)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        where = context.command_path if context else "alwsl-tui"
        return _told(UsageError(_in_our_words(error), hint=f"see: {where} --help"))
    except typer.Abort:
        return _told(UsageError("nothing done: not confirmed", hint="--yes does it without asking"))
    except KeyboardInterrupt:
        return INTERRUPTED


def _in_our_words(error: typer.TyperException) -> str:
    """Return what is wrong on a command line; pydantic's word for it comes along where Typer checks a choice."""
    return error.format_message().rstrip(".").replace(": Value error, ", ": ")


def _mendable(error: OSError) -> AlwslError | None:
    """Return what a person can do about an error of the system; None where it is a bug."""
    if error.errno == errno.ENOMEM:
        return OutOfMemory(f"the system has too little memory: {error.strerror}", hint=_FREE_MEMORY)
    if isinstance(error, FileNotFoundError) and not _has_folder():
        return UsageError("the current folder no longer exists", hint="change to an existing folder, as in: cd ~")
    return system_error(error, Path("the disk"))


def _has_folder() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


def _told(error: AlwslError) -> int:
    if "--json" in sys.argv:
        mistakes = [{"where": mistake.where, "what": mistake.what} for mistake in error.mistakes]
        say_json("error", code=error.exit_code, error=error.message, mistakes=mistakes, hint=error.hint)
    narrate(f"error: {error}" + (f"\nnext: {error.hint}" if error.hint else ""))
    return error.exit_code


if __name__ == "__main__":
    main()
