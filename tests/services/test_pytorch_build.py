"""`doctor` notices a build of PyTorch that does not suit the machine, both ways round, without importing it."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import distributions, version
from pathlib import Path

import pytest

from campaigns.station.pytorch import TorchBuild, installed_build
from tests.patience import patience

VERSION_FILE = """from typing import Optional
__version__ = '{version}'
debug = False
cuda: Optional[str] = {cuda}
git_version = '0'
hip: Optional[str] = {hip}
"""


def installed(folder: Path, name: str, version: str, sizes: tuple[int, ...]) -> None:
    """Put a distribution's records there, as an installer does; its files are there, and empty."""
    about = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    about.mkdir(parents=True)
    (folder / name).mkdir(exist_ok=True)
    for at in range(len(sizes)):
        (folder / f"{name}/{at}.so").touch()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (about / "RECORD").write_text("".join(f"{name}/{at}.so,,{size}\n" for at, size in enumerate(sizes)))


def pytorch(folder: Path, version: str, *, cuda: str | None = None, hip: str | None = None) -> Path:
    """A folder of packages with that build of PyTorch in it, and nothing of the build that is installed here."""
    for package in distributions():
        if re.match("nvidia-|cuda-|triton", name := package.metadata["Name"].lower()):
            installed(folder, name, "0", ())
    (folder / "torch").mkdir(parents=True)
    (folder / "torch/__init__.py").write_text("raise AssertionError('it was imported')\n")
    text = VERSION_FILE.format(version=version, cuda=repr(cuda), hip=repr(hip))
    (folder / "torch/version.py").write_text(text)
    installed(folder, "torch", version, (1 << 30,))
    installed(folder, "torchvision", "0.28.0", (1,))
    return folder


def driver(folder: Path, answer: str) -> Path:
    """A folder with a driver's program that answers so."""
    folder.mkdir(exist_ok=True)
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nprintf '{answer}'\n")
    program.chmod(0o755)
    return folder


def finding(packages: Path, programs: Path, home: Path, **variables: str) -> tuple[bool, str, int]:
    """What `doctor` says of the build, and its exit code."""
    # The packages of the test come first on the path, then everything that is installed here.
    env = os.environ | {"PYTHONPATH": str(packages), "PATH": str(programs)} | variables
    words = [sys.executable, "-m", "alwsl_tui", "doctor", "--json", "--home", str(home)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=patience(), check=False, env=env)
    (build,) = (f for f in json.loads(done.stdout)["findings"] if f["what"] == "PyTorch build")
    return build["is_good"], build["found"], done.returncode


def test_a_build_for_cuda_without_a_card_says_its_size_and_how_to_have_the_small_one(tmp_path: Path) -> None:
    packages = pytorch(tmp_path / "packages", "2.13.0", cuda="13.0")
    installed(packages, "nvidia-cublas", "13.1.1.3", (2 << 30, 1 << 29))
    installed(packages, "triton", "3.7.1", (1 << 29,))
    installed(packages, "nvidia-ml-py", "13.0", (1 << 40,))
    is_good, text, code = finding(packages, tmp_path, tmp_path / "home")
    assert (is_good, code) == (False, 0)
    assert text.startswith("for CUDA 13.0, 4.0 GiB with its libraries, and this machine has no card")
    small = "pip install torch==2.13.0+cpu torchvision==0.28.0+cpu --index-url https://download.pytorch.org/whl/cpu"
    assert small in text


def test_a_build_for_the_cpu_beside_a_card_says_how_to_have_the_other_one(tmp_path: Path) -> None:
    packages = pytorch(tmp_path / "packages", "2.13.0+cpu")
    is_good, text, code = finding(packages, driver(tmp_path / "bin", "0\\n"), tmp_path / "home")
    assert (is_good, code) == (False, 0)
    assert text.startswith("for the CPU alone, although this machine has a card")
    assert "pip install --force-reinstall torch==2.13.0 torchvision==0.28.0" in text
    assert "index-url" not in text


@pytest.mark.parametrize(
    ("cuda", "hip", "answer", "variables"),
    [
        ("13.0", None, "0\\n", {}),
        ("13.0", None, "0\\n", {"CUDA_VISIBLE_DEVICES": ""}),  # hidden for now: the card is there
        (None, None, "", {}),
        (None, "6.4", "", {}),  # AMD's cards are none that nvidia-smi knows
    ],
)
def test_a_build_that_suits_the_machine_is_good(
    cuda: str | None, hip: str | None, answer: str, variables: dict[str, str], tmp_path: Path
) -> None:
    packages = pytorch(tmp_path / "packages", "2.13.0", cuda=cuda, hip=hip)
    is_good, text, code = finding(packages, driver(tmp_path / "bin", answer), tmp_path / "home", **variables)
    assert (is_good, code) == (True, 0), text


def test_the_build_that_is_installed_here_is_read_as_it_tells_itself() -> None:
    import torch

    build = installed_build()
    # PyPI's build has no local part in its records and one in the module: `2.13.0` and `2.13.0+cu130`.
    assert torch.__version__.startswith(version("torch"))
    assert build == TorchBuild(version("torch"), torch.version.cuda, is_for_others=bool(torch.version.hip))
