"""What a person can choose for the screens, where each choice comes from, and what this machine can do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from alwsl_tui.drawing.columns import folded
from alwsl_tui.drawing.palette import THEMES, Palette, mark
from alwsl_tui.options import Images, Manners, Signal
from alwsl_tui.tui.closing import Closing
from alwsl_tui.tui.messages import Chosen
from alwsl_tui.tui.polling import Looking
from alwsl_tui.tui.theme import FIRST, palette_of
from campaigns.core.text import printable
from campaigns.home.preferences import ScreenSettings
from campaigns.services.doctor.doctor import Finding, examine
from campaigns.services.workspace import Workspace
from campaigns.version import VERSION

IMAGES = {
    Images.AUTO: "the best that this terminal is known to support",
    Images.KITTY: "pixels, by kitty's protocol",
    Images.SIXEL: "pixels, by Sixel",
    Images.BLOCKS: "two half-blocks per cell",
    Images.OFF: "no pictures",
}
SIGNALS = {
    Signal.BELL: "rings when a campaign is done, stuck, or asks for labels",
    Signal.OSC9: "a notice of the desktop: iTerm, kitty, WezTerm, ghostty",
    Signal.OSC777: "the same: foot, urxvt, ghostty, WezTerm",
    Signal.OFF: "nothing",
}
ASCII = {"no": "marks, lines and bars of Unicode", "yes": "ASCII only"}
SIDE_BY_SIDE = 110
"""Cells from which on the machine stands beside the choices, and not below."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One thing that can be chosen, as it is now."""

    name: str
    value: str
    source: str
    """Where the value comes from."""
    options: dict[str, str]
    """What there is, with a word on each."""


def settings(manners: Manners, chosen: ScreenSettings, theme: str) -> tuple[SettingRow, ...]:
    """Return every setting: what holds now, and whether the command line, this home or nobody chose it."""
    kept = chosen.images if chosen.images in set(Images) else None
    images = manners.images if manners.images is not Images.AUTO else None
    is_plain = manners.is_ascii or bool(chosen.is_ascii)
    signal = chosen.signal if chosen.signal in set(Signal) else None
    return (
        SettingRow("theme", theme, _source(manners.theme, chosen.theme, theme), dict.fromkeys(THEMES, "")),
        SettingRow(
            "images", images or kept or Images.AUTO, _source(images, kept, images or kept),
            {str(name): meaning for name, meaning in IMAGES.items()},
        ),
        SettingRow(
            "ascii", "yes" if is_plain else "no",
            _source("yes" if manners.is_ascii else None, _yes(chosen.is_ascii), "yes" if is_plain else "no"), ASCII,
        ),
        SettingRow(
            "signal", signal or Signal.BELL, _source(None, signal, signal or Signal.BELL),
            {str(name): meaning for name, meaning in SIGNALS.items()},
        ),
    )  # fmt: skip


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _source(given: str | None, kept: str | None, value: str | None) -> str:
    """Say where a value comes from: the command line goes first; a choice made since then may already hold."""
    if given is not None and given == value:
        return "command line" + (f"; kept for later: {printable(kept)}" if kept not in (None, given) else "")
    return "chosen in this home" if kept is not None and kept == value else "default"


class SettingsScreen(Closing, Looking[tuple[Finding, ...]], ModalScreen[None]):
    """Choices act at once and are kept in the home."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,comma", "close", "Close", show=False)]
    EVERY = 5.0
    CSS = """
    SettingsScreen .dialog { width: 150; height: 90%; }
    SettingsScreen #settings-title { height: 1; margin: 0 0 1 0; }
    SettingsScreen #settings-body { height: 1fr; layout: vertical; background: $surface; }
    SettingsScreen .dialog OptionList { height: 11; max-height: 100%; scrollbar-size-vertical: 1; padding: 0; }
    SettingsScreen OptionList:focus { background-tint: $foreground 0%; }
    SettingsScreen VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; background: $surface; margin: 1 0 0 0; }
    SettingsScreen VerticalScroll > Static { height: auto; }
    SettingsScreen.-beside #settings-body { layout: horizontal; }
    SettingsScreen.-beside .dialog OptionList { width: 1fr; height: 100%; margin: 0 2 0 0; }
    SettingsScreen.-beside VerticalScroll { width: 1fr; height: 100%; margin: 0; }
    """

    def __init__(self, workspace: Workspace, manners: Manners, chosen: ScreenSettings) -> None:
        super().__init__()
        self.workspace, self.manners, self.chosen = workspace, manners, chosen

    def compose(self) -> ComposeResult:
        """Compose choices, and the machine beside or below."""
        with Vertical(classes="dialog"):
            yield Static(id="settings-title")
            with Horizontal(id="settings-body"):
                yield OptionList(compact=True)
                with VerticalScroll():
                    yield Static(id="machine", markup=False)
            yield Static(Text("enter takes it, tab goes to the machine, escape closes"), classes="hint")

    def on_mount(self) -> None:
        """Begin with the choices; they show the theme that was just taken."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self.query_one(OptionList).focus()
        self._draw()

    def read(self) -> tuple[Finding, ...]:
        """Read what this machine and this home can do."""
        return tuple(examine(self.workspace))

    def show(self, content: tuple[Finding, ...]) -> None:
        """Below the choices."""
        self._machine()

    def on_resize(self, event: Resize) -> None:
        """Side by side where there is room."""
        self.set_class(event.size.width >= SIDE_BY_SIDE, "-beside")
        self.call_after_refresh(self._machine)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Make a choice: the application follows it and keeps it."""
        event.stop()
        name, _, value = (event.option_id or "").partition(":")
        if name == "theme":
            self.chosen = replace(self.chosen, theme=value)
            self.post_message(Chosen(theme=value))
        elif name == "images":
            self.chosen = replace(self.chosen, images=value)
            self.post_message(Chosen(images=value))
        elif name == "signal":
            self.chosen = replace(self.chosen, signal=value)
            self.post_message(Chosen(signal=value))
        else:
            self.chosen = replace(self.chosen, is_ascii=value == "yes")
            self.post_message(Chosen(is_ascii=value == "yes"))
        self._draw()

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def _draw(self) -> None:
        palette = palette_of(self)
        self.query_one("#settings-title", Static).update(Text("Settings", f"bold {palette.accent}"))
        options = self.query_one(OptionList)
        at = options.highlighted
        options.set_options(self._options(palette))
        options.highlighted = options.get_option_index(f"theme:{self.app.theme}") if at is None else at
        self._machine()

    def _options(self, palette: Palette) -> Iterator[Option | None]:
        """Yield a heading for each setting, and below it what can be chosen; what holds now has a mark."""
        for setting in settings(self.manners, self.chosen, self.app.theme or FIRST):
            head = Text(no_wrap=True).append(f"{setting.name:<8}", f"bold {palette.text}")
            head.append(f"{printable(setting.value)}  ", f"bold {palette.accent}")
            yield Option(head.append(f"({setting.source})", palette.muted), disabled=True)
            for value, meaning in setting.options.items():
                line = Text("  ● " if value == setting.value else "    ", no_wrap=True)
                line.append(f"{value:<10}")
                line += _swatch(value) if setting.name == "theme" else Text(meaning)
                yield Option(line, f"{setting.name}:{value}")
            if setting.name != "signal":
                yield None

    def _machine(self) -> None:
        palette, width = palette_of(self), self.query_one(VerticalScroll).size.width - 2
        if width <= 0:
            return
        text = Text(end="").append("This machine and this home", f"bold {palette.text}")
        text.append(f"   alwsl-tui {VERSION}\n", palette.muted)
        if self.content is None:
            text.append("  looking …", palette.muted)
        label = 16
        for finding in self.content or ():
            bad = ("✖", palette.bad) if finding.is_vital else ("!", palette.warning)
            sign, tone = ("✔", palette.good) if finding.is_good else bad
            text.append(f"{sign} ", tone).append(f"{finding.what:<{label}}", palette.muted)
            lines = folded(printable(finding.found), max(1, width - label - 2))
            text.append(("\n" + " " * (label + 2)).join(lines) + "\n", palette.text if finding.is_good else tone)
        self.query_one("#machine", Static).update(text)


def _swatch(theme: str) -> Text:
    """Draw the colours of a theme on its own background."""
    palette = THEMES[theme]
    text = Text(f" {'Aa'} ", f"{palette.text} on {palette.background}")
    for colour in (palette.accent, palette.good, palette.warning, palette.bad):
        text.append("██", f"{colour} on {palette.background}")
    text.append(" ", f"on {palette.background}")
    for at in range(6):
        text.append(f"{mark(at, is_ascii=False)} ", f"{palette.series[at]} on {palette.background}")
    return text
