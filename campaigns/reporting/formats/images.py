"""The figures of a report, each a file: as pixels, and as drawings that can be enlarged."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.reporting.dossier import Dossier
from campaigns.reporting.format import FolderFormat, Write

if TYPE_CHECKING:
    from campaigns.reporting.figures.board import Plot


def _files(write: "Callable[[Plot, Path], None]", ending: str, dossier: Dossier) -> Iterator[tuple[str, Write]]:
    from campaigns.reporting.figures.album import plots

    for plot in plots(dossier, has_key=True):
        yield f"{plot.key}.{ending}", partial(write, plot)


def _write_png(plot: "Plot", path: Path) -> None:
    from campaigns.reporting.figures.board import png

    path.write_bytes(png(plot))


def _write_svg(plot: "Plot", path: Path) -> None:
    from campaigns.reporting.figures.board import svg

    path.write_text(svg(plot), encoding="utf-8", errors="backslashreplace")


ENTRIES = (
    FolderFormat("png", "a folder of figures, as pixels", ("png",), partial(_files, _write_png, "png")),
    FolderFormat("svg", "a folder of figures that can be enlarged", ("svg",), partial(_files, _write_svg, "svg")),
)
