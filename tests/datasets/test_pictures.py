import os
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from campaigns.datasets.pictures import open_picture
from campaigns.errors import BadData


def pixel(path: Path, at: tuple[int, int] = (0, 0)) -> tuple[int, ...]:
    found = open_picture(path).getpixel(at)
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
def test_every_mode_comes_back_as_rgb(mode: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.jpg" if mode == "YCbCr" else "a.tif")
    Image.new(mode, (5, 3)).save(path)
    picture = open_picture(path)
    assert (picture.mode, picture.size) == ("RGB", (5, 3))


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_are_scaled_not_clipped(suffix: str, tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 257, 32768, 65535]], np.uint16)).save(tmp_path / f"a.{suffix}")
    grey = np.asarray(open_picture(tmp_path / f"a.{suffix}"))[0, :, 0]
    assert grey.tolist() == [0, 1, 128, 255]


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (2, 2), (200, 0, 0, 0)).save(tmp_path / "a.png")
    Image.new("LA", (2, 2), (0, 0)).save(tmp_path / "b.png")
    assert pixel(tmp_path / "a.png") == (255, 255, 255)
    assert pixel(tmp_path / "b.png") == (255, 255, 255)


def test_a_palette_with_transparency_lies_on_white_without_a_warning(tmp_path: Path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putdata([0, 1])
    image.save(tmp_path / "a.png", transparency=bytes([0, 255]))
    assert pixel(tmp_path / "a.png") == (255, 255, 255)
    assert pixel(tmp_path / "a.png", (1, 0)) == (40, 50, 60)


def test_a_stereo_photo_gives_its_first_picture(tmp_path: Path) -> None:
    Image.new("RGB", (6, 4), "red").save(
        tmp_path / "a.jpg", "MPO", save_all=True, append_images=[Image.new("RGB", (6, 4), "blue")]
    )
    assert pixel(tmp_path / "a.jpg")[0] > 240


def test_cmyk_white_is_white(tmp_path: Path) -> None:
    Image.new("CMYK", (2, 2), (0, 0, 0, 0)).save(tmp_path / "a.jpg")
    assert min(pixel(tmp_path / "a.jpg")) > 250


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_of_a_phone_stands_upright(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (6, 4)).save(tmp_path / "a.jpg", exif=exif)
    assert open_picture(tmp_path / "a.jpg").size == ((6, 4) if orientation < 5 else (4, 6))


def test_broken_exif_does_not_spoil_a_whole_picture(tmp_path: Path) -> None:
    Image.new("RGB", (6, 4)).save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\x01" * 30)
    assert open_picture(tmp_path / "a.jpg").size == (6, 4)


def header_of(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + (
        struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


@pytest.mark.parametrize(("side", "other"), [(30_000, 30_000), (10_001, 10_000), (200_000, 1000)])
def test_a_bomb_is_refused_undecoded_and_without_a_warning(side: int, other: int, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(header_of(side, other))
    with pytest.raises(BadData, match="more than 100 million pixels") as error:
        open_picture(tmp_path / "a.png")
    assert "a.png" in error.value.message


def test_below_the_limit_nothing_warns(tmp_path: Path) -> None:
    # Pillow itself would warn from 89 million on.
    (tmp_path / "a.png").write_bytes(header_of(9_500, 10_000))
    with pytest.raises(BadData, match="is damaged"):
        open_picture(tmp_path / "a.png")


def test_limits_and_filters_of_the_process_stay_as_they_were(tmp_path: Path) -> None:
    before = (Image.MAX_IMAGE_PIXELS, list(warnings.filters))
    (tmp_path / "a.png").write_bytes(header_of(30_000, 30_000))
    with pytest.raises(BadData):
        open_picture(tmp_path / "a.png")
    assert (Image.MAX_IMAGE_PIXELS, list(warnings.filters)) == before


@pytest.mark.parametrize(
    ("name", "content", "fact"),
    [
        ("missing.jpg", None, "does not exist"),
        ("empty.jpg", b"", "is empty"),
        ("text.jpg", b"no picture at all", "is not a picture"),
        ("script.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a picture"),
        ("nothing.png", header_of(0, 0), "nothing.png"),
    ],
)
def test_what_is_no_picture_is_refused_by_name_with_a_next_step(
    name: str, content: bytes | None, fact: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadData, match=fact) as error:
        open_picture(tmp_path / name)
    assert name in error.value.message
    assert error.value.hint


def test_a_folder_or_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    for path in (tmp_path, tmp_path / "pipe.jpg"):
        with pytest.raises(BadData, match="is not a file"):
            open_picture(path)


def encoded(suffix: str) -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(noise).save(buffer, suffix)
    return buffer.getvalue()


ENCODED = {suffix: encoded(suffix) for suffix in ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")}


@pytest.mark.parametrize("suffix", ENCODED)
def test_a_truncated_picture_is_refused(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(ENCODED[suffix][: len(ENCODED[suffix]) // 2])
    with pytest.raises(BadData, match=r"a\.bin"):
        open_picture(tmp_path / "a.bin")


@pytest.mark.parametrize("suffix", ENCODED)
@given(data=st.data())
def test_damaged_bytes_give_a_picture_or_a_refusal_and_nothing_else(
    suffix: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(ENCODED[suffix])
    near_start = st.integers(0, min(200, len(content) - 1))
    for at in data.draw(st.lists(near_start | st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "a.bin"
    path.write_bytes(content)
    try:
        assert open_picture(path).mode == "RGB"
    except BadData as error:
        assert "a.bin" in error.message  # noqa: PT017
