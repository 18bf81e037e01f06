"""Labelling by people: `python -m tests.benchmarks.labelling [PART…]`.

Parts: `keys` (on the screen, at 120 × 40 in half-blocks, from the key to the paint that shows it), `disk` (an answer on
the disk, beside a bare line and `fdatasync`), `opening` (the screen with many answers, beside a bare Textual app),
`import` (a table of many images, beside the csv module), `picks` (from the last answer of a request to the next picks,
on photographs of VOC). Without one, all of them. `--images` of `opening` and `import`; 100 000.
"""

import argparse
import asyncio
import csv
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from PIL import Image
from textual import events

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.screens.label import LabelScreen
from campaigns.core.answers import Answer, Opinion
from campaigns.home.answers import append
from campaigns.home.paths import CampaignPaths
from campaigns.home.picks import read_picks
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.wait import wait
from campaigns.services.desk.desk import Desk
from campaigns.services.labelling.label import Spoken, answer
from campaigns.services.labelling.requests import next_images
from campaigns.services.workspace import Workspace, open_workspace
from tests.benchmarks.labels import BARE as BARE_READER
from tests.benchmarks.labels import spent
from tests.benchmarks.measuring import machine, table
from tests.benchmarks.paint import SIZE, TERMINAL, painted
from tests.benchmarks.screens import BARE as BARE_APP
from tests.benchmarks.screens import Watched
from tests.cli.calling import good
from tests.labelling.truth import Truth, voc_photos
from tests.patience import patience
from tests.stage import clear

CLASSES = ("person", "car", "cat", "dog", "bus")
ANSWERS, REPEATS = 40, 5
PHOTOS, LABELLED, BATCH = 1_000, 250, 30
A_FOLDER = 1_000
LONGEST = 60
"""Seconds that a key may take before the measurement is given up."""
Row = Sequence[str]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--images", type=int, default=100_000)
    wanted = parser.parse_args()
    print(machine(), f"load {os.getloadavg()[0]:.1f}", sep=", ")
    rows: list[Row] = []
    if unknown := set(wanted.parts) - PARTS.keys():
        parser.error(f"no part {', '.join(unknown)}: {', '.join(PARTS)}")
    for name in wanted.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            rows += PARTS[name](Path(folder), wanted.images)
        print(f"{name} done, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print(table(("what", "median", "p95", "most", "peer, median", "peer, p95"), rows))


def keys(folder: Path, _images: int) -> Iterator[Row]:
    """From a key to the paint that shows its mark, and from Enter to the next photograph, complete."""
    place = voc_campaign(folder, "--budget", "120", "--batch", "10")
    os.environ.update(TERMINAL)  # all colours, as in a terminal that somebody labels in
    marks, nexts = asyncio.run(pressed(place))
    yield "key to mark on the screen, ms", *figures(marks), "", ""
    yield "enter to the next photograph, ms", *figures(nexts), "", ""


async def pressed(place: Workspace) -> tuple[list[float], list[float]]:
    """Milliseconds of each mark and of each Enter."""
    app = Watched(place, Manners(campaign="photos", is_labelling=True, by="anna", images=Images.BLOCKS))
    marks: list[float] = []
    nexts: list[float] = []
    async with app.run_test(size=SIZE):
        await until(lambda: isinstance(app.screen, LabelScreen) and app.screen.is_ready)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        while len(nexts) < ANSWERS and screen.asked is not None:
            await asyncio.sleep(0.5)  # somebody looks at the photograph; those behind it are drawn meanwhile
            for digit in "12":
                before = screen.marking.says
                marks.append(
                    await painted_after(app, digit, lambda before=before: screen.marking.says != before)  # type: ignore[misc]
                )
            image = screen.asked.image
            nexts.append(
                await painted_after(app, "enter", lambda image=image: is_next(screen, image))  # type: ignore[misc]
            )
    return marks, nexts


def is_next(screen: LabelScreen, image: str) -> bool:
    """True once another photograph is there, and all of it is painted."""
    is_other = screen.asked is None or screen.asked.image != image
    return is_other and (screen.asked is None or screen.is_ready)


async def painted_after(app: Watched, key: str, condition: Callable[[], bool]) -> float:
    """Milliseconds from a key until something holds and is painted."""
    paints, began = app.paints, time.perf_counter()
    app.post_message(events.Key(key, key if len(key) == 1 else None))
    await until(lambda: condition() and app.paints > paints and not app.screen._dirty_widgets)
    return 1_000 * (time.perf_counter() - began)


async def until(condition: Callable[[], bool]) -> None:
    """Let the screen go on until something holds; asked rarely, for photographs are drawn by threads meanwhile."""
    deadline = time.perf_counter() + LONGEST
    while not condition():
        assert time.perf_counter() < deadline, f"nothing came of it in {LONGEST} s"
        await asyncio.sleep(0.002)


def disk(folder: Path, _images: int) -> Iterator[Row]:
    """From an answer to its line on the disk, beside as many bytes at the end of a file and `fdatasync`, in turn."""
    place = voc_campaign(folder, "--budget", "300", "--batch", "140")
    desk, images = Desk(place, "photos", by="anna"), [each.image for each in next_images(place, "photos").images]
    bare, line = (folder / "bare").open("ab", buffering=0), b"x" * 260 + b"\n"
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for image in images:
        began = time.perf_counter()
        desk.keep(Spoken(image, {CLASSES[0]: Opinion.YES}, is_rest_no=True))
        times["ours"].append(1_000 * (time.perf_counter() - began))
        began = time.perf_counter()
        bare.write(line)
        os.fdatasync(bare.fileno())
        times["bare"].append(1_000 * (time.perf_counter() - began))
    bare.close()
    yield "an answer on the disk, ms", *figures(times["ours"]), *figures(times["bare"])[:2]


def opening(folder: Path, images: int) -> Iterator[Row]:
    """From the start of the program to the first photograph, with as many answers as there are images, nearly."""
    place = linked_campaign(folder, images)
    answers = list(answers_but(place, images))
    append(place.home.labels("photos"), answers)
    asked = next_images(place, "photos").images[0].image
    ours = [sys.executable, "-c", "from alwsl_tui.entry import main; main()", "--home", str(place.home.folder)]
    label = [*ours, "label", "photos", "--by", "anna"]
    bare = [sys.executable, "-c", BARE_APP]
    times = [(painted(label, asked)[0], painted(bare, "bare")[0]) for _ in range(REPEATS)]
    mine, peer = ([each[at] for each in times] for at in (0, 1))
    what = f"the screen with {len(answers)} answers, s"
    yield what, *figures(mine, digits=2), *figures(peer, digits=2)[:2]


def answers_but(place: Workspace, images: int) -> Iterator[Answer]:
    """Answers about all images but those that are asked for."""
    asked = {each.image for each in next_images(place, "photos").images}
    for at, image in enumerate(names(images)):
        if image not in asked:
            yield Answer(
                1764374400.0 + at, "anna", image, None, {CLASSES[at % 5]: Opinion.YES}, is_rest_no=True, seconds=3.0,
                classes=CLASSES,
            )  # fmt: skip


def imported(folder: Path, images: int) -> Iterator[Row]:
    """A table of labels taken as answers, as a process of its own, beside a bare reader of folder and table."""
    place = linked_campaign(folder, images)
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("image", *CLASSES))
        for at, image in enumerate(names(images)):
            writer.writerow((image, *(int((at + column) % 4 == 0) for column in range(len(CLASSES)))))
    command = ("-m", "alwsl_tui", "--home", str(place.home.folder), "labels", "import", "photos")
    began = time.perf_counter()
    ours = spent(*command, str(folder / "labels.csv"), "--by", "anna")
    wall = time.perf_counter() - began
    bare = spent("-c", BARE_READER, str(folder / "photos"), str(folder / "labels.csv"))
    yield f"import of {images} images, s", f"{wall:.1f}", "", "", "", ""
    yield "of these, s of a processor", f"{ours[0]:.1f}", "", "", f"{bare[0]:.1f}", ""


def picks(folder: Path, _images: int) -> Iterator[Row]:
    """From the last answer of a request to the next picks; and what features are computed anew for it."""
    first = LABELLED - BATCH
    rounds = ("--set", f"protocol.initial={first}", "--set", f"protocol.add=[{BATCH}, {BATCH}, {BATCH}]",
              "--set", "protocol.epochs=[100, 100, 100, 100]")  # fmt: skip
    budget = ("--budget", str(LABELLED + 2 * BATCH), "--batch", str(BATCH), *rounds)
    place = voc_campaign(folder, *budget, "--start", weights=True)
    try:
        settled(place)
        answer_all(place, folder)
        settled(place)
        paths = place.home.campaign(find_campaign(place, "photos").id)
        features = stamps(place)
        times = [answered_until_picked(place, folder, paths, number) for number in (1, 2)]
        changed = sum(features.get(path) != stamp for path, stamp in stamps(place).items())
    finally:
        clear(place)
    what = f"last answer to next picks, {PHOTOS} photographs, {LABELLED} labelled, s"
    yield what, f"{times[0]:.1f}", "", "", "", ""
    yield f"the same, {LABELLED + BATCH} labelled, s", f"{times[1]:.1f}", "", "", "", ""
    yield "files of features that were written anew since", str(changed), "", "", "", ""


def answered_until_picked(place: Workspace, folder: Path, paths: CampaignPaths, number: int) -> float:
    """Seconds from the last answer of a request until that round of the arm has picked."""
    answer_all(place, folder)
    began = time.perf_counter()
    path = paths.job(next(job.id for job in find_campaign(place, "photos").plan.jobs if job.criterion)).round(number)
    while read_picks(path.picks) is None:
        assert time.perf_counter() - began < patience(), f"round {number} has not picked"
        time.sleep(0.02)
    seconds = time.perf_counter() - began
    settled(place)
    return seconds


def answer_all(place: Workspace, folder: Path) -> None:
    """Answer all that is asked for; the last answer by the command's own service, which lets the campaign go on."""
    truth = Truth.read(folder / "photos/labels.csv")
    asked = [each.image for each in next_images(place, "photos").images]
    spoken = [
        Spoken(image, {name: Opinion.YES for name in CLASSES if name in truth.present[image]}, is_rest_no=True)
        for image in asked
    ]
    answer(place, "photos", spoken, by="anna")


def stamps(place: Workspace) -> Mapping[Path, tuple[int, int]]:
    """Size and time of every file of a home's caches of features."""
    files = [path for path in place.home.folder.rglob("*") if path.is_file() and "features" in str(path).lower()]
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def settled(place: Workspace) -> None:
    """Wait until the campaign waits for labels, or is over."""
    assert wait(place, "photos", timeout=10 * patience()) in ("labelling", "done")


def voc_campaign(folder: Path, *words: str, weights: bool = False) -> Workspace:
    """A campaign on photographs of VOC that people label; its model is small unless it is to have weights."""
    data = Path(os.environ["ALWSL_TEST_DATA"])
    voc_photos(data / "VOCdevkit/VOC2007", folder / "photos", images=PHOTOS)
    small = ("model.backbone=tiny", "model.weights=none")
    model = (f"model.weights={next((data / 'weights').glob('*.pth'))}",) if weights else small
    return campaign(folder, *words, *(word for override in model for word in ("--set", override)))


def linked_campaign(folder: Path, images: int) -> Workspace:
    """A campaign on many pictures, which are links to one in each folder."""
    first = folder
    for at, name in enumerate(names(images)):
        path = folder / "photos" / name
        if at % A_FOLDER:
            os.link(first, path)
        else:
            path.parent.mkdir(parents=True)
            Image.effect_noise((64, 64), 60).convert("RGB").save(path)
            first = path
    return campaign(folder, "--budget", "300", "--set", "model.backbone=tiny", "--set", "model.weights=none")


def names(images: int) -> Iterator[str]:
    """Yield the names of the links."""
    return (f"d{at // A_FOLDER:03}/{at:07}.jpg" for at in range(images))


def campaign(folder: Path, *words: str) -> Workspace:
    """A campaign that people label for, on the photographs below a folder."""
    home = folder / "home"
    asked = ("--folder", str(folder / "photos"), "--classes", ",".join(CLASSES), "--name", "photos")
    good(home, "new", *asked, *words)
    return open_workspace(home)


def figures(times: Sequence[float], *, digits: int = 0) -> tuple[str, str, str]:
    """Return the median, the 95th percentile and the most."""
    ordered = sorted(times)
    shown = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]
    return f"{shown[0]:.{digits}f}", f"{shown[1]:.{digits}f}", f"{shown[2]:.{digits}f}"


PARTS: Mapping[str, Callable[[Path, int], Iterator[Row]]] = {
    "keys": keys, "disk": disk, "opening": opening, "import": imported, "picks": picks,
}  # fmt: skip


if __name__ == "__main__":
    main()
