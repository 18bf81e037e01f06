"""What the source archive holds besides the packages: whoever unpacks it can read its documents and run its tests.

Named in `pyproject.toml`; setuptools loads it by its path, without the packages around it.
"""

from collections.abc import Iterator
from pathlib import Path

from setuptools.command.sdist import sdist

FILES = ("CHANGELOG.md", "campaigns/README.md")
"""Documents that README leads to, beside the guide, which is installed."""
FOLDERS = ("tests", ".ci")
LEFT = ("__pycache__", ".pytest_cache", ".hypothesis")
"""Folders that running the tests leaves."""


def additions(root: Path) -> Iterator[str]:
    """Every file that the archive has besides the packages, below `root`, with slashes."""
    yield from FILES
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not set(LEFT).intersection(path.parts):
                yield path.relative_to(root).as_posix()


class SourceArchive(sdist):
    """setuptools' command, with those files."""

    def make_distribution(self) -> None:
        self.filelist.extend(sorted(set(additions(Path.cwd())) - set(self.filelist.files)))
        super().make_distribution()
