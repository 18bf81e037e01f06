"""The images behind a number of the agreement: as a sheet where there is room for one, else as a list."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message

from alwsl_tui.options import Images
from alwsl_tui.tui.parts.agreement_images import AskedImages, columns
from alwsl_tui.tui.parts.contact_sheet import HIGH, ContactSheet, SheetOf
from alwsl_tui.tui.parts.pick_list import ImageListing
from alwsl_tui.tui.widgets.listing import Listing
from alwsl_tui.tui.widgets.picture import Painting
from campaigns.services.results.gallery import Gallery

ASK = "Press enter to list the images that both want"


class CellImages(Container):
    """Shows what it is given by `put`; a key of the tab turns from sheet to list and back."""

    DEFAULT_CSS = """
    CellImages { height: 1fr; layout: vertical; }
    CellImages Listing { height: 1fr; }
    CellImages.-sheet Listing { height: 1; }
    CellImages.-sheet ContactSheet { display: block; }
    """

    @dataclass
    class ImageChosen(Message):
        """An image was chosen."""

        image: str

    def __init__(self, gallery: Gallery) -> None:
        super().__init__()
        self._gallery = gallery
        self.listing = ImageListing(*columns("images"), empty=ASK)
        self.sheet = ContactSheet(images=Images.AUTO)
        self.prefers_list = False
        self._answer: AskedImages | None = None

    def compose(self) -> ComposeResult:
        """Compose list and sheet."""
        yield self.listing
        yield self.sheet

    @property
    def has_keys(self) -> bool:
        """Whether keys go to one of the two."""
        return self.listing.has_focus or self.sheet.has_focus

    def clear(self) -> None:
        """Show that nothing is asked for."""
        self._answer = None
        self.remove_class("-sheet")
        self.listing.columns, self.listing.empty, self.listing.rows = columns("images"), ASK, ()

    def put(self, answer: AskedImages) -> None:
        """Show these images, and let keys go to them."""
        self._answer = answer
        self.listing.columns, self.listing.empty = columns(answer.asked.title), "there is none"
        self.listing.rows = answer.rows
        picked = (f"pick {answer.picked[image]}" if image in answer.picked else image for image in answer.images)
        self.sheet.open(SheetOf(tuple(picked), lambda at: Painting(self._gallery.picture(answer.images[at]))))
        self._arrange()
        if answer.images:
            self._give_keys()

    def turn(self) -> None:
        """Show the sheet instead of the list, or the list."""
        has_keys, self.prefers_list = self.has_keys, self.has_class("-sheet")
        self._arrange()
        if has_keys:
            self._give_keys()

    def on_resize(self) -> None:
        """Show a sheet where there is room for one."""
        has_keys = self.has_keys
        self._arrange()
        if has_keys:
            self._give_keys()

    def on_listing_opened(self, message: Listing.Opened) -> None:
        """Say which image was chosen."""
        message.stop()
        self.post_message(self.ImageChosen(message.key))

    def on_contact_sheet_sheet_chosen(self, message: ContactSheet.SheetChosen) -> None:
        """Say which image was chosen."""
        message.stop()
        if self._answer is not None:
            self.post_message(self.ImageChosen(self._answer.images[message.place]))

    def _arrange(self) -> None:
        has_images = self._answer is not None and bool(self._answer.images)
        self.set_class(has_images and not self.prefers_list and self.size.height > HIGH, "-sheet")

    def _give_keys(self) -> None:
        (self.sheet if self.has_class("-sheet") else self.listing).focus()
