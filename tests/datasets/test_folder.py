import csv
import io
import unicodedata
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.datasets.columns import IMAGES as COLUMNS_OF_IMAGES
from campaigns.datasets.columns import LABELS as COLUMNS_OF_LABELS
from campaigns.datasets.columns import NUMBERS, SPLITS
from campaigns.datasets.dataset import NEGATIVE, POSITIVE, UNKNOWN, Dataset
from campaigns.datasets.folder import open_folder, open_unlabelled
from campaigns.datasets.label_table import read_table
from campaigns.datasets.table_reader import CELLS
from campaigns.errors import BadData
from campaigns.services.results.predict import photographs
from tests.datasets.conftest import write_folder, write_picture

IMAGES = [f"{animal}/{n}.png" for animal in ("cats", "dogs") for n in range(10)]
LONG = "image,labels\n" + "".join(f"{image},{image[:3]}\n" for image in IMAGES)


def mistakes_in(root: Path) -> str:
    with pytest.raises(BadData) as error:
        open_folder(root)
    assert error.value.hint
    return str(error.value)


def label(dataset: Dataset, image: str) -> list[int]:
    for split in (dataset.train, dataset.test):
        if image in split.ids:
            return [int(v) for v in split.labels[list(split.ids).index(image)]]
    raise AssertionError(f"{image} is in no split")


def test_the_long_form_names_the_classes_of_an_image(tmp_path: Path) -> None:
    root = write_folder(
        tmp_path, ["a.png", "b/c.jpg", "d.PNG"], "image,labels\na.png,sofa; cat\nb/c.jpg,\nd.PNG,dog|cat\n"
    )
    mine = open_folder(root, test_share=0.5)
    assert mine.classes == ("cat", "dog", "sofa")
    assert label(mine, "a.png") == [1, -1, 1]
    assert label(mine, "b/c.jpg") == [-1, -1, -1]
    assert label(mine, "d.PNG") == [1, 1, -1]


def test_the_wide_form_has_a_column_for_each_class(tmp_path: Path) -> None:
    text = "image,split,dog,cat\na.png,test,1,0\nb.png,train,?,YES\nc.png,,0,\nd.png,train,no,true\n"
    mine = open_folder(write_folder(tmp_path, ["a.png", "b.png", "c.png", "d.png", "e.png"], text))
    assert mine.classes == ("cat", "dog")
    assert list(mine.test.ids) == ["a.png"]
    assert label(mine, "a.png") == [NEGATIVE, POSITIVE]
    assert label(mine, "b.png") == [POSITIVE, UNKNOWN]
    assert label(mine, "c.png") == [UNKNOWN, NEGATIVE]
    assert label(mine, "e.png") == [UNKNOWN, UNKNOWN]
    assert mine.train.known.tolist() == [False, False, True, False]
    assert mine.notes[0] == "3 of 4 training images are not fully labelled"


def test_a_file_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    text = '\ufeffimage, labels ,split\r\n"a, b.png","cat;dog",test\r\n\r\nä.png,cat,train\r\n,,\r\n'
    mine = open_folder(write_folder(tmp_path, ["a, b.png", "ä.png"], text))
    assert (list(mine.test.ids), list(mine.train.ids)) == (["a, b.png"], ["ä.png"])


def test_classes_txt_fixes_classes_and_their_order(tmp_path: Path) -> None:
    write_folder(tmp_path, IMAGES, LONG)
    (tmp_path / "classes.txt").write_text("horse\ndog\ncat\n")
    assert open_folder(tmp_path).classes == ("horse", "dog", "cat")


def test_a_class_that_classes_txt_lacks_is_named_with_the_nearest(tmp_path: Path) -> None:
    write_folder(tmp_path, ["a.png"], "image,labels\na.png,catt\n")
    (tmp_path / "classes.txt").write_text("dog\ncat\n")
    assert "labels.csv:2: there is no class 'catt' in the list of classes, did you mean 'cat'?" in mistakes_in(tmp_path)


def test_all_mistakes_are_reported_with_file_and_line(tmp_path: Path) -> None:
    lines = ["image,cat,split", "a.png,maybe,train", "b.png,1,valid", "b.png,0,train", "x.png,1,train", "c.png,1"]
    lines += ["d.png,,test", "E.png,1,train"]
    text = mistakes_in(write_folder(tmp_path, ["a.png", "b.png", "c.png", "d.png", "sub/e.png"], "\n".join(lines)))
    assert "has 6 mistakes" in text
    assert "labels.csv:2: cat is 'maybe'; it can be 1, yes, true" in text
    assert "labels.csv:3: split is 'valid'; it can be train or test" in text
    assert "labels.csv:4: image 'b.png' has a line already, 3" in text
    assert "labels.csv:5: there is no image 'x.png'" in text
    assert "labels.csv:6: has 2 cells, the first line has 3" in text
    assert "labels.csv:7: a test image needs a label for every class" in text
    assert "(and 1 lines like it)" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "has no labels.csv"),
        ("", "names the columns of nothing"),
        ("picture of,labels\na.png,cat\n", "one should be 'image'"),
        ("image,cat,dog\na.png,1,0\nb.png,-1,1\n", "--minus-one absent"),
        ("image,cat,is_valid\na.png,1,True\nb.png,0,False\n", "--split is_valid"),
        ("image,class\na.png,0\nb.png,1\n", "--classes FILE"),
        ("image,labels\na.png,cat dog\nb.png,cat bird\n", "--separator ' '"),
        ("image\na.png\n", "neither a column 'labels' nor one for a class"),
        ("image,labels,cat\na.png,cat,1\n", "use one form or the other"),
        ("image,cat,cat\na.png,1,1\n", "column 'cat' is listed twice"),
        ("image,labels\n", "labels no image"),
        ("image,labels\na.png,\n", "names no class at all"),
        ("image,cat\na.png,\n", "holds no label at all"),
        ("image,\na.png,1\n", "a column has the name ''"),
        ('image,labels\na.png,"cat\n', "cannot be read as a CSV"),
        ("image,labels\na.png,c\x1bat\n", "cannot be shown"),
    ],
)
def test_each_kind_of_wrong_csv_is_explained(text: str | None, said: str, tmp_path: Path) -> None:
    assert said in mistakes_in(write_folder(tmp_path, ["a.png", "b.png"], text))


def test_a_wrong_file_does_not_flood_the_terminal(tmp_path: Path) -> None:
    lines = "".join(f"no{n}.png,cat\n" for n in range(5000))
    text = mistakes_in(write_folder(tmp_path, ["a.png"], "image,labels\n" + lines))
    assert "(and 4999 lines like it)" in text
    assert len(text.splitlines()) < 110


def test_an_empty_folder_and_a_wrong_path_are_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, [], "image,labels\n")
    assert "holds no image" in mistakes_in(tmp_path)
    assert "is not a folder" in mistakes_in(tmp_path / "labels.csv")


def test_names_that_a_terminal_cannot_show_are_left_out_and_told(tmp_path: Path) -> None:
    table = "image,labels,split\nb.png,cat,train\nc.png,cat,test\n"
    write_folder(tmp_path, ["a\x1b[2J.png", "b.png", "c.png"], table)
    mine = open_folder(tmp_path)
    assert (
        r"1 pictures were left out because their names are not UTF-8 or cannot be shown, for example 'a\x1b[2J.png'"
        in ("\n".join(mine.notes))
    )
    assert [*mine.train.ids, *mine.test.ids] == ["b.png", "c.png"]


def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    secret = write_picture(tmp_path / "outside" / "secret.png")
    root = write_folder(tmp_path / "root", IMAGES, LONG)
    (root / "secret.png").symlink_to(secret)
    (root / "outside").symlink_to(secret.parent)
    (root / "loop").symlink_to(root)
    (root / "again.png").symlink_to(root / IMAGES[0])
    (root / ".hidden.png").write_bytes(b"")
    mine = open_folder(root)
    assert sorted([*mine.train.ids, *mine.test.ids]) == ["again.png", *IMAGES]
    assert "1 links that lead out of the folder were left out, for example 'secret.png'" in "\n".join(mine.notes)
    assert "1 linked folders were not followed, for example 'outside'; --follow-links" in "\n".join(mine.notes)


def test_a_folder_of_a_name_that_says_something_else_is_told(tmp_path: Path) -> None:
    table = "image,labels\n" + "".join(f"/content/birds/{n}.png,cat;dog\n" for n in range(10))
    dataset = open_folder(write_folder(tmp_path / "odd", [f"cats/{n}.png" for n in range(10)], table))
    assert any(
        note.startswith("of 10 names no folder agrees, but the bare name alone: '/content/birds/0.png' is 'cats/0.png'")
        for note in dataset.notes
    )
    root = write_folder(tmp_path / "test", [f"test/{n}.png" for n in range(9)], "image,labels\nC:\\train\\1.png,cat\n")
    (root / "labels.csv").write_text(
        "image,labels\n"
        + "".join(f"C:\\data\\{part}\\{n}.png,cat\n" for n, part in enumerate(["test"] * 8 + ["train"])),
        encoding="utf-8",
    )
    assert "'test/8.png' has its name and lies in another folder; write 'test/8.png' if it is meant" in mistakes_in(
        root
    )


def test_folders_of_a_systems_own_are_left_out_and_counted(tmp_path: Path) -> None:
    litter = [
        "__MACOSX/cats/1.png",
        "cats/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg",
        "$RECYCLE.BIN/1.png",
        "lost+found/1.png",
    ]
    root = write_folder(tmp_path, [*IMAGES, *litter])
    for dataset in (open_folder(root, labels="folders"), open_unlabelled(root, ("cat",), test_share=0.2)):
        assert sorted([*dataset.train.ids, *dataset.test.ids]) == IMAGES
        what = "4 pictures in folders that a system keeps for itself, for example '$RECYCLE.BIN/1.png'"
        assert f"left out are {what}" in dataset.notes
    assert photographs([root]) == ([root / image for image in IMAGES], what)
    (root / "labels.csv").write_text(LONG + "lost+found/1.png,cat\n", encoding="utf-8")
    assert f"left out are {what}: move them to another folder if they are meant" in mistakes_in(root)
    with pytest.raises(BadData, match=r"holds no image .*; 1 pictures in folders that a system keeps"):
        open_unlabelled(write_folder(tmp_path / "other", ["#recycle/1.png"]), ("cat",), test_share=0.2)


def test_an_image_never_changes_its_split_when_others_are_added(tmp_path: Path) -> None:
    before = open_folder(write_folder(tmp_path, IMAGES, LONG))
    more = [f"new/{n}.png" for n in range(20)]
    after = open_folder(write_folder(tmp_path, more, LONG + "".join(f"{m},cat\n" for m in more)))
    assert set(before.test.ids) <= set(after.test.ids)
    assert set(before.train.ids) <= set(after.train.ids)
    assert not set(after.train.ids) & set(after.test.ids)


def test_the_test_share_is_about_what_was_asked(tmp_path: Path) -> None:
    many = [f"{n}.png" for n in range(400)]
    write_folder(tmp_path, ["0.png"])
    for name in many[1:]:
        (tmp_path / name).hardlink_to(tmp_path / "0.png")
    mine = open_folder(
        write_folder(tmp_path, [], "image,labels\n" + "".join(f"{m},cat\n" for m in many)), test_share=0.3
    )
    assert 0.2 < len(mine.test) / 400 < 0.4


def test_without_a_labelled_image_on_either_side_there_is_no_campaign(tmp_path: Path) -> None:
    assert "fully labelled images is in the" in mistakes_in(write_folder(tmp_path, ["a.png"], "image,cat\na.png,1\n"))
    (tmp_path / "labels.csv").write_text("image,cat,split\na.png,1,test\n")
    assert "in the training split" in mistakes_in(tmp_path)


def test_another_csv_may_be_named(tmp_path: Path) -> None:
    write_folder(tmp_path, IMAGES)
    (tmp_path / "mine.csv").write_text(LONG)
    assert open_folder(tmp_path, labels="mine.csv").classes == ("cat", "dog")


def test_the_fingerprint_knows_labels_and_pictures_not_the_place(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "one", IMAGES, LONG)
    first = open_folder(root).fingerprint
    root = root.rename(tmp_path / "two")
    assert open_folder(root).fingerprint == first
    (root / "labels.csv").write_text(LONG.replace("cats/0.png,cat", "cats/0.png,dog"))
    assert open_folder(root).fingerprint.unlike(first) == ("labels",)
    (root / "labels.csv").write_text(LONG)
    with (root / "cats" / "0.png").open("ab") as file:
        file.write(b"x")
    assert open_folder(root).fingerprint.unlike(first) == ("images",)


words = st.text(st.characters(categories=["L", "N"], include_characters=" -_,\"'"), min_size=1, max_size=8).map(
    str.strip
)
RESERVED = {"", *COLUMNS_OF_IMAGES, *COLUMNS_OF_LABELS, *SPLITS, *NUMBERS}
names = words.map(partial(unicodedata.normalize, "NFC")).filter(
    lambda word: word.lower().replace(" ", "_").replace("-", "_") not in RESERVED
)


@given(data=st.data(), classes=st.lists(names, min_size=1, max_size=4, unique=True))
def test_what_is_written_as_a_wide_csv_is_read_back(
    data: st.DataObject, classes: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    images = data.draw(st.lists(names, min_size=1, max_size=4, unique=True))
    cells = st.sampled_from([cell for cell in CELLS if cell not in {"", "x"} and not cell.startswith("-")])
    rows = {image: [data.draw(cells) for _ in classes] for image in images}
    text = io.StringIO()
    csv.writer(text).writerows([["image", *classes], *([image, *row] for image, row in rows.items())])
    path = tmp_path_factory.mktemp("table") / "labels.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    table = read_table(path, images=images, classes=classes)
    assert table.mistakes == ()
    assert table.rows == {image: tuple(CELLS[cell] for cell in row) for image, row in rows.items()}
