"""What stands around the photographs of a sheet: the question, and the letter and mark of each."""

from rich.text import Text

from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.units import plural
from campaigns.core.text import printable


def head(name: str, class_name: str, left: int, *, palette: Palette) -> Text:
    """Ask which photographs show a class, and say how many are left."""
    text = Text(no_wrap=True, overflow="ellipsis").append(f" {printable(name)}   ", f"bold {palette.text}")
    text.append("which of these show ", palette.text).append(printable(class_name), f"bold {palette.accent}")
    return text.append(f"?   {plural(left, 'photograph')} at hand", palette.muted)


def why(has_photographs: bool, *, palette: Palette) -> Text:
    """Say what an answer means, or that there is nothing to ask."""
    told = "letters mark; enter: the others do not; of other classes nothing is said"
    nothing = "all is said about this class; escape leads back"
    return Text(f" {told if has_photographs else nothing}", palette.muted, no_wrap=True, overflow="ellipsis")


def caption(letter: str, image: str, is_shown: bool, *, palette: Palette, is_ascii: bool = False) -> Text:
    """Draw the letter of a photograph, whether it shows the class, and its name."""
    text = Text(no_wrap=True, overflow="ellipsis").append(f" {letter} ", f"bold {palette.accent}")
    sign = ("+" if is_ascii else "✓") if is_shown else ("-" if is_ascii else "·")
    text.append(f"{sign} {'yes' if is_shown else 'no ':<3} ", f"bold {palette.good}" if is_shown else palette.muted)
    return text.append(printable(image), palette.text if is_shown else palette.muted)
