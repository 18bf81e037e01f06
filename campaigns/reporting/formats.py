"""What a report can be written as. Apart from what writes them: whoever names a format need not load its writer."""

from enum import StrEnum


class Format(StrEnum):
    """What a report can be written as."""

    HTML = "html"
    """One page that needs nothing else."""
    JSON = "json"
    """One object."""
    CSV = "csv"
    """A folder of tidy tables."""
    LATEX = "latex"
    """A folder of tables for an article, with a document that shows them."""
    PNG = "png"
    """A folder of figures, as is the next."""
    SVG = "svg"
