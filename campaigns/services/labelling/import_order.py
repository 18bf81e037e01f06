"""A file of labels that is to be imported, and how it is read, in the words of a command line."""

import hashlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from campaigns.datasets.exchange.label_file import ReadOptions
from campaigns.datasets.exchange.labelstudio_config import config_beside
from campaigns.home.checksums import digest

DIGITS = 16
"""Of the hash of a file, and of a list of classes."""
PLAIN = ("empty", "boxes", "rest", "separator", "minus_one", "encoding", "nothing", "image", "labels")
"""Options whose value is said as it is."""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """A file of labels, and what a person said about it."""

    path: Path
    form: str | None = None
    """A name of the registry of forms; None where it is to be told from the file."""
    options: ReadOptions = field(default_factory=ReadOptions)
    by: str | None = None
    """Who labelled; None where it is whom the file names, else the user of the system."""

    def with_config(self) -> "ImportOrder":
        """Return the order with the config of Label Studio that lies beside the file, where none was given."""
        config = self.options.config or config_beside(self.path)
        return self if config is None else replace(self, options=replace(self.options, config=config))

    def config_of(self, form: str) -> Path | None:
        """Return the config that is read with a file of this form."""
        config = self.options.config if form.startswith("labelstudio") else None
        return config if config is not None and config.is_file() else None

    def words(self, form: str) -> str:
        """Return how a file of this form is read, for which one import is told from another; often empty."""
        return shlex.join(self._words(form))

    def _words(self, form: str) -> Iterator[str]:
        options, usual = self.options, ReadOptions()
        if self.by is not None:
            yield from ("--by", self.by)
        for name in PLAIN:
            if getattr(options, name) != getattr(usual, name):
                yield from (f"--{name.replace('_', '-')}", str(getattr(options, name)))
        if options.skip_missing:
            yield "--skip-missing"
        for control in options.controls:
            yield from ("--control", control)
        if options.numbered is not None:
            names = "\n".join(options.numbered).encode("utf-8", "surrogateescape")
            yield from ("--classes", hashlib.sha256(names).hexdigest()[:DIGITS])
        if config := self.config_of(form):
            yield from ("--config", digest(config)[:DIGITS])
