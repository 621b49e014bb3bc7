from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dir_tir.store.conversations.paintings import Paintings
from PIL import Image


def test_a_painting_is_kept_by_conversation_and_round_and_replaced_when_painted_again(tmp_path: Path) -> None:
    paintings = Paintings(tmp_path / "paintings")
    path = paintings.save(Image.new("RGB", (4, 4), "red"), "one", 3)
    assert path == tmp_path / "paintings" / "one" / "round-03.png"
    assert paintings.save(Image.new("RGB", (4, 4), "blue"), "one", 3) == path
    assert Image.open(path).getpixel((0, 0)) == (0, 0, 255)
    assert [file.name for file in path.parent.iterdir()] == ["round-03.png"]


def test_a_round_painted_by_many_at_once_is_there_whole_and_a_draft_that_was_left_is_no_hindrance(tmp_path: Path) -> None:
    paintings = Paintings(tmp_path / "paintings")
    (tmp_path / "paintings" / "one").mkdir(parents=True)
    (tmp_path / "paintings" / "one" / "round-03.png.part").write_bytes(b"half of")
    with ThreadPoolExecutor(8) as many:
        paths = set(many.map(lambda shade: paintings.save(Image.new("RGB", (64, 64), (shade, 0, 0)), "one", 3), range(64)))
    (path,) = paths
    with Image.open(path) as picture:
        assert picture.getpixel((0, 0))[0] < 64
    assert {file.name for file in path.parent.iterdir()} == {"round-03.png", "round-03.png.part"}
