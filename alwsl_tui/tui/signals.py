"""Calling somebody who looks elsewhere: a bell, or a notice of the desktop, when a campaign stops by itself."""

from collections.abc import Mapping

from textual.app import App

from alwsl_tui.options import Signal
from alwsl_tui.tui.messages import Stood
from campaigns.core.states import CampaignState
from campaigns.core.text import printable
from campaigns.home.preferences import ScreenSettings

WORTH: Mapping[CampaignState, str] = {
    CampaignState.DONE: "is done",
    CampaignState.FAILED: "cannot go on: a job has failed",
    CampaignState.LABELLING: "asks for labels",
}
"""States that are worth calling somebody for, in words."""
BELL = "\a"


class Listener:
    """Hears how campaigns stand, and knows what is new; what stood so when it was first heard of is not."""

    def __init__(self) -> None:
        self._stood: dict[str, CampaignState] = {}

    def news(self, states: Mapping[str, CampaignState]) -> list[str]:
        """Return a sentence for each campaign that has come to a state worth a call, by name."""
        told = [
            f"{name} {WORTH[state]}"
            for name, state in states.items()
            if state in WORTH and self._stood.get(name, state) is not state
        ]
        self._stood |= states
        return told


def sequence(signal: Signal, text: str) -> str:
    """Return what makes a terminal call somebody; empty where nobody wants that.

    OSC 9 is known to iTerm, kitty, WezTerm, ghostty and Windows Terminal, OSC 777 to foot, urxvt, ghostty and WezTerm.
    """
    plain = printable(text).replace(";", ",").replace("\n", " ")
    return {
        Signal.OFF: "",
        Signal.BELL: BELL,
        Signal.OSC9: f"\x1b]9;{plain}\x1b\\",
        Signal.OSC777: f"\x1b]777;notify;alwsl-tui;{plain}\x1b\\",
    }[signal]


class Calling(App[None]):
    """An application that calls somebody, as they have chosen."""

    chosen: ScreenSettings

    def __init__(self) -> None:
        super().__init__()
        self.listener = Listener()

    def on_stood(self, message: Stood) -> None:
        """Call somebody who looks elsewhere, when a campaign has stopped by itself."""
        for text in self.listener.news(message.states):
            signal = self.chosen.signal if self.chosen.signal in set(Signal) else Signal.BELL
            if self._driver is not None and not self.is_headless and not self.is_web:
                self._driver.write(sequence(Signal(signal), text))
