"""Cores and GPUs, the latter from a driver's program that a test writes itself."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.station import machine
from campaigns.station.machine import cores, gpus, sane_threads


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """The answer is kept while a process lives; here each test has another machine."""
    gpus.cache_clear()
    yield
    gpus.cache_clear()


def driver(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_gpus_are_those_that_the_driver_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver(
        tmp_path,
        monkeypatch,
        '[ "$1" = --query-gpu=index ] && [ "$2" = --format=csv,noheader ] && printf "0\\n1\\n2\\n"',
    )
    assert gpus() == (0, 1, 2)


@pytest.mark.parametrize(("allowed", "seen"), [("1", (1,)), ("0,2", (0, 2)), ("", ()), ("-1", ()), ("7", ())])
def test_gpus_that_the_environment_hides_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: str, seen: tuple[int, ...]
) -> None:
    driver(tmp_path, monkeypatch, 'printf "0\\n1\\n2\\n"')
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", allowed)
    assert gpus() == seen


@pytest.mark.parametrize(
    "script", ["exit 9", "echo No devices were found", "echo NVIDIA-SMI has failed; exit 9", "echo"]
)
def test_a_driver_without_devices_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    driver(tmp_path, monkeypatch, script)
    assert gpus() == ()


def test_no_driver_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus() == ()


@pytest.mark.parametrize(("has", "threads"), [(1, 1), (2, 1), (4, 1), (8, 2), (16, 4), (64, 4)])
def test_a_worker_gets_few_threads(monkeypatch: pytest.MonkeyPatch, has: int, threads: int) -> None:
    monkeypatch.setattr(machine, "cores", lambda: has)
    assert sane_threads() == threads


def test_there_is_a_core() -> None:
    assert cores() >= 1
