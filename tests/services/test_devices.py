"""The CPU, and cards that a driver's library or a driver's program written by a test tell of."""

import os
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from campaigns.home.allotment import Allotment
from campaigns.services.station import devices as room
from campaigns.services.station.devices import Device, Gauges, devices
from campaigns.station.machine import cores
from tests.patience import patience


class DriverError(Exception):
    """As the driver's library raises it."""


class Library(ModuleType):
    """The driver's library, for cards that say what a test gave them; what they were not given they refuse to say."""

    NVMLError = DriverError
    NVML_TEMPERATURE_GPU = 0

    def __init__(self, *cards: dict[str, object] | None, works: bool = True) -> None:
        super().__init__("pynvml")
        self.cards, self.works, self.greeted = cards, works, 0

    def nvmlInit(self) -> None:
        if not self.works:
            raise DriverError("driver not loaded")
        self.greeted += 1

    def nvmlDeviceGetCount(self) -> int:
        return len(self.cards)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> dict[str, object]:
        card = self.cards[index]
        if card is None:
            raise DriverError("GPU is lost")
        return card

    def nvmlDeviceGetName(self, handle: dict[str, object]) -> object:
        return self.said(handle, "name")

    def nvmlDeviceGetUtilizationRates(self, handle: dict[str, object]) -> object:
        return SimpleNamespace(gpu=self.said(handle, "busy"))

    def nvmlDeviceGetMemoryInfo(self, handle: dict[str, object]) -> object:
        return SimpleNamespace(used=self.said(handle, "used"), total=self.said(handle, "total"))

    def nvmlDeviceGetTemperature(self, handle: dict[str, object], sensor: int) -> object:
        assert sensor == self.NVML_TEMPERATURE_GPU
        return self.said(handle, "celsius")

    def nvmlDeviceGetPowerUsage(self, handle: dict[str, object]) -> object:
        return self.said(handle, "milliwatts")

    def said(self, handle: dict[str, object], what: str) -> object:
        if what not in handle:
            raise DriverError("not supported")
        return handle[what]


WHOLE = {
    "name": "NVIDIA H200",
    "busy": 75,
    "used": 3 * 2**30,
    "total": 140 * 2**30,
    "celsius": 41,
    "milliwatts": 90_500,
}
KNOWN = Device("cuda:0", "NVIDIA H200", 0.75, 3 * 2**30, 140 * 2**30, 41, 90.5)


@pytest.fixture(autouse=True)
def every_card_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def smi(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A driver's program."""
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_the_cpu_is_always_there_with_its_memory_and_its_workers() -> None:
    (cpu, *_) = devices({"cpu": ["tiny full", "tiny baseline-t0"]}, Gauges.open(Library()))
    assert (cpu.name, cpu.workers) == ("cpu", ("tiny full", "tiny baseline-t0"))
    assert cpu.title.endswith(f", {cores()} core{'s' if cores() > 1 else ''}")
    assert cpu.memory_total == Allotment().memory()
    assert cpu.memory_used is not None
    assert 0 < cpu.memory_used < cpu.memory_total


def test_how_busy_the_cpu_is_is_known_from_the_second_look_on() -> None:
    gauges = Gauges.open(Library())
    assert gauges.read()[0].utilisation is None
    second = gauges.read()[0].utilisation
    assert second is not None
    assert 0 <= second <= 1


def test_a_card_says_what_it_can_and_the_driver_is_greeted_once() -> None:
    library = Library(dict(WHOLE))
    gauges = Gauges.open(library)
    found = [devices({"cuda:0": ["tiny full"]}, gauges)[1] for _ in range(3)]
    assert {device.workers for device in found} == {("tiny full",)}
    assert gauges.read()[1] == KNOWN
    assert library.greeted == 1


@pytest.mark.parametrize("silent", ["name", "busy", "used", "celsius", "milliwatts"])
def test_what_a_card_does_not_say_is_none_and_the_rest_stays(silent: str) -> None:
    card = Gauges.open(Library({key: value for key, value in WHOLE.items() if key != silent})).read()[1]
    said = [card.title, card.utilisation, card.memory_used, card.celsius, card.watts]
    assert [not value for value in said] == [key == silent for key in ("name", "busy", "used", "celsius", "milliwatts")]


def test_a_card_that_cannot_be_reached_is_shown_without_figures_and_hides_no_other() -> None:
    _, first, second = Gauges.open(Library(None, dict(WHOLE))).read()
    assert first == Device("cuda:0", "")
    assert (second.name, second.title) == ("cuda:1", "NVIDIA H200")


def test_a_card_that_fails_later_is_shown_without_figures() -> None:
    card: dict[str, object] = dict(WHOLE)
    gauges = Gauges.open(Library(card))
    assert gauges.read()[1] == KNOWN
    card.clear()
    assert gauges.read()[1] == Device("cuda:0", "")


def test_cards_that_the_environment_hides_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert [device.name for device in Gauges.open(Library(dict(WHOLE), dict(WHOLE))).read()] == ["cpu", "cuda:1"]


def test_a_slot_that_no_gauge_knows_still_shows_who_is_on_it() -> None:
    found = devices({"cuda:3": ["tiny full"]}, Gauges.open(Library()))
    assert found[1] == Device("cuda:3", "", workers=("tiny full",))


def test_without_the_library_the_drivers_program_is_asked_but_not_at_every_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine takes seconds between two looks, and for the driver's program.
    monkeypatch.setattr(room, "time", SimpleNamespace(monotonic=lambda: 1e6))
    monkeypatch.setattr(room, "PATIENCE", patience())
    asked = tmp_path / "asked"
    rows = r"0, NVIDIA A100, 40GB, 50, 1024, 40960, 35, 61.20\n1, Tesla K80, [N/A], [N/A], 12288, 30, [N/A]\nrubbish\n"
    smi(tmp_path, monkeypatch, f"echo $1 >> {asked}; printf '{rows}'")
    gauges = Gauges.open(Library(works=False))
    for _ in range(3):
        found = gauges.read()
    assert found[1:] == (
        Device("cuda:0", "NVIDIA A100, 40GB", 0.5, 2**30, 40 * 2**30, 35.0, 61.2),
        Device("cuda:1", "Tesla K80", None, None, 12 * 2**30, 30.0, None),
    )
    assert asked.read_text().splitlines() == [f"--query-gpu={','.join(room.SMI_FIELDS)}"]


@pytest.mark.parametrize("script", ["exit 9", "echo No devices were found", "exec sleep 20"])
def test_a_driver_that_fails_leaves_the_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.3)
    smi(tmp_path, monkeypatch, script)
    assert [device.name for device in Gauges.open(Library(works=False)).read()] == ["cpu"]


def test_the_installed_library_never_ends_a_look() -> None:
    assert Gauges.open().read()[0].name == "cpu"
