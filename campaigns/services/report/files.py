"""Reports as files: what each format consists of, where it goes, and that nothing of anybody else is written over."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.errors import Damaged, UsageError
from campaigns.home.disk import disk_error
from campaigns.home.files import read_json, replacing, write_json, write_text
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.formats import Format
from campaigns.services.campaigns.recipe import recipe_differences
from campaigns.services.report.collect import dossier
from campaigns.services.workspace import Workspace

SIGNS = {Format.HTML: b'<meta name="generator" content="alwsl-tui">', Format.JSON: b'"kind": "report"'}
"""By which a file of ours is known again, within its first bytes."""
FIRST_BYTES = 2_000
LIST = "alwsl-report.json"
"""In a folder of ours: the names of the files that we put there."""
LONGEST = 120
"""Letters of a name of ours at most, its ending apart."""

Fill = Callable[[Path], None]
"""Writes a file at that path."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it."""

    dossiers: tuple[Dossier, ...]
    paths: tuple[Path, ...]
    """Files and folders that were written, absolute."""


def write(
    workspace: Workspace, names: Sequence[str], formats: Sequence[Format], *, out: Path, classes: Sequence[str] = ()
) -> Written:
    """Write reports of campaigns in these formats, in the folder `out`; a page of several campaigns compares them.

    Raises:
        NoSuchName: there is no campaign of one of the names.
        UsageError: one of the classes cannot be averaged over, or what lies in the way is not an earlier report.
        AlwslError: as `dossiers.dossier`.
    """
    wanted = tuple(dict.fromkeys(formats))
    has_pictures = Format.HTML in wanted and len(names) == 1
    dossiers = tuple(dossier(workspace, name, classes=classes, has_pictures=has_pictures) for name in names)
    folder, paths = out.expanduser().absolute(), []
    for format_ in wanted:
        if format_ is Format.HTML:
            path = folder / f"{'-vs-'.join(_stem(item) for item in dossiers)[:LONGEST]}.html"
            paths.append(_file(path, format_, _page(workspace, dossiers)))
        else:
            paths += [_put(folder / _stem(item), item, format_) for item in dossiers]
    return Written(dossiers, tuple(paths))


def records(written: Written) -> list[dict[str, Any]]:
    """Return each report as the object that the format `json` writes."""
    from campaigns.reporting.json_report import report

    return [report(item) for item in written.dossiers]


def _stem(contents: Dossier) -> str:
    """Return the campaign's name, made safe; it was checked at creation, but others can write a store."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", contents.campaign.name).lstrip(".-")[:LONGEST] or "report"


def _put(stem: Path, contents: Dossier, format_: Format) -> Path:
    if format_ is Format.JSON:
        from campaigns.reporting.json_report import report

        return _file(stem.with_name(f"{stem.name}.json"), format_, lambda path: _json(path, report(contents)))
    return _folder(stem.with_name(f"{stem.name}-{format_}"), dict(_PIECES[format_](contents)))


def _page(workspace: Workspace, dossiers: Sequence[Dossier]) -> Fill:
    # Jinja and Matplotlib take half a second to import: only those wait for them who want a page or a figure.
    if len(dossiers) == 1:
        from campaigns.reporting.page import page

        return lambda path: write_text(path, page(dossiers[0]))
    from campaigns.reporting.side_by_side import page_of

    differences = recipe_differences(workspace, [item.campaign.id for item in dossiers])
    pairs = [(item.key, item.values) for item in differences]
    return lambda path: write_text(path, page_of(dossiers, pairs))


def _json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, allow_nan=False, ensure_ascii=True) + "\n", encoding="ascii")


def _tables(contents: Dossier) -> Iterator[tuple[str, Fill]]:
    from campaigns.reporting import csv_tables

    for table in csv_tables.TABLES:

        def fill(path: Path, table: csv_tables.Tidy = table) -> None:
            with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                csv_tables.write(table, contents, file)

        yield f"{table.name}.csv", fill


def _latex(contents: Dossier) -> Iterator[tuple[str, Fill]]:
    from campaigns.reporting.latex import documents

    for name, text in documents(contents).items():
        yield name, lambda path, text=text: write_text(path, text)  # type: ignore[misc]


def _figures(contents: Dossier, format_: Format) -> Iterator[tuple[str, Fill]]:
    from campaigns.reporting.figures.album import plots
    from campaigns.reporting.figures.board import png, svg

    for plot in plots(contents, has_key=True):
        if format_ is Format.PNG:
            yield f"{plot.key}.png", lambda path, plot=plot: _bytes(path, png(plot))  # type: ignore[misc]
        else:
            yield f"{plot.key}.svg", lambda path, plot=plot: write_text(path, svg(plot))  # type: ignore[misc]


def _bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


_PIECES: dict[Format, Callable[[Dossier], Iterator[tuple[str, Fill]]]] = {
    Format.CSV: _tables,
    Format.LATEX: _latex,
    Format.PNG: lambda dossier: _figures(dossier, Format.PNG),
    Format.SVG: lambda dossier: _figures(dossier, Format.SVG),
}


def _file(path: Path, format_: Format, fill: Fill) -> Path:
    """Write one file, in the place of an earlier report of ours, if there is one."""
    try:
        if path.is_symlink() or path.exists():
            _demand_ours(path, SIGNS[format_])
        with replacing(path) as draft:
            fill(draft)
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def _demand_ours(path: Path, sign: bytes) -> None:
    if path.is_file() and not path.is_symlink():
        with path.open("rb") as file:
            if sign in file.read(FIRST_BYTES):
                return
    raise _foreign(path)


def _folder(folder: Path, pieces: dict[str, Fill]) -> Path:
    """Write a folder of files; those of an earlier report are replaced, and what it had more is taken away."""
    try:
        earlier = _listed(folder)
        for name in pieces:
            if name not in earlier and ((folder / name).exists() or (folder / name).is_symlink()):
                raise _foreign(folder / name)
        # Listed before they are there: what is cut off half way is known as ours the next time.
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / LIST, {"schema": 1, "kind": "report-files", "files": sorted({*earlier, *pieces})})
        for name, fill in pieces.items():
            with replacing(folder / name) as draft:
                fill(draft)
        for name in earlier - set(pieces):
            (folder / name).unlink(missing_ok=True)
        write_json(folder / LIST, {"schema": 1, "kind": "report-files", "files": sorted(pieces)})
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(csv|tex|png|svg)")


def _listed(folder: Path) -> set[str]:
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
    return {name for name in files if isinstance(name, str) and _PLAIN.fullmatch(name)}


def _foreign(path: Path) -> UsageError:
    return UsageError(
        f"{path} is there and is not an earlier report, so it stays as it is",
        hint="move it away, or give another folder with --out",
    )


def _unwritable(path: Path, error: OSError) -> Exception:
    return disk_error(error, path) or UsageError(
        f"cannot write {path}: {error.strerror}", hint="give another folder with --out"
    )
