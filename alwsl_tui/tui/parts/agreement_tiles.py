"""Agreement of criteria on the wall of a campaign: the table of the newest round, and its votes."""

from rich.text import Text
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from alwsl_tui.drawing import agreement as drawing
from alwsl_tui.drawing.agreement import Measure
from alwsl_tui.drawing.heat import heat_size
from alwsl_tui.drawing.overview import TileArea
from alwsl_tui.drawing.votes import votes_and_rounds
from alwsl_tui.tui.parts.agreement_table import matrix_of
from alwsl_tui.tui.parts.wall import TextTile, Tile
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.heatmap import HeatMap
from campaigns.core.ids import JobKind
from campaigns.services.monitor.show import CampaignView
from campaigns.services.results.overview import Aspect, Overview


class AgreementTile(Tile):
    """How many images two criteria both want."""

    NAME = TAB = "agreement"
    ASPECT = Aspect.AGREEMENT
    DEFAULT_CSS = """
    AgreementTile HeatMap { height: 1fr; }
    AgreementTile Static { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.table = HeatMap()
        self._below = Static(markup=False)

    def compose(self) -> ComposeResult:
        """Compose the table over what is told of it."""
        yield self.table
        yield self._below

    @property
    def inner(self) -> Widget:
        """The table: arrow keys move over its cells."""
        return self.table

    def has(self, view: CampaignView) -> bool:
        """Return whether the first trial's baseline has scored its pool."""
        return _has_ranked(view)

    def about(self, overview: Overview) -> str:
        """Return which round it is."""
        if not overview.agreements:
            return ""
        return f"{_round_of(overview)}: shared, of {overview.agreements[-1].picked.n} each"

    def draw(self, overview: Overview) -> None:
        """Show the newest round, and what is told of it where the table leaves room."""
        if not overview.agreements:
            return
        matrix, (width, height) = matrix_of(overview.agreements[-1], Measure.OVERLAP), self.content_size
        self.table.matrix = matrix
        size = heat_size(matrix.names, matrix.values, width=width, height=height, is_ascii=is_ascii(self))
        left = height - 1 - len(matrix.names) * size.lines
        told = drawing.extremes(overview.agreements, width=width, palette=palette_of(self)).split("\n")[: max(0, left)]
        # Rows of the table must not get fewer lines for what is told below it.
        self._below.display = bool(told)
        self._below.update(Text("\n" if left > len(told) else "").append_text(Text("\n").join(told)))

    def on_resize(self) -> None:
        """Tell as much as there is room for."""
        self.repaint()

    def facts(self) -> dict[str, str]:
        """Return the round it shows."""
        return _facts(self.overview)


class VotesTile(TextTile):
    """How many criteria want the same image, now and in the rounds before."""

    NAME, TAB = "votes", "agreement"
    ASPECT = Aspect.AGREEMENT

    def has(self, view: CampaignView) -> bool:
        """Return whether the first trial's baseline has scored its pool."""
        return _has_ranked(view)

    def about(self, overview: Overview) -> str:
        """Return which round it is."""
        return _round_of(overview) if overview.agreements else ""

    def text(self, overview: Overview, area: TileArea) -> Text:
        """Return votes, and those of the rounds before where there is room."""
        if not overview.agreements:
            return Text(drawing.NONE, area.palette.muted)
        return votes_and_rounds(
            overview.agreements, width=area.columns, height=area.rows, palette=area.palette, is_ascii=area.is_ascii
        )

    def facts(self) -> dict[str, str]:
        """Return the round it shows."""
        return _facts(self.overview)


def _has_ranked(view: CampaignView) -> bool:
    return any(
        round_.score_seconds is not None
        for job in view.jobs
        if job.row.job.kind is JobKind.BASELINE and job.row.job.trial == 0
        for round_ in job.rounds
    )


def _round_of(overview: Overview) -> str:
    newest = overview.agreements[-1]
    return f"{overview.view.row.plan.leading} t{newest.trial} round {newest.picked.round}"


def _facts(overview: Overview | None) -> dict[str, str]:
    if overview is None or not overview.agreements:
        return {}
    newest = overview.agreements[-1]
    return {
        "criterion": overview.view.row.plan.leading, "trial": str(newest.trial), "round": str(newest.picked.round),
    }  # fmt: skip
