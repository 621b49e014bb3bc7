"""A search of some of a gallery's pictures: pages, candidates and single searches."""

from __future__ import annotations

from typing import Any

import numpy as np
from dir_tir.nodes.merge import merge
from dir_tir.nodes.retrieve import retrieve
from dir_tir.store.gallery.filters import Filter
from dir_tir.tools.finding import find
from dir_tir.tools.timing import Stopwatch
from fakes import RecordingSearch, in_folders
from states import record, state

FEW = Filter(folder="few")  # one picture in ten


def _there(search: RecordingSearch) -> set[str]:
    return {record.id for record in search.vectors.records if "/few/" in record.path}


def test_what_a_filter_lets_through_is_ranked_by_the_same_scores() -> None:
    search = in_folders(RecordingSearch(size=60))
    few = search.only(FEW)
    assert search.only(Filter()) is search
    assert few.by_text("a boat", 20) == [hit for hit in search.by_text("a boat", 60) if hit["id"] in _there(search)]
    page: dict[str, Any] = {"dialog_num": 7, "image_num": 3, "round_number": 0}
    assert np.array_equal(few.scores("a boat", None, **page).dialog, search.scores("a boat", None, **page).dialog)
    assert few.ranks_by_text("a boat", search.ids) == search.ranks_by_text("a boat", search.ids)


def test_words_that_are_found_for_a_filtered_search_are_those_of_the_whole() -> None:
    search = in_folders(RecordingSearch(size=20, caption=lambda _: "", words=["sea", "wood"]))
    few = search.only(FEW)
    few.prepare()
    assert few.words(search.ids) == search.words(search.ids) == [("sea",), ("wood",)] * 10


def test_one_search_finds_only_what_a_filter_lets_through() -> None:
    search = in_folders(RecordingSearch(size=40))
    found = [match.record.id for match in find(search.only(FEW), "a boat", 30).found]
    assert found == [match.record.id for match in find(search, "a boat", 40).found if match.record.id in _there(search)]
    assert len(found) == 4


def test_candidates_and_pages_of_a_round_are_of_what_a_filter_lets_through_and_fewer_than_ten_are_all_shown() -> None:
    search = in_folders(RecordingSearch(size=60))
    few, there = search.only(FEW), _there(search)
    opened = state(rounds=[record(results=[{"id": id_} for id_ in sorted(there)[:2]])])
    assert set(retrieve(opened, search=few, related_size=30, schedule="linear", max_rounds=10)["related"]) == there
    settings: dict[str, Any] = {"dialog_num": 7, "image_num": 3, "hubs": True, "rerank": False, "exclude_shown": True, "paint_all": True}
    for fusion in ("newest", "slots"):
        (closed,) = merge(opened, search=few, stopwatch=Stopwatch(), fusion=fusion, **settings)["rounds"]
        page = [result["id"] for result in closed["results"]]
        assert set(page) == there
        assert set(page[-2:]) == set(sorted(there)[:2])  # what was shown before comes last
