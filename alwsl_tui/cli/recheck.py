"""What the command `label --recheck` says: answers that may be mistakes, and what being asked once more changed."""

from collections.abc import Mapping, Sequence

from alwsl_tui.cli.json.labels import changes_record, wanted_record
from alwsl_tui.cli.options import narrate, say, say_json
from alwsl_tui.cli.text.labels import more_line, wanted_line
from alwsl_tui.drawing.recheck import counted, outcome
from campaigns.core.recheck import Suspicion
from campaigns.services.labelling.label import Heard
from campaigns.services.labelling.recheck import ChangedLabel, RecheckList


def report_again(heard: Heard, changed: Mapping[str, Sequence[ChangedLabel]], *, as_json: bool) -> None:
    """Say what answers changed."""
    for note in heard.notes:
        narrate(f"note: {note}")
    if as_json:
        name, lines = heard.progress.campaign.name, [entry.number for entry in heard.entries]
        images = [changes_record(image, changes) for image, changes in changed.items()]
        say_json("rechecked", name=name, lines=lines, notes=list(heard.notes), images=images)
        return
    for image, changes in changed.items():
        say(outcome(image, changes))


def say_rechecks(listed: RecheckList, limit: int, as_json: bool) -> None:
    """List what a person is asked about once more; not which for which reason."""
    if as_json:
        images = [wanted_record(image) for image in listed.images]
        causes = {cause.value: listed.causes.get(cause, 0) for cause in Suspicion}
        say_json("rechecks", name=listed.progress.campaign.name, causes=causes, images=images)
        return
    say(counted(listed.causes))
    for image in listed.images[:limit]:
        say(wanted_line(image))
    if len(listed.images) > limit:
        say(more_line(limit, len(listed.images)))
