"""VOC's lists: a file for each class, `car_train.txt`, with a line for each image: 1, -1, or 0 for difficult.

Unsure is 0; an unknown class has no line for the image. Names are written without their suffix, as VOC has them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from campaigns.core.answers import Opinion
from campaigns.datasets.exchange.gathering import Gathering, LabelDraft
from campaigns.datasets.exchange.label_file import Trait
from campaigns.datasets.exchange.label_form import LabelForm, LabelSheet
from campaigns.datasets.exchange.probe import MOST_BYTES, Probe
from campaigns.datasets.files import bounded_text
from campaigns.errors import BadData, Mistake

LISTS = "ImageSets/Main"
VALUES: Mapping[Opinion, int] = {Opinion.YES: 1, Opinion.NO: -1, Opinion.UNSURE: 0}
WORDS: Mapping[str, Opinion] = {str(value): opinion for opinion, value in VALUES.items()}


def _is_form(probe: Probe) -> bool:
    return next((probe.path / LISTS).glob("*_*.txt"), None) is not None


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    says: dict[str, dict[str, Opinion]] = defaultdict(dict)
    places: dict[str, str] = {}
    classes = []
    for path in sorted((probe.path / LISTS).glob("*_*.txt")):
        name = path.stem.rpartition("_")[0]
        classes.append(name)
        try:
            text = bounded_text(path, MOST_BYTES, encoding="utf-8-sig")
        except ValueError as error:
            gathering.mistakes.append(Mistake(str(path), f"cannot be read as UTF-8 text: {error}"))
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            where, words = f"{path}:{number}", line.rstrip("\r").rsplit(maxsplit=1)
            if len(words) != 2 or words[1] not in WORDS:
                gathering.tally.add("line", where, f"{line.strip()[:60]!r} is no image with 1, -1 or 0")
            elif image := gathering.image(words[0], where):
                places.setdefault(image, where)
                says[image][name] = WORDS[words[1]]
    for image, opinions in says.items():
        gathering.add(LabelDraft(image, places[image], opinions))
    return tuple(dict.fromkeys(classes))


def _write(sheet: LabelSheet) -> Mapping[str, str]:
    split = sheet.options.split
    if bad := [name for name in sheet.classes if "/" in name or name.startswith(".")]:
        raise BadData(f"class {bad[0]!r} cannot be the name of a file", hint="rename the class, or write another form")
    stems = {item.image: item.image.rpartition(".")[0] or item.image for item in sheet.items}
    texts = {f"{LISTS}/{split}.txt": "".join(f"{stem}\n" for stem in stems.values())}
    for name in sheet.classes:
        lines = [(stems[i.image], VALUES[i.labels[name]]) for i in sheet.items if name in i.labels]
        texts[f"{LISTS}/{name}_{split}.txt"] = "".join(f"{stem} {value:2}\n" for stem, value in lines)
    return texts


ENTRIES = (
    LabelForm(
        "voc-lists", "VOC's lists", f"{LISTS}/car_train.txt", _is_form, _read, _write,
        carries=frozenset({Trait.UNKNOWN, Trait.UNSURE}), is_folder=True,
    ),
)  # fmt: skip
