"""Whether something may have happened in a home is known without opening its store."""

from campaigns.services.monitor.pulse import Pulse
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import campaign_names
from tests.stage import attended, tiny


def at_rest(place: Workspace) -> Pulse:
    """The pulse of a home, after all that the first calls say."""
    pulse = Pulse(place)
    assert [pulse.has_moved() for _ in range(3)] == [True, True, False]
    return pulse


def test_a_home_in_which_nothing_happens_does_not_move_however_often_it_is_looked_at(place: Workspace) -> None:
    row = tiny(place)
    pulse = at_rest(place)
    for _ in range(3):
        watch(place, row.name)
        assert not pulse.has_moved()


def test_who_reads_moves_nothing_by_having_the_store_open(place: Workspace) -> None:
    tiny(place)
    pulse = at_rest(place)
    with place.store() as store:
        assert list(campaign_names(store).values()) == ["tiny"]
        assert not pulse.has_moved()
    assert not pulse.has_moved()


def test_what_is_written_into_the_store_moves_it_and_the_next_look_makes_sure(place: Workspace) -> None:
    tiny(place)
    pulse = at_rest(place)
    tiny(place, name="another")
    assert [pulse.has_moved() for _ in range(3)] == [True, True, False]


def test_it_moves_when_a_station_comes_and_when_it_goes(place: Workspace) -> None:
    pulse = at_rest(place)
    with attended(place):
        assert [pulse.has_moved() for _ in range(3)] == [True, True, False]
    assert [pulse.has_moved() for _ in range(3)] == [True, True, False]


def test_after_a_while_something_may_have_happened_in_any_case(place: Workspace) -> None:
    pulse = Pulse(place, longest=0.0)
    assert all(pulse.has_moved() for _ in range(5))
    assert pulse.is_late, "nothing tells of it"
    tiny(place)
    assert pulse.has_moved()
    assert not pulse.is_late
