"""Every fusion gives one order of the whole gallery, a page of ten, and where each of the ten came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from dir_tir.errors import InputError
from dir_tir.tools.fusion import (
    FUSIONS,
    HUB_WEIGHT,
    PAGE,
    Fused,
    Scores,
    dar,
    first,
    fused_among,
    mean,
    newest,
    ordered,
    place,
    reranked,
    rrf,
    slots,
    with_fits,
)
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

LETTERS = "abcdefghijklmnopqrstuvwxyzXYZ"


def _ranked(best: str) -> NDArray[np.float32]:
    """Scores by which these letters come first, in this order."""
    order = best + "".join(letter for letter in LETTERS if letter not in best)
    return np.array([1 - order.index(letter) / 100 for letter in LETTERS], dtype=np.float32)


def _scores(dialog: str, image: str | None = None, shown: str = "", **changes: Any) -> Scores:
    by_text = _ranked(dialog)
    seen = np.array([letter in shown for letter in LETTERS])
    plain = {"dialog_num": 7, "image_num": 3, "round_number": 1}
    return Scores(text=by_text, dialog=by_text, image=None if image is None else _ranked(image), shown=seen, **{**plain, **changes})


def _page(fused: Fused) -> str:
    return "".join(LETTERS[row] for row in fused.page)


def test_seven_from_the_dialog_then_three_new_ones_from_the_image_list() -> None:
    fused = slots(_scores("abcdefghijklm", "aXcYZ"))
    assert _page(fused) == "abcdefgXYZ"
    assert list(fused.origins) == ["dialog"] * 7 + ["image"] * 3


def test_without_a_painting_all_ten_come_from_the_dialog_list() -> None:
    assert _page(slots(_scores("abcdefghijklm"))) == "abcdefghij"


def test_what_was_shown_before_returns_only_when_nothing_else_is_left() -> None:
    assert _page(slots(_scores("abcdefghijklm", "bXYZ", shown="ab"))) == "cdefghiXYZ"
    assert _page(slots(_scores("klabc", shown=LETTERS.replace("c", "")))) == "cklabdefgh"
    assert _page(ordered(_scores("klabc", shown=LETTERS.replace("c", "")), _ranked("klabc"))) == "cklabdefgh"


def test_after_the_page_comes_the_order_of_the_dialog() -> None:
    fused = slots(_scores("abcdefghijklm", "aXcYZ"))
    assert "".join(LETTERS[row] for row in fused.order).startswith("abcdefgXYZhijklm")
    assert fused.rank(LETTERS.index("X")) == 8
    assert fused.rank(LETTERS.index("h")) == 11


def test_added_scores_trust_the_text_more_in_the_first_two_rounds() -> None:
    text, picture = np.array([1.0, 0.6, 0.0], dtype=np.float32), np.array([0.0, 0.7, 1.0], dtype=np.float32)
    for number, best in ((1, [0, 1, 2]), (2, [0, 1, 2]), (3, [1, 0, 2])):
        fused = dar(Scores(text, text, picture, np.zeros(3, dtype=np.bool_), 7, 3, number))
        assert fused.order.tolist() == best
    assert dar(Scores(text, text, None, np.zeros(3, dtype=np.bool_), 7, 3, 1)).order.tolist() == [0, 1, 2]
    assert fused.origins == ("image", "dialog", "image")  # the list that adds more to what lies above the mean
    assert [round(shares["image"], 2) for shares in fused.shares] == [0.67, 0.0, 1.0]


def _three(dialog: list[float], image: list[float] | None, **more: Any) -> Scores:
    by, picture = np.array(dialog, dtype=np.float32), None if image is None else np.array(image, dtype=np.float32)
    return Scores(by, by, picture, np.zeros(len(dialog), dtype=np.bool_), 7, 3, 1, **more)


def test_the_sum_takes_scores_as_they_are_and_the_reciprocal_only_places() -> None:
    wide = _three([0.9, 0.2, 0.1], [0.1, 0.3, 0.2])
    assert mean(wide).order.tolist() == [0, 1, 2]
    assert mean(wide).after.tolist() == pytest.approx([0.5, 0.25, 0.15])
    found = rrf(wide)
    assert found.order.tolist() == [1, 0, 2]
    assert found.after.tolist() == pytest.approx([1 / 61 + 1 / 63, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62])
    assert found.shares[0] == pytest.approx({"dialog": (1 / 62) / (1 / 62 + 1 / 61), "image": (1 / 61) / (1 / 62 + 1 / 61)})


def test_the_newest_counts_both_lists_alike_and_what_has_changed_above_all() -> None:
    scaled = [newest(_three([0.5, 0.2, 0.0, 0.1], [scale * by + 3 for by in (0.1, 0.4, 0.2, 0.0)])) for scale in (1, 1000)]
    assert scaled[0].after.tolist() == pytest.approx(scaled[1].after.tolist(), abs=1e-3)
    text = np.array([0.4, 0.3, 0.0, 0.0], dtype=np.float32)
    assert newest(_three([0.3, 0.29, 0.0, 0.0], None)).order.tolist()[0] == 0
    assert newest(_three([0.3, 0.29, 0.0, 0.0], None, before=({"dialog": text},))).order.tolist()[0] == 1  # it gained more
    same = newest(_three([0.4, 0.3, 0.0, 0.0], None, before=({"dialog": text}, {"dialog": text})))
    assert same.after.tolist() == pytest.approx(newest(_three([0.4, 0.3, 0.0, 0.0], None)).after.tolist(), abs=1e-6)


def test_a_gallery_of_equal_pictures_has_an_order_too() -> None:
    for fusion in FUSIONS.values():
        assert fusion.fuse(_three([0.5] * 3, [0.5] * 3, before=({"dialog": np.full(3, 0.5, dtype=np.float32)},))).order.tolist() == [
            0,
            1,
            2,
        ]


def test_a_fusion_is_known_by_its_name() -> None:
    assert list(FUSIONS)[:5] == ["slots", "sum", "rrf", "dar", "newest"]
    with pytest.raises(InputError, match="there is no fusion 'none': choose of slots, sum, rrf, dar, newest"):
        FUSIONS.named("none")


SIZE = 40
coarse = st.lists(st.integers(0, 9), min_size=SIZE, max_size=SIZE).map(lambda numbers: np.array(numbers, dtype=np.float32))  # with ties


def _by_hand(by: NDArray[np.float32]) -> list[int]:
    return sorted(range(len(by)), key=lambda row: (-by[row], row))


@given(
    coarse,
    coarse,
    st.sets(st.integers(0, SIZE - 1), max_size=SIZE),
    st.integers(0, PAGE),
    st.sampled_from(list(FUSIONS)),
    st.integers(0, 5),
)
def test_every_fusion_orders_the_whole_gallery_and_its_ranks_are_the_places_in_that_order(
    text: NDArray[np.float32], image: NDArray[np.float32], shown: Collection[int], dialog_num: int, name: str, number: int
) -> None:
    seen = np.isin(np.arange(SIZE), list(shown))
    fused = FUSIONS[name].fuse(Scores(text, text, image, seen, dialog_num, PAGE - dialog_num, number))
    assert sorted(fused.order) == list(range(SIZE))
    assert [fused.rank(row) for row in fused.order] == list(range(1, SIZE + 1))
    assert list(fused.order[:PAGE]) == list(fused.page)
    assert len(fused.origins) == PAGE
    assert all(min(shares.values()) >= 0 and sum(shares.values()) == pytest.approx(1) for shares in fused.shares)
    passed_over = [row for row in fused.order if seen[row] and row not in fused.page]
    assert list(fused.order)[SIZE - len(passed_over) :] == passed_over  # what was shown before stands last
    assert sum(not seen[row] for row in fused.page) == min(PAGE, SIZE - len(shown))  # nothing comes back while there is something new


@given(coarse, coarse, st.integers(0, PAGE), st.sets(st.integers(0, SIZE - 1), max_size=30))
def test_slots_take_the_heads_of_both_lists_in_their_order(
    text: NDArray[np.float32], image: NDArray[np.float32], dialog_num: int, shown: Collection[int]
) -> None:
    seen = np.isin(np.arange(SIZE), list(shown))
    fused = slots(Scores(text, text, image, seen, dialog_num, PAGE - dialog_num, 1))
    dialog = [row for row in _by_hand(text) if row not in shown][:dialog_num]
    added = [row for row in _by_hand(image) if row not in shown and row not in dialog][: PAGE - dialog_num]
    assert list(fused.page) == dialog + added
    assert fused.origins == ("dialog",) * dialog_num + ("image",) * (PAGE - dialog_num)


@given(coarse, st.integers(0, SIZE + 5))
def test_the_first_are_the_best_and_ties_go_to_the_smaller_row(by: NDArray[np.float32], limit: int) -> None:
    assert list(first(by, limit)) == _by_hand(by)[:limit]
    assert [place(by, row) for row in _by_hand(by)] == list(range(1, SIZE + 1))


def _reranked(fused: Fused, count: int, best: str, unread: str = "") -> Fused:
    """The first ``count``, of which these letters are the best, in this order."""
    head = fused.head(count)
    by = _ranked(best)[head]
    by[[LETTERS[row] in unread for row in head]] = np.nan
    return reranked(fused, head, by)


def test_the_head_of_an_order_is_ordered_once_more_and_what_comes_after_stays() -> None:
    fused = slots(_scores("abcdefghijklmno", "aXcYZ"))
    again = _reranked(fused, 13, "jeZAB")
    assert _page(again) == "jeZabcdfgh"
    assert "".join(LETTERS[row] for row in again.order).startswith("jeZabcdfghiXYklmno")
    assert [again.rank(row) for row in again.order] == list(range(1, len(LETTERS) + 1))
    assert sorted(again.order) == sorted(fused.order)


def test_a_head_smaller_than_the_page_moves_nothing_into_it() -> None:
    assert _page(_reranked(ordered(_scores("abcdefghijklm"), _ranked("abcdefghijklm")), 3, "mc")) == "cabdefghij"


def test_a_picture_that_could_not_be_read_keeps_its_place() -> None:
    fused = ordered(_scores("abcdefghijklm"), _ranked("abcdefghijklm"))
    assert _page(_reranked(fused, 12, "lkj", unread="ak")) == "aljbcdefgh"


def test_what_was_shown_stays_behind_what_was_not_also_when_it_fits_best() -> None:
    few = slots(_scores("klabc", shown=LETTERS.replace("c", "").replace("d", "")))
    assert _page(_reranked(few, 50, "dk")) == "dcklabefgh"
    assert _reranked(few, 50, "dk").rank(LETTERS.index("k")) == 3


@pytest.mark.parametrize("name", ["slots", "sum", "rrf"])
def test_what_each_list_brought_goes_along_when_a_picture_comes_up(name: str) -> None:
    scores = _scores("abcdefghijklmnopqrst", "tXabcdefghijk")
    fused = FUSIONS[name].fuse(scores)
    again = _reranked(fused, 25, "kjl")
    before = dict(zip(fused.page, fused.shares, strict=True))
    shares = dict(zip(again.page, again.shares, strict=True))
    assert {LETTERS.index(letter) for letter in "kjl"} <= shares.keys()
    assert all(sum(each.values()) == pytest.approx(1) for each in again.shares)
    assert all(shares[row] == before[row] for row in shares.keys() & before.keys())
    assert len(again.origins) == PAGE


def test_correction_takes_the_hub_from_every_list_by_the_lists_own_spread_and_leaves_what_is_shown_to_people() -> None:
    text, image = np.array([0.3, 0.2, 0.1], dtype=np.float32), np.array([0.9, 0.5, 0.1], dtype=np.float32)
    scores = Scores(text, text, image, np.zeros(3, dtype=np.bool_), 7, 3, 1)
    hubs = np.array([2.0, 0.0, -2.0], dtype=np.float32)
    found = scores.corrected(hubs)
    assert found.text is text
    assert found.plain()["dialog"] is text
    assert found.lists()["dialog"] == pytest.approx(text - HUB_WEIGHT * text.std() * hubs)
    assert found.lists()["image"] == pytest.approx(image - HUB_WEIGHT * image.std() * hubs)
    assert found.moved(HUB_WEIGHT * hubs).lists()["image"] == pytest.approx(image, abs=1e-6)
    for fusion in FUSIONS.values():
        assert fusion.fuse(scores).order.tolist() == [0, 1, 2]
        assert fusion.fuse(found).order.tolist() == [2, 1, 0]


def test_what_the_head_is_ordered_by_is_its_own_scores_and_how_well_each_fits_on_one_scale() -> None:
    fused = mean(_three([0.9, 0.7, 0.5, 0.1], None))
    head = fused.head(3)
    by = with_fits(fused, head, np.array([0.0, 40.0, 20.0], dtype=np.float32))
    step = 1.5**0.5
    assert by.tolist() == pytest.approx([step - step, 0 + step, -step + 0], abs=1e-5)
    assert reranked(fused, head, by).order.tolist() == [1, 0, 2, 3]
    unread = with_fits(fused, head, np.array([np.nan, 3.0, 4.0], dtype=np.float32))
    assert np.isnan(unread[0]) and unread[1:].tolist() == pytest.approx([0, 0], abs=1e-4)
    assert np.isnan(with_fits(fused, head, np.full(3, np.nan, dtype=np.float32))).all()


@pytest.mark.parametrize("name", list(FUSIONS))
@pytest.mark.parametrize(("among", "shown"), [(LETTERS[::2], "a"), ("bdfh", ""), ("bdfh", "df"), ("b", "b"), (LETTERS, "abc")])
def test_a_filter_leaves_the_order_of_what_it_lets_through_with_what_was_shown_last(name: str, among: str, shown: str) -> None:
    lets_through = np.array([letter in among for letter in LETTERS])
    whole = FUSIONS[name].fuse(_scores("abcdefghijklm", "aXcYZ", shown))
    fused = fused_among(FUSIONS[name].fuse, _scores("abcdefghijklm", "aXcYZ", shown, among=lets_through))
    assert len(fused.page) == len(fused.shares) == min(PAGE, len(among))
    new = [letter for letter in _page(fused) if letter not in shown]
    assert new == [letter for letter in _page(fused) if letter in among][: len(new)]
    assert len(new) == min(PAGE, len(set(among) - set(shown)))
    assert sorted(LETTERS[row] for row in fused.order) == sorted(among)
    if name != "slots":  # which shares out its places among those that it is given
        order = [LETTERS[row] for row in whole.order if LETTERS[row] in among]
        assert [LETTERS[row] for row in fused.order] == order


def test_without_a_filter_a_fusion_is_left_alone() -> None:
    scores = _scores("abcdefghijklm", "aXcYZ", "ab")
    assert _page(fused_among(slots, scores)) == _page(slots(scores))
