"""Events in words, for the log that a person reads beside the journal."""

from functools import singledispatch

from campaigns.core.events import (
    EpochDone,
    Evaluated,
    Event,
    Noted,
    Picked,
    Prepared,
    Reused,
    RoundDone,
    RoundStarted,
    Scored,
    Started,
    Working,
)
from campaigns.core.percent import percent
from campaigns.recipe.metrics import METRICS


def told(event: Event) -> str:
    """Return an event as one line; those of a kind begin the same way every time, so that they can be searched for."""
    return "; ".join(_told(event).splitlines())


@singledispatch
def _told(event: Event) -> str:
    raise TypeError(f"there are no words for {event}")


@_told.register
def _(event: Started) -> str:
    return f"started on {event.device}, threads: {event.threads}; {event.about}"


@_told.register
def _(event: Working) -> str:
    left = "" if event.left is None or event.done >= event.total else f", about {event.left:.0f} s left"
    return f"{event.what}: {event.done} of {event.total}{left}"


@_told.register
def _(event: Prepared) -> str:
    return f"{event.what} of {event.images} images are ready: {event.seconds:.2f} s"


@_told.register
def _(event: RoundStarted) -> str:
    begun = f", goes on after epoch {event.epoch}" if event.epoch else ""
    epochs = f"{'at most ' if event.is_open_ended else ''}{event.epochs} epochs"
    return f"round {event.round} begins: {event.labelled} images, {epochs}{begun}"


@_told.register
def _(event: Reused) -> str:
    return f"round {event.round} begins: not trained, its model is that of {event.source}"


@_told.register
def _(event: EpochDone) -> str:
    return f"round {event.round} epoch {event.epoch}: loss {event.loss:.5f}, {event.seconds:.2f} s"


@_told.register
def _(event: Evaluated) -> str:
    mean = (
        "no class has positives" if event.value is None else f"{METRICS[event.metric].title} {percent(event.value)} %"
    )
    return f"round {event.round} tested: {mean}, {event.seconds:.2f} s"


@_told.register
def _(event: Scored) -> str:
    return f"round {event.round} scored the pool: {event.images} images, {event.seconds:.2f} s"


@_told.register
def _(event: Picked) -> str:
    return f"round {event.round} picked: {event.images} images, {event.seconds:.3f} s"


@_told.register
def _(event: RoundDone) -> str:
    return f"round {event.round} done: {event.labelled} images labelled"


@_told.register
def _(event: Noted) -> str:
    return f"{'warning: ' if event.is_warning else ''}{event.text}"
