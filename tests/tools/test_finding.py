"""One search without a conversation."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.graph.config import PEOPLES
from dir_tir.nodes.merge import merge
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.tools.finding import find
from dir_tir.tools.search import Search
from dir_tir.tools.timing import Stopwatch
from fakes import FakeEncoder, RecordingSearch
from PIL import Image
from states import state

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.quick


def test_the_order_is_that_of_a_persons_first_page() -> None:
    search = RecordingSearch()
    its = {name: value for name, value in PEOPLES.items() if name in signature(merge).parameters}
    settings: dict[str, Any] = {**its, "rerank": False, "dialog_num": 7, "image_num": 3}
    first = state(round=0, rounds=[], description="a boat")
    (record,) = merge(first, search=search, stopwatch=Stopwatch(), **settings)["rounds"]
    found = find(search, "a boat").found
    assert [match.record.id for match in found] == [result["id"] for result in record["results"]]
    assert [match.score for match in found] == [result["score"] for result in record["results"]]


def test_as_many_are_found_as_wanted_and_there_are() -> None:
    search = RecordingSearch(size=40)
    assert [len(find(search, "a boat", top).found) for top in (1, 25, 100)] == [1, 25, 40]
    assert find(search, "a boat", 25).found[:10] == find(search, "a boat").found


def test_what_is_ruled_out_is_no_part_of_the_description_and_pushes_away() -> None:
    search = RecordingSearch()
    matches = find(search, "a boat, no rain", ruled_out=["snow", "a boat"])
    assert (matches.description, matches.ruled_out) == ("a boat", ("rain", "snow"))
    assert [match.record.id for match in matches.found] != [match.record.id for match in find(search, "a boat").found]


def test_words_that_the_encoder_does_not_know_are_said_to_be_so() -> None:
    assert find(RecordingSearch(), "a boat").read
    assert not find(RecordingSearch(), "мы видели").read


def test_a_picture_alone_is_searched_for_alone_whatever_its_caption_says(tmp_path: Path) -> None:
    for number in range(3):
        Image.new("RGB", (8, 8), (number * 40, 0, 0)).save(tmp_path / f"{number}.png")
    sources = [Source(tmp_path / f"{number}.png", (f"Picture {number}. No bicycles here.",)) for number in range(3)]
    store, encoder = ChromaStore(tmp_path / "galleries"), FakeEncoder()
    index(sources, store, "signs", encoder)
    search = Search.open(store, "signs", encoder).like(tmp_path / "1.png")
    matches = find(search, "")
    assert matches.ruled_out == ()
    assert [match.record.id for match in matches.found] == [hit["id"] for hit in search.by_image(str(tmp_path / "1.png"), 3)]
    assert matches.found[0].score == pytest.approx(1)
