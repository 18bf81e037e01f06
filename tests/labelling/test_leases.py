"""Several people label at once: none is asked about what another has before them."""

import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from campaigns.core.answers import Answer
from campaigns.home.answers import read_answers
from campaigns.home.process import worker_of
from campaigns.services.desk.desk import Desk
from campaigns.services.labelling import leases
from campaigns.services.labelling.label import Spoken
from campaigns.services.labelling.leases import MOST, Holder, claim, lease, own_images, release
from campaigns.services.labelling.requests import is_shared, next_images
from campaigns.services.workspace import Workspace
from tests.labelling.truth import asking, write_photos
from tests.patience import patience
from tests.stage import tiny

WANTED = [f"{at:02}.jpg" for at in range(20)]
ANNA, BEN = Holder.screen("anna"), Holder.screen("ben")


def test_two_screens_never_have_the_same_image(place: Workspace) -> None:
    first = lease(place, "photos", WANTED, ANNA)
    second = lease(place, "photos", WANTED, BEN)
    assert (first.own, first.others) == (tuple(WANTED[:MOST]), {})
    assert (second.own, second.others) == (tuple(WANTED[MOST : 2 * MOST]), {"anna": MOST})
    assert lease(place, "photos", WANTED[1:], ANNA).own == (*WANTED[1:MOST], WANTED[2 * MOST])


def test_what_is_released_comes_to_others(place: Workspace) -> None:
    lease(place, "photos", WANTED, ANNA)
    assert not claim(place, "photos", WANTED[0], BEN)
    release(place, "photos", ANNA)
    assert claim(place, "photos", WANTED[0], BEN)
    assert lease(place, "photos", WANTED, ANNA).own == tuple(WANTED[1 : MOST + 1])


def test_what_is_claimed_while_it_is_looked_at_what_is_wanted_stays(place: Workspace) -> None:
    began = time.time()
    claim(place, "photos", WANTED[0], ANNA)  # its answer is taken back
    lease(place, "photos", WANTED[1:], ANNA, began=began)
    assert not claim(place, "photos", WANTED[0], BEN)
    assert lease(place, "photos", WANTED, ANNA).own == tuple(WANTED[: MOST + 1])
    lease(place, "photos", WANTED[1:], ANNA)  # it is answered again
    assert claim(place, "photos", WANTED[0], BEN)


def test_a_lease_of_a_process_that_has_ended_is_over(place: Workspace) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    worker = worker_of(child.pid)
    assert worker is not None
    lease(place, "photos", WANTED, Holder("ben", "a screen", worker.to_text()))
    assert lease(place, "photos", WANTED[:MOST], ANNA).own == ()
    child.kill()
    child.communicate()
    assert lease(place, "photos", WANTED[:MOST], ANNA).own == tuple(WANTED[:MOST])


def test_a_lease_ends_after_some_minutes_and_is_renewed_before(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("campaigns.services.labelling.leases.time.time", lambda: clock[0])
    lease(place, "photos", WANTED, Holder.command("ben"))
    lease(place, "photos", WANTED[MOST:], ANNA)
    clock[0] += leases.SECONDS / 2 + 1
    assert lease(place, "photos", WANTED[MOST:], ANNA).own == tuple(WANTED[MOST : 2 * MOST])
    clock[0] += leases.SECONDS / 2
    assert lease(place, "photos", WANTED, BEN).own == (*WANTED[:MOST],)
    assert claim(place, "photos", WANTED[MOST], BEN) is False


def test_what_a_command_was_given_a_screen_of_the_same_person_goes_on_with(place: Workspace) -> None:
    command = Holder.command("anna")
    assert lease(place, "photos", WANTED, command).own == lease(place, "photos", WANTED, command).own
    assert lease(place, "photos", WANTED, BEN).own == tuple(WANTED[MOST : 2 * MOST])
    assert lease(place, "photos", WANTED, ANNA).own == tuple(WANTED[:MOST])
    assert lease(place, "photos", WANTED, command).own == tuple(WANTED[2 * MOST :])


def test_two_people_list_different_images(place: Workspace, tmp_path: Path) -> None:
    tiny(place, *asking(write_photos(tmp_path / "photos")), name="photos")
    anna, ben = (own_images(place, "photos", by=by, most=10).images for by in ("anna", "ben"))
    assert len(anna) == len(ben) == 10
    assert {each.image for each in anna}.isdisjoint(each.image for each in ben)


def test_two_who_label_at_once_answer_every_image_once(place: Workspace, tmp_path: Path) -> None:
    tiny(place, *asking(write_photos(tmp_path / "photos")), "protocol.initial=80", name="photos")
    asked = {each.image for each in next_images(place, "photos").images}
    assert len(asked) >= 100
    errors: list[BaseException] = []
    both = threading.Barrier(2, timeout=patience())

    def label(by: str) -> None:
        try:
            desk = Desk(place, "photos", by=by)
            images = desk.look().wanted.images
            both.wait()  # or who begins first might leave the other nothing
            while images:
                desk.keep(Spoken(images[0].image, is_rest_no=True))
                images = desk.look().wanted.images
            desk.close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=label, args=(by,)) for by in ("anna", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    answers = answers_of(place)
    assert set(Counter(each.image for each in answers).values()) == {1}
    assert {each.image for each in answers} == asked
    assert {each.by for each in answers} == {"anna", "ben"}


def test_a_share_of_the_images_is_labelled_by_both(place: Workspace, tmp_path: Path) -> None:
    tiny(place, *asking(write_photos(tmp_path / "photos")), name="photos")
    asked = [each.image for each in next_images(place, "photos").images]
    anna, ben = (Desk(place, "photos", by=by, overlap=0.3) for by in ("anna", "ben"))
    for _ in range(len(asked)):
        for desk in (anna, ben):
            if images := desk.look().wanted.images:
                desk.keep(Spoken(images[0].image, is_rest_no=True))
    counts = Counter(each.image for each in answers_of(place))
    assert set(counts) == set(asked)
    twice = {image for image, count in counts.items() if count == 2}
    shared = {image for image in asked if is_shared(image, 0.3)}
    assert twice <= shared
    assert len(shared - twice) <= 1, "the request is over with its last image"
    assert max(counts.values()) == 2


def answers_of(place: Workspace) -> list[Answer]:
    statements = [entry.statement for entry in read_answers(place.home.labels("photos"))]
    return [statement for statement in statements if isinstance(statement, Answer)]
