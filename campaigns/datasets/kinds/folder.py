"""A folder of one's own: images, and a CSV of labels beside them."""

from pathlib import Path

from campaigns.datasets.dataset import Dataset
from campaigns.datasets.folder import has_images, open_folder, open_unlabelled
from campaigns.datasets.folder_tables import LABELS
from campaigns.datasets.kind import Kind, OpenRequest
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import BadData


def _open(opening: OpenRequest) -> Dataset:
    spec = opening.spec
    if spec.asked is not None:
        return open_unlabelled(opening.root, spec.asked, test_share=spec.test_share, follow_links=spec.follow_links)
    return open_folder(
        opening.root,
        labels=spec.labels,
        test_share=spec.test_share,
        classes=None if spec.classes is None else Path(spec.classes),
        follow_links=spec.follow_links,
        options=TableOptions(
            spec.split,
            spec.separator,
            spec.skip_missing,
            spec.minus_one,
            encoding=spec.encoding,
            image=spec.image,
            class_column=spec.class_column,
            nothing=spec.nothing,
            empty_cell=spec.empty_cell,
        ),
    )


def _find(root: Path) -> Path:
    if has_images(root) or (root / LABELS).is_file():
        return root
    raise BadData(f"{root} holds no images and no {LABELS}", hint="give the folder that holds the images")


ENTRIES = (
    Kind(
        "folder", "a folder of one's own", _open,
        files=("images", f"{LABELS} beside them"), find=_find, is_data_set=False, is_last=True,
    ),
)  # fmt: skip
