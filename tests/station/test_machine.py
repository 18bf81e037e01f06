"""Cores and GPUs, the latter from a driver's program that a test writes itself."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.station import machine
from campaigns.station.machine import compute_capability, cores, cpu_flags, gpus, sane_threads


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """The answer is kept while a process lives; here each test has another machine."""
    for answer in (gpus, compute_capability, cpu_flags):
        answer.cache_clear()
    yield
    for answer in (gpus, compute_capability, cpu_flags):
        answer.cache_clear()


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


CARDS = """case $1 in
    --query-gpu=index) printf "0\\n1\\n2\\n";;
    --query-gpu=index,compute_cap) printf "0, 9.0\\n1, 7.5\\n2, 12.0\\n";;
esac"""


@pytest.mark.parametrize(("allowed", "weakest"), [("0,1,2", (7, 5)), ("0,2", (9, 0)), ("2", (12, 0)), ("", None)])
def test_several_gpus_can_do_what_the_weakest_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: str, weakest: tuple[int, int] | None
) -> None:
    driver(tmp_path, monkeypatch, CARDS)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", allowed)
    assert compute_capability() == weakest


@pytest.mark.parametrize(
    "answer",
    ["exit 2", 'echo Field "compute_cap" is not a valid field', 'printf "0, 9.0\\n"', 'printf "0, [N/A]\\n1, 8.0"'],
)
def test_what_a_driver_does_not_say_of_every_gpu_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    driver(tmp_path, monkeypatch, f'[ "$1" = --query-gpu=index ] && printf "0\\n1\\n" || {answer}')
    assert gpus() == (0, 1)
    assert compute_capability() is None


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("processor : 0\nflags\t\t: fpu avx512_bf16 amx_bf16\n", {"fpu", "avx512_bf16", "amx_bf16"}),
        ("Features\t: asimd bf16\nCPU part\t: 0xd4f\n\nFeatures\t: asimd\n", {"asimd"}),
        ("vmx flags\t: vnmi bf16\nmodel name\t: a bf16 machine\n", set()),
        ("", set()),
    ],
)
def test_a_processor_can_do_what_all_its_cores_can(tmp_path: Path, text: str, flags: set[str]) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(text)
    assert cpu_flags(cpuinfo) == flags


def test_a_system_without_that_file_says_nothing_of_its_processor(tmp_path: Path) -> None:
    assert cpu_flags(tmp_path / "cpuinfo") == set()


def test_no_driver_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus() == ()


@pytest.mark.parametrize(("has", "threads"), [(1, 1), (2, 1), (4, 1), (8, 2), (16, 4), (64, 4)])
def test_a_worker_gets_few_threads(monkeypatch: pytest.MonkeyPatch, has: int, threads: int) -> None:
    monkeypatch.setattr(machine, "cores", lambda: has)
    assert sane_threads() == threads


def test_there_is_a_core() -> None:
    assert cores() >= 1
