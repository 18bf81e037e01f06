"""Classes as they were shown to a person, who may speak of them after they changed."""

from collections.abc import Mapping, Sequence

from campaigns.core.answers import Opinion
from campaigns.core.classes import Naming
from campaigns.core.labels import Labelling
from campaigns.errors import BadData, nearest
from campaigns.services.labelling.subject import Subject


def as_shown(
    subject: Subject, labelling: Labelling, says: Mapping[str, Opinion], *, line: int | None
) -> tuple[dict[str, Opinion], tuple[str, ...]]:
    """Return what is said by class, and the classes that were shown, both by their names of now.

    They were shown as of that line, or just now. A class that came since was not: what is said of the rest is not said
    of it.

    Raises:
        BadData: a class is named that was not shown.
    """
    classes = subject.classes_by(labelling, line=line)
    spoken = {require_class(name, classes): opinion for name, opinion in says.items()}
    if line is None or all(change <= line for change, _ in labelling.changes):
        return spoken, classes
    names = Naming(labelling.changes).since(line)
    today = {names.get(name, name): opinion for name, opinion in spoken.items()}
    shown = (names.get(name, name) for name in classes)
    return (
        {name: opinion for name, opinion in today.items() if name is not None},
        tuple(name for name in shown if name is not None),
    )


def require_class(name: str, classes: Sequence[str]) -> str:
    """Return a class itself if it is one of these.

    Raises:
        BadData: it is not.
    """
    if name not in classes:
        raise BadData(f"there is no class {name!r} in this campaign", hint=nearest(name, classes))
    return name
