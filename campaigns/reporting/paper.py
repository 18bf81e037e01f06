"""What the paper (arXiv 2005.12892) shows, figure by figure: which campaign each needs, which of ours answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.store.rows import CampaignRow

TRAINING_IMAGES: Mapping[str, int] = {"voc2007": 5011, "voc2012": 5717, "coco": 82081}
"""Of the splits the paper trains on (VOC 2007 trainval, VOC 2012 train, COCO 2014 train with annotations)."""
MODELS = ("weldon", "wildcat")
SHRUNK = "shrunk protocol"
"""In the line that describes a campaign, when it is the paper's protocol made smaller."""
ABLATED = ("voc2007", "voc2012")
"""Data sets of the ablations in section 5.4."""


class Topic(StrEnum):
    """What an exhibit is about."""

    READING = "reading"
    """Relative mAP of every criterion at one budget."""
    VOTES = "votes"
    """How many criteria want the same image."""
    ADV = "adv"
    """AG against ADV."""
    TIMES = "times"
    """Seconds to choose, and ΔAG."""
    VOTE = "vote"
    """VOTE against AG."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One figure or table of the paper, as far as one campaign can answer to it."""

    title: str
    """As the paper numbers it: `Figure 2`, `Table 1`; `Section 5.4` for what is only told."""
    topic: Topic
    shows: str
    dataset: str
    model: str
    labelled: int | None = None
    """Images of the training split at which the paper reads it; None where every round counts."""
    criteria: tuple[str, ...] = ()
    """That it needs besides the paper's eight."""
    best: str = ""
    """The criterion that the text names as ahead of all others but AG; empty where it names none."""
    worst: str = ""
    """The one that it names as the worst, likewise."""

    @property
    def section(self) -> str:
        """Of the paper, where its results are told."""
        return f"section {_SECTIONS[self.dataset]}"


_SECTIONS: Mapping[str, str] = {"voc2007": "5.1", "voc2012": "5.2", "coco": "5.3"}
_BEST: Mapping[int, str] = {
    2: "sepmin", 5: "unc", 6: "sepsum", 8: "sepmin", 10: "sepmax", 11: "sepmin", 12: "sepmax", 13: "sepmax",
}  # fmt: skip
"""By number of the figure. Section 5.1 has 2 and 5, section 5.2 has 6 and 8, section 5.3 the others."""
_WORST: Mapping[int, str] = {3: "unc"}
"""Section 5.1: the same criterion is the best with the other model, in Figure 5."""


def _bars() -> Iterator[Exhibit]:
    read_at = {"voc2007": (500, 1000), "voc2012": (570, 1140), "coco": (8200, 16400)}
    number = 2
    for dataset, budgets in read_at.items():
        for model in MODELS:
            for labelled in budgets:
                shows = f"relative mAP of every criterion on {labelled} images"
                yield Exhibit(
                    f"Figure {number}", Topic.READING, shows, dataset, model, labelled,
                    best=_BEST.get(number, ""), worst=_WORST.get(number, ""),
                )  # fmt: skip
                number += 1


def _ablations() -> Iterator[Exhibit]:
    on = [(at, model, dataset) for at, model in enumerate(MODELS) for dataset in ABLATED]
    for at, model, dataset in on:
        yield Exhibit(f"Figure {14 + at}", Topic.VOTES, "how many criteria want the same image", dataset, model)
    for at, model, dataset in on:
        labelled = {"voc2007": 1000, "voc2012": 1140}[dataset]
        shows = f"AG against ADV on {labelled} images"
        yield Exhibit(f"Figure {16 + at}", Topic.ADV, shows, dataset, model, labelled, ("adv",))
    for at, model, dataset in on:
        yield Exhibit(f"Table {1 + at}", Topic.TIMES, "seconds to choose, and ΔAG", dataset, model)
    for _, model, dataset in on:
        yield Exhibit("Section 5.4", Topic.VOTE, "VOTE against AG", dataset, model, None, ("vote",))


EXHIBITS: tuple[Exhibit, ...] = (*_bars(), *_ablations())
"""Figures 2 to 17, Tables 1 and 2, and the one comparison that the paper tells without a figure."""


def exhibits(dataset: str, model: str) -> tuple[Exhibit, ...]:
    """Return what one campaign on that data set with that model answers to, in the order of the paper."""
    return tuple(exhibit for exhibit in EXHIBITS if (exhibit.dataset, exhibit.model) == (dataset, model))


def shrunk(budgets: Sequence[int], images: int, of: int) -> tuple[int, ...]:
    """Return the same shares of `images` training images as `budgets` are of `of`; rising, each at least one above the
    last.

    Raises:
        ValueError: there are fewer images than budgets.
    """
    if images < len(budgets):
        raise ValueError(f"{images} images cannot be split into {len(budgets)} budgets")
    shares: list[int] = []
    for budget in budgets:
        share = (2 * budget * images + of) // (2 * of)  # to the nearest, halves up
        shares.append(max(share, shares[-1] + 1 if shares else 1))
    return tuple(shares)


def of_reading(row: CampaignRow, place: int) -> str:
    """Name the exhibit of the bars at a reading point, by its position; empty where the paper has no such campaign."""
    shown = _about(row, Topic.READING)
    is_paper = len(row.plan.reading_points) == len(shown)
    return _words(shown[place]) if is_paper and place < len(shown) else ""


def readings_of(row: CampaignRow) -> tuple[Exhibit, ...]:
    """Return the exhibits of bars that a campaign answers to, one for each of its reading points; else none."""
    shown = tuple(_about(row, Topic.READING))
    return shown if len(shown) == len(row.plan.reading_points) else ()


def of_figure(row: CampaignRow, topic: Topic) -> str:
    """Name the exhibit of a figure that a campaign has one of, as the vote distribution; empty where there is none."""
    shown = _about(row, topic)
    return _words(shown[0]) if shown else ""


def of_times(row: CampaignRow) -> str:
    """Name the exhibit of the time that choosing takes."""
    return of_figure(row, Topic.TIMES)


def is_of_paper(row: CampaignRow) -> bool:
    """Return whether a campaign is the paper's protocol, or that made smaller, rather than something after it."""
    return any(words in row.about.lower() for words in ("the paper's protocol", SHRUNK))


def _about(row: CampaignRow, topic: Topic) -> list[Exhibit]:
    """Return what the paper shows of such a campaign on a topic; a data set may be a part of the paper's, as
    `coco-mini`.
    """
    if not is_of_paper(row):
        return []
    data, model = row.dataset.split("-")[0].lower(), row.model.split(" ")[0].lower()
    return [exhibit for exhibit in exhibits(data, model) if exhibit.topic is topic]


def _words(exhibit: Exhibit) -> str:
    return f"{exhibit.title} of the paper"
