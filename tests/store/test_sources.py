from __future__ import annotations

import json
from pathlib import Path

import pytest
from dir_tir.errors import InputError, PictureError
from dir_tir.store.sources import Source, content_id, folder_sources, open_picture
from PIL import Image


def test_captions_are_read_in_both_forms(tmp_path: Path) -> None:
    lines = [{"image": "a.png", "captions": ["a boat", "  ", "a red boat "]}, {"image": "sub/b.png", "caption": "a tree"}]
    (tmp_path / "captions.jsonl").write_text("\n\n".join(json.dumps(line) for line in lines))
    assert folder_sources(tmp_path) == [
        Source(tmp_path / "a.png", ("a boat", "a red boat")),
        Source(tmp_path / "sub" / "b.png", ("a tree",)),
    ]


def test_a_folder_without_captions_gives_every_picture_below_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.JPG", "deep/a.png", "notes.txt"):
        (tmp_path / name).touch()
    assert [source.path.name for source in folder_sources(tmp_path)] == ["b.JPG", "a.png"]


def test_no_folder_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        folder_sources(tmp_path / "gone")
    with pytest.raises(InputError, match="there are no pictures"):
        folder_sources(tmp_path)


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
    with pytest.raises(PictureError, match=r"a\.png is not a picture") as caught:
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
