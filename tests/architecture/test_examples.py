"""The image's recipe and the example of a CI job name what there is; the commands of the job are run."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from alwsl_tui.cli.app import app
from alwsl_tui.entry import main
from campaigns.station.pytorch import CPU_INDEX
from tests.architecture.documents import PAGES, shell_lines
from tests.architecture.sources import ROOT
from tests.patience import patience

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PROGRAM = "alwsl-tui"
TORCH = {spec for spec in PROJECT["dependencies"] if spec.startswith("torch")}
INSTRUCTIONS = {"ARG", "FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "ENTRYPOINT"}


def instructions() -> list[tuple[str, str]]:
    """Every line of the image's recipe: the word it begins with, and the rest."""
    text = (ROOT / ".ci/Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def of(word: str) -> list[str]:
    """The rest of every instruction that begins with this word."""
    return [rest for first, rest in instructions() if first == word]


def job() -> dict[str, Any]:
    """The one job of the example."""
    (only,) = yaml.safe_load((ROOT / ".ci/example-job.yml").read_text(encoding="utf-8"))["jobs"].values()
    assert isinstance(only, dict)
    return only


def typed() -> list[str]:
    """Every command that the job runs, in order."""
    return [line for step in job()["steps"] for line in step.get("run", "").splitlines()]


def require_known(line: str) -> None:
    """Raise unless the program takes this command line."""
    words = shlex.split(line.partition(" > ")[0])[1:]
    command = typer.main.get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    command.make_context(words[0], words[1:])


def test_the_recipe_of_the_image_has_instructions_in_an_order_that_builds() -> None:
    words = [word for word, _ in instructions()]
    assert set(words) == INSTRUCTIONS
    assert words.index("FROM") == words.index("ARG") + 1, "before the first stage there are arguments alone"
    assert words[-1] == "ENTRYPOINT"


def test_what_the_image_copies_is_there_and_is_enough_to_install() -> None:
    copied = {source for rest in of("COPY") for source in rest.split()[:-1]}
    assert [source for source in copied if not (ROOT / source).exists()] == []
    packages = {"alwsl_tui", "campaigns"}
    assert copied >= packages | {"pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]}
    built_with = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["cmdclass"]
    modules = {f"{name.rpartition('.')[0].replace('.', '/')}.py" for name in built_with.values()}
    assert copied >= modules


def test_the_image_has_the_pytorch_of_an_argument_and_the_program_by_an_entry_point() -> None:
    assert of("ARG") == ["PYTHON=3.11", "TORCH=cpu"]
    torch, program, _ = of("RUN")
    assert set(re.findall(r"'(torch[^']+)'", torch)) == TORCH
    assert torch.split()[-1].replace("${TORCH}", "cpu") == CPU_INDEX
    (extras,) = re.findall(r"'\.\[(.+)\]'", program)
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    assert of("ENTRYPOINT") == [f'["{PROGRAM}"]']
    assert PROJECT["scripts"] == {PROGRAM: f"{main.__module__}:{main.__name__}"}
    assert of("USER") != ["root"]
    assert of("ENV")[0].partition("=")[2].startswith(of("VOLUME")[0])


def test_the_commands_of_the_job_exist() -> None:
    lines = [line for line in typed() if line.startswith(PROGRAM)]
    assert [line.split()[1] for line in lines] == ["doctor", "run", "verify", "report"]
    for line in lines:
        require_known(line)
    (torch,) = (line for line in typed() if "torch" in line)
    assert set(re.findall(r"'(torch[^']+)'", torch)) == TORCH
    assert torch.endswith(CPU_INDEX)


def test_the_job_keeps_what_it_wrote_also_when_it_fails() -> None:
    (kept,) = (step for step in job()["steps"] if "upload-artifact" in step.get("uses", ""))
    assert kept["if"] == "always()"
    assert {"smoke.json", "report"} <= set(kept["with"]["path"].split())
    written = {line.split()[-1] for line in typed() if " > " in line or "--out" in line}
    assert written == {"smoke.json", "report"}


def test_the_guide_types_what_the_job_types() -> None:
    lines = {line.partition(" > ")[0] for line in typed() if line.startswith(f"{PROGRAM} ")} - {f"{PROGRAM} doctor"}
    assert lines <= set(shell_lines(PAGES["install"]))
    assert all(name in PAGES["install"] for name in (".ci/Containerfile", ".ci/example-job.yml"))


@pytest.mark.slow
@pytest.mark.long
def test_the_commands_of_the_job_leave_the_report(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / PROGRAM
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m alwsl_tui "$@"\n')
    program.chmod(0o755)
    script = "\n".join(line for line in typed() if line.startswith(PROGRAM))
    env = os.environ | {"ALWSL_HOME": str(tmp_path / "home"), "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    words = ["bash", "-e", "-c", script]
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=patience(), check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "smoke.json").stat().st_size > 100
    assert list((tmp_path / "report").rglob("*.html"))
    kept = "\n".join(job()["steps"][-1]["with"]["path"].split())
    logs = [name for name in kept.splitlines() if name.startswith("home/")]
    assert [name for name in logs if not list(tmp_path.glob(name))] == []
