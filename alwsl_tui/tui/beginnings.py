"""Ways to begin a campaign from the first screen: the demo, a folder of photographs, the form of a new campaign."""

from pathlib import Path

from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.messages import NewWanted, Opened
from alwsl_tui.tui.polling import Looking, T
from alwsl_tui.tui.questions import AskText, Confirm
from campaigns.errors import UsageError
from campaigns.services.campaigns.run import go_on
from campaigns.services.workspace import Workspace

DEMO = "A real campaign on built-in pictures: two cores for a minute or two; C cancels it."


def require_count(text: str) -> None:
    """Raise UsageError unless that is a number of photographs that can be labelled."""
    if not text.strip().isdecimal() or int(text) < 2:
        raise UsageError(f"{text.strip()!r} is not a number of photographs", hint="as in: 300; or leave it empty")


class Beginning(Looking[T]):
    """A screen from which campaigns can be begun."""

    workspace: Workspace

    def is_first(self) -> bool:
        """Return whether nothing is here yet, so that the screen says what the demo is."""
        return False

    def action_new(self) -> None:
        """Open the form of a new campaign."""
        self.post_message(NewWanted())

    def action_demo(self) -> None:
        """Begin a real campaign on built-in pictures, and open it; ask first where other things go on."""

        def begin() -> None:
            from campaigns.services.campaigns.new import find_or_create

            name = find_or_create(self.workspace, "demo").campaign.name
            go_on(self.workspace, name)
            self.post_message(Opened(name))

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.ask("the demo is running in the background", "alwsl-tui demo", begin)

        if self.is_first():
            answered(True)
        else:
            question = Confirm("Begin the demo?", DEMO, command="alwsl-tui demo", no="No (n)", is_loss=False)
            ask_over(self, question, answered)

    def action_photographs(self) -> None:
        """Ask for a folder of photographs, what to look for, and how many to label; begin a campaign on them."""
        from campaigns.recipe.people import BUDGET
        from campaigns.services.campaigns.people import require_classes, require_photographs

        def has_folder(folder: str | None) -> None:
            if folder and folder.strip():
                hint = "as in: car, person, cat; or a file that lists them, a line each"
                question = AskText("What to look for", hint=hint, check=require_classes)
                ask_over(self, question, lambda given: has_classes(folder, given))

        def has_classes(folder: str, classes: str | None) -> None:
            if classes and classes.strip():
                hint = f"enter alone: {BUDGET}, or all there are; those to test on not counted"
                question = AskText("How many to label at the most", hint=hint, check=require_count)
                ask_over(self, question, lambda given: has_budget(folder, classes, given))

        def has_budget(folder: str, classes: str, budget: str | None) -> None:
            if budget is not None:
                self._begin_photographs(folder.strip(), ",".join(map(str.strip, classes.split(","))), budget.strip())

        where = AskText(
            "Folder of your photographs", hint="labels are not needed; escape leaves",
            check=lambda folder: require_photographs(Path(folder.strip())),
        )  # fmt: skip
        ask_over(self, where, has_folder)

    def _begin_photographs(self, folder: str, classes: str, budget: str) -> None:
        def begin() -> None:
            from campaigns.services.campaigns.choice import NewArguments, source_of
            from campaigns.services.campaigns.new import create_campaign
            from campaigns.services.campaigns.people import Asks, choose_people

            wanted = NewArguments(Path(folder), None, None, None)
            choice = choose_people(self.workspace, wanted, Asks(classes, int(budget) if budget else None))
            created = create_campaign(
                self.workspace, source_of(choice), overrides=choice.overrides, name=choice.name or None
            )
            go_on(self.workspace, created.campaign.name)
            self.post_message(Opened(created.campaign.name))

        limit = f" --budget {budget}" if budget else ""
        command = f"alwsl-tui new --folder {folder} --classes {classes}{limit} --start"
        self.ask("the campaign is made and started: L labels what it asks for", command, begin)
