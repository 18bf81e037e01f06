"""Folders of pictures as people have them: whole, odd and damaged."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

RECIPE = """
[data]
name = "photos"
root = {root}

[model]
kind = "weldon"
backbone = "tiny"
weights = "none"
image_size = 32

[protocol]
initial = 4
add = [2]
epochs = [1, 1]
trials = 1
full = false

[criteria]
names = ["random"]

[run]
device = "cpu"
threads = 1
"""
"""The shortest campaign on a folder; wants six labelled training images."""


def write_recipe(path: Path, root: Path) -> Path:
    """A recipe for the pictures in a folder."""
    path.write_text(RECIPE.format(root=f"'{root}'"), encoding="utf-8")
    return path


def write_photos(root: Path, names: Sequence[str], *, classes: Sequence[str] = ("cat", "dog")) -> Path:
    """Small pictures, every third one in the test split, each with one of the classes."""
    root.mkdir(parents=True, exist_ok=True)
    rows = ["image,labels,split"]
    for at, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6), (20 * at % 256, 7 * at % 256, 90)).save(root / name)
        rows.append(f"{name},{classes[at % len(classes)]},{'test' if at % 3 == 2 else 'train'}")
    (root / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return root


def photos(root: Path, count: int = 12) -> Path:
    """A folder with nothing wrong in it."""
    return write_photos(root, [f"{at:02}.png" for at in range(count)])


def bomb() -> bytes:
    """The head of a valid PNG of 30 000 by 30 000 pixels, and next to nothing behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def damage(root: Path, names: Sequence[str]) -> None:
    """Four pictures of the folder become: cut short, not a picture, empty, far too large."""
    cut, text, empty, huge = (root / name for name in names)
    noise = np.random.default_rng(1).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(cut)
    cut.write_bytes(cut.read_bytes()[:-1500])
    text.write_text("this is no picture")
    empty.write_bytes(b"")
    huge.write_bytes(bomb())


def make_odd(root: Path, names: Sequence[str]) -> None:
    """Three pictures of the folder become CMYK, 16 bits of grey, and a palette with transparency."""
    cmyk, deep, palette = (root / name for name in names)
    Image.new("CMYK", (8, 6), (10, 20, 30, 40)).save(cmyk, "JPEG")
    Image.fromarray(np.full((6, 8), 40_000, np.uint16)).save(deep)
    paletted = Image.new("P", (8, 6), 1)
    paletted.putpalette([200, 10, 10, 10, 200, 10])
    paletted.save(palette, transparency=bytes([0, 255]))
