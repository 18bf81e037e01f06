"""Which figure or table of the paper (arXiv 2005.12892) a figure or table of ours answers to."""

from campaigns.store.rows import CampaignRow

_READINGS = {
    ("voc2007", "weldon"): (2, 3), ("voc2007", "wildcat"): (4, 5), ("voc2012", "weldon"): (6, 7),
    ("voc2012", "wildcat"): (8, 9), ("coco", "weldon"): (10, 11), ("coco", "wildcat"): (12, 13),
}  # fmt: skip
_BY_MODEL = {"votes": {"weldon": 14, "wildcat": 15}, "adv": {"weldon": 16, "wildcat": 17}}


def _kind(row: CampaignRow) -> tuple[str, str]:
    data, model = row.dataset.split("-")[0].lower(), row.model.split(" ")[0].lower()
    return ("coco" if data.startswith("coco") else data), model


def of_reading(row: CampaignRow, place: int) -> str:
    """Of the bars at a reading point, by its place; empty where the paper has no such campaign."""
    found = _READINGS.get(_kind(row), ())
    is_paper = len(row.plan.reading_points) == len(found)
    return f"Figure {found[place]} of the paper" if is_paper and place < len(found) else ""


def of_figure(row: CampaignRow, what: str) -> str:
    """Of the vote distribution (`votes`) or AG against ADV (`adv`)."""
    data, model = _kind(row)
    number = _BY_MODEL[what].get(model)
    return f"Figure {number} of the paper" if number and data.startswith("voc") else ""


def of_times(row: CampaignRow) -> str:
    """Of the time that choosing takes."""
    data, model = _kind(row)
    number = {"weldon": 1, "wildcat": 2}.get(model)
    return f"Table {number} of the paper" if number and data.startswith("voc") else ""
