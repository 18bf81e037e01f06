"""What was chosen from a file of scores, as text for a person."""

from alwsl_tui.drawing.units import plural
from campaigns.services.results.choose import ChoiceOf


def summary(choice: ChoiceOf) -> str:
    """Say what the file holds and how that is known, then what was chosen by which list."""
    source, options, picked = choice.source, choice.options, choice.picked
    images, labelled = len(source.images) + choice.skipped, f" ({choice.skipped} of them labelled)"
    maps = "class maps" if source.scores.has_maps else "no class maps"
    task = f"{source.task.title} ({source.task_by}), " if source.task_by else ""
    seed = f", seed {options.seed}," if choice.is_drawn else ""
    brought = ", ".join(f"{count} from {name}" for name, count in choice.brought.items())
    lines = [
        f"{source.path}: {plural(images, 'image')}{labelled if choice.skipped else ''}, {_classes(choice)}, "
        f"{task}{source.meaning} ({source.known_by}), {maps}; {source.reading}.",
        f"{options.criterion}{seed} chose {len(picked.picks)} of {picked.pool}{f': {brought}' if brought else ''}.",
    ]
    if choice.lacking:
        lines.append(f"Without class maps there are no lists of {', '.join(choice.lacking)}.")
    return "\n".join(lines)


def columns_caption(choice: ChoiceOf, *, limit: int) -> str:
    """Explain the columns of the table, and say how many of the picks it shows."""
    picked = choice.picked
    value = "value: under the criterion whose list brought it; " if choice.brought else ""
    caption = (
        f"Columns on the right: the image's rank under each criterion; {value}"
        f"votes: how many of these rank it among their first {picked.n}."
    )
    if limit < len(picked.picks):
        caption += f" The first {limit} are shown; --limit {len(picked.picks)} shows all."
    return caption


def warnings(choice: ChoiceOf) -> list[str]:
    """Return what a person should know before trusting the choice."""
    lines = []
    if choice.picked.is_collapsed:
        lines.append("the scores are the same for every image, so what is chosen is the order of the file")
    lines += [
        f"{name} is the same for every image, so what its list offers is the order of the file" for name in choice.flat
    ]
    if choice.source.adds_up and not choice.source.task_by:
        lines.append(
            "the probabilities of each image add up to 1: if it shows exactly one class, choose with --task single"
        )
    if choice.strangers:
        count = plural(len(choice.strangers), "name")
        lines.append(f"{count} in {choice.options.skip} are of no image here, as {choice.strangers[0]!r}")
    return lines


def _classes(choice: ChoiceOf) -> str:
    count = len(choice.source.classes)
    return f"{count} class{'' if count == 1 else 'es'}"
