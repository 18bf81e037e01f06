"""What a stranger gets who installs the program or unpacks its source archive."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from campaigns.station.pytorch import CPU_INDEX
from campaigns.version import VERSION
from tests.architecture.documents import PAGES, README, codes, rows
from tests.architecture.sources import ROOT
from tests.patience import patience
from tests.sdist import FILES, additions

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BUILD = "import sys, setuptools.build_meta as backend; print(getattr(backend, sys.argv[1])(sys.argv[2]))"


def tracked() -> set[str]:
    """Every file of the repository."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no repository")
    return set(listed.stdout.splitlines())


def linked() -> set[str]:
    """Every file that README leads to or shows."""
    links = re.findall(r"\]\(([^)\s#]+)", README)
    return {link for link in links if "://" not in link}


def test_the_source_archive_has_every_test_and_all_that_the_readme_shows() -> None:
    files = set(additions(ROOT))
    assert {name for name in tracked() if name.startswith(("tests/", ".ci/"))} <= files
    installed = ("alwsl_tui/guide/", "LICENSE")
    assert {link for link in linked() if not link.startswith(installed)} <= files
    assert {name for name in files if "__pycache__" in name or name.endswith(".pyc")} == set()
    assert [name for name in (*FILES, *linked()) if not (ROOT / name).is_file()] == []


def built(kind: str, source: Path, target: Path) -> str:
    """Name of what setuptools makes of a source folder, as an installer asks it: each in a process of its own."""
    words = [sys.executable, "-W", "ignore", "-c", BUILD, kind, str(target)]
    done = subprocess.run(words, cwd=source, capture_output=True, text=True, timeout=patience(), check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.skipif(int(version("setuptools").split(".")[0]) < 77, reason="setuptools 77 or later is not installed")
def test_archive_and_wheel_can_be_built_and_hold_what_they_should(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    archive, wheel = (tmp_path / built(kind, source, tmp_path) for kind in ("build_sdist", "build_wheel"))
    with tarfile.open(archive) as tar:
        unpacked = {name.partition("/")[2] for name in tar.getnames()}
    assert tracked() - unpacked <= {".gitignore"}
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        (metadata,) = (packed.read(name).decode() for name in names if name.endswith("/METADATA"))
    shipped = {
        name for name in tracked() if re.match(r"(alwsl_tui|campaigns)/.*\.(py|tcss|toml|html|css|js|typed)$", name)
    }
    guide = {name for name in tracked() if re.match(r"alwsl_tui/guide/.*\.md$", name)}
    assert (shipped | guide) - set(names) == set()
    assert {name.split("/")[0] for name in names} == {"alwsl_tui", "campaigns", f"alwsl_tui-{VERSION}.dist-info"}
    assert [
        field for field in ("Author", "Keywords", "Classifier", "Project-URL") if f"\n{field}: " not in metadata
    ] == []


def test_metadata_say_what_was_tried_and_no_more() -> None:
    systems = [line for line in PROJECT["classifiers"] if line.startswith("Operating System")]
    assert systems == ["Operating System :: POSIX :: Linux"], "macOS was never tried, Windows is refused"
    assert not [line for line in PROJECT["classifiers"] if line.startswith("License")], "the license says it once"
    least = PROJECT["requires-python"].removeprefix(">=")
    assert f"Programming Language :: Python :: {least}" in PROJECT["classifiers"]
    assert PROJECT["authors"]
    assert PROJECT["keywords"]


def test_every_address_of_the_metadata_stands_in_the_documents() -> None:
    assert PROJECT["urls"]
    assert [address for address in PROJECT["urls"].values() if address not in README] == []


def test_the_documents_ask_for_the_pytorch_that_the_program_takes() -> None:
    wanted = {spec for spec in PROJECT["dependencies"] if spec.startswith("torch")}
    assert len(wanted) == 2
    lines = [line for text in (README, PAGES["install"]) for line in text.splitlines() if CPU_INDEX in line]
    assert len(lines) == 3
    assert [line for line in lines if set(re.findall(r"'(torch[^']+)'", line)) != wanted] == []


def test_every_extra_is_documented() -> None:
    extras = set(PROJECT["optional-dependencies"]) - {"fuzz"}
    assert {name for row in rows(PAGES["install"], "extra") for name in codes(row[0])} == extras
