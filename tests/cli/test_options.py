"""Options that stand before a command hold, or are refused; and nobody who only looks changes anything."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image

from alwsl_tui.cli.commands import COMMANDS, Effect
from campaigns.errors import NotNow
from campaigns.home.preferences import ScreenSettings
from campaigns.services import data
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.campaigns.cancel import cancel
from campaigns.services.campaigns.delete import delete
from campaigns.services.campaigns.drain import drain
from campaigns.services.campaigns.extend import extend
from campaigns.services.campaigns.new import create_campaign, find_or_create
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.resume import resume
from campaigns.services.campaigns.retry import retry
from campaigns.services.campaigns.run import go_on
from campaigns.services.campaigns.start import start
from campaigns.services.clean import clean
from campaigns.services.repair.repair import repair_home
from campaigns.services.reproduce import begin
from campaigns.services.settings import save_settings
from campaigns.services.workspace import Workspace, ensure_station, has_station, open_workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good, refused
from tests.home.test_model_file import DESCRIPTION, write_model_file
from tests.labelling.truth import asking, write_photos
from tests.stage import attended, tiny

Finished = tuple[Workspace, CampaignRow]
USAGE = 2
CHANGING: Mapping[str, tuple[str, ...]] = {
    "demo": (), "new": ("--recipe", "smoke"), "run": ("tiny",), "reproduce": ("voc2007", "--yes"),
    "data remove": ("mine",), "data rename": ("mine", "ours"),
    "data add": ("mine", "."), "start": ("tiny",), "pause": ("tiny",), "resume": ("tiny",), "cancel": ("tiny",),
    "retry": ("tiny",), "drain": ("tiny",),
    "extend": ("tiny", "--add", "30"),
    "delete": ("tiny",), "import": ("parcel.zip",), "repair": (),
    "clean": ("--yes",), "label": ("tiny", "--enough"),
    "classes add": ("tiny", "bicycle"), "classes rename": ("tiny", "disc", "circle"),
    "classes retire": ("tiny", "disc"),
    "station": ("--take",),
    "labels import": ("tiny", "labels.csv"), "labels watch": ("tiny", ".", "--once"),
}  # fmt: skip
"""Every command that changes a home, with arguments that it would do something with."""
LOOKING: Mapping[str, tuple[str, ...]] = {
    "recipes": (), "data list": (), "data check": ("shapes",), "list": (), "show": ("tiny",), "rounds": ("tiny",),
    "picks": ("tiny",), "agreement": ("tiny",), "cost": ("tiny",), "compare": ("tiny", "tiny"), "recipe": ("tiny",),
    "logs": ("tiny",), "report": ("tiny", "--plain"), "wait": ("tiny",), "queue": (), "feed": (), "devices": (),
    "nodes": (), "doctor": (), "verify": ("tiny",), "export": ("tiny", "PARCEL"), "help": ("json",),
    "predict": ("tiny", "PICTURE"), "model export": ("tiny", "--out", "MODEL"), "model show": ("SHOWN",),
    "choose": ("SCORES", "--n", "1"),
}  # fmt: skip
LABELLED: Mapping[str, tuple[str, ...]] = {
    "labels export": ("photos",), "classes list": ("photos",),
    "hand-off": ("photos", "--to", "csv", "--all", "--out", "HANDED"),
}  # fmt: skip
"""The same of commands that only look at campaigns that people label for."""
DRY = {
    "new": ("--recipe", "smoke", "--dry-run"),
    "repair": ("--dry-run",),
    "reproduce": (),
    "clean": (),
    "station": (),
}
"""What the commands that change something do when they are only asked what they would do."""


@pytest.fixture
def settled(finished: Finished) -> Workspace:
    """A home with a finished campaign, and nothing left in SQLite's log for whoever opens the store next."""
    place, _ = finished
    with place.store():
        return place


@pytest.fixture
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """What commands read and write outside of any home, by the word that stands for it."""
    folder = tmp_path_factory.mktemp("files")
    picture, scores = folder / "one.png", folder / "scores.csv"
    Image.new("RGB", (40, 30), "red").save(picture)
    scores.write_text("image,dog,cat\na.jpg,0.5,0.25\nb.jpg,0.125,0.75\n", encoding="utf-8")
    return {
        "PARCEL": folder / "parcel.zip", "MODEL": folder / "out.safetensors", "PICTURE": picture, "SCORES": scores,
        "SHOWN": write_model_file(folder / "shown.safetensors", DESCRIPTION.metadata()),
    }  # fmt: skip


def tree(place: Workspace | Path) -> dict[str, bytes | None]:
    """Everything in a home, by its path."""
    folder = place if isinstance(place, Path) else place.home.folder
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def declared(effect: Effect) -> set[str]:
    return {word for words in COMMANDS.values() for word, known in words.items() if known is effect}


def test_every_command_is_looked_at_here() -> None:
    assert set(CHANGING) == declared(Effect.CHANGES)
    assert set(LOOKING) | set(LABELLED) == declared(Effect.LOOKS)


@pytest.mark.parametrize("is_before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("word", CHANGING)
def test_readonly_refuses_every_command_that_changes_something(
    word: str, is_before: bool, settled: Workspace, tmp_path: Path
) -> None:
    words = (*word.split(), *CHANGING[word])
    words = ("--readonly", *words) if is_before else (*words, "--readonly")
    before = tree(settled)
    for home in (settled, tmp_path / "missing"):
        told = refused(home, USAGE, *words).err
        assert f"`{word}` changes the home" in told
        assert "next: leave out --readonly" in told
    assert tree(settled) == before
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("word", LOOKING)
def test_a_look_with_readonly_writes_nothing(word: str, settled: Workspace, files: Mapping[str, Path]) -> None:
    words = [*word.split(), *(str(files.get(part, part)) for part in LOOKING[word])]
    before = tree(settled)
    good(settled, "--readonly", *words)
    assert tree(settled) == before


@pytest.mark.parametrize("word", LABELLED)
def test_a_look_at_labels_with_readonly_writes_nothing_into_the_home(word: str, tmp_path: Path) -> None:
    place = open_workspace(tmp_path / "home")
    tiny(place, *asking(write_photos(tmp_path / "photos")), name="photos")
    good(place, "label", "photos", "--answer", "yard/000.png", "rest=no")
    words = [*word.split(), *(part.replace("HANDED", str(tmp_path / "out")) for part in LABELLED[word])]
    before = tree(place)
    good(place, "--readonly", *words)
    assert tree(place) == before
    assert "there is no campaign 'photos'" in refused(tmp_path / "missing", USAGE, "--readonly", *words).err
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("readonly", [(), ("--readonly",)], ids=["", "readonly"])
@pytest.mark.parametrize("word", LOOKING)
def test_a_look_at_a_home_that_is_not_there_does_not_make_it(
    word: str, readonly: tuple[str, ...], files: Mapping[str, Path], tmp_path: Path
) -> None:
    home = tmp_path / "missing"
    words = [*word.split(), *(str(files.get(part, part)) for part in LOOKING[word])]
    if "tiny" in words:
        assert "there is no campaign 'tiny'" in refused(home, USAGE, *readonly, *words).err
    else:
        good(home, *readonly, *words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", DRY)
def test_asking_what_a_change_would_be_is_a_look(word: str, settled: Workspace, tmp_path: Path) -> None:
    before = tree(settled)
    good(settled, "--readonly", word, *DRY[word])
    good(tmp_path / "missing", word, *DRY[word])
    assert tree(settled) == before
    assert not (tmp_path / "missing").exists()


def test_waiting_with_readonly_starts_no_station(place: Workspace) -> None:
    tiny(place)
    with attended(place):  # as if a station were at work, so that none is started
        start(place, "tiny")
    assert "opened to look only" in refused(place, USAGE, "--readonly", "wait", "tiny").err
    assert not has_station(place)
    with attended(place):
        assert call(place, "--readonly", "wait", "tiny", "--timeout", "0").out == "tiny: running\n"


CHANGES: Mapping[str, Callable[[Workspace], object]] = {
    "create": lambda place: create_campaign(place, "smoke"),
    "find or create": lambda place: find_or_create(place, "smoke"),
    "go on": lambda place: go_on(place, "tiny"),
    "begin": lambda place: begin(place, ()),
    "add": lambda place: data.add(place, "mine", Path("/nowhere")),
    "remove": lambda place: data.remove(place, "mine"),
    "rename": lambda place: data.rename(place, "mine", "ours"),
    "download": lambda place: data.download(place, "voc2007"),
    "start": lambda place: start(place, "tiny"),
    "pause": lambda place: pause(place, "tiny"),
    "resume": lambda place: resume(place, "tiny"),
    "cancel": lambda place: cancel(place, "tiny"),
    "retry": lambda place: retry(place, "tiny"),
    "drain": lambda place: drain(place, "tiny"),
    "extend": lambda place: extend(place, "tiny", images=30),
    "delete": lambda place: delete(place, "tiny"),
    "import": lambda place: import_campaign(place, Path("parcel.zip")),
    "repair": repair_home,
    "clean": lambda place: clean(place, is_dry_run=False),
    "preferences": lambda place: save_settings(place, ScreenSettings()),
    "station": ensure_station,
}
"""Every service that changes a home."""


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_no_service_changes_a_home_that_is_only_looked_at(
    change: Callable[[Workspace], object], settled: Workspace
) -> None:
    before = tree(settled)
    with pytest.raises(NotNow, match="to look only"):
        change(Workspace(settled.home, is_readonly=True))
    assert tree(settled) == before


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of ALWSL_HOME, which is not there."""
    home = tmp_path / "others"
    monkeypatch.setenv("ALWSL_HOME", str(home))
    return home


def names(*words: str) -> list[str]:
    return [line["name"] for line in call(None, *words, "--json").json("campaigns")["campaigns"]]


def test_home_holds_wherever_it_stands(finished: Finished, others: Path) -> None:
    home = str(finished[0].home.folder)
    assert names("list") == []
    assert names("--home", home, "list") == names("list", "--home", home) == ["tiny"]
    assert names("--home", home, "list", "--home", f"{home}/") == ["tiny"]
    good(None, "--home", home, "data", "list")
    good(None, "data", "--home", home, "list")
    assert not others.exists()


def test_home_holds_for_what_is_written(others: Path, tmp_path: Path) -> None:
    good(None, "--home", tmp_path / "mine", "new", "--recipe", "smoke")
    assert not others.exists()
    assert names("list", "--home", str(tmp_path / "mine")) == ["smoke"]
    good(None, "new", "--recipe", "smoke", "--name", "theirs")
    assert names("list") == ["theirs"]


@pytest.mark.parametrize("words", ["--home A list --home B", "list --home A --home B", "data --home A list --home B"])
def test_two_homes_are_refused_by_their_names(words: str) -> None:
    told = refused(None, USAGE, *words.replace("A", "/tmp/a").replace("B", "/tmp/b").split()).err
    assert "--home is given twice: /tmp/a and /tmp/b" in told
    assert "next: " in told


def test_json_holds_before_a_command(finished: Finished) -> None:
    place, _ = finished
    for words in (["--json", "list"], ["list", "--json"]):
        assert len(call(place, *words).json("campaigns")["campaigns"]) == 1
    for words in (["--json", "data", "list"], ["data", "--json", "list"]):
        assert call(place, *words).json("data")["data"]
    told = call(place, "--json").json("error")
    assert told["error"] == "--json needs a command"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--open", ["--open", "tiny"]), ("--ascii", ["--ascii"]), ("--images", ["--images", "auto"]),
        ("--theme", ["--theme", "dark"]), ("--web", ["--web", "8000"]), ("--version", ["--version"]),
    ],
)  # fmt: skip
def test_an_option_of_the_screens_is_refused_with_a_command(option: str, words: list[str], place: Workspace) -> None:
    told = refused(place, USAGE, *words, "list").err
    assert f"{option} means nothing to `list`" in told
    told = refused(place, USAGE, *words, "delete", "tiny", "--yes").err
    assert f"{option} means nothing to `delete`" in told


def test_several_options_that_mean_nothing_are_told_together(place: Workspace) -> None:
    assert (
        "--ascii and --theme mean nothing to `list`" in refused(place, USAGE, "--ascii", "--theme", "dark", "list").err
    )


def test_a_home_is_opened_to_look_only_without_being_made(tmp_path: Path) -> None:
    place = open_workspace(tmp_path / "home", is_readonly=True)
    with place.store() as store:
        assert store.connection.execute("SELECT count(*) FROM campaign").fetchone()[0] == 0
    assert not (tmp_path / "home").exists()
