"""How far models foresaw the answers about what they picked, as JSON objects."""

from collections.abc import Iterable

from campaigns.core.foresight import Foresight
from campaigns.reporting.json.campaigns import Record, job_record


def foresight_records(foresights: Iterable[Foresight]) -> list[Record]:
    """Return an object for each batch that somebody has answered of."""
    return [
        job_record(each.job)
        | {
            "round": each.round,
            "images": each.images,
            "asked": each.asked,
            "decisions": each.decisions,
            "agreed": each.agreed,
            "changed": each.changed,
            "per_class": {
                of.name: {"images": of.images, "agreed": of.agreed, "present": of.present, "missed": of.missed}
                for of in each.classes
            },
        }
        for each in foresights
    ]
