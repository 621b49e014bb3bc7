"""What is marked, and the picture that a search is begun with, move the order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from dir_tir.contracts import Click, PictureRecord
from dir_tir.graph.config import Config
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.tools.finding import find
from dir_tir.tools.search import Search
from dir_tir.tools.search.clicks import evidence
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder
from galleries import colours
from postcards import hunts

if TYPE_CHECKING:
    from numpy.typing import NDArray


def test_what_is_liked_comes_nearer_and_what_is_disliked_goes_away() -> None:
    encoder = FakeEncoder()
    vectors = encoder.encode_texts([str(number) for number in range(60)])
    records = [PictureRecord(f"{number:02}", "", ("a",), 1, 1) for number in range(60)]
    search = Search(encoder, Vectors(records, vectors, vectors))
    first, *_, last = (hit["id"] for hit in search.by_text("the moon", 60))

    def place(id_: str, **marks: Any) -> int:
        return [hit["id"] for hit in search.by_text("the moon", 60, **marks)].index(id_)

    assert place(last, clicks=[Click((first, last), last)]) < 59
    assert place(last, clicks=[Click((last,), last)]) == 59  # a page of one picture offers no choice
    assert place(first, disliked=[first]) > 0
    assert search.by_text("the moon", 60, clicks=[Click((first, "gone"), "gone")]) == search.by_text("the moon", 60)
    scores = {hit["id"]: hit["score"] for hit in search.by_text("the moon", 60)}
    assert all(
        scores[hit["id"]] == hit["score"] for hit in search.by_text("the moon", 60, clicks=[Click((first, last), last)])
    )  # the score stays the text's


def test_what_clicks_say_is_added_up_in_every_list_and_pictures_that_are_gone_are_left_out_of_a_page() -> None:
    encoder = FakeEncoder()
    vectors = encoder.encode_texts([str(number) for number in range(30)])
    search = Search(encoder, Vectors([PictureRecord(f"{number:02}", "", ("a",), 1, 1) for number in range(30)], vectors, vectors))

    def added(*clicks: Click) -> NDArray[np.float32]:
        found = search.scores("the moon", None, dialog_num=7, image_num=3, round_number=1, clicks=clicks).added
        assert found is not None
        return found

    one, other = Click(("01", "02", "03"), "02"), Click(("04", "05"), "05")
    assert added(one) == pytest.approx(evidence(vectors[[1, 2, 3]] @ vectors.T, 1), abs=1e-3)
    assert added(one, other) == pytest.approx(added(one) + added(other), abs=1e-6)
    assert (added(Click(("01", "gone", "02", "03"), "02")) == added(one)).all()
    assert search.scores("the moon", None, dialog_num=7, image_num=3, round_number=1, clicks=[Click(("gone",), "gone")]).added is None


def test_a_search_for_what_is_like_a_picture_knows_words_for_it_whatever_was_searched_before(tmp_path: Path) -> None:
    search, _ = colours(tmp_path, 12)
    find(search, "a boat")
    nearest = search.record(search.ids[3])
    alike = search.like(Path(nearest.path))
    assert alike.like_words == nearest.caption
    assert find(alike, "").found[0].record == nearest
    assert search.like_words == ""


def test_marking_what_is_most_like_the_picture_in_mind_and_what_is_least_brings_it_nearer(
    ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(ground))
    hunt = hunts(ground)[0]
    search = Workspace().toolbox(Config(gallery=hunt.gallery)).search
    words = {id_: set(search.record(id_).caption.replace(",", "").split()) for id_ in search.ids}
    begun = [json.loads(line) for line in (hunt.file.parent / "descriptions.jsonl").read_text().splitlines()[:40]]
    by_name = {Path(search.record(id_).path).name: id_ for id_ in search.ids}
    plain, marked = [], []
    for line in begun:
        target, page = by_name[line["image"]], [hit["id"] for hit in search.by_text(line["description"], 10)]
        if target in page:
            continue
        alike = sorted(page, key=lambda id_: len(words[id_] & words[target]) / len(words[id_] | words[target]))
        hits = search.by_text(line["description"], len(search), clicks=[Click(tuple(page), alike[-1])], disliked=alike[:3])
        plain.append(search.ranks_by_text(line["description"], [target])[0])
        marked.append(1 + [hit["id"] for hit in hits if hit["id"] not in page].index(target) + len(page))
    assert len(plain) > 5
    assert np.mean(marked) < np.mean(plain)
