"""What is known of images, worked out of their answers when it is asked for: of many, a look wants few. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from campaigns.core.answers import AnswerLine
from campaigns.core.labels import LabelledImage, Words


class KnownImages(Mapping[str, LabelledImage]):
    """By image, what the answers about it come to; a copy does not change when the original does."""

    def __init__(self, words: Words, answers: Mapping[str, Sequence[AnswerLine]]) -> None:
        self._words, self._answers = words, dict(answers)
        self._known: dict[str, LabelledImage] = {}

    def __getitem__(self, image: str) -> LabelledImage:
        """Return what is known of an image."""
        known = self._known.get(image)
        if known is None:
            known = self._known[image] = self._words.image(self._answers[image])
        return known

    def __iter__(self) -> Iterator[str]:
        """Go through all images."""
        return iter(self._answers)

    def __len__(self) -> int:
        """Count them."""
        return len(self._answers)

    def __contains__(self, image: object) -> bool:
        """Return whether somebody has answered about an image."""
        return image in self._answers

    def copy(self) -> "KnownImages":
        """Return the same images."""
        copied = KnownImages(self._words, self._answers)
        copied._known = self._known.copy()
        return copied

    def take_known(self, copied: "KnownImages") -> None:
        """Take over what a copy has worked out since; nothing must have been put in since."""
        self._known = copied._known.copy()

    def answers(self, image: str) -> Sequence[AnswerLine]:
        """Return the answers about an image, in the order in which they came; none where nobody has answered."""
        return self._answers.get(image, ())

    def put(self, image: str, answers: Sequence[AnswerLine]) -> None:
        """Let an image have these answers, and no others."""
        self._known.pop(image, None)
        self._answers.pop(image, None)
        if answers:
            self._answers[image] = answers

    def is_answered(self, image: str) -> bool:
        """Return whether somebody has looked at an image and said something of it."""
        return image in self._answers and self._words.is_answered(self._answers[image])

    def count_answered(self) -> int:
        """Count the images of which somebody has said something."""
        return sum(map(self._words.is_answered, self._answers.values()))
