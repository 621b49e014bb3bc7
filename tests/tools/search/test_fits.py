"""The first results are ordered once more by an encoder that matches text and picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from dir_tir.contracts import PictureRecord
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.tools.fusion import slots
from dir_tir.tools.fusion.order import standardised
from dir_tir.tools.search import Search
from fakes import FakeEncoder, FakeMatcher, RecordingSearch
from PIL import Image


def _reddish(folder: Path, count: int, encoder: FakeMatcher) -> Search:
    """Pictures of which each is redder than the one before, searched by an encoder that can match."""
    records = []
    for number in range(count):
        path = folder / f"{number:02}.png"
        Image.new("RGB", (8, 8), (10 * number, 0, 0)).save(path)
        records.append(PictureRecord(f"{number:02}", str(path), (), 8, 8))
    images = FakeEncoder().encode_texts([record.id for record in records])
    return Search(encoder, Vectors(records, images, images))


def _page_of(search: Search, text: str) -> list[str]:
    scores = search.scores(text, None, dialog_num=10, image_num=0, round_number=0)
    return [result["id"] for result in search.results(search.reranked(slots(scores), text), scores)]


def _once_more(search: Search, text: str, ids: list[str]) -> list[str]:
    """By redness and by nearness to the text, in standard deviations over these pictures."""
    red = standardised(np.array([float(id_) for id_ in ids], dtype=np.float32))
    both = dict(zip(ids, red + standardised(search.cosines(text, ids)), strict=True))
    return sorted(ids, key=lambda id_: both[id_], reverse=True)


def test_the_first_results_are_ordered_with_the_matching_head_and_each_pair_is_read_once(tmp_path: Path) -> None:
    encoder = FakeMatcher()
    search = _reddish(tmp_path, 20, encoder)
    before = [hit["id"] for hit in search.by_text("a boat", 10)]
    assert _page_of(search, "a boat") == [*_once_more(search, "a boat", before[:5]), *before[5:]] != before
    assert _page_of(search, "a boat") == _page_of(search, "a boat")
    assert encoder.matched == [("a boat", 5)]


def test_a_picture_whose_file_is_gone_or_damaged_keeps_its_place(tmp_path: Path) -> None:
    search = _reddish(tmp_path, 20, FakeMatcher())
    first, second, *others = [hit["id"] for hit in search.by_text("a boat", 10)]
    (tmp_path / f"{first}.png").unlink()
    (tmp_path / f"{second}.png").write_bytes(b"no picture")
    assert _page_of(search, "a boat") == [first, second, *_once_more(search, "a boat", others[:3]), *others[3:]]


def test_an_encoder_without_a_matching_head_orders_nothing_once_more() -> None:
    assert RecordingSearch(size=12).rerank == 0
