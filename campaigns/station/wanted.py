"""What a job waits for whose attempt has ended: people who label, or other jobs that score its pool."""

from contextlib import suppress

from campaigns.errors import BadInput
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import HomePaths
from campaigns.station.requests import look_at_request
from campaigns.station.scoring import add_wanted, forget_requests, job_of
from campaigns.station.waiting import frozen_recipe
from campaigns.store.rows import AttemptRow
from campaigns.store.store import Store


def look_at_wanted(home: HomePaths, store: Store, attempt: AttemptRow, ending: Exit | None) -> None:
    """Tell the store what an attempt has ended for, where it goes on once others have done something."""
    if ending is None:
        return
    if ending.ending is Ending.DONE:
        forget_requests(home, attempt)
    if ending.ending is Ending.SCORES:
        add_wanted(home, store, attempt)
    if ending.ending is Ending.LABELS:
        # Looked at only now: answers may have come since the worker looked.
        with suppress(BadInput):  # somebody removed its folder, or spoilt it: the next worker says so
            recipe = frozen_recipe(home, attempt.campaign)
            look_at_request(home, store, recipe, attempt.campaign, job_of(store, attempt))
