"""What every format of a report is held to by being in the registry, and one that is added in one file."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from campaigns.core.ids import NAME
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.format import FORMATS, PAGE, FileFormat, FolderFormat, Format
from campaigns.services.report.files import FIRST_BYTES
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.distributions import alwsl, install, run_with
from tests.reporting.dossiers import a_dossier

PAINTED = {"png", "svg"}
"""Both take their time over the same figures as the page."""
every_format = pytest.mark.parametrize("format_", FORMATS.values(), ids=str)


def files_of(format_: Format, dossier: Dossier, folder: Path) -> Mapping[str, bytes]:
    """Write it as a report does; content by name."""
    folder.mkdir()
    match format_:
        case FileFormat():
            format_.write(dossier, folder / "report")
        case FolderFormat():
            for name, write in format_.files(dossier):
                write(folder / name)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@every_format
def test_it_says_what_comes_out(format_: Format) -> None:
    assert NAME.fullmatch(format_.name)
    assert format_.says
    assert isinstance(format_, FileFormat | FolderFormat)


@every_format
@pytest.mark.slow
def test_a_later_report_knows_its_files_again(format_: Format, tmp_path: Path) -> None:
    files = files_of(format_, a_dossier(), tmp_path / "report")
    assert files
    assert all(files.values())
    match format_:
        case FileFormat():
            assert format_.sign in files["report"][:FIRST_BYTES]
        case FolderFormat():
            assert {name.rpartition(".")[2] for name in files} <= set(format_.endings)


@pytest.mark.slow
@pytest.mark.parametrize(
    "format_",
    [pytest.param(one, marks=pytest.mark.long) if one.name in PAINTED else one for one in FORMATS.values()],
    ids=str,
)
def test_the_same_dossier_gives_the_same_bytes(format_: Format, tmp_path: Path) -> None:
    first, second = (files_of(format_, a_dossier(), tmp_path / name) for name in ("first", "second"))
    assert first == second


def test_the_one_that_is_written_unasked_is_there() -> None:
    assert isinstance(FORMATS[PAGE], FileFormat)


SOURCE = """
from campaigns.reporting.format import FileFormat


def write(dossier, path):
    path.write_text(f"# {dossier.campaign.name}: {len(dossier.criteria)} criteria\\n")


MARKDOWN = FileFormat("md", "a note", b"# ", write)
"""


@pytest.mark.slow
def test_a_format_of_one_file_is_offered_and_written(finished: tuple[Workspace, CampaignRow], tmp_path: Path) -> None:
    place, row = finished
    packages = install(tmp_path / "p", "alwsl_note", SOURCE, group="alwsl_tui.formats", entries={"md": "MARKDOWN"})
    assert "svg, md;" in run_with(packages, alwsl("report", "--help")).replace("\n", " ")
    home = str(place.home.folder)
    for _ in "twice":  # the second takes the place of the first
        run_with(packages, alwsl("report", row.name, "--format", "md", "--out", str(tmp_path), "--home", home))
    assert (tmp_path / f"{row.name}.md").read_text() == f"# {row.name}: 2 criteria\n"
