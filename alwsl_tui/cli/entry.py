"""Where the installed program begins. The version is answered before anything heavy is imported."""

import sys

from campaigns.version import VERSION


def main() -> None:
    """Run the program `alwsl-tui`."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"{VERSION}\n")
        return
    try:
        from alwsl_tui.cli.app import main as run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    run()
