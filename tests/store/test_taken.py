from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dir_tir.contracts import PictureRecord
from dir_tir.store.pictures import taken_at
from dir_tir.store.taken import taken
from PIL import Image, TiffImagePlugin
from raw_files import dng, jpeg_of

WRITTEN = "2019:05:04 12:30:15"


def exif_of(when: str = "", offset: str = "") -> Image.Exif:
    exif = Image.Exif()
    exif[0x0132] = "2024:01:01 00:00:00"  # when a program last wrote the file
    exif.get_ifd(0x8769).update({tag: text for tag, text in ((0x9003, when), (0x9011, offset)) if text})
    return exif


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.heic", "a.avif"])
def test_when_a_picture_was_taken_is_read_from_its_exif(tmp_path: Path, name: str) -> None:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.new("RGB", (64, 48)).save(tmp_path / name, exif=exif_of(WRITTEN, "+02:00"))
    assert taken_at(tmp_path / name) == "2019-05-04T12:30:15+02:00"
    Image.new("RGB", (64, 48)).save(tmp_path / name, exif=exif_of())
    assert taken_at(tmp_path / name) == ""


def test_when_a_scan_was_taken_is_read_from_its_tiff(tmp_path: Path) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x8769] = {0x9003: WRITTEN}
    Image.new("RGB", (64, 48)).save(tmp_path / "a.tif", tiffinfo=tags)
    assert taken_at(tmp_path / "a.tif") == "2019-05-04T12:30:15"


@pytest.mark.parametrize(
    ("when", "offset", "expected"),
    [
        (WRITTEN, "", "2019-05-04T12:30:15"),
        (WRITTEN, "Z", "2019-05-04T12:30:15+00:00"),
        (WRITTEN, "somewhere", "2019-05-04T12:30:15"),
        (b"2019:05:04 12:30:15\0", b"-05:00\0", "2019-05-04T12:30:15-05:00"),
        ("2019-05-04 12:30", "", "2019-05-04T12:30:00"),
        ("0000:00:00 00:00:00", "", ""),
        ("2099:01:01 00:00:00", "", ""),
        ("1601:01:01 00:00:00", "", ""),
        ("2019:02:30 12:00:00", "", ""),
        ("    :  :     :  :  ", "", ""),
        ("", "", ""),
        (None, None, ""),
        (7, 7, ""),
    ],
)
def test_only_possible_dates_are_dates(when: object, offset: object, expected: str) -> None:
    assert taken(when, offset) == expected


def test_a_clock_that_is_ahead_of_this_one_by_its_time_zone_is_believed() -> None:
    ahead = (datetime.now() + timedelta(hours=12)).replace(microsecond=0)
    assert taken(ahead.strftime("%Y:%m:%d %H:%M:%S")) == ahead.isoformat()


def test_broken_exif_says_nothing(tmp_path: Path) -> None:
    whole = jpeg_of(Image.new("RGB", (64, 48)), exif=exif_of(WRITTEN))
    at = whole.index(b"Exif\0\0") + 6
    for number, broken in enumerate((whole[:at] + b"\xff" * 24 + whole[at + 24 :], whole[: at + 20], b"", b"II*\0nothing")):
        (tmp_path / f"{number}.jpg").write_bytes(broken)
        assert taken_at(tmp_path / f"{number}.jpg") == ""
    assert taken_at(tmp_path / "not there.jpg") == ""


def test_what_cameras_call_raw_says_when_it_was_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.dng"
    file.write_bytes(dng(jpeg_of(Image.new("RGB", (160, 120))), 160, 120))
    assert taken_at(file) == ""
    exif = exif_of(WRITTEN, "+02:00").tobytes()[6:]  # a directory of tags is a TIFF, as most raw files are
    file.write_bytes(exif)
    assert taken_at(file) == "2019-05-04T12:30:15+02:00"


def test_the_date_of_a_picture_is_when_it_was_taken_or_else_when_its_file_was_written() -> None:
    def date(**known: object) -> datetime | None:
        return PictureRecord("a", "/a.png", (), 8, 8, **known).date  # type: ignore[arg-type]

    written = datetime(2021, 6, 7, 8, 9)
    modified = int(written.timestamp()) * 10**9
    assert date(taken="2019-12-31T23:30:00-05:00", modified=modified) == datetime(2019, 12, 31, 23, 30)
    assert date(taken="", modified=modified) == date(modified=modified) == written
    assert date() is None
    assert date(modified=10**30) is None
