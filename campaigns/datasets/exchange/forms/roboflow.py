"""Roboflow's `_classes.csv`: a column of 1 and 0 for each class, a file in each folder of a split."""

from collections.abc import Sequence

from campaigns.datasets.exchange.gathering import Gathering
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.exchange.tables import read_table_into


def _is_form(probe: Probe) -> bool:
    return probe.path.name.lower().endswith("_classes.csv") and probe.header[:1] == ["filename"]


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    read_table_into(gathering, probe, folder=f"/{probe.path.resolve().parent.name}/")
    return None


ENTRIES = (LabelForm("roboflow", "Roboflow's _classes.csv", "train/_classes.csv", _is_form, _read, has_parts=True),)
