"""The form of a new campaign: which recipe, and what to change in it."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from alwsl_tui.tui.widgets.fields import Field, OneField, SomeField, TextField
from alwsl_tui.tui.widgets.open_field import OpenField
from campaigns.errors import Mistake
from campaigns.recipe import PROTOCOL
from campaigns.services.campaigns.choice import MODEL, CampaignChoice
from campaigns.services.campaigns.form import Choices, Settings, overrides_of
from campaigns.services.data import Known

A_FILE = ""
"""What is chosen from the shelf when the recipe is a file."""
NAME_WIDTH = 16
KIND, ALSO = "model.kind", "also"
"""Key of the field that mistakes in options of a model stand at, and label of the one where they are set."""
MADE_FROM = ("data.name", "model.kind", "run.device")
"""Keys that a protocol is made from: with another answer, it is another one."""


class RecipeForm(Vertical):
    """Holds a choice. Fields begin with what the recipe says; only what differs becomes an override."""

    DEFAULT_CSS = """
    RecipeForm { height: auto; padding: 0 1; }
    RecipeForm .group { color: $primary; text-style: bold; margin: 1 0 0 0; }
    RecipeForm #field-recipe { display: none; }
    RecipeForm.-file #field-recipe { display: block; }
    """

    class Edited(Message):
        """The choice is another one now."""

    @dataclass
    class SourceChosen(Message):
        """Another recipe, or other data for a protocol: what it says is to be read and given to `fill`."""

        choice: CampaignChoice

    def __init__(self, choices: Choices, source: str) -> None:
        super().__init__()
        self._choices = choices
        self._base: Settings | None = None
        self._given_name = ""
        self._is_shipped = source in {PROTOCOL, *(recipe.name for recipe in choices.recipes)}
        self.source = source
        self._filled, self._asked = "", CampaignChoice(source)
        self._fields: dict[str, Field] = {}

    def compose(self) -> ComposeResult:
        """Compose groups of fields, and remember them by their keys: each is asked for at each letter that is typed."""
        for widget in self._rows():
            if isinstance(widget, Field):
                self._fields[widget.key] = widget
            yield widget

    def _rows(self) -> Iterator[Widget]:
        choices = self._choices
        shelf = [(recipe.name, f"{recipe.name:<{NAME_WIDTH}}{recipe.about}") for recipe in choices.recipes]
        shelf.insert(0, (PROTOCOL, f"{PROTOCOL:<{NAME_WIDTH}}For any data set, made from its counts"))
        chosen, path = (self.source, "") if self._is_shipped else (A_FILE, self.source)
        self.set_class(not self._is_shipped, "-file")
        yield Static("Recipe", classes="group")
        yield OneField("shelf", "recipe", [*shelf, (A_FILE, "a file of your own …")], value=chosen)
        yield TextField("recipe", "file", placeholder="path of a recipe.toml", value=path)
        yield TextField("name", "name", placeholder="letters, digits, dots, dashes, underscores")
        yield Static("Data and model", classes="group")
        first = next((known.name for known in choices.data if known.is_ready), None)
        data = [(known.name, _about(known)) for known in choices.data]
        yield OneField("data.name", "data set", data, value=first)
        yield OneField("model.task", "task", _titled(choices.tasks))
        yield OneField(KIND, "model", _titled(choices.models), value=MODEL)
        yield OpenField(
            "model.backbone", "backbone", _titled(choices.backbones), other="another, of torchvision or timm …",
            placeholder="torchvision:swin_t, timm:convnext_atto …",
        )  # fmt: skip
        yield TextField("model.weights", "weights", placeholder="imagenet, none, or a file")
        yield OneField("model.training", "training", [
            ("finetune", "finetune  all of it, as the paper does"),
            ("frozen", "frozen    the head alone, on feature maps that are kept"),
        ])  # fmt: skip
        yield TextField("model.image_size", "image size", placeholder="pixels")
        yield Static("Protocol", classes="group")
        yield TextField("protocol.initial", "initial", placeholder="random images a trial starts with")
        yield TextField("protocol.add", "add", placeholder="images of each round: 100, 100, 500")
        yield TextField("protocol.epochs", "epochs", placeholder="the baseline's, then each round's")
        yield TextField("protocol.trials", "trials")
        yield SomeField("criteria.names", "criteria", choices.criteria)
        yield TextField("protocol.report_at", "report at", placeholder="the last budget")
        yield TextField("protocol.seed", "seed")
        yield Static("Where it runs, and the rest", classes="group")
        yield OneField("run.device", "device", _same("auto", "cpu", "cuda"))
        yield OneField("run.order", "order", [
            ("depth", "depth    an arm goes to its end before the next one starts"),
            ("breadth", "breadth  arms of a trial take turns, round by round"),
        ])  # fmt: skip
        yield TextField("overrides", ALSO, placeholder="training.lr=0.02 model.kmax=0.3 …")

    @property
    def choice(self) -> CampaignChoice:
        """What is chosen now."""
        free = self.free
        set_freely = {override.partition("=")[0] for override in free}
        wanted = (
            {} if self._base is None else {key: self._fields[key].text for key in self._base if key in self._fields}
        )
        changed = () if self._base is None else overrides_of(self._base, wanted)
        changed = (*self.asked.overrides, *changed) if self.source == PROTOCOL else changed
        kept = tuple(override for override in changed if override.partition("=")[0] not in set_freely)
        return CampaignChoice(self.source.strip(), self._fields["name"].text.strip(), (*kept, *free))

    @property
    def asked(self) -> CampaignChoice:
        """The recipe that fields begin with: of a protocol, with what it is made from."""
        source = self.source.strip()
        if source != PROTOCOL:
            return CampaignChoice(source)
        keys = tuple(f"{key}={self._fields[key].text}" for key in MADE_FROM if self._fields[key].text)
        return CampaignChoice(source, "", (*keys, *(word for word in self.free if word.startswith("data."))))

    @property
    def is_filled(self) -> bool:
        """Whether somebody has answered more than which recipe it is."""
        path = "" if self._is_shipped else self.source
        is_named = self._fields["name"].text not in {"", self._given_name}
        is_changed = len(self.choice.overrides) > len(self.asked.overrides)
        return is_named or is_changed or self._fields["recipe"].text not in {"", path}

    @property
    def free(self) -> tuple[str, ...]:
        """Overrides that were typed out; words in quotes stay together."""
        text = self._fields["overrides"].text
        try:
            return tuple(shlex.split(text))
        except ValueError:  # a quote that nobody has closed yet
            return tuple(text.split())

    def fill(self, base: Settings | None, *, name: str) -> None:
        """Show what the recipe says, None when it cannot be read; a name that nobody typed makes way for `name`.

        A protocol that is made anew, for other data, leaves alone what a person has changed.
        """
        before = self._base if self._filled == self.source else None
        self._base, self._filled = base, self.source
        for field in self._fields.values():
            is_kept = before is not None and field.key in before and field.text != before[field.key]
            if base is not None and field.key in base and not (is_kept and field.key not in MADE_FROM):
                field.fill(base[field.key])
            if field.key not in {"shelf", "recipe", "name", "overrides"}:
                field.disabled = base is None
        field = self._fields["name"]
        if field.text in {"", self._given_name}:
            field.fill(name)
            self._given_name = name
        self.post_message(self.Edited())

    def blame(self, mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
        """Show each mistake at the field it is about; those that are about none."""
        by_field: dict[str, list[str]] = {field.key: [] for field in self._fields.values()}
        left = []
        for mistake in mistakes:
            key = self._about(mistake.where, by_field)
            if key is None:
                left.append(mistake)
            else:
                is_same = mistake.where == key
                where = mistake.where.removeprefix("--set ")
                is_elsewhere = key == KIND and not is_same
                what = mistake.what + (f" (type {where}=… into {ALSO!r} below)" if is_elsewhere else "")
                by_field[key].append(what if is_same else f"{where}: {what}")
        for field in self._fields.values():
            field.mistake = "; ".join(by_field[field.key])
        return tuple(left)

    def on_field_changed(self, event: Field.Changed) -> None:
        """Another recipe, or another answer."""
        event.stop()
        shelf, path = self._fields["shelf"].text, self._fields["recipe"].text
        source = shelf or path.strip()
        self.set_class(not shelf, "-file")
        self.source = source
        if self.asked != self._asked:
            self._asked = self.asked
            self.post_message(self.SourceChosen(self._asked))
        else:
            self.post_message(self.Edited())

    def _about(self, where: str, keys: Mapping[str, object]) -> str | None:
        """Return the key of the field that a mistake is about."""
        typed = [override.partition("=")[0].strip() for override in self.free]
        if where.startswith("--set ") or any(key and (where + ".").startswith(key + ".") for key in typed):
            return "overrides"
        if any(key.startswith(where + ".") for key in typed):
            return "overrides"
        about = next((key for key in keys if where == key or where.startswith(f"{key}.")), None)
        return KIND if about is None and where.startswith("model.") else about


def _same(*names: str) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def _titled(entries: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the options of named things, with a title beside each name that is short and does not say the same."""

    def shown(name: str, title: str) -> str:
        says_more = "".join(filter(str.isalnum, title.lower())) != "".join(filter(str.isalnum, name))
        return f"{name:<{NAME_WIDTH}}{title}" if title and says_more and len(name) < NAME_WIDTH else name

    return [(name, shown(name, title)) for name, title in entries]


def _about(known: Known) -> str:
    return f"{known.name:<{NAME_WIDTH}}{known.title}, {'ready' if known.is_ready else 'not here'}"
