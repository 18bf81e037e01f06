"""Where a VOC lies, which splits and classes it has: the published ones, or one's own in the same layout."""

from pathlib import Path

from campaigns.datasets.files import what_lies_in
from campaigns.datasets.official import TITLES, VOC_CLASSES
from campaigns.errors import BadData

YEARS = {"voc2007": "VOC2007", "voc2012": "VOC2012"}
PAIRS = (("trainval", "test"), ("train", "val"), ("train", "test"), ("trainval", "val"))
"""Training and test split where the usual ones are not there, the best first."""
DAMAGED = 10
"""With so many of the published classes it is a published set in which some are missing, not one's own."""


def find_voc(root: Path, *, kind: str) -> Path:
    """Return the folder that holds `ImageSets/Main` of that year, or of no year.

    Raises:
        BadData: there is none; says what was looked for and what lies there.
    """
    year = YEARS[kind]
    if not root.is_dir():
        raise BadData(f"{root} is not a folder", hint=f"give the folder that holds VOCdevkit/{year}")
    for folder in (root / year, root / "VOCdevkit" / year, root):
        is_other_year = folder.name in set(YEARS.values()) - {year}
        if (folder / "ImageSets" / "Main").is_dir() and not is_other_year:
            return folder
    raise BadData(
        f"{root} holds no {TITLES[kind]}: looked for ImageSets/Main in {year}, VOCdevkit/{year} and the folder itself; "
        f"there lies {what_lies_in(root)}",
        hint=f"give the folder that holds VOCdevkit/{year}",
    )


def recognise_voc(root: Path, *, kind: str) -> Path:
    """Return the folder as `find_voc`; one whose name says no year is of the year whose splits it has.

    Raises:
        BadData: as `find_voc`, or it has the splits of the other year.
    """
    folder = find_voc(root, kind=kind)
    if folder.name not in YEARS.values():
        names = split_names(folder / "ImageSets" / "Main")
        of_2012 = {"train", "val"} <= names and not {"trainval", "test"} <= names
        if of_2012 is not (kind == "voc2012"):
            raise BadData(f"{root} has not the splits of {TITLES[kind]}", hint="give the folder that holds the year's")
    return folder


def splits_of(main: Path, usual: tuple[str, str]) -> tuple[str, str]:
    """Return the usual training and test split when they are there, else the first pair that is."""
    names = split_names(main)
    return next((pair for pair in (usual, *PAIRS) if set(pair) <= names), usual)


def split_names(main: Path) -> set[str]:
    """Return the names of splits: those of lists and those that files of classes end in."""
    stems = [path.stem for path in main.glob("*.txt")]
    # `train_val.txt` is of the class `train`, which is why only a last part that others share is a split.
    return {stem for stem in stems if "_" not in stem} | {stem.rpartition("_")[2] for stem in stems if "_" in stem}


def classes_in(main: Path, splits: tuple[str, str]) -> tuple[str, ...]:
    """Return the classes that files of either split are of: the published ones, unless others have files."""
    names = {path.name.removesuffix(f"_{split}.txt") for split in splits for path in main.glob(f"*_{split}.txt")}
    own = names - set(VOC_CLASSES)
    return tuple(sorted(names)) if own and len(names - own) < DAMAGED else VOC_CLASSES


def has_pages(main: Path, splits: tuple[str, str]) -> bool:
    """Return whether any class has a file of either split."""
    return any(any(main.glob(f"*_{split}.txt")) for split in splits)
