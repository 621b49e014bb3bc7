from __future__ import annotations

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
