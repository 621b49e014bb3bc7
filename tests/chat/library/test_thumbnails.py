from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from dir_tir.chat.library.thumbnails import Thumbnails, small_picture
from dir_tir.errors import PictureError
from PIL import Image


def _drawn(file: Path, colour: str) -> Path:
    Image.new("RGB", (64, 32), colour).save(file)
    return file


def test_an_enlarged_photo_is_turned_upright_and_carries_nothing_about_its_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"  # turned by 90 degrees; its maker
    Image.new("RGB", (2000, 1000)).save(tmp_path / "a.jpg", exif=exif)
    with Image.open(BytesIO(small_picture(tmp_path / "a.jpg", 400))) as small:
        assert small.size == (200, 400)
        assert not small.getexif()


def test_a_picture_is_made_small_once_and_again_when_its_file_has_changed(tmp_path: Path) -> None:
    thumbnails, file = Thumbnails(), _drawn(tmp_path / "a.png", "red")
    red = thumbnails.picture(file, 16)
    assert thumbnails.picture(file, 16) is red
    _drawn(file, "blue")
    assert thumbnails.picture(file, 16) != red


def test_no_more_is_kept_than_fits_and_the_oldest_goes_first(tmp_path: Path) -> None:
    files = [_drawn(tmp_path / f"{number}.png", f"#{number:02}0000") for number in range(10)]
    size = len(small_picture(files[0], 16))
    thumbnails = Thumbnails(kept=3 * size + size // 2)
    first = thumbnails.picture(files[0], 16)
    for file in files:
        thumbnails.picture(file, 16)
        assert thumbnails.picture(files[0], 16) is first  # used again and again
    assert thumbnails.size <= 3 * size + size // 2


def test_a_file_that_is_gone_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"gone.png .*cannot|not a picture"):
        Thumbnails().picture(tmp_path / "gone.png", 16)
