"""One search without a conversation."""

from __future__ import annotations

from inspect import signature
from typing import Any

import pytest
from dir_tir.graph.config import PEOPLES
from dir_tir.nodes.merge import merge
from dir_tir.tools.finding import find
from dir_tir.tools.timing import Stopwatch
from fakes import RecordingSearch
from states import state

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
