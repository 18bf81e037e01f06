"""What reading a large table of labels takes: `python -m tests.benchmarks.labels [--rows N]`.

A folder of small pictures with a table in both forms. `data add` as a process of its own, beside a bare reader that
walks the same tree, asks each file's size, and parses the same table with the csv module.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.benchmarks.measuring import machine, table

CLASSES = [f"class{n}" for n in range(20)]
A_FOLDER = 1000
BARE = """
import csv, os, sys
root, name = sys.argv[1:]
names = (os.path.join(at, file) for at, _, files in os.walk(root) for file in files)
sizes = {name: os.stat(name).st_size for name in names}
with open(os.path.join(root, name), encoding="utf-8", newline="") as file:
    rows = list(csv.reader(file))
"""


def main() -> None:
    """Write the folder, read it in both ways, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        root = Path(place, "photos")
        write(root, options.rows)
        lines = []
        for form in ("long", "wide"):
            ours = spent(
                "-m", "alwsl_tui", "--home", f"{place}/home", "data", "add", form, str(root), "--labels", f"{form}.csv"
            )
            bare = spent("-c", BARE, str(root), f"{form}.csv")
            ratio = f"{ours[0] / bare[0]:.1f} x"
            lines.append((form, f"{ours[0]:.1f}", f"{bare[0]:.1f}", ratio, f"{ours[1]:.0f}", f"{bare[1]:.0f}"))
    print(table(("form", "CPU s", "bare CPU s", "ratio", "MiB", "bare MiB"), lines))


def write(root: Path, rows: int) -> None:
    """Make the pictures, links to one in each folder, and both tables."""
    drawn = random.Random(20261128)
    Image.new("RGB", (8, 8)).save(made(root) / "base.jpg")
    data = (root / "base.jpg").read_bytes()
    (root / "base.jpg").unlink()
    with (root / "long.csv").open("w") as long, (root / "wide.csv").open("w") as wide:
        long.write("image,labels\n")
        wide.write(f"image,{','.join(CLASSES)}\n")
        for row in range(rows):
            name = f"d{row // A_FOLDER}/{row:07d}.jpg"
            first = root / f"d{row // A_FOLDER}" / f"{row // A_FOLDER * A_FOLDER:07d}.jpg"
            if row % A_FOLDER:
                os.link(first, root / name)
            else:
                made(first.parent)
                first.write_bytes(data)
            present = set(drawn.sample(CLASSES, drawn.randint(0, 4)))
            long.write(f"{name},{';'.join(sorted(present))}\n")
            wide.write(f"{name},{','.join(str(int(label in present)) for label in CLASSES)}\n")


def made(folder: Path) -> Path:
    """Make a folder and return it."""
    folder.mkdir(parents=True)
    return folder


def spent(*command: str) -> tuple[float, float]:
    """CPU seconds and peak MiB of a Python process."""
    child = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
