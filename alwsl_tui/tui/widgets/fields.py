"""A line of a form: what is asked, where it is answered, and what is wrong with the answer."""

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Select, SelectionList, Static
from textual.widgets.selection_list import Selection

from alwsl_tui.tui.widgets.line import Line
from campaigns.core.text import printable


class Field(Vertical):
    """A label, a control, and below it the mistake, when there is one."""

    DEFAULT_CSS = """
    Field { height: auto; }
    Field > Horizontal { height: auto; }
    Field .label { width: 12; text-wrap: nowrap; text-overflow: ellipsis; }
    Field .wrong { padding: 0 1 0 13; display: none; }
    Field.-wrong .wrong { display: block; }
    Field Input, Field Select, Field SelectionList { width: 1fr; }
    Field SelectionList { height: auto; max-height: 12; }
    """

    mistake: reactive[str] = reactive("")
    """What is wrong with the answer; empty when nothing is."""

    class Changed(Message):
        """An answer is another one now."""

    def __init__(self, key: str, label: str) -> None:
        super().__init__(id=id_of(key))
        self.key, self.label = key, label

    def control(self) -> Input | Select[str] | SelectionList[str]:
        """Return the widget with which it is answered."""
        raise NotImplementedError

    def below(self) -> Iterable[Widget]:
        """Return what stands between the control and the mistake."""
        return ()

    @property
    def text(self) -> str:
        """The answer, as a recipe's value is typed."""
        raise NotImplementedError

    def fill(self, text: str) -> None:
        """Give the answer that a recipe has; nobody is told."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Label and control side by side, the mistake below."""
        with Horizontal():
            yield Static(self.label, classes="label", markup=False)
            yield self.control()
        yield from self.below()
        yield Static(classes="wrong", markup=False)

    def watch_mistake(self, mistake: str) -> None:
        """Show it below the answer."""
        self.set_class(bool(mistake), "-wrong")
        self.query_one(".wrong", Static).update(Content(printable(mistake)))


class TextField(Field):
    """Answered by typing."""

    def __init__(self, key: str, label: str, *, placeholder: str = "", value: str = "") -> None:
        super().__init__(key, label)
        self._input = Line(value, placeholder=placeholder, compact=True, select_on_focus=False)

    def control(self) -> Input:
        """Return a line to write on."""
        return self._input

    @property
    def text(self) -> str:
        """What is written."""
        return self._input.value

    def fill(self, text: str) -> None:
        """Write it."""
        with self._input.prevent(Input.Changed):
            self._input.value = text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Report every keystroke."""
        event.stop()
        self.post_message(self.Changed())


class OneField(Field):
    """Answered by choosing one of several."""

    def __init__(self, key: str, label: str, options: Iterable[tuple[str, str]], *, value: str | None = None) -> None:
        super().__init__(key, label)
        self._options = list(options)
        self._select: Select[str] = Select(
            self._shown(), value=self._options[0][0] if value is None else value, allow_blank=False, compact=True
        )

    def control(self) -> Select[str]:
        """Return what can be chosen, one of it shown."""
        return self._select

    @property
    def text(self) -> str:
        """What is chosen."""
        return str(self._select.value)

    def fill(self, text: str) -> None:
        """Choose it; what a recipe says and nobody knows can be chosen too."""
        with self._select.prevent(Select.Changed):
            if text not in (key for key, _ in self._options):
                self._options.append((text, f"{text}  (not known here)"))
                self._select.set_options(self._shown())
            self._select.value = text

    def on_select_changed(self, event: Select.Changed) -> None:
        """Another one was chosen."""
        event.stop()
        self.post_message(self.Changed())

    def _shown(self) -> list[tuple[Content, str]]:
        return [(Content(printable(text)), key) for key, text in self._options]


class Marks(SelectionList[str]):
    """Says by a sign, and not by its colour alone, what is marked."""

    def render_line(self, y: int) -> Strip:
        """Draw one line; the sign stands in its second segment."""
        strip, at = super().render_line(y), self.scroll_offset.y + y
        if at >= self.option_count or self.get_option_at_index(at).value in self.selected:
            return strip
        left, sign, *rest = strip
        return Strip([left, Segment(" ", sign.style), *rest])


class SomeField(Field):
    """Answered by marking some of several; the order is the recipe's, then that of the list."""

    def __init__(self, key: str, label: str, names: Sequence[str]) -> None:
        super().__init__(key, label)
        self._names = list(names)
        self._first: list[str] = []
        self._list = Marks(*(_selection(name) for name in names), compact=True)

    def control(self) -> SelectionList[str]:
        """Return everything that can be marked."""
        return self._list

    @property
    def text(self) -> str:
        """What is marked."""
        order = list(dict.fromkeys([*self._first, *self._names]))
        return ", ".join(sorted(self._list.selected, key=order.index))

    def fill(self, text: str) -> None:
        """Mark these and no others."""
        self._first = text.split(", ")
        with self._list.prevent(SelectionList.SelectedChanged):
            for name in self._first:
                if name not in self._names:
                    self._names.append(name)
                    self._list.add_option(_selection(name))
            self._list.deselect_all()
            for name in self._first:
                self._list.select(name)

    def on_selection_list_selected_changed(self, event: SelectionList.SelectedChanged[str]) -> None:
        """Report what was marked or unmarked."""
        event.stop()
        self.post_message(self.Changed())


def id_of(key: str) -> str:
    """Return the id of the field of a recipe's key."""
    return "field-" + key.replace(".", "-")


def _selection(name: str) -> Selection[str]:
    return Selection(Content(printable(name)), name)
