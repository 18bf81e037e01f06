"""The keys that act on campaigns, shared by the list of campaigns and the screen of one."""

from collections.abc import Sequence

from alwsl_tui.tui.actions import ACTIONS, Place, command_line
from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.control import WISHES, perform
from alwsl_tui.tui.messages import Left
from alwsl_tui.tui.polling import Looking, T
from alwsl_tui.tui.questions import Confirm
from alwsl_tui.tui.tabs import actions_of
from campaigns.services.workspace import Workspace


class Acting(Looking[T]):
    """A screen that can start, pause, drain, cancel, retry and delete what is chosen on it."""

    workspace: Workspace
    is_deleting = False
    """What is deleted from here is not missed here."""

    def chosen_names(self) -> Sequence[str]:
        """Return the names of the campaigns that the next key is about."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the keys that change something where nothing may be changed."""
        changes = {known.name for known in ACTIONS if known.is_change}
        return None if self.workspace.is_readonly and action in changes else True

    def action_start(self) -> None:
        """Start or resume."""
        self._wish("start")

    def action_pause(self) -> None:
        """Pause at the next checkpoint."""
        self._wish("pause")

    def action_drain(self) -> None:
        """Stop at the end of the rounds."""
        self._wish("drain")

    def action_cancel(self) -> None:
        """Stop now."""
        self._wish("cancel")

    def action_retry(self) -> None:
        """Try again what failed."""
        self._wish("retry")

    def action_delete(self) -> None:
        """Remove with all it made."""
        self._wish("delete")

    def _wish(self, wish: str) -> None:
        names = tuple(self.chosen_names())
        if not names:
            return
        action = next(action for action in actions_of(Place.CAMPAIGN) if action.name == wish)
        command = command_line(action, {"name": names[0]})
        more = f"  (and {len(names) - 1} more)" if len(names) > 1 else ""
        about = names[0] if len(names) == 1 else f"{len(names)} campaigns"

        def do() -> None:
            self.is_deleting = wish == "delete"
            perform(self.workspace, wish, names)
            if wish == "delete":
                self.post_message(Left(self.screen))

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.ask(f"{about}: {WISHES[wish].outcome}", command + more, do)

        if WISHES[wish].question:
            listed = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
            title = f"{wish.capitalize()} {listed}?"
            ask_over(self, Confirm(title, WISHES[wish].question, command=command + more), answered)
        else:
            answered(True)
