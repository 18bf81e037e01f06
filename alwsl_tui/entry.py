"""Where the installed program begins, and the only place that knows both faces."""

import gc
import os
import sys

from alwsl_tui.options import Manners
from campaigns.version import VERSION

NOT_ON_WINDOWS = (
    "error: alwsl-tui does not run on Windows itself: it needs locks and signals that Windows does not have\n"
    "next: install it in WSL 2 (wsl --install), where it runs as on Linux, or in a container\n"
)


def main() -> None:
    """Run the program `alwsl-tui`. The version is answered before anything heavy is imported."""
    if os.name == "nt":
        sys.stderr.write(NOT_ON_WINDOWS)
        raise SystemExit(2)
    if sys.argv[1:] == ["--version"] and _has_written(f"{VERSION}\n"):
        return
    if "_ALWSL_TUI_COMPLETE" in os.environ and _has_completed():
        return
    try:
        from alwsl_tui.cli.app import main as run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    run(open_screens)


def _has_completed() -> bool:
    """Answer a shell that asks how its line may go on; return whether that is done."""
    try:
        from alwsl_tui.cli.completion import complete

        return complete()
    except KeyboardInterrupt:  # whoever typed the line goes on without
        raise SystemExit(130) from None


def _has_written(text: str) -> bool:
    """Print a text and return whether that went well; where it did not, the command line says why."""
    try:
        return sys.stdout is not None and sys.stdout.write(text) > 0 and sys.stdout.flush() is None
    except OSError:
        return False


def open_screens(manners: Manners) -> int:
    """Show the station on the terminal, or in a browser; return the exit code it ends with.

    Raises:
        NoSuchName: there is no tab of the name that was to be opened.
        AlwslError: as `alwsl_tui.tui.app.run`.
    """
    if manners.tab is not None:
        from alwsl_tui.tui.tabs import TABS

        TABS.require(manners.tab)
    if manners.port is not None:
        from alwsl_tui.tui.web import serve

        return serve(manners, manners.port)
    from alwsl_tui.tui.malloc import give_back_memory

    give_back_memory()
    # Modules stay. Whoever looks for cycles goes through them again and again, while they are imported and whenever a
    # photograph is drawn: without, screens are there a tenth sooner.
    gc.disable()
    from alwsl_tui.tui.app import run

    gc.freeze()
    gc.enable()
    return run(manners)


if __name__ == "__main__":
    main()
