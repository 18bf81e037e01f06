"""Changes that bytes alone rarely make: another value in JSON that stays JSON, a word that a reader knows."""

import json
from random import Random
from typing import Any

NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 1 << 63, 10**400, 1e308, -0.0, float("nan"), "", "\ud800", "\x1b[2J\x00", "../../x",
    "/etc/passwd", "C:\\x", "=1+1", [], {}, [[[]]], [None], {"id": 1}, "x" * 300, 2.5,
)  # fmt: skip
WORDS = (
    b"../", b"\0", b"\r", b'"', b'""', b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"1e999", b"0x", b"[[a]]\n",
    b"[a.b]\n", b"=", b";", b"|", b"\n%%\n", b"?", b"image,labels\n", b"image,x,split\n", b"a.png,1\n", b"-1", b"  1\n",
    b"\xef\xbb\xbf", b"add=[", b"data.name=", b"nan", b"1979-05-27", b"'''", b'"""', b"\\u", b"{" * 60, b"[" * 600,
)  # fmt: skip


def mutated(data: bytes, seed: int) -> bytes:
    """The same input with one thing changed that a reader may stumble over."""
    rng = Random(seed)
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    try:
        tree = json.loads(lines[at])
        lines[at] = json.dumps(_changed(tree, rng)).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        place = rng.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:place] + rng.choice(WORDS) + lines[at][place + rng.choice((0, 0, 1, 4)) :]
    return b"\n".join(lines)


def _changed(tree: Any, rng: Random) -> Any:
    if isinstance(tree, (dict, list)) and tree and rng.random() < 0.85:
        key = rng.choice(list(tree) if isinstance(tree, dict) else range(len(tree)))
        what = rng.random()
        if what < 0.1:
            return {k: v for k, v in tree.items() if k != key} if isinstance(tree, dict) else [*tree, tree[key]]
        changed = dict(tree) if isinstance(tree, dict) else list(tree)
        changed[key] = _changed(tree[key], rng)
        return changed
    return rng.choice(NASTY)
