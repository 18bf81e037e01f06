"""Images that a sheet asks about: of what a campaign asks for now, those of which nothing is known of one class."""

from collections.abc import Sequence

from campaigns.oracle.requests import standing
from campaigns.services.labelling.leases import Holder, lease
from campaigns.services.labelling.requests import WantedImage, wanted_about
from campaigns.services.labelling.subject import Subject


def sheet_images(subject: Subject, class_name: str, holder: Holder, *, most: int) -> Sequence[WantedImage]:
    """Return images whose requests are open and of which nobody has said anything about a class, for this holder.

    Those that were answered with that class left open come first: their requests do not wait for them.

    Raises:
        AlwslError: the store cannot be read or written, or the images are not there.
    """
    while True:
        labelling = subject.labelling()
        requests = [each for each in subject.requests() if not standing(each, labelling).is_complete]
        wanted = wanted_about(subject, requests, labelling, class_name)
        if subject.workspace.is_readonly:
            return wanted
        names = [asked.image for asked in wanted]
        leased = lease(subject.workspace, subject.row.dataset, names, holder, most=most)
        if not leased.is_new:  # as in `divided`: somebody may have answered in between
            own = set(leased.own)
            return [asked for asked in wanted if asked.image in own]
