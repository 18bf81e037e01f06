"""A desk at which a person is asked once more about answers that may be mistakes."""

from collections.abc import Mapping, Sequence

from campaigns.core.answers import Channel
from campaigns.services.desk.desk import Desk, DeskView, LastAnswer
from campaigns.services.labelling.label import Spoken
from campaigns.services.labelling.recheck import ChangedLabel, RecheckList, changed_labels, recheck_list
from campaigns.services.labelling.requests import WantedImage, WantedImages


class RecheckDesk(Desk):
    """As a `Desk`, but what it asks about is what may be a mistake; whoever else looks is asked the same."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.workspace, desk.name, by=desk.by)
        self._listed: tuple[int, RecheckList] | None = None
        self.outcomes: Mapping[str, tuple[ChangedLabel, ...]] = {}
        """By image that was answered here: what of its labels changed."""

    def look(self) -> DeskView:
        """Return what is asked once more.

        Raises:
            AlwslError: the campaign or its images are gone, or the picks of a round are damaged.
        """
        subject = self._subject
        labelling = subject.labelling()
        line = labelling.last
        wanted = WantedImages((listed := self._list(line)).progress, listed.images, line)
        return DeskView(
            self.by, wanted, subject.log.pace_of(self.by), self._last_answer(), line, changes=labelling.changes
        )

    def keep_all(self, answers: Sequence[Spoken], *, via: Channel = Channel.SCREEN) -> tuple[LastAnswer, ...]:
        """Keep answers as a `Desk` does, and what they changed for when it is shown.

        Raises:
            AlwslError: they could not be kept; then nothing was.
        """
        before = self._subject.labelling().images
        was = {spoken.image: before[spoken.image] for spoken in answers if spoken.image in before}
        lasts = super().keep_all(answers, via=via)
        now, classes = self._subject.labelling().images, self._subject.classes
        told = {image: changed_labels(known, now[image], classes) for image, known in was.items()}
        self.outcomes = {**self.outcomes, **told}
        return lasts

    def _open_images(self) -> Sequence[WantedImage]:
        return self._list(self._subject.labelling().last).images

    def _list(self, line: int) -> RecheckList:
        """Return the list of that moment; it takes looking at all picks, and changes with the answers alone."""
        if self._listed is None or self._listed[0] != line:
            self._listed = line, recheck_list(self._subject, self.by)
        return self._listed[1]
