"""The measurement of what is ruled out says only what is true of its targets, and tells pictures that show it from those that do not."""

from __future__ import annotations

import random

import numpy as np
from dir_tir.benchmarks.ruling_out import cases, imagined, measure
from dir_tir.contracts import PictureRecord
from dir_tir.miniature.world.knowledge import complete
from dir_tir.miniature.world.scene import scenes
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.tools.search import Search
from fakes import FakeEncoder

CARDS = list(scenes("test", 40, 0))


def test_what_is_denied_is_true_of_the_target_and_shown_by_others() -> None:
    made = list(cases(CARDS, 20, seed=3))
    assert len({case.target for case in made}) == 20
    for case in made:
        assert {len(case.denied[sort]) for sort in ("kinds", "colours", "weather and time")} <= {1, 2, 3}
        assert not any(denied.shows(CARDS[case.target]) for denied in case.denied["together"])
    assert any(denied.shows(card) for case in made for denied in case.denied["kinds"] for card in CARDS)


def test_the_same_seed_gives_the_same_cases_and_what_is_known_is_painted() -> None:
    one, other = (list(cases(CARDS, 5, seed=1)) for _ in range(2))
    assert [(case.described, case.painting) for case in one] == [(case.described, case.painting) for case in other]
    assert [denied.text for case in one for denied in case.denied["together"]] == [
        denied.text for case in other for denied in case.denied["together"]
    ]

    for card in CARDS:
        painted = imagined(random.Random(0), complete(card))
        assert (painted.place, painted.time, painted.weather) == (card.place, card.time, card.weather)
        assert all(painted.find(thing.kind) == (position, thing) for position, thing in card.placed())


def test_every_sort_is_measured_with_every_ranking() -> None:
    encoder = FakeEncoder()
    records = [PictureRecord(f"{number:02}", "", ("a",), 1, 1) for number in range(len(CARDS))]
    vectors = encoder.encode_texts([record.id for record in records])
    search = Search(encoder, Vectors(records, vectors, vectors))
    lines = list(measure(search, CARDS, range(len(CARDS)), list(cases(CARDS, 3, seed=0))))
    assert len(lines) == 16
    assert all(0 <= float(line[name]) <= 100 for line in lines for name in ("shown before", "shown", "hits before", "hits"))
    assert np.mean([float(line["shown before"]) for line in lines if line["ruled out"] == "together"]) > 10
