"""Archives of campaigns taken apart, to be spoilt and put together again."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaigns.services.archive.manifest import MANIFEST


@dataclass
class Parcel:
    """An archive taken apart."""

    manifest: dict[str, Any]
    files: dict[str, bytes]
    kinds: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    """Members that are something else than files, with their target."""
    doubles: list[str] = field(default_factory=list)
    prefix: str = ""

    @classmethod
    def of(cls, file: Path) -> "Parcel":
        """Take an archive apart."""
        with tarfile.open(file) as tar:
            found = {info.name.partition("/")[2]: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
        return cls(json.loads(found.pop(MANIFEST)), found)

    def put(self, path: str, content: bytes) -> None:
        """A file, listed as it should be."""
        self.files[path] = content
        self.manifest["files"] = [one for one in self.manifest["files"] if one["path"] != path]
        self.list(path)

    def list(self, path: str) -> None:
        """An entry that fits the file."""
        content = self.files[path]
        said = {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "modified": 1.0}
        self.manifest["files"].append(said)

    def drop(self, path: str) -> None:
        """A file that the archive never had."""
        self.manifest["files"].remove(self.entry(path))
        del self.files[path]

    def entry(self, path: str) -> dict[str, Any]:
        """Of one file."""
        found: dict[str, Any] = next(one for one in self.manifest["files"] if one["path"] == path)
        return found

    def edit(self, path: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Another content of a JSON file, listed as it should be."""
        said = json.loads(self.files[path])
        change(said)
        at = self.manifest["files"].index(self.entry(path))
        self.put(path, json.dumps(said).encode())
        self.manifest["files"].insert(at, self.manifest["files"].pop())

    def write(self, file: Path) -> Path:
        """Put together again, files in the order of the list."""
        prefix = self.prefix or str(self.manifest["campaign"])
        listed = json.dumps(self.manifest).encode()
        with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as tar:
            names = [str(one["path"]) for one in self.manifest["files"]]
            rest = [path for path in self.files if path not in names]
            for path in (MANIFEST, *names, *rest, *self.doubles):
                content = listed if path == MANIFEST else self.files.get(path, b"")
                info = tarfile.TarInfo(f"{prefix}/{path}")
                info.size = len(content)
                if path in self.kinds:
                    info.type, info.linkname = self.kinds[path]
                    info.size = 0
                tar.addfile(info, io.BytesIO(content))
        return file
