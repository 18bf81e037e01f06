"""A recipe in calm colours."""

import re

from rich.text import Text

from alwsl_tui.drawing.palette import Palette
from campaigns.core.text import printable

# Strings come first, so that a `#` or a number within one is nothing of its own.
_TOKENS = re.compile(
    r'(?P<string>"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"(?!\s*=)|\'[^\'\n]*\'(?!\s*=))'
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<table>^[ \t]*\[\[?[\w.\"' -]+\]\]?(?=[ \t]*(?:#|$)))"
    r"|(?P<key>^[ \t]*[\w.\"'-]+(?=[ \t]*=))"
    r"|(?P<value>\b(?:true|false)\b|[-+]?\b\d[\w.:+-]*)"
    r"|(?P<sign>[=,\[\]{}]+)",
    re.MULTILINE,
)


def coloured(text: str, palette: Palette) -> Text:
    """Colour TOML so that keys, values and comments are told apart; whatever is no TOML stays as it is."""
    text = printable(text)
    styles = {
        "string": palette.good,
        "comment": f"italic {palette.muted}",
        "table": f"bold {palette.accent}",
        "key": palette.text,
        "value": palette.warning,
        "sign": palette.muted,
    }
    coloured_text = Text(text, palette.text)
    for token in _TOKENS.finditer(text):
        coloured_text.stylize(styles[token.lastgroup or "key"], *token.span())
    return coloured_text
