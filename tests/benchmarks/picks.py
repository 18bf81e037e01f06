"""What a large `picks.json` costs to read and to write: `python -m tests.benchmarks.picks [--picks N] [--classes C]`.

The reader of the program decodes and checks in one go; beside it stands what the standard library and the same checks,
field by field in Python, take for the same file in the same run.
"""

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from campaigns.home.files import json_text, json_value
from campaigns.home.picks import SCHEMA, Pick, PickedRound, encode_picks, read_picks, write_picks
from campaigns.selection.agreement import Agreement
from campaigns.selection.criteria import PAPER
from tests.benchmarks.measuring import machine, table

ALLOWED = 0.25
"""Of the time that the standard library and checks in Python take."""
TRIES = 5


def main() -> int:
    """Make, measure, print; 1 when reading takes more than its share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picks", type=int, default=10_000)
    parser.add_argument("--classes", type=int, default=80)
    wanted = parser.parse_args()
    picked = a_round(wanted.picks, wanted.classes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picks.json"
        write_picks(path, picked)
        assert read_picks(path) == picked
        content = path.read_bytes()
        reading = {
            "json.loads, nothing checked": cpu(lambda: json.loads(content)),
            "json.loads, then every field checked": cpu(lambda: checked(content)),
            "read_picks, typed and checked": cpu(lambda: read_picks(path)),
        }
        whole = msgspec.to_builtins(picked, enc_hook=np.ndarray.tolist)
        writing = {"json.dumps": cpu(lambda: json_text(whole)), "encode_picks": cpu(lambda: encode_picks(picked))}
    print(f"{machine()}; {wanted.picks:,} picks of {wanted.classes} classes, {len(content) / 2**20:.1f} MiB")
    rows = [(name, f"{seconds:.3f}") for name, seconds in (reading | writing).items()]
    print(table(("what", "seconds of a processor"), rows))
    slow, quick = reading["json.loads, then every field checked"], reading["read_picks, typed and checked"]
    print(f"reading takes {quick / slow:.2f} of it, writing {writing['encode_picks'] / writing['json.dumps']:.2f}")
    return 0 if quick <= ALLOWED * slow else 1


def cpu(work: Callable[[], object]) -> float:
    """Return the least seconds of a processor over some tries."""
    least = math.inf
    for _ in range(TRIES):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least


def a_round(picks: int, classes: int) -> PickedRound:
    """Return a round of that size, drawn."""
    rng = np.random.default_rng(0)
    size = len(PAPER)
    shares, ranks = rng.random((picks, classes)).round(4).tolist(), rng.integers(1, 80_000, (picks, size)).tolist()
    return PickedRound(
        schema=SCHEMA, criterion="unc", round=1, n=picks, pool=80_000, criteria=PAPER,
        agreement=Agreement(np.eye(size, dtype=np.int64), np.arange(size), np.eye(size)),
        picks=tuple(
            Pick(
                image=f"{at:012}", value=float(rng.random()), ranks=dict(zip(PAPER, ranks[at], strict=True)),
                votes=at % 7, probabilities=tuple(shares[at]),
            )
            for at in range(picks)
        ),
    )  # fmt: skip


def checked(content: bytes) -> dict[str, Any]:
    """Return the same file by the standard library, with the checks that the types stand for."""
    whole: dict[str, Any] = json_value(content)
    require(all(type(whole[key]) is int for key in ("schema", "round", "n", "pool")))
    require(whole["criterion"] is None or type(whole["criterion"]) is str)
    for pick in whole["picks"]:
        require(type(pick["image"]) is str and type(pick["votes"]) is int and pick["votes"] >= 0)
        require(pick.get("value") is None or type(pick["value"]) is float)
        require(all(type(name) is str and type(rank) is int and rank > 0 for name, rank in pick["ranks"].items()))
        require(all(type(share) is float and 0 <= share <= 1 for share in pick["probabilities"]))
    require(len({len(pick["probabilities"]) for pick in whole["picks"]}) == 1)
    return whole


def require(is_right: bool) -> None:
    """Raise ValueError unless it is right."""
    if not is_right:
        raise ValueError("no round wrote it")


if __name__ == "__main__":
    sys.exit(main())
