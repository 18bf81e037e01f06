"""Reports as files: what each format consists of, where it goes, and that nothing of anybody else is written over."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from campaigns.errors import Damaged, UsageError
from campaigns.home.disk import disk_error
from campaigns.home.files import read_json, replacing, write_json
from campaigns.home.typed_paths import expanded
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.format import FORMATS, FileFormat, FolderFormat, Format, Write
from campaigns.services.campaigns.recipe import recipe_differences
from campaigns.services.report.collect import dossier
from campaigns.services.results.compare import require_one_yardstick
from campaigns.services.workspace import Workspace

FIRST_BYTES = 2_000
"""Of a file, in which its format's sign must stand if it is ours."""
LIST = "alwsl-report.json"
"""In a folder of ours: the names of the files that we put there."""
LONGEST = 120
"""Letters of a name of ours at most, its ending apart."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it."""

    dossiers: tuple[Dossier, ...]
    paths: tuple[Path, ...]
    """Files and folders that were written, absolute."""


def write(
    workspace: Workspace, names: Sequence[str], formats: Sequence[str], *, out: Path, classes: Sequence[str] = ()
) -> Written:
    """Write reports of campaigns in these formats, in the folder `out`; a page of several campaigns compares them.

    Raises:
        NoSuchName: there is no campaign, or no format, of one of the names.
        UsageError: one of the classes cannot be averaged over, campaigns are measured by different things, or what lies
            in the way is not an earlier report.
        AlwslError: as `dossiers.dossier`.
    """
    wanted = [FORMATS.require(name) for name in dict.fromkeys(formats)]
    has_pictures = len(names) == 1 and any(isinstance(item, FileFormat) and item.has_pictures for item in wanted)
    dossiers = tuple(dossier(workspace, name, classes=classes, has_pictures=has_pictures) for name in names)
    require_one_yardstick([contents.campaign for contents in dossiers])
    folder, paths = expanded(out).absolute(), []
    for format_ in wanted:
        if isinstance(format_, FileFormat) and format_.write_compared is not None and len(dossiers) > 1:
            path = folder / f"{'-vs-'.join(_stem(item) for item in dossiers)[:LONGEST]}.{format_}"
            differences = recipe_differences(workspace, [item.campaign.id for item in dossiers])
            pairs = [(item.key, item.values) for item in differences]
            paths.append(_write_file(path, format_.sign, partial(format_.write_compared, dossiers, pairs)))
        else:
            paths += [_put(folder, item, format_) for item in dossiers]
    return Written(dossiers, tuple(paths))


def records(written: Written) -> list[dict[str, Any]]:
    """Return each report as the object that the format `json` writes."""
    from campaigns.reporting.json_report import report

    return [report(item) for item in written.dossiers]


def _stem(contents: Dossier) -> str:
    """Return the campaign's name, made safe; it was checked at creation, but others can write a store."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", contents.campaign.name).lstrip(".-")[:LONGEST] or "report"


def _put(folder: Path, contents: Dossier, format_: Format) -> Path:
    match format_:
        case FileFormat():
            path = folder / f"{_stem(contents)}.{format_}"
            return _write_file(path, format_.sign, partial(format_.write, contents))
        case FolderFormat():
            return _write_folder(folder / f"{_stem(contents)}-{format_}", format_.files(contents), format_.endings)
    raise TypeError(f"the format {format_} is neither a file nor a folder")


def _write_file(path: Path, sign: bytes, write_draft: Write) -> Path:
    """Write one file, in the place of an earlier report of ours, if there is one."""
    try:
        if path.is_symlink() or path.exists():
            _demand_ours(path, sign)
        with replacing(path) as draft:
            write_draft(draft)
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def _demand_ours(path: Path, sign: bytes) -> None:
    if path.is_file() and not path.is_symlink():
        with path.open("rb") as file:
            if sign in file.read(FIRST_BYTES):
                return
    raise _foreign(path)


def _write_folder(folder: Path, files: Iterable[tuple[str, Write]], endings: Sequence[str]) -> Path:
    """Write a folder of files; those of an earlier report are replaced, and what it had more is taken away."""
    pieces = dict(files)
    try:
        earlier = _listed(folder, endings)
        for name in pieces:
            if name not in earlier and ((folder / name).exists() or (folder / name).is_symlink()):
                raise _foreign(folder / name)
        # Listed before they are there: what is cut off half way is known as ours the next time.
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / LIST, {"schema": 1, "kind": "report-files", "files": sorted({*earlier, *pieces})})
        for name, write_draft in pieces.items():
            with replacing(folder / name) as draft:
                write_draft(draft)
        for name in earlier - set(pieces):
            (folder / name).unlink(missing_ok=True)
        write_json(folder / LIST, {"schema": 1, "kind": "report-files", "files": sorted(pieces)})
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _listed(folder: Path, endings: Sequence[str]) -> set[str]:
    """Return the names of the files we put into a folder earlier; the list is no reason to take away anything else."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise _foreign(folder)
    try:
        content = read_json(folder / LIST, most_bytes=1 << 20)
    except Damaged as error:
        raise _foreign(folder / LIST) from error
    if content is None:
        return set()
    files = content.get("files") if isinstance(content, dict) else None
    if not isinstance(files, list):
        raise _foreign(folder / LIST)
    ends = tuple(f".{ending}" for ending in endings)
    return {name for name in files if isinstance(name, str) and _PLAIN.fullmatch(name) and name.endswith(ends)}


def _foreign(path: Path) -> UsageError:
    return UsageError(
        f"{path} is there and is not an earlier report, so it stays as it is",
        hint="move it away, or give another folder with --out",
    )


def _unwritable(path: Path, error: OSError) -> Exception:
    return disk_error(error, path) or UsageError(
        f"cannot write {path}: {error.strerror}", hint="give another folder with --out"
    )
