"""COCO 2014 and 2017."""

from campaigns.datasets.coco import open_coco
from campaigns.datasets.coco_json import Options
from campaigns.datasets.coco_layout import find_coco, find_exported
from campaigns.datasets.dataset import Dataset
from campaigns.datasets.fetch import Archive, Source
from campaigns.datasets.kind import OF_TABLES, Kind, OpenRequest
from campaigns.datasets.official import published

URL = "http://images.cocodataset.org"


def _open(opening: OpenRequest) -> Dataset:
    return open_coco(
        opening.root,
        splits=(opening.spec.train, opening.spec.test),
        options=Options(opening.spec.keep_crowd, opening.spec.keep_unannotated),
        indexes=opening.indexes,
        needs_files=opening.needs_files,
        test_share=opening.spec.test_share,
        bounds=opening.bounds,
    )


ENTRIES = (
    Kind(
        "coco", "COCO 2014 or 2017", _open, "train", "val",
        ("annotations/instances_{train,val}2014.json", "train2014/*.jpg", "val2014/*.jpg"),
        find_coco,
        find_loosely=find_exported,
        source=Source(
            "COCO 2014",
            (
                Archive(f"{URL}/zips/train2014.zip", "0da8c0bd3d6becc4dcb32757491aca88", 13_510_573_713),
                Archive(f"{URL}/zips/val2014.zip", "a3d79f5ed8d289b7a7554ce06a5782b3", 6_645_013_297),
                Archive(
                    f"{URL}/annotations/annotations_trainval2014.zip", "0a379cfc70b0e71301e0f377548639bd", 252_872_794
                ),
            ),
        ),
        unread=OF_TABLES | {"classes"},
        published=published("coco"),
    ),
)  # fmt: skip
