"""Which figure or table of the paper (arXiv 2005.12892) a figure or table of ours answers to."""

from campaigns.core.paper import Exhibit, Topic, exhibits
from campaigns.store.rows import CampaignRow


def of_reading(row: CampaignRow, place: int) -> str:
    """Of the bars at a reading point, by its place; empty where the paper has no such campaign."""
    found = _about(row, Topic.READING)
    is_paper = len(row.plan.reading_points) == len(found)
    return _words(found[place]) if is_paper and place < len(found) else ""


def of_figure(row: CampaignRow, topic: Topic) -> str:
    """Of a figure that a campaign has one of, as the vote distribution; empty where the paper has none."""
    found = _about(row, topic)
    return _words(found[0]) if found else ""


def of_times(row: CampaignRow) -> str:
    """Of the time that choosing takes."""
    return of_figure(row, Topic.TIMES)


def _about(row: CampaignRow, topic: Topic) -> list[Exhibit]:
    """What the paper shows of such a campaign on a topic; a data set may be a part of the paper's, as `coco-mini`."""
    data, model = row.dataset.split("-")[0].lower(), row.model.split(" ")[0].lower()
    return [one for one in exhibits(data, model) if one.topic is topic]


def _words(one: Exhibit) -> str:
    return f"{one.title} of the paper"
