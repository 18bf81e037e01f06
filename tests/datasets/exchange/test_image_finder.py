"""Which image a name from elsewhere means."""

import unicodedata

import pytest

from campaigns.datasets.exchange.image_finder import ImageFinder
from campaigns.datasets.exchange.label_file import MatchWay

IMAGES = ["street/002307.jpg", "yard/003054.jpg", "a/1.jpg", "b/1.jpg", "1.jpg", "photos/über (1).png", "x y.jpg"]
LED = {
    "street/002307.jpg": ("street/002307.jpg", MatchWay.PATH),
    "/data/upload/3/1a2b3c4d-002307.jpg": ("street/002307.jpg", MatchWay.UPLOAD),
    "1a2b3c4d-002307.jpg": ("street/002307.jpg", MatchWay.UPLOAD),
    "/data/upload/3/1a2b3c4d-über_1.png": ("photos/über (1).png", MatchWay.UPLOAD),
    "/data/upload/3/1a2b3c4d-%C3%BCber_1.png": ("photos/über (1).png", MatchWay.UPLOAD),
    "/data/local-files/?d=photos%2Fyard%2F003054.jpg": ("yard/003054.jpg", MatchWay.URL),
    "/data/local-files/?d=all/a/1.jpg": ("a/1.jpg", MatchWay.URL),
    "s3://bucket/photos/a/1.jpg": ("a/1.jpg", MatchWay.URL),
    "gs://bucket/1.jpg": ("1.jpg", MatchWay.URL),
    "https://example.test/photos/street/002307.jpg?token=1": ("street/002307.jpg", MatchWay.URL),
    "https://example.test/x%20y.jpg": ("x y.jpg", MatchWay.URL),
    "file:///home/anna/b/1.jpg": ("b/1.jpg", MatchWay.URL),
    "C:\\photos\\street\\002307.jpg": ("street/002307.jpg", MatchWay.TAIL),
    "yard\\003054.jpg": ("yard/003054.jpg", MatchWay.SPELLING),
    "./yard/003054.jpg": ("yard/003054.jpg", MatchWay.SPELLING),
    "street/002307.JPG": ("street/002307.jpg", MatchWay.SPELLING),
    "/somebody/elsewhere/b/1.jpg": ("b/1.jpg", MatchWay.TAIL),
    "other/002307.jpg": ("street/002307.jpg", MatchWay.TAIL),
    "002307": ("street/002307.jpg", MatchWay.STEM),
    "street/002307": ("street/002307.jpg", MatchWay.STEM),
    "1": ("1.jpg", MatchWay.STEM),
    "002307_jpg.rf.0a1b2c3d4e.jpg": ("street/002307.jpg", MatchWay.UPLOAD),
    unicodedata.normalize("NFD", "photos/über (1).png"): ("photos/über (1).png", MatchWay.SPELLING),
}


@pytest.mark.parametrize("name", LED)
def test_a_name_leads_to_the_image_with_the_longest_tail(name: str) -> None:
    match = ImageFinder(IMAGES).find(name)
    assert (list(match.images), match.way) == ([LED[name][0]], LED[name][1])


@pytest.mark.parametrize("name", ["/data/upload/1/1a2b3c4d-1.jpg", "s3://a/c/2.jpg", "/c/2.jpg"])
def test_two_candidates_are_both_returned(name: str) -> None:
    images = [*IMAGES, "d/2.jpg", "e/2.jpg"]
    assert len(ImageFinder(images).find(name).images) > 1


def test_a_bucket_is_no_folder() -> None:
    assert list(ImageFinder(["a/1.jpg", "b/1.jpg"]).find("gs://b/1.jpg").images) == ["a/1.jpg", "b/1.jpg"]


@pytest.mark.parametrize(
    "name",
    ["/x/train/1.jpg", "C:\\x\\Train\\images\\1.jpg", "train2017/1.jpg", "/x/cats/2.jpg", "https://x.test/cats/2.jpg"],
)
def test_a_folder_that_says_something_else_leads_nowhere(name: str) -> None:
    finder = ImageFinder(["test/1.jpg", "dogs/2.jpg", "cats/3.jpg"])
    assert not finder.find(name).images
    assert finder.find("/x/test/1.jpg").images == finder.find("/x/pictures/1.jpg").images == ["test/1.jpg"]
    assert len(ImageFinder(["test/1.jpg", "pictures/1.jpg"]).find("/x/train/1.jpg").images) == 2
    assert finder.find("/x/dogs/more/2.jpg").images == ["dogs/2.jpg"]


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("/home/test/1.jpg", "train/1.jpg"),
        ("/home/test/data/1.jpg", "train/1.jpg"),
        ("C:\\Users\\Test\\1.jpg", "train/1.jpg"),
        ("/scratch/test/imagenet/1.jpg", "images/train/1.jpg"),
        ("/home/a/training_data/1.jpg", "test tubes/1.jpg"),
        ("/home/cats/1.jpg", "train/1.jpg"),
    ],
)
def test_a_person_or_class_called_like_a_split_says_nothing(name: str, image: str) -> None:
    assert ImageFinder([image, "cats/2.jpg"]).find(name).images == [image]


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("/home/test/train/1.jpg", "test/1.jpg"),
        ("/scratch/train/1.jpg", "test/1.jpg"),
        ("/scratch/train/cats/1.jpg", "test/cats/1.jpg"),
        ("/x/train/cats/1.jpg", "test/1.jpg"),
        ("/x/train_images/1.jpg", "test_images/1.jpg"),
        ("/x/seg_train/1.jpg", "seg_test/1.jpg"),
    ],
)
def test_the_folder_of_another_split_leads_nowhere(name: str, image: str) -> None:
    assert not ImageFinder([image]).find(name).images


@pytest.mark.parametrize(
    "name", ["002308.jpg", "", "street/", "/data/upload/1/1a2b3c4d-", "?d=", "https://example.test/"]
)
def test_a_name_of_no_image_leads_nowhere(name: str) -> None:
    assert not ImageFinder(IMAGES).find(name).images


def test_a_file_that_is_really_called_so_comes_first() -> None:
    images = ["1a2b3c4d-cat.jpg", "cat.jpg", "a%20b.jpg", "a b.jpg"]
    finder = ImageFinder(images)
    assert [list(finder.find(image).images) for image in images] == [[image] for image in images]
