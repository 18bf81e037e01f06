"""What Textual's own widgets lack, put right once for all of them."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from textual._widget_navigation import Direction
from textual.content import Content
from textual.dom import DOMNode
from textual.events import Callback, Resize, Unmount
from textual.events import Timer as TimerEvent
from textual.message import Message
from textual.message_pump import MessagePump
from textual.messages import Layout
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import OptionList
from textual.worker import Worker
from textual.worker_manager import WorkerManager

_move_page = OptionList._move_page
_wrap_and_format = Content._wrap_and_format
_new_worker = WorkerManager._new_worker
_after_refresh = Widget.call_after_refresh
_call_back = Screen._invoke_and_clear_callbacks
_begin_timer = MessagePump.set_timer
_handlers = Widget._get_dispatch_methods
THEIRS = "textual."
"""What the names of Textual's own modules begin with."""
SOON = 0.001
"""Seconds of a timer at the least."""


def _page(options: OptionList, direction: Direction) -> None:
    # A list without a size, in a window of two columns or before it is first drawn, has no lines to page by: Textual's
    # own looks one up all the same, and the program ends.
    if options._index_to_line:
        _move_page(options, direction)


def _wrap(content: Content, width: int, *arguments: Any, **options: Any) -> Any:
    # A widget that a small window leaves no column has text all the same, and so has a button as wide as its padding.
    # Textual's own divides by that width, and the program ends. Nobody sees what is wrapped where there is no column.
    return _wrap_and_format(content, max(width, 2 * options.get("line_pad", 0) + 1), *arguments, **options)


def _begin_worker(manager: WorkerManager, work: Any, node: DOMNode, **options: Any) -> Worker[Any]:
    # Textual's own describes it by `repr`, on the thread that keys wait for: what it works on may be a round of a
    # thousand picks or an array, and nobody ever reads that.
    options["description"] = options.get("description") or options.get("group") or "work"
    return _new_worker(manager, work, node, **options)


def _call_after_refresh(node: Widget, callback: Callable[..., Any], *arguments: Any, **options: Any) -> bool:
    # Textual's own calls it also when the node has gone before the screen is drawn: what it then asks its parts for
    # ends the program.
    def call() -> Any:
        return callback(*arguments, **options) if node.is_attached and not node._pruning else None

    return _after_refresh(node, call)


async def _call_back_laid_out(screen: Screen[Any]) -> None:
    # Textual's own calls them with the next paint, which may be that of another part while what was shown or hidden
    # before has not yet told the screen of it: who then asks for a size has that of before, or none, and never again.
    # Each layout that is on its way comes back here when it is done.
    if not (screen._callbacks and _is_to_be_laid_out(screen)):
        await _call_back(screen)


def _is_to_be_laid_out(screen: Screen[Any]) -> bool:
    if screen._closing or screen._pruning or not screen.is_current or screen.app._batch_count:
        return False  # it is laid out later, and nobody waits for that
    waiting: Iterable[Message | None] = screen._message_queue.values
    if screen._layout_required or any(isinstance(message, Layout) for message in waiting):
        return True
    return any(part._layout_required and not (part._closing or part._pruning) for part in screen.query())


def _of_what_counts(
    node: Widget, name: str, message: Message
) -> Iterable[tuple[type, Callable[[Message], Awaitable[Any]]]]:
    # The parts of a widget go before it does. Textual's own still hands it what arrives in between, as a resize or what
    # a thread has read: what others then ask their parts for ends the program. Only its end reaches them.
    # A screen that is laid out for a size that the window no longer has, tells itself so: where two such sizes wait in
    # its line, apart from each other, each brings forth the next one for ever.
    if isinstance(node, Screen) and isinstance(message, Resize) and message.size != node.app.size:
        return ()
    handlers = _handlers(node, name, message)
    if not node._pruning or isinstance(message, Unmount):
        return handlers
    if isinstance(message, (Callback, TimerEvent)):
        return () if _owner(message.callback) is node else handlers
    return ((kind, handler) for kind, handler in handlers if kind.__module__.startswith(THEIRS))


def _owner(callback: Any) -> object:
    while isinstance(callback, partial):
        callback = callback.func
    return getattr(callback, "__self__", None)


def _set_timer(node: MessagePump, delay: float, *arguments: Any, **options: Any) -> Timer:
    # What was to end before a busy screen came to begin it, as a notice, asks for a timer in the past: Textual's own
    # then counts backwards for ever without letting anything else go on.
    return _begin_timer(node, max(delay, SOON), *arguments, **options)


def put_right() -> None:
    """Let lists of options without a size and texts without a column be as they are; Textual's own end the program.

    And let work that begins be named by its group alone, a screen not be drawn anew when other keys go elsewhere, and
    nothing be called for a node that has gone or goes, a timer never count backwards, a screen never be laid out for a
    size that is no more, and what is to be called after a refresh find what was shown before it laid out.
    """
    # What has the keys, and what had them, draw themselves.
    Screen.focused._repaint = False
    MessagePump.set_timer = _set_timer  # type: ignore[assignment, method-assign]
    Screen._invoke_and_clear_callbacks = _call_back_laid_out  # type: ignore[assignment, method-assign]
    Widget.call_after_refresh = _call_after_refresh  # type: ignore[assignment, method-assign]
    Widget._get_dispatch_methods = _of_what_counts  # type: ignore[assignment, method-assign]
    WorkerManager._new_worker = _begin_worker  # type: ignore[assignment, method-assign]
    OptionList._move_page = _page  # type: ignore[assignment, method-assign]  # of Select, of the palette and of our own alike
    Content._wrap_and_format = _wrap  # type: ignore[assignment, method-assign]
