"""What a campaign is called: the paper's protocol only while it is that."""

import pytest

from campaigns.home.charter import Charter
from campaigns.recipe import load_recipe
from campaigns.services.campaigns.origin import about_of
from campaigns.services.workspace import Workspace
from tests.stage import TINY, tiny

VOC = 5011
"""Training images of the paper's VOC 2007."""


@pytest.mark.parametrize(
    ("overrides", "images", "about"),
    [
        ((), VOC, "The paper's protocol on PASCAL VOC 2007 with WILDCAT (figures 4 and 5)"),
        (("protocol.seed=7", "data.root='/elsewhere'", "run.threads=3", "protocol.trials=10"), VOC, "The paper's "),
        (("criteria.names=['random','unc','ent','mm','sepsum','sepmax','sepmin','ag','adv']",), VOC, "The paper's "),
        (("model.training='frozen'",), VOC, "after voc2007-wildcat, with other model.training"),
        (("model.kmax=0.3",), VOC, "after voc2007-wildcat, with other model.kmax"),
        (("protocol.trials=2",), VOC, "after voc2007-wildcat, with other protocol.trials"),
        (("criteria.names=['random','ag']",), VOC, "after voc2007-wildcat, with other criteria.names"),
        ((), 2000, "after voc2007-wildcat, with other images"),
        (("about='mine'", "model.training='frozen'"), 100, "mine"),
    ],
)  # fmt: skip
def test_a_shipped_recipe_describes_a_campaign_only_while_nothing_that_matters_differs(
    overrides: tuple[str, ...], images: int, about: str
) -> None:
    assert about_of(load_recipe("voc2007-wildcat", overrides), images=images).startswith(about)


def test_every_place_is_told_what_differs(place: Workspace) -> None:
    row = tiny(place)
    keys = [text.partition("=")[0] for text in TINY if not text.startswith("run.")]
    assert row.about.startswith("after smoke, with other ")
    assert {key for key in keys if key in row.about} >= {"protocol.initial", "protocol.add", "data.images"}
    paths = place.home.campaign(row.id)
    charter = Charter.read(paths.charter)
    assert charter is not None
    assert load_recipe(paths.recipe).about == charter.about == row.about
