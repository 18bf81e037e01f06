"""Tables of competitions: names without a suffix, and classes or numbers of classes divided by blanks."""

from collections.abc import Sequence

from campaigns.datasets.exchange.gathering import Gathering
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.exchange.tables import read_table_into

HEADERS = frozenset({("image_name", "tags"), ("id", "target"), ("image_id", "labels"), ("image", "tags")})
"""In small letters."""


def _is_form(probe: Probe) -> bool:
    return tuple(name.lower() for name in probe.header) in HEADERS and not _has_other_sign(probe)


def _has_other_sign(probe: Probe) -> bool:
    raw = probe.raw
    return raw is not None and any(sign in cell for _, cells in raw.lines for cell in cells[1:] for sign in ";|,[{")


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    read_table_into(gathering, probe, separator=" ")
    return None


ENTRIES = (LabelForm("kaggle", "Kaggle's tags", "train_v2.csv, train.csv", _is_form, _read),)
