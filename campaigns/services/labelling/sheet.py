"""Images that a sheet asks about: those of which nothing is known of one class."""

import time
from collections.abc import Sequence

from campaigns.oracle.requests import standing
from campaigns.services.labelling.backfill import never_asked
from campaigns.services.labelling.leases import Holder, lease
from campaigns.services.labelling.requests import WantedImage, wanted_about
from campaigns.services.labelling.shown_classes import require_class
from campaigns.services.labelling.subject import Subject


def sheet_images(subject: Subject, class_name: str, holder: Holder, *, most: int) -> Sequence[WantedImage]:
    """Return images whose requests are open and of which nobody has said anything about a class, for this holder.

    Those that were answered with that class left open come first: their requests do not wait for them. Behind what is
    asked for come answered images that nobody was asked about it.

    Raises:
        BadData: nobody is asked about that class by now.
        AlwslError: the store cannot be read or written, or the images are not there.
    """
    while True:
        began = time.time()
        labelling = subject.labelling()
        requests = [each for each in subject.requests() if not standing(each, labelling).is_complete]
        require_class(class_name, subject.classes_by(labelling))
        wanted = wanted_about(subject, requests, labelling, class_name)
        own = {each.image for each in wanted}
        wanted += [each for each in never_asked(subject, labelling, class_name) if each.image not in own]
        if subject.workspace.is_readonly:
            return wanted
        names = [asked.image for asked in wanted]
        leased = lease(subject.workspace, subject.row.dataset, names, holder, most=most, began=began)
        if not leased.is_new:  # as in `divided`: somebody may have answered in between
            leased_ones = set(leased.own)
            return [asked for asked in wanted if asked.image in leased_ones]
