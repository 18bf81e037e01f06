"""`python -m campaigns.station.executors.ray.probe ADDRESS FOLDER`: a job that does nothing, on each node of a cluster.

`doctor --executor ray:ADDRESS` starts it; it prints a line of JSON for each node.
"""

import os
import sys
from concurrent.futures import Future

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from campaigns.home.records import decode
from campaigns.station.executors.holding.talk import to_bytes
from campaigns.station.executors.ray.actor import sight_of
from campaigns.station.executors.ray.cluster import alive_and_dead, connect
from campaigns.station.executors.ray.sight import ProbeLine, RaySight

PATIENCE = 60.0
"""Seconds that a node may take."""


def main(address: str, folder: str) -> int:
    """Print what each node says; the exit code says whether the cluster could be asked at all."""
    lines = os.dup(1)
    os.dup2(2, 1)  # what Ray prints is none of them
    if (refusal := connect(address)) is not None:
        os.write(lines, to_bytes(ProbeLine(failure=refusal.complaint or refusal.refusal, hint=refusal.hint)))
        return 1
    probe = ray.remote(sight_of)
    asked: list[tuple[str, Future[bytes]]] = []
    for node in alive_and_dead():
        if node["Alive"]:
            there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            answer = probe.options(num_cpus=0, max_retries=0, scheduling_strategy=there).remote(folder)
            asked.append((str(node.get("NodeManagerHostname", "")), answer.future()))
    for name, future in asked:
        os.write(lines, to_bytes(_line_of(name, future)))
    os._exit(0)


def _line_of(name: str, future: "Future[bytes]") -> ProbeLine:
    try:
        return ProbeLine(name, decode(RaySight, future.result(timeout=PATIENCE)))
    except TimeoutError:
        return ProbeLine(name, failure=f"no answer within {PATIENCE:.0f} s")
    except (RayError, ValueError) as error:
        return ProbeLine(name, failure=" ".join(str(error).split())[-300:])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
