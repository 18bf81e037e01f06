"""The README's picture: `python -m tests.tui.wall_picture HOME CAMPAIGN` draws the wall of a campaign as an SVG.

Take a campaign on drawn scenes: its thumbnails are part of the picture, and photographs belong to those who took them.
That of today is `new --recipe demo` with all ten criteria, three trials, no full model, 600 images, 200 to test on, and
10, 7, 6 and 5 epochs.
"""

import asyncio
import sys
from pathlib import Path

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.widgets.picture import Picture
from campaigns.services.workspace import open_workspace
from tests.tui.waiting import seen, until

PICTURE = Path(__file__).with_name("pictures") / "wall.svg"
SIZE = (120, 40)


async def draw(home: Path, campaign: str) -> None:
    """Save the wall as it stands once everything on it is drawn."""
    app = AlwslApp(open_workspace(home), Manners(campaign=campaign, images=Images.BLOCKS))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: any(picture.is_drawn for picture in app.screen.query(Picture)))
        # Charts and pictures are drawn in threads: it stands when nothing has changed for a while.
        before = ""
        while before != (before := seen(pilot)):
            await pilot.pause(3.0)
        app.save_screenshot(PICTURE.name, str(PICTURE.parent))


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1]), sys.argv[2]))
