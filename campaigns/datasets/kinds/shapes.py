"""Built-in drawn scenes, which need no files; with labels, or with masks."""

from campaigns.datasets.dataset import Dataset
from campaigns.datasets.kind import DrawnImages, Kind, OpenRequest
from campaigns.datasets.shape_masks import open_shape_masks
from campaigns.datasets.shapes import open_shapes
from campaigns.recipe import DataSpec


def _open(opening: OpenRequest) -> Dataset:
    spec = opening.spec
    return open_shapes(images=spec.images, test_images=spec.test_images, size=spec.size)


def _open_masks(opening: OpenRequest) -> Dataset:
    spec = opening.spec
    return open_shape_masks(images=spec.images, test_images=spec.test_images, size=spec.size)


def _glimpse(spec: DataSpec, most: int) -> DataSpec:
    return spec.model_copy(update={"images": 1, "test_images": min(spec.test_images, most)})


ENTRIES = (
    Kind(
        "shapes", "drawn scenes of ten forms", _open,
        drawn=DrawnImages(lambda spec: (spec.images, spec.test_images), _glimpse),
    ),
    Kind(
        "shapes-masks", "drawn scenes of ten forms, with masks", _open_masks,
        drawn=DrawnImages(lambda spec: (spec.images, spec.test_images), _glimpse),
    ),
)  # fmt: skip
