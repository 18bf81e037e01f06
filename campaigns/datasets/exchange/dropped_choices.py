"""Exports of Label Studio that drop the choices of whole images in silence: told by what it writes into them."""

from pathlib import Path

from campaigns.datasets.exchange.probe import Probe
from campaigns.errors import BadData

_CONTRIBUTOR = '"contributor": "Label Studio"'
_OWNER = "<name>Label Studio</name>"


def require_choices(path: Path) -> None:
    """Raise BadData if the path is an export in which Label Studio leaves choices out.

    Raises:
        BadData: it is, with the export to take instead; or it is packed.
    """
    if path.suffix.lower() in {".zip", ".tar", ".gz", ".tgz"}:
        raise BadData(f"{path} is packed", hint="unpack it and give the file or the folder that comes out")
    kind = _of_folder(path) if path.is_dir() else _of_file(path)
    if kind:
        raise BadData(
            f"{path} is Label Studio's export as {kind}, which leaves out the choices made for whole images",
            hint="export the project again as JSON, and give that file",
        )


def _of_folder(folder: Path) -> str:
    kinds = [_of_file(file) for name in ("result.json", "notes.json") if (file := folder / name).is_file()]
    annotations = folder / "Annotations"
    if annotations.is_dir() and (first := next(iter(sorted(annotations.glob("*.xml"))), None)):
        kinds.append(_of_file(first))
    return next((kind for kind in kinds if kind), "")


def _of_file(path: Path) -> str:
    if path.suffix.lower() not in {".json", ".xml", ".txt"}:
        return ""
    if path.name == "classes.txt" and (path.parent / "notes.json").is_file():
        return _of_file(path.parent / "notes.json")
    try:
        head = Probe(path).head
        text = head if _mentions(head) else _tail(path)
    except OSError:
        return ""
    if head.startswith("<"):
        return "Pascal VOC" if _OWNER in head and "<annotation" in head else ""
    if not _mentions(text):
        return ""
    return "YOLO" if path.name == "notes.json" else "COCO"


def _mentions(text: str) -> bool:
    return _OWNER in text or _CONTRIBUTOR in " ".join(text.replace(":", ": ").split())


def _tail(path: Path) -> str:
    """Return the end of a file, where Label Studio writes who made it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        return file.read().decode("utf-8", errors="replace")
