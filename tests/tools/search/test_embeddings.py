"""What an encoder has read is remembered."""

from __future__ import annotations

from pathlib import Path

from dir_tir.tools.search import Search
from dir_tir.tools.search.embeddings import REMEMBERED
from fakes import FakeEncoder, vectors
from PIL import Image


def test_the_same_text_and_the_same_picture_are_encoded_once(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    search = Search(encoder, vectors(FakeEncoder(), ["one", "two"], str))
    path = tmp_path / "painting.png"
    for color in ("red", "red", "blue", "red"):
        Image.new("RGB", (4, 4), color).save(path)
        search.by_image(str(path), 1)
        search.by_text("a boat", 1)
    assert (encoder.pictures, encoder.texts) == (2, ["a boat"])
    for number in [*range(REMEMBERED + 1), "a boat"]:  # what was asked long ago is forgotten
        search.by_text(str(number), 1)
    assert encoder.texts.count("a boat") == 2
