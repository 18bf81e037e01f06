"""What tells data apart: a hash of the images, and one of the labels, which may grow on their own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hashes of a data set, in hex. Neither the folder's place nor file times count: backups change them."""

    images: str
    """Of ids, splits and files: two data sets that share it may share caches of pixels and features."""
    labels: str
    """Of classes and labels, in the order of the images."""

    def unlike(self, other: "Fingerprint") -> tuple[str, ...]:
        """Return which of `images` and `labels` differ."""
        pairs = (("images", self.images, other.images), ("labels", self.labels, other.labels))
        return tuple(name for name, ours, theirs in pairs if ours != theirs)
