"""What shows what is ruled out falls, and what does not stays where it was."""

from __future__ import annotations

import numpy as np
import pytest
from dir_tir.contracts import Click, PictureRecord
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.tools.fusion import FUSIONS, Fused
from dir_tir.tools.fusion.order import standardised
from dir_tir.tools.search import Search
from dir_tir.tools.search.ruling_out import FAINT, THRESHOLD, WEIGHT, noun_of, push
from fakes import FakeEncoder
from numpy.typing import NDArray

DESCRIBED = np.tile([0.9, 0.8, 0.3, 0.2], 5).astype(np.float32)


def test_it_is_what_the_docstring_says() -> None:
    cosines = np.array([0.4, 0.1, 0.2, 0.1, 0.3, 0.15, 0.1, 0.12], dtype=np.float32)
    described = np.array([0.5, 0.2, 0.1, 0.4, 0.3, 0.2, 0.1, 0.2], dtype=np.float32)
    signs, fits = standardised(cosines), standardised(described)
    excess = signs - (signs * fits).mean() * fits
    ratio = (cosines.std() / described.std()) ** 4
    by_hand = -WEIGHT * ratio / (ratio + FAINT**4) * np.maximum(excess - THRESHOLD, 0)
    assert push(cosines, described) == pytest.approx(by_hand, abs=1e-5)
    assert (push(cosines, described) <= 0).all()


def test_a_picture_that_shows_nothing_of_it_loses_nothing() -> None:
    boats = np.tile([0.2, 0.21, 0.19, 0.6], 5).astype(np.float32)
    found = push(boats, DESCRIBED)
    assert (found[::4] == 0).all() and (found[1::4] == 0).all()
    assert (found[3::4] < -0.5).all()


def test_a_blue_cat_hardly_loses_when_a_red_one_is_ruled_out() -> None:
    kinds = np.tile(["red cat", "blue cat", "red house", "tree", "boat"], 6)
    red_cat = np.select([kinds == "red cat", kinds == "blue cat", kinds == "red house"], [0.6, 0.42, 0.3], 0.1).astype(np.float32)
    cat = np.where(np.char.endswith(kinds, "cat"), 0.5, 0.1).astype(np.float32)
    described = np.random.default_rng(0).normal(size=len(kinds)).astype(np.float32)
    alone, beside = push(red_cat, described * 0.1), push(red_cat, described * 0.1, cat)
    assert beside[kinds == "red cat"].mean() < -0.2
    assert beside[kinds == "blue cat"].mean() > alone[kinds == "blue cat"].mean() + 0.2


def test_what_the_description_explains_is_no_sign_of_what_is_ruled_out() -> None:
    rng = np.random.default_rng(1)
    described = rng.normal(size=500).astype(np.float32)
    alike = (0.7 * described + 0.7 * rng.normal(size=500)).astype(np.float32)  # "a woman on the beach", of "a man on the beach"
    best = described.argsort()[-50:]
    found = push(alike, described)
    assert found[best].mean() == pytest.approx(found.mean(), abs=0.15)
    assert push(alike, rng.normal(size=500).astype(np.float32))[best].mean() < found[best].mean() - 0.5


def test_a_text_that_the_encoder_cannot_see_counts_for_next_to_nothing() -> None:
    rng = np.random.default_rng(2)
    described, faint = (rng.normal(size=500).astype(np.float32) for _ in range(2))
    assert push(faint * np.float32(0.2), described).min() > -0.1 > push(faint, described).min()


def test_equal_cosines_push_nothing_and_give_numbers() -> None:
    flat = np.full(5, 0.3, dtype=np.float32)
    for one, other in ((flat, DESCRIBED[:5]), (DESCRIBED[:5], flat), (flat, flat)):
        assert np.isfinite(push(one, other, one)).all()
    assert (push(flat, DESCRIBED[:5]) == 0).all()


def test_the_noun_of_a_text_is_its_last_word() -> None:
    assert [noun_of(text) for text in ("red cat", "a big red cat", "boats", "")] == ["cat", "cat", "", ""]


class _Words(FakeEncoder):
    """A dimension a word: a picture, or a text, is the words that it has."""

    words = ("lake", "boats", "snow", "trees", "cat", "red")

    def encode_texts(self, texts: list[str]) -> NDArray[np.float32]:  # type: ignore[override]
        self.texts += texts
        counted = np.array([[word in text.split() for word in self.words] for text in texts], dtype=np.float32) + np.float32(0.01)
        unit: NDArray[np.float32] = counted / np.linalg.norm(counted, axis=1, keepdims=True)
        return unit


def _lakes() -> tuple[Search, _Words, list[str]]:
    shown = [f"lake {more}".strip() for more in ("boats", "", "trees", "snow", "boats trees")] * 4
    shown += ["trees", "cat", "red cat", "snow", "boats", "snow trees"] * 4
    encoder = _Words()
    records = [PictureRecord(f"{number:02}", "", ("a",), 1, 1) for number in range(len(shown))]
    vectors = encoder.encode_texts(shown)
    encoder.texts.clear()
    return Search(encoder, Vectors(records, vectors, vectors)), encoder, shown


def _page(search: Search, fusion: str, ruled_out: list[str]) -> Fused:
    scores = search.scores(
        "lake", None, dialog_num=7, image_num=3, round_number=1, ruled_out=ruled_out, before=[("trees", None), ("lake", None)]
    )
    return FUSIONS.named(fusion).fuse(scores)


@pytest.mark.parametrize("fusion", list(FUSIONS))
def test_what_is_ruled_out_leaves_the_page_of_every_fusion(fusion: str) -> None:
    search, _, shown = _lakes()
    before, after = ([shown[row] for row in _page(search, fusion, out).page] for out in ([], ["boats"]))
    assert any("boats" in each for each in before)
    assert not any("boats" in each for each in after)
    assert all("lake" in each for each in after)


def test_candidates_for_a_question_are_pushed_as_the_page_is_and_keep_the_cosine_as_their_score() -> None:
    search, _, shown = _lakes()
    plain = {hit["id"]: hit["score"] for hit in search.by_text("lake", 40)}
    hits = search.by_text("lake", 12, ruled_out=["boats"])
    assert not any("boats" in shown[int(hit["id"])] for hit in hits)
    assert all(hit["score"] == plain[hit["id"]] for hit in hits)


def test_each_text_is_encoded_once_and_its_noun_once() -> None:
    search, encoder, _ = _lakes()
    for _ in range(3):
        search.by_text("lake", 5, ruled_out=["boats", "red cat", "boats"])
        _page(search, "slots", ["boats", "red cat"])
    assert sorted(encoder.texts) == ["boats", "cat", "lake", "red cat", "trees"]


def test_what_is_ruled_out_is_added_to_what_clicks_say() -> None:
    search, _, _ = _lakes()

    def added(**said: object) -> NDArray[np.float32]:
        found = search.scores("lake", None, dialog_num=7, image_num=3, round_number=1, **said).added  # type: ignore[arg-type]
        assert found is not None
        return found

    click = Click(("00", "01"), "01")
    both = added(clicks=[click], ruled_out=["boats", "snow"])
    assert both == pytest.approx(added(clicks=[click]) + added(ruled_out=["boats"]) + added(ruled_out=["snow"]), abs=1e-6)
