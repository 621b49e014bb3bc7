"""One order of the gallery, for whatever encoder made it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from dir_tir.contracts import PictureRecord
from dir_tir.errors import GalleryError, PictureError
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.store.pictures import content_id
from dir_tir.tools.search import Search
from fakes import FakeEncoder
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def made_of(vectors: np.ndarray, encoder: FakeEncoder | None = None) -> Search:
    records = [PictureRecord(f"{number:02}", "", ("",), 1, 1) for number in range(len(vectors))]
    return Search(encoder or FakeEncoder(), Vectors(records, vectors, vectors))


def test_ties_go_to_the_smaller_id_in_lists_and_ranks_alike() -> None:
    search = made_of(np.tile(FakeEncoder().encode_texts(["same"]), (6, 1)))
    assert [hit["id"] for hit in search.by_text("x", 6)] == search.ids
    assert search.ranks_by_text("x", search.ids) == [1, 2, 3, 4, 5, 6]


def test_another_encoder_reads_the_same_pictures_and_one_that_sees_otherwise_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    Image.new("RGB", (8, 8), "blue").save(tmp_path / "blue.png")
    index([Source(tmp_path / name, ("a",)) for name in ("red.png", "blue.png")], ChromaStore(tmp_path), "gallery", FakeEncoder())
    search = Search.open(ChromaStore(tmp_path), "gallery", FakeEncoder())

    class OtherTower(FakeEncoder):
        def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
            return super().encode_images([image.rotate(90).resize((9, 9)) for image in images])

    class OtherWords(FakeEncoder):
        def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return self.encode_images([Image.new("RGB", (8, 8), text) for text in texts])

    tuned = search.read_by(OtherWords())
    for colour in ("red", "blue"):
        assert tuned.by_text(colour, 1)[0]["id"] == content_id(tmp_path / f"{colour}.png")
    for stranger in (OtherTower(), FakeEncoder(dimension=8)):
        with pytest.raises(GalleryError, match="give one with the same picture tower"):
            search.read_by(stranger)


def test_an_empty_gallery_a_missing_painting_and_an_unknown_id_are_named(tmp_path: Path) -> None:
    with ChromaStore(tmp_path).write("g", "fake-encoder", 16):
        pass
    with pytest.raises(GalleryError, match="is empty"):
        Search.open(ChromaStore(tmp_path), "g", FakeEncoder())
    search = made_of(FakeEncoder().encode_texts(["one"]))
    with pytest.raises(GalleryError, match="holds no picture 'gone'"):
        search.candidates(["gone"])
    with pytest.raises(PictureError, match="cannot be read"):
        search.by_image(str(tmp_path / "gone.png"), 1)
