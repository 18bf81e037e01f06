"""How far the people who label for a campaign agree."""

from campaigns.core.kappa import PairKappa, kappas
from campaigns.home.answers import read_answers
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace


def people_kappas(workspace: Workspace, name: str) -> tuple[PairKappa, ...]:
    """Return how far every two people agree about the images that both have answered about.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set.
    """
    subject = Subject.open(workspace, name)
    return kappas(read_answers(subject.answers), subject.classes)
