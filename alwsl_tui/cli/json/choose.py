"""A choice from a file of scores as a JSON object: the documented schema, version 1."""

from campaigns.reporting.json.campaigns import Record
from campaigns.reporting.json.picks import agreement_record, pick_record
from campaigns.services.results.choose import ChoiceOf


def choice_record(choice: ChoiceOf) -> Record:
    """Return what was chosen, with all that is known of each image, and how the file was understood."""
    source, options, picked = choice.source, choice.options, choice.picked
    return {
        "file": str(source.path),
        "reading": source.reading,
        "task": source.task.name,
        "classes": list(source.classes),
        "outputs": source.meaning,
        "known_by": source.known_by,
        "has_maps": source.scores.has_maps,
        "images": len(source.images) + choice.skipped,
        "skipped": choice.skipped,
        "strangers": list(choice.strangers),
        "criterion": options.criterion,
        "seed": options.seed if choice.is_drawn else None,
        "n": picked.n,
        "pool": picked.pool,
        "is_collapsed": picked.is_collapsed,
        "criteria": list(picked.criteria),
        "lacking": list(choice.lacking),
        "flat": list(choice.flat),
        "brought": dict(choice.brought) or None,
        "agreement": agreement_record(picked.agreement),
        "picks": [pick_record(pick, place) for place, pick in enumerate(picked.picks, 1)],
    }
