"""What can be asked of campaigns from the screens: the same few services for the list and for one campaign."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from campaigns.services.campaigns.cancel import cancel
from campaigns.services.campaigns.drain import drain
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.retry import retry
from campaigns.services.campaigns.start import start
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ControlWish:
    """One thing that can be asked of a campaign."""

    do: Callable[[Workspace, str], object]
    outcome: str
    """What happens now."""
    question: str = ""
    """Asked before, because something will be lost; empty when nothing is."""


def _delete(workspace: Workspace, name: str) -> None:
    # With it comes all that makes campaigns, and the first screen should not wait for that.
    from campaigns.services.campaigns.delete import delete

    delete(workspace, name)


WISHES: Mapping[str, ControlWish] = {
    "start": ControlWish(start, "running in the background"),
    "pause": ControlWish(pause, "pausing at the next checkpoint"),
    "drain": ControlWish(drain, "stopping at the end of the rounds"),
    "retry": ControlWish(retry, "running in the background"),
    "cancel": ControlWish(
        cancel, "cancelled; what is finished stays",
        "Its workers stop now; the epoch each is in is lost, finished rounds stay. Retry takes it up again.",
    ),
    "delete": ControlWish(
        _delete, "deleted",
        "All its models, scores, picks and logs are lost, and nothing brings them back.",
    ),
}  # fmt: skip
"""By the name of the action."""


def perform(workspace: Workspace, wish: str, names: Sequence[str]) -> None:
    """Ask it of each, in their order.

    Raises:
        AlwslError: one of them cannot; those before it have been asked.
    """
    for name in names:
        WISHES[wish].do(workspace, name)
