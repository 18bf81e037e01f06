"""Random changes of training images that a recipe may name; torchvision has them under the same names."""

from typing import Literal

Augmentation = Literal["random-resized-crop", "color-jitter", "trivial-augment", "rand-augment", "random-erasing"]

SMALLEST_CROP = 0.5
"""Share of the picture that a crop keeps at least; of less, a class that the labels promise is too often outside."""
