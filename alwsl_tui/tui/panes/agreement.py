"""How far the criteria of the paper agree in one round: who shares how many images with whom, and how votes fall."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.events import Resize
from textual.message import Message
from textual.widgets import Static

from alwsl_tui.drawing import agreement as drawing
from alwsl_tui.drawing.agreement import Measure, RankedRounds
from alwsl_tui.drawing.units import plural
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.messages import Failed, TabWanted
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.parts.agreement_images import Asked, AskedImages, read
from alwsl_tui.tui.parts.agreement_table import NORMAL, WIDE, caption_of, matrix_of, votes_width
from alwsl_tui.tui.parts.cell_images import CellImages
from alwsl_tui.tui.questions import AskOne
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.heatmap import HeatMap, Matrix
from campaigns.core.plan import Plan
from campaigns.errors import AlwslError
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.results.agreement import AgreementOf, load_agreements
from campaigns.services.results.gallery import Gallery
from campaigns.services.workspace import Workspace

TEXTS = ("says", "turn", "caption", "histogram", "drift")

_AGREE = "alwsl-tui agreement {name} --criterion {criterion} --trial {trial} --round {round}"
ACTIONS = (
    Action("agreement", "next_round", "right_square_bracket", "Next round", _AGREE, short="round"),
    Action("agreement", "last_round", "left_square_bracket", "Round before", _AGREE),
    Action("agreement", "next_criterion", "c", "Next criterion", _AGREE, short="criterion"),
    Action("agreement", "next_trial", "t", "Next trial", _AGREE, short="trial"),
    Action("agreement", "measure", "m", "Overlap, or rank correlation", _AGREE, short="measure"),
    Action("agreement", "votes", "v", "Images with so many votes", _AGREE, short="votes"),
    Action("agreement", "sheet", "g", "Images as a sheet, or as a list", _AGREE, short="sheet"),
)  # fmt: skip


class AgreementPane(Pane[RankedRounds]):
    """One round of one arm; trial, criterion, round and measure are turned by keys."""

    PLACE = "agreement"
    EVERY = 2.0
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("escape", "close", "Back to the table", show=False),
    ]
    DEFAULT_CSS = """
    AgreementPane { height: 1fr; width: 1fr; layout: vertical; }
    AgreementPane #agreement-says { height: auto; max-height: 3; padding: 0 1; text-style: bold; }
    AgreementPane #agreement-turn { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; }
    AgreementPane #agreement-body { height: 1fr; layout: vertical; margin: 1 0 0 0; }
    AgreementPane #agreement-numbers { height: auto; width: 1fr; }
    AgreementPane #agreement-table { width: 50; height: auto; padding: 0 0 0 1; }
    AgreementPane #agreement-caption { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    AgreementPane HeatMap { height: 7; width: 1fr; }
    AgreementPane #agreement-votes { width: 1fr; height: auto; padding: 0 1; }
    AgreementPane #agreement-drift { height: auto; margin: 1 0 0 0; }
    AgreementPane CellImages { height: 1fr; margin: 1 0 0 0; }
    AgreementPane.-normal #agreement-table { width: 58; }
    AgreementPane.-wide #agreement-body { layout: horizontal; }
    AgreementPane.-wide #agreement-numbers { width: 104; height: 1fr; }
    AgreementPane.-wide CellImages { width: 1fr; height: 1fr; margin: 0 0 0 1; }
    AgreementPane.-none #agreement-votes, AgreementPane.-none CellImages { display: none; }
    """

    @dataclass
    class ImagesRead(Message, bubble=False):
        """The images that were asked for."""

        answer: AskedImages

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.trial = 0
        self.criterion: str | None = None
        self.round: int | None = None
        """The one a reader chose; None follows the newest."""
        self.measure = Measure.OVERLAP
        self.table = HeatMap()
        self.found = CellImages(Gallery(workspace, name))
        # Kept, not asked for: what is inside of a child is there a moment after the child itself.
        self._texts = {name: Static(id=f"agreement-{name}", markup=False) for name in TEXTS}
        self._plan: Plan | None = None
        self._asked: Asked | None = None
        self._picked: Mapping[str, int] = {}

    def compose(self) -> ComposeResult:
        """Compose a sentence, what is chosen, then table, votes and images."""
        yield self._texts["says"]
        yield self._texts["turn"]
        with Container(id="agreement-body"):
            with Horizontal(id="agreement-numbers"):
                with Vertical(id="agreement-table"):
                    yield self._texts["caption"]
                    yield self.table
                with Vertical(id="agreement-votes"):
                    yield self._texts["histogram"]
                    yield self._texts["drift"]
            self.found.sheet.images = self.images
            yield self.found

    @property
    def seen_round(self) -> AgreementOf | None:
        """The round on the screen: the chosen one, else the newest; None where none has ranked its pool."""
        rounds = self.content.rounds if self.content is not None else ()
        chosen = [round_ for round_ in rounds if round_.picked.round == self.round]
        return chosen[0] if chosen else rounds[-1] if rounds else None

    def enter(self) -> None:
        """Let the arrow keys move over the table."""
        self.table.focus()
        self.look()

    def facts(self) -> dict[str, str]:
        """Return what the command lines of this place are filled with."""
        round_ = self.seen_round
        if self.content is None or round_ is None:
            return {}
        return {
            "criterion": self.content.criterion,
            "trial": str(self.content.trial),
            "round": str(round_.picked.round),
        }

    def point_at(self, facts: Mapping[str, str]) -> None:
        """Turn to the arm and the round that another tab is about."""
        self.criterion = facts.get("criterion", self.criterion)
        self.trial = int(facts["trial"]) if facts.get("trial", "").isdecimal() else self.trial
        self.round = int(facts["round"]) if facts.get("round", "").isdecimal() else self.round
        self._turned()

    def read(self) -> RankedRounds:
        """Read all rounds of the chosen arm."""
        if self._plan is None:
            self._plan = find_campaign(self.workspace, self.name_).plan
        trial, criterion = self.trial, self.criterion or self._plan.leading
        return RankedRounds(
            self._plan, trial, criterion, load_agreements(self.workspace, self.name_, trial=trial, criterion=criterion)
        )

    def show(self, content: RankedRounds) -> None:
        """Draw the round that is wanted."""
        self.set_class(not content.rounds, "-none")
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """Three arrangements, by width."""
        self.set_class(event.size.width >= NORMAL, "-normal")
        self.set_class(event.size.width >= WIDE, "-wide")
        self.call_after_refresh(self._draw)

    def on_heat_map_moved(self) -> None:
        """Another pair of criteria."""
        self._draw()
        self._clear()

    def on_heat_map_opened(self) -> None:
        """Read which images a pair has in common."""
        round_, content = self.seen_round, self.content
        if round_ is None or content is None:
            return
        first, second = (round_.picked.criteria[at] for at in self.table.cursor)
        self._ask(Asked(round_.trial, content.criterion, round_.picked.round, (first, second)))

    def on_agreement_pane_images_read(self, message: ImagesRead) -> None:
        """List them, unless something else is looked at by now."""
        answer = message.answer
        if answer.asked != self._asked:
            return
        self._picked = answer.picked
        self.found.put(answer)

    def on_cell_images_image_chosen(self, message: CellImages.ImageChosen) -> None:
        """To the pick, where the image is one."""
        if message.image in self._picked:
            self.post_message(TabWanted("picks", self.facts() | {"image": message.image}))

    def action_next_round(self) -> None:
        """Go one round on; beyond the last, follow the newest."""
        self._step(1)

    def action_last_round(self) -> None:
        """Go one round back."""
        self._step(-1)

    def action_next_criterion(self) -> None:
        """Turn to the next arm of this trial."""
        if self.content is not None:
            criteria = self.content.plan.criteria
            self.criterion = criteria[(criteria.index(self.content.criterion) + 1) % len(criteria)]
            self._turned()

    def action_next_trial(self) -> None:
        """Turn to the same criterion in the next trial."""
        if self.content is not None:
            self.trial = (self.content.trial + 1) % self.content.plan.trials
            self._turned()

    def action_measure(self) -> None:
        """Overlap, or rank correlation."""
        self.measure = Measure.RANKS if self.measure is Measure.OVERLAP else Measure.OVERLAP
        self._draw()

    def action_votes(self) -> None:
        """Ask for the images with so many votes."""
        round_, content = self.seen_round, self.content
        if round_ is None or content is None:
            return
        arm, counts = content.criterion, enumerate(round_.tables.votes.tolist(), 1)
        choices = [(str(n), f"{plural(n, 'vote')}: {plural(count, 'image')}") for n, count in counts]

        def chosen(votes: str | None) -> None:
            if votes is not None:
                self._ask(Asked(round_.trial, arm, round_.picked.round, int(votes)))

        ask_over(self, AskOne("List the images that have", choices), chosen)

    def action_sheet(self) -> None:
        """Show the images as a sheet, or as a list."""
        self.found.turn()

    def action_close(self) -> None:
        """Go from the images back to the table; from there the key is the screen's."""
        if not self.found.has_keys:
            raise SkipAction
        self.table.focus()

    def _step(self, by: int) -> None:
        round_, content = self.seen_round, self.content
        if round_ is None or content is None:
            return
        numbers = [each.picked.round for each in content.rounds]
        at = max(0, numbers.index(round_.picked.round) + by)
        self.round = numbers[at] if at < len(numbers) - 1 else None
        self._clear()
        self._draw()

    def _turned(self) -> None:
        self._clear()
        self.forget()

    def _clear(self) -> None:
        self._asked = None
        if self.found.has_keys:
            self.table.focus()
        self.found.clear()

    def _ask(self, asked: Asked) -> None:
        self._asked = asked
        self.run_worker(partial(self._read_images, asked), thread=True, exclusive=True, group="images")

    def _read_images(self, asked: Asked) -> None:
        try:
            answer = read(self.workspace, self.name_, asked)
        except AlwslError as error:
            self.post_message(Failed(error))
        else:
            self.post_message(self.ImagesRead(answer))

    def _draw(self) -> None:
        round_, content = self.seen_round, self.content
        if content is None or not self.is_attached:
            return
        says = caption = ""
        if round_ is None:
            self.table.matrix = Matrix()
        else:
            says = drawing.sentence(round_, content.criterion, self.table.cursor, self.measure)
            caption = caption_of(round_, self.measure)
            self.table.matrix = matrix_of(round_, self.measure)
            self._draw_votes(round_, content)
        self._say("says", says or drawing.NONE)
        self._say("caption", caption)
        arm = f"{content.criterion}   trial {content.trial}/{content.plan.trials - 1}"
        self._say("turn", drawing.chosen(content.rounds, round_, arm))

    def _draw_votes(self, round_: AgreementOf, content: RankedRounds) -> None:
        palette, plain, width = palette_of(self), is_ascii(self), votes_width(self.size.width)
        self._say("histogram", drawing.votes(round_, width=width, palette=palette, is_ascii=plain))
        self._say("drift", drawing.drift(content.rounds, self.measure, width=width, palette=palette, is_ascii=plain))

    def _say(self, where: str, text: str | Text) -> None:
        self._texts[where].update(text)


ENTRIES = (Tab("agreement", AgreementPane, ACTIONS),)
