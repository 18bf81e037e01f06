"""What people are asked to label, as text."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from alwsl_tui.drawing.label import why_wanted
from alwsl_tui.drawing.units import plural
from campaigns.core.kappa import PairKappa
from campaigns.core.text import printable
from campaigns.services.labelling.requests import LabellingProgress, WantedImage
from campaigns.store.rows import CampaignRow


def what_to_do(row: CampaignRow) -> str:
    """Return what happens in a campaign that people label for, and what they do."""
    schedule, name = row.plan.schedule, printable(row.name)
    tests = row.plan.test_images
    return (
        f"  people label {schedule.budget} images to train on, {schedule.labelled(0)} of them first, and up to "
        f"{tests} to test on\n"
        f"  begin: alwsl-tui start {name}; it computes features while the first images are labelled\n"
        f"  then label: alwsl-tui label {name}; --next lists what is asked for\n"
        f"  without the screen: alwsl-tui label {name} --answer IMAGE {printable(row.plan.classes[0])}=yes,rest=no"
    )


def progress_line(progress: LabellingProgress) -> str:
    """Return how far people are, in a line."""
    name = printable(progress.campaign.name)
    counts = f"{progress.labelled} of {progress.budget} labelled, {progress.tested} of {progress.tests} test images"
    if progress.round is None:
        return f"{name}: nothing is asked for now; {counts}"
    return f"{name}: {progress.answered} of {progress.asked} (round {progress.round}); {counts}"


def wanted_line(wanted: WantedImage) -> str:
    """Return one image that is asked for, and why."""
    return f"{printable(wanted.image)}  {why_wanted(wanted)}"


def more_line(shown: int, of: int) -> str:
    """Return how many images are not listed."""
    return f"… and {plural(of - shown, 'image')} more"


def kappa_lines(pairs: Sequence[PairKappa]) -> list[str]:
    """Return how far every two people agree, a line a class; classes of which both spoke of no image are left out."""
    lines: list[str] = []
    for pair in pairs:
        known = [each for each in pair.classes if each.images]
        width = max((cell_len(printable(each.name)) for each in known), default=0)
        lines.append(f"{printable(pair.first)} and {printable(pair.second)}")
        for each in known:
            kappa = "–" if each.kappa is None else f"{each.kappa:.2f}"
            name = set_cell_size(printable(each.name), width)
            lines.append(f"  {name}  {each.same:>4} of {each.images:<4}  kappa {kappa}")
    return lines
