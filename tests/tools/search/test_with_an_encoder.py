"""A gallery indexed and searched with a real, untrained CLIP."""

from __future__ import annotations

import checkpoints
import numpy as np
import pytest
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.pictures import content_id
from dir_tir.tools.models.kinds.open_clip import OpenClipEncoder, OpenClipOptions
from dir_tir.tools.search import Search
from given import given
from PIL import Image

COLORS = ["red", "green", "blue", "white", "black", "orange", "pink", "navy"]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> tuple[Search, list[Source], OpenClipEncoder]:
    """A gallery of plain colours, indexed and searched with a real (untrained) CLIP."""
    folder = tmp_path_factory.mktemp("search")
    checkpoints.save_encoder(folder / "encoder")
    encoder = OpenClipEncoder(OpenClipOptions(path="encoder"), given(folder / "encoder"))
    sources = []
    for color in COLORS:
        Image.new("RGB", (32, 32), color).save(folder / f"{color}.png")
        sources.append(Source(folder / f"{color}.png", (f"the {color} sea",)))
    index(sources, ChromaStore(folder), "gallery", encoder)
    return Search.open(ChromaStore(folder), "gallery", encoder), sources, encoder


def test_a_picture_finds_itself_first(gallery: tuple[Search, list[Source], OpenClipEncoder]) -> None:
    search, sources, _ = gallery
    for source in sources:
        best = search.by_image(str(source.path), 3)[0]
        assert best["id"] == content_id(source.path)
        assert best["score"] == pytest.approx(1, abs=1e-5)
        assert search.record(best["id"]).path == str(source.path)


def test_ranks_agree_with_the_order_of_the_whole_list(gallery: tuple[Search, list[Source], OpenClipEncoder]) -> None:
    search, _, _ = gallery
    hits = search.by_text("a red boat at night", 1000)
    assert [hit["id"] for hit in hits] != search.ids
    assert sorted(hit["id"] for hit in hits) == search.ids
    assert search.ranks_by_text("a red boat at night", [hit["id"] for hit in hits]) == list(range(1, len(COLORS) + 1))
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert search.by_text("a red boat at night", 3) == hits[:3]


def test_candidates_come_in_the_order_asked_for(gallery: tuple[Search, list[Source], OpenClipEncoder]) -> None:
    search, _, encoder = gallery
    ids = [hit["id"] for hit in search.by_text("the moon", 5)]
    candidates = search.candidates(ids)
    assert candidates.ids == ids
    assert candidates.captions == [search.record(id_).caption for id_ in ids]
    assert candidates.images_embedded.shape == candidates.captions_embedded.shape == (5, 16)
    np.testing.assert_allclose(candidates.captions_embedded, encoder.encode_texts(candidates.captions), atol=1e-5)
