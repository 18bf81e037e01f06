"""The views on the wall of a campaign: each is the widget of its tab, drawn at another size."""

from collections.abc import Callable, Mapping

from textual.app import ComposeResult

from alwsl_tui.drawing.units import plural
from alwsl_tui.options import Images
from alwsl_tui.tui.parts.agreement_tiles import AgreementTile, VotesTile
from alwsl_tui.tui.parts.curve_tiles import CurvesTile, DifferenceTile
from alwsl_tui.tui.parts.job_tiles import EventsTile, JobsTile, LogTile, LossesTile
from alwsl_tui.tui.parts.pick_strip import PickStrip
from alwsl_tui.tui.parts.wall import Tile
from campaigns.services.monitor.show import CampaignView
from campaigns.services.results.gallery import Gallery
from campaigns.services.results.overview import Aspect, Overview


class PicksTile(Tile):
    """The first picks of the newest round, under the maps of their classes."""

    NAME = TAB = "picks"
    ASPECT = Aspect.PICKS
    DEFAULT_CSS = "PicksTile { padding: 0; }"

    def __init__(self, gallery: Gallery, images: Images) -> None:
        super().__init__()
        self.strip = PickStrip(gallery, images=images)

    def compose(self) -> ComposeResult:
        """Compose the strip."""
        yield self.strip

    def has(self, view: CampaignView) -> bool:
        """Return whether an arm of the first trial has picked."""
        arms = [job for job in view.jobs if job.row.job.criterion == view.row.plan.leading and job.row.job.trial == 0]
        return any(job.rounds for job in arms)

    def about(self, overview: Overview) -> str:
        """Return which round it is, and how many there are."""
        round_ = overview.picks
        if round_ is None:
            return ""
        key = round_.key
        return f"{key.criterion} t{key.trial} round {key.round}: {plural(len(round_.picked.picks), 'image')}"

    def draw(self, overview: Overview) -> None:
        """Show them."""
        self.strip.round_ = overview.picks

    def repaint(self) -> None:
        """Draw it again, the captions too."""
        super().repaint()
        self.strip.repaint()

    def facts(self) -> dict[str, str]:
        """Return the round it shows."""
        round_ = None if self.overview is None else self.overview.picks
        if round_ is None:
            return {}
        key = round_.key
        return {"criterion": key.criterion, "trial": str(key.trial), "round": str(key.round)}


TILES: Mapping[str, Callable[[Gallery, Images], Tile]] = {
    "curves": lambda _gallery, _images: CurvesTile(),
    "picks": PicksTile,
    "losses": lambda _gallery, _images: LossesTile(),
    "vs random": lambda _gallery, _images: DifferenceTile(),
    "agreement": lambda _gallery, _images: AgreementTile(),
    "votes": lambda _gallery, _images: VotesTile(),
    "events": lambda _gallery, _images: EventsTile(),
    "log": lambda _gallery, _images: LogTile(),
    "jobs": lambda _gallery, _images: JobsTile(),
}
"""How each is made; in the order in which they get room where nobody has chosen."""
