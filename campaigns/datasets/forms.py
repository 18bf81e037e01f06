"""The ten forms of the built-in scenes, as polygons in a unit disc: told apart by outline, never by colour."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Polygon = NDArray[np.float64]
"""(P, 2) corners; none is further than 1 from the origin."""
Form = tuple[Polygon, ...]


def _arc(radius: float, start: float, end: float, *, corners: int = 28) -> Polygon:
    """Return corners on a circle, angles in turns."""
    angle = 2 * np.pi * np.linspace(start, end, corners)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _disc() -> Form:
    return (_arc(0.88, 0, 1),)


def _ring() -> Form:
    # One outline that goes round outside and back inside: its seam has no area.
    return (np.concatenate([_arc(0.95, 0, 1), _arc(0.6, 1, 0)]),)


def _square() -> Form:
    return (_arc(1, 0.125, 1.125, corners=5)[:4],)


def _triangle() -> Form:
    return (_arc(1, 0, 1, corners=4)[:3],)


def _star() -> Form:
    outer, inner = _arc(1, 0, 1, corners=6)[:5], _arc(0.4, 0.1, 1.1, corners=6)[:5]
    return (np.stack([outer, inner], axis=1).reshape(10, 2),)


def _cross() -> Form:
    a, b = 0.94, 0.3
    corners = [
        (a, b),
        (b, b),
        (b, a),
        (-b, a),
        (-b, b),
        (-a, b),
        (-a, -b),
        (-b, -b),
        (-b, -a),
        (b, -a),
        (b, -b),
        (a, -b),
    ]
    return (np.array(corners),)


def _stripes() -> Form:
    bar = np.array([(-0.78, -0.13), (0.78, -0.13), (0.78, 0.13), (-0.78, 0.13)])
    return tuple(bar + np.array((0, y)) for y in (-0.47, 0.0, 0.47))


def _crescent() -> Form:
    outer = _arc(0.95, 0.14, 0.86)
    inner = _arc(0.72, 0.82, 0.18) + np.array((0.42, 0))
    return (np.concatenate([outer, inner]),)


def _heart() -> Form:
    t = np.linspace(0, 2 * np.pi, 40)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return (np.stack([x, -y - 2], axis=1) / 18,)


def _arrow() -> Form:
    corners = [(0.97, 0), (0.2, 0.66), (0.2, 0.24), (-0.9, 0.24), (-0.9, -0.24), (0.2, -0.24), (0.2, -0.66)]
    return (np.array(corners),)


_MAKERS: Mapping[str, Callable[[], Form]] = {
    "disc": _disc,
    "square": _square,
    "triangle": _triangle,
    "ring": _ring,
    "star": _star,
    "cross": _cross,
    "stripes": _stripes,
    "crescent": _crescent,
    "heart": _heart,
    "arrow": _arrow,
}
FORMS: Mapping[str, Form] = MappingProxyType({name: make() for name, make in _MAKERS.items()})
"""Form by class, the frequent classes first."""
