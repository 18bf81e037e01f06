"""Drawing one scene: forms of random size, turn and colour among distractors, none of them hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from campaigns.datasets.forms import Form

CELLS = 3
"""Objects stand in different cells of a grid of this side, so that none covers another's centre."""
FINE = 2
"""Drawn this much larger and reduced: edges without stairs."""
SIZES = (0.10, 0.25)
"""Radius of an object, as a share of the side."""
TURN = np.pi / 3
"""Largest turn of an object, in radians."""
NOISE = 13.0
"""Standard deviation of the grain, in grey levels."""
EDGE = 255
"""In place of a form: more than one meet in the pixel."""
CONTRAST = 70.0
"""Least distance in RGB between an object and what it must be told from."""

Colour = tuple[int, int, int]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture and where each object stands in it."""

    picture: Image.Image
    objects: "tuple[PlacedObject, ...]"
    """In the order drawn: later ones lie on top."""


@dataclass(frozen=True, slots=True)
class PlacedObject:
    """One object, ready to draw."""

    which: int
    """Its place among the forms asked for."""
    polygons: tuple[Numbers, ...]
    """Corners in pixels of the fine canvas."""
    colour: Colour


def draw_scene(forms: Sequence[Form], *, size: int, rng: np.random.Generator) -> Scene:
    """Draw one object or two of each form, `size` pixels a side."""
    side = size * FINE
    background, tint = _background(size, rng)
    canvas = background.resize((side, side), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(canvas)
    _clutter(draw, side, rng, tint=tint, count=int(rng.integers(2, 7)))
    objects = _placed(forms, side, tint, rng)
    for placed in objects:
        for polygon in placed.polygons:
            draw.polygon(polygon.ravel().tolist(), fill=placed.colour)
    # A few hairlines over everything: an outline is rarely whole.
    for _ in range(rng.integers(0, 3)):
        draw.line(_ends(side, rng), fill=_near(tint, rng), width=FINE)
    grain = rng.standard_normal((size, size, 3), dtype=np.float32) * rng.uniform(0.3, 1.0) * NOISE
    grained = np.asarray(canvas.reduce(FINE), np.float32) + grain
    return Scene(Image.fromarray(grained.clip(0, 255).astype(np.uint8)), tuple(objects))


def visible(scene: Scene, *, size: int) -> Numbers:
    """(O,) share of each object that no later one covers, in the order drawn."""
    shape = (size * FINE, size * FINE)
    top, whole = Image.new("L", shape), []
    for number, placed in enumerate(scene.objects, start=1):
        alone = Image.new("L", shape)
        for polygon in placed.polygons:
            for image in (top, alone):
                ImageDraw.Draw(image).polygon(polygon.ravel().tolist(), fill=number)
        whole.append(np.count_nonzero(np.asarray(alone)))
    left = np.bincount(np.asarray(top).ravel(), minlength=len(whole) + 1)[1:]
    share: Numbers = left / np.array(whole)
    return share


def coverage(scene: Scene, which: int, *, cells: int) -> NDArray[np.float32]:
    """Return where objects of one form stand, (cells, cells): shares of each cell that they cover, in [0, 1]."""
    mask = Image.new("L", (scene.picture.width * FINE, scene.picture.height * FINE))
    for placed in scene.objects:
        for polygon in placed.polygons if placed.which == which else ():
            ImageDraw.Draw(mask).polygon(polygon.ravel().tolist(), fill=255)
    return np.asarray(mask.resize((cells, cells), Image.Resampling.BOX), np.float32) / np.float32(255)


def label_map(scene: Scene, *, size: int) -> NDArray[np.uint8]:
    """Return which form each pixel shows, from 1 in the order they were asked for; 0: none, 255: an edge; (size, size).

    An edge is where the fine pixels of one differ: the picture mixes them there.
    """
    top = Image.new("L", (size * FINE, size * FINE))
    draw = ImageDraw.Draw(top)
    for placed in scene.objects:
        for polygon in placed.polygons:
            draw.polygon(polygon.ravel().tolist(), fill=1 + placed.which)
    cells = np.asarray(top).reshape(size, FINE, size, FINE).transpose(0, 2, 1, 3).reshape(size, size, FINE * FINE)
    first = cells[:, :, 0]
    return np.where((cells == first[:, :, None]).all(axis=2), first, EDGE).astype(np.uint8)


def _background(size: int, rng: np.random.Generator) -> tuple[Image.Image, Numbers]:
    """Draw a slope between two close colours with coarse texture; return it with its middle colour."""
    tint = rng.uniform(15, 140, 3)
    ends = tint + rng.uniform(-28, 28, (2, 1, 1, 3))
    across = np.linspace(0, 1, 4)
    slope = across[:, None, None] if rng.random() < 0.5 else across[None, :, None]
    coarse = ends[0] * (1 - slope) + ends[1] * slope + rng.normal(0, 11, (4, 4, 3))
    return Image.fromarray(coarse.clip(0, 255).astype(np.uint8)).resize((size, size), Image.Resampling.BICUBIC), tint


def _clutter(draw: ImageDraw.ImageDraw, side: int, rng: np.random.Generator, *, tint: Numbers, count: int) -> None:
    """Draw lines and lumps that are no form."""
    for _ in range(count):
        if rng.random() < 0.5:
            draw.line(_ends(side, rng), fill=_near(tint, rng), width=int(rng.integers(1, 3 * FINE)))
        else:
            angle = 2 * np.pi * (np.arange(7) + rng.uniform(0, 0.9, 7)) / 7
            radius = rng.uniform(0.02, 0.1) * side * rng.uniform(0.35, 1.0, 7)
            lump = rng.uniform(0, side, 2) + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
            draw.polygon(lump.ravel().tolist(), fill=_near(tint, rng))


def _placed(forms: Sequence[Form], side: int, tint: Numbers, rng: np.random.Generator) -> list[PlacedObject]:
    """Place objects, the largest first, so that a small one never lies under a large one."""
    which = list(range(len(forms)))
    # A form may stand there twice, as long as there are cells.
    which += [i for i in which if rng.random() < 0.25][: CELLS * CELLS - len(which)]
    # Many objects are smaller ones: nine of full size would leave nothing visible of each other.
    largest = SIZES[1] if len(which) <= 4 else 0.8 * SIZES[1]
    radii = sorted(rng.uniform(SIZES[0] ** 0.5, largest**0.5, len(which)) ** 2 * side, reverse=True)
    cells = rng.permutation(CELLS * CELLS)
    order = rng.permutation(len(which))
    taken = [tint]
    objects = []
    for radius, at, cell in zip(radii, order, cells, strict=False):
        colour = _colour_apart(taken, rng)
        taken.append(np.array(colour, np.float64))
        centre = (np.array(divmod(int(cell), CELLS)) + 0.5 + rng.uniform(-0.22, 0.22, 2)) / CELLS * side
        centre = centre.clip(0.8 * radius, side - 0.8 * radius)
        turned = _turn(rng) * radius
        polygons = tuple(polygon @ turned + centre for polygon in forms[which[at]])
        objects.append(PlacedObject(which[at], polygons, colour))
    return objects


def _turn(rng: np.random.Generator) -> Numbers:
    """Draw a rotation by up to TURN either way, mirrored half the time, with up to a quarter of squeeze."""
    angle = rng.uniform(-TURN, TURN)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    squeeze = np.diag([1.0, rng.choice([-1.0, 1.0]) * rng.uniform(0.75, 1.0)])
    turn: Numbers = squeeze @ rotation
    return turn


def _ends(side: int, rng: np.random.Generator) -> list[float]:
    return [float(v) for v in rng.uniform(0, side, 4)]


def _near(tint: Numbers, rng: np.random.Generator) -> Colour:
    """Draw a colour of clutter: not the background's, not as far from it as an object's."""
    red, green, blue = (tint + rng.uniform(-80, 80, 3)).clip(0, 255).astype(int).tolist()
    return red, green, blue


def _colour_apart(taken: Sequence[Numbers], rng: np.random.Generator) -> Colour:
    """Draw a bright colour that can be told from those; of sixteen the furthest, when none is far enough."""
    candidates = rng.integers(70, 256, (16, 3))
    distance = np.linalg.norm(candidates[:, None] - np.array(taken)[None], axis=2).min(axis=1)
    far = np.flatnonzero(distance >= CONTRAST)
    red, green, blue = candidates[far[0] if len(far) else distance.argmax()].tolist()
    return red, green, blue
