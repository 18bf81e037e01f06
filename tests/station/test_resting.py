"""A station rests longer while nothing happens, and is awake at once when a worker ends."""

import subprocess
import sys

from campaigns.core.states import Intent
from campaigns.home.process import worker_of
from campaigns.services.workspace import Workspace
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.station import Station
from campaigns.store.campaigns import set_intent
from tests.patience import patience
from tests.stage import tiny
from tests.station.test_station import BASE, BASELINE_ONLY, paths_of, running, somebody

CHILD_ENDS = """
import subprocess, sys, time
from campaigns.station.resting import ChildBell
bell = ChildBell()
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
child.stdin.close()
bell.rest(3600)
print(child.wait())
bell.rest(0.01)  # what was heard rings no more
bell.rest(0.01)
"""


def test_a_child_that_ends_cuts_a_rest_short() -> None:
    # A process of its own: signals belong to a whole process.
    done = subprocess.run([sys.executable, "-c", CHILD_ENDS], capture_output=True, timeout=patience(), check=True)
    assert done.stdout.strip() == b"1"


def test_turns_are_quiet_while_workers_only_work_until_somebody_asks_for_something(place: Workspace) -> None:
    row, other = tiny(place, *BASELINE_ONLY), tiny(place, *BASELINE_ONLY, name="other")
    folder = paths_of(place, row, BASE).folder
    folder.mkdir(parents=True)
    with place.store() as store, somebody(folder) as child:
        worker = worker_of(child.pid)
        assert worker is not None
        running(store, row, worker)
        station = Station.open(place.home, store, LocalExecutor())
        station.turn()
        for count in range(1, 5):
            station.turn()
            assert station.quiet == count
        with place.store() as theirs:
            set_intent(theirs, other.id, Intent.PAUSE)
        station.turn()
        assert station.quiet == 0
