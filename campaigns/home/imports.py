"""`imports`: files of labels as they were imported, each kept whole and named after its hash."""

import io
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from campaigns.errors import BadData
from campaigns.home.checksums import digest
from campaigns.home.files import replacing
from campaigns.home.label_paths import LabelPaths
from campaigns.home.locks import exclusive

DIGITS = 16
"""Of the hash, in the name of a file."""
LISTING = "listing.txt"
"""In the archive of a folder: the path of every file that lies there."""
LOCK, LOCK_SECONDS = ".lock", 60.0
"""An import of a hundred thousand images takes some seconds."""
MOST_BYTES = 1 << 27
"""Of a file of a folder; what is larger, and every photograph, is only listed."""


@contextmanager
def importing(paths: LabelPaths) -> Iterator[None]:
    """Import alone in this home, from reading what people have said to appending what is new.

    Raises:
        Held: another import did not end for LOCK_SECONDS.
        OSError: nothing can be written there.
    """
    paths.imports.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(paths.imports / LOCK, wait=LOCK_SECONDS):
        yield


@contextmanager
def one_file(path: Path, endings: frozenset[str]) -> Iterator[Path]:
    """Yield a file as it is; of a folder an archive, the same bytes for the same files.

    It has the files with these endings, and the list of all.
    """
    if not path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="alwsl-labels-") as scratch:
        packed = Path(scratch) / f"{path.name}.tar"
        files = sorted(file for file in path.rglob("*") if file.is_file())
        listing = "".join(f"{file.relative_to(path).as_posix()}\n" for file in files)
        with tarfile.open(packed, "w", format=tarfile.GNU_FORMAT) as tar:
            _add(tar, LISTING, listing.encode("utf-8", "surrogateescape"))
            for file in files:
                if file.suffix.lower() in endings and file.stat().st_size <= MOST_BYTES:
                    _add(tar, file.relative_to(path).as_posix(), file.read_bytes())
        yield packed


def keep_import(paths: LabelPaths, file: Path, sha256: str) -> Path:
    """Keep a file under its hash, and return where.

    Raises:
        BadData: it is another one by now.
        OSError: nothing can be written there.
    """
    kept = paths.imports / f"{sha256[:DIGITS]}{file.suffix.lower()}"
    if not kept.exists():
        with replacing(kept) as draft:
            shutil.copyfile(file, draft)
            if digest(draft) != sha256:
                raise BadData(f"{file} was changed while it was read", hint="import it again when it is complete")
    return kept


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))
