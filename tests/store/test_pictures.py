from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from dir_tir.errors import PictureError
from dir_tir.store.pictures import SUFFIXES, content_id, open_picture, open_sized
from PIL import Image
from raw_files import dng, jpeg_of

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


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize(
    ("mode", "scale"), [("I;16", 257), ("I;16B", 257), ("I;16L", 257), ("I", 257), ("I", 1), ("F", 257), ("F", 1), ("F", 1 / 255)]
)
def test_greys_of_more_than_eight_bits_look_as_those_of_eight(tmp_path: Path, mode: str, scale: float) -> None:
    grey = Image.linear_gradient("L")
    values = np.asarray(grey).astype(np.float64) * scale
    kind = {"I;16": "<u2", "I;16L": "<u2", "I;16B": ">u2", "I": "<i4", "F": "<f4"}[mode]
    Image.frombytes(mode.replace("I;16L", "I;16"), grey.size, values.astype(kind).tobytes()).save(tmp_path / "a.tif")
    np.testing.assert_allclose(np.asarray(open_picture(tmp_path / "a.tif"))[..., 0], np.asarray(grey), atol=1)


def test_a_grey_png_of_sixteen_bits_looks_as_that_of_eight(tmp_path: Path) -> None:
    grey = Image.linear_gradient("L")
    Image.fromarray(np.asarray(grey).astype(np.uint16) * 257).save(tmp_path / "a.png")
    np.testing.assert_allclose(np.asarray(open_picture(tmp_path / "a.png"))[..., 0], np.asarray(grey), atol=1)


@pytest.mark.parametrize("suffix", ["jpg", "webp", "png", "tiff"])
def test_a_picture_with_damaged_exif_is_shown(tmp_path: Path, suffix: str) -> None:
    exif = _exif(6)
    exif[0x010F] = "a camera" * 20
    RED.save(tmp_path / f"a.{suffix}", exif=exif)
    whole = (tmp_path / f"a.{suffix}").read_bytes()
    at = whole.find(b"a camera") - 30
    for damage in (b"\xff" * 12, b"\x00" * 12, bytes(range(12))):
        content = whole[:at] + damage + whole[at + 12 :]
        (tmp_path / f"a.{suffix}").write_bytes(_with_right_sums(content) if suffix == "png" else content)
        if suffix != "tiff":  # there the same directory says what the picture is
            assert sorted(open_picture(tmp_path / f"a.{suffix}").size) == [10, 20]


def _with_right_sums(png: bytes) -> bytes:
    out, at = png[:8], 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        body = png[at + 4 : at + 8 + size]
        out, at = out + png[at : at + 4] + body + struct.pack(">I", zlib.crc32(body)), at + 12 + size
    return out


@pytest.mark.parametrize("error", [RuntimeError, struct.error, zlib.error, ZeroDivisionError, KeyError, AttributeError, RecursionError])
def test_whatever_a_decoder_raises_is_one_line_about_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def raising(*_: object) -> None:
        raise error("several\nlines\x1b[2J")

    RED.save(tmp_path / "a.png")
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", raising)
    with pytest.raises(PictureError, match=r"a\.png is not a picture that can be read") as caught:
        open_picture(tmp_path / "a.png")
    assert str(caught.value).isprintable()


def test_what_a_decoder_warns_of_ends_no_picture(tmp_path: Path) -> None:
    RED.save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    (tmp_path / "a.py").write_text(
        "import sys; from pathlib import Path; from dir_tir.store.pictures import open_picture; print(open_picture(Path(sys.argv[1])).size)"
    )
    command = [sys.executable, "-W", "error:::PIL", str(tmp_path / "a.py"), str(tmp_path / "a.jpg")]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == "(20, 10)\n"


@pytest.mark.parametrize("suffix", ["dng", "cr2", "nef", "arw"])
@pytest.mark.parametrize("version", [True, False])
def test_a_raw_file_is_read_by_its_preview_turned_as_the_camera_says(tmp_path: Path, suffix: str, version: bool) -> None:
    halves = Image.new("RGB", (300, 200), "red")
    halves.paste("blue", (0, 0, 150, 200))
    file = tmp_path / f"a.{suffix}"
    file.write_bytes(dng(jpeg_of(halves), 640, 420, turn=6, version=version))
    picture, extent = open_sized(file, 90)
    assert (picture.size, extent) == ((60, 90), (420, 640))
    assert [max(range(3), key=picture.getpixel(at).__getitem__) for at in ((30, 10), (30, 80))] == [2, 0]  # type: ignore[union-attr, arg-type]
    file.write_bytes(dng(jpeg_of(halves, exif=_exif(1)), 640, 420, turn=1, version=version))
    assert open_sized(file, 90)[0].size == (90, 60)


def test_a_raw_file_that_libraw_does_not_know_is_read_by_its_largest_jpeg(tmp_path: Path) -> None:
    small, large = jpeg_of(Image.new("RGB", (80, 60), "red")), jpeg_of(Image.new("RGB", (160, 120), "blue"))
    (tmp_path / "a.raf").write_bytes(b"a maker nobody knows" + small + b"\xff\xd8\xff\xc3 sensor values" + large + b"\0" * 99)
    assert open_sized(tmp_path / "a.raf", 768)[1] == (160, 120)
    (tmp_path / "b.raf").write_bytes(b"a maker nobody knows" * 20)
    with pytest.raises(PictureError, match=r"b\.raf has no preview"):
        open_picture(tmp_path / "b.raf")


def test_what_is_no_file_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(PictureError, match="not a file"):
        open_picture(tmp_path / "a.png")
    with pytest.raises(PictureError, match="not a file"):
        content_id(tmp_path / "a.png")


def test_what_is_wrong_with_a_tiff_is_in_the_error_and_nothing_is_printed_beside_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Image.effect_noise((200, 200), 80).save(tmp_path / "a.tif", compression="tiff_lzw")
    content = bytearray((tmp_path / "a.tif").read_bytes())
    content[3000:9000] = bytes(6000)
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(PictureError, match="repair or remove it"):
        open_picture(tmp_path / "a.tif")
    assert capfd.readouterr().err == ""
