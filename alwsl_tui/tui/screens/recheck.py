"""Answers that may be mistakes, asked once more: blind, and what was answered before is shown behind the answer."""

from rich.text import Text

from alwsl_tui.drawing import recheck as drawing
from alwsl_tui.options import Images
from alwsl_tui.tui.messages import Left
from alwsl_tui.tui.parts.answering import Answering
from alwsl_tui.tui.screens.label import LabelScreen
from alwsl_tui.tui.theme import is_ascii, palette_of
from campaigns.services.desk.desk import DeskView
from campaigns.services.desk.recheck_desk import RecheckDesk

SHOWN = 5
"""Seconds that what was answered before stays on the screen."""


class RecheckScreen(LabelScreen):
    """Asks once more, with the keys of the screen to label on."""

    def __init__(self, desk: RecheckDesk, *, images: Images) -> None:
        super().__init__(desk, images=images)
        self.recheck_desk = desk

    def head(self, view: DeskView) -> Text:
        """Draw how many are left, in a line."""
        return drawing.head(view, width=self.size.width, palette=palette_of(self), is_ascii=is_ascii(self))

    def nothing(self, view: DeskView) -> str:
        """Say that nothing is left to be asked once more."""
        return drawing.nothing()

    def on_answering_kept(self, message: Answering.Kept) -> None:
        """Show what the answer changed; the next image is shown as for any answer."""
        image = message.asked.image
        changed = self.recheck_desk.outcomes.get(image, ())
        self.notify(drawing.brief_outcome(image, changed, is_ascii=is_ascii(self)), timeout=SHOWN, markup=False)

    def action_recheck(self) -> None:
        """Go back to what the campaign asks for."""
        self.post_message(Left(self))
