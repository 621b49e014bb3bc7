from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from dir_tir.errors import PictureError
from dir_tir.store.pictures import SUFFIXES, content_id, open_picture, open_sized
from PIL import Image

RED, BLUE = Image.new("RGB", (20, 10), "red"), Image.new("RGB", (20, 10), "blue")


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "tiff", "bmp", "heic", "avif"])
def test_every_format_is_read(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a.{suffix}"
    if suffix == "heic":
        import pillow_heif

        pillow_heif.from_pillow(RED).save(file)
    else:
        RED.save(file)
    red, green, blue = open_picture(file).getpixel((3, 3))  # type: ignore[misc]
    assert red > 200 > 60 > max(green, blue)
    assert f".{suffix}" in SUFFIXES


@pytest.mark.parametrize("suffix", ["gif", "webp", "tiff"])
def test_of_several_pictures_in_a_file_the_first_is_taken(tmp_path: Path, suffix: str) -> None:
    RED.save(tmp_path / f"a.{suffix}", save_all=True, append_images=[BLUE])
    red, _, blue = open_picture(tmp_path / f"a.{suffix}").getpixel((3, 3))  # type: ignore[misc]
    assert red > 200 > 60 > blue


def test_a_smaller_picture_is_turned_too_and_its_size_on_disk_is_told(tmp_path: Path) -> None:
    picture = Image.new("RGB", (2000, 1000), "red")
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.jpg", exif=exif)
    small, extent = open_sized(tmp_path / "a.jpg", 300)
    assert (small.size, extent) == ((150, 300), (1000, 2000))
    assert open_picture(tmp_path / "a.jpg", 5000).size == (1000, 2000)  # never larger


def _png(width: int, height: int) -> bytes:
    """A whole and valid PNG of nothing but zeros, a few kilobytes whatever its size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (1 + (width + 7) // 8) * 100) for _ in range(height // 100)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def test_a_decompression_bomb_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(_png(30_000, 30_000))
    assert (tmp_path / "bomb.png").stat().st_size < 500_000
    with pytest.raises(PictureError, match="more than 179 million") as caught:
        open_picture(tmp_path / "bomb.png")
    assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_large_panorama_is_read(tmp_path: Path) -> None:
    (tmp_path / "wide.png").write_bytes(_png(10_000, 9_000))
    assert open_picture(tmp_path / "wide.png", 100).size == (100, 90)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "tiff", "heic", "avif"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_picture_cut_off_anywhere_is_broken_and_never_a_crash(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"a.{suffix}"
    picture = Image.effect_noise((200, 150), 80).convert("RGB")
    if suffix == "heic":
        import pillow_heif

        pillow_heif.from_pillow(picture).save(path)
    else:
        picture.save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(PictureError, match="repair or remove it") as caught:
        open_picture(path)
    assert "\n" not in str(caught.value)


def test_a_picture_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    picture = Image.new("RGB", (20, 10), "red")
    exif = picture.getexif()
    exif[0x0112] = 6  # orientation: turned by a quarter
    picture.save(tmp_path / "a.jpg", exif=exif)
    assert open_picture(tmp_path / "a.jpg").size == (10, 20)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (4, 4)).save(tmp_path / "a.tif")
    assert open_picture(tmp_path / "a.tif").mode == "RGB"


def test_what_is_transparent_shows_white(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "a.png")
    assert open_picture(tmp_path / "a.png").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_broken_picture_gets_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureError, match=r"a\.png is (not a picture|empty)") as caught:
        open_picture(tmp_path / "a.png")
    assert "\n" not in str(caught.value)


def test_a_picture_cut_off_in_the_middle_is_broken(tmp_path: Path) -> None:
    Image.effect_noise((64, 64), 50).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:1500])
    with pytest.raises(PictureError):
        open_picture(tmp_path / "a.png")


def test_the_id_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").write_bytes(b"x")
    (tmp_path / "c").write_bytes(b"y")
    assert content_id(tmp_path / "a") == content_id(tmp_path / "b") != content_id(tmp_path / "c")
    assert len(content_id(tmp_path / "a")) == 32
    with pytest.raises(PictureError, match="cannot be read"):
        content_id(tmp_path / "gone")
