"""A worker whose memory is limited: `python -m tests.faults.starved ATTEMPT_FOLDER MIB`.

The system gives this process so many mebibytes more than it has once torch is loaded. What is asked for beyond is
refused, by the allocators themselves.
"""

import os
import resource
import sys
from pathlib import Path

import campaigns.worker.job
from campaigns.worker.__main__ import main

assert campaigns.worker.job, "loaded before memory is counted"


def limit(mib: int) -> None:
    """Let this process have so much more address space, and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + (mib << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    limit(int(sys.argv[2]))
    sys.exit(main(Path(sys.argv[1])))
