from __future__ import annotations

from dir_tir.contracts import Hit
from dir_tir.tools.fusion import merge_results
from hypothesis import given
from hypothesis import strategies as st


def _ranking(ids: list[str]) -> list[Hit]:
    return [{"id": name, "score": 1.0 - rank / 100} for rank, name in enumerate(ids)]


def _letters(text: str) -> list[Hit]:
    return _ranking(list(text))


def test_seven_from_the_dialog_then_three_new_ones_from_the_image_list() -> None:
    page = merge_results(_letters("abcdefghijklm"), _letters("aXcYZ"), 7, 3)
    assert "".join(result["id"] for result in page) == "abcdefgXYZ"
    assert [result["source"] for result in page] == ["dialog"] * 7 + ["image"] * 3
    assert page[7]["score"] == 0.99


def test_the_dialog_list_fills_up_a_short_image_list() -> None:
    page = merge_results(_letters("abcdefghijklm"), _letters("aX"), 7, 3)
    assert "".join(result["id"] for result in page) == "abcdefgXhi"
    assert [result["source"] for result in page][7:] == ["image", "dialog", "dialog"]


def test_without_a_painting_all_ten_come_from_the_dialog_list() -> None:
    assert "".join(result["id"] for result in merge_results(_letters("abcdefghijklm"), [], 7, 3)) == "abcdefghij"


def test_what_was_shown_before_returns_only_when_nothing_else_is_left() -> None:
    assert "".join(r["id"] for r in merge_results(_letters("abcdefghijklm"), _letters("bXYZ"), 7, 3, exclude=set("ab"))) == "cdefghiXYZ"
    assert "".join(r["id"] for r in merge_results(_letters("abcde"), [], 7, 3, exclude=set("ab"))) == "cdeab"


GALLERY = [f"{number:02}" for number in range(40)]
rankings = st.permutations(GALLERY).map(_ranking)


@given(rankings, rankings, st.integers(0, 10), st.sets(st.sampled_from(GALLERY), max_size=40))
def test_ten_different_pictures_in_order_with_true_provenance(
    dialog: list[Hit], image: list[Hit], dialog_num: int, exclude: set[str]
) -> None:
    page = merge_results(dialog, image, dialog_num, 10 - dialog_num, exclude)
    ids = [result["id"] for result in page]
    assert len(ids) == len(set(ids)) == 10
    if len(exclude) <= 30:
        assert not exclude.intersection(ids)
        assert [result["source"] for result in page] == ["dialog"] * dialog_num + ["image"] * (10 - dialog_num)
        unseen = [hit["id"] for hit in dialog if hit["id"] not in exclude]
        assert ids[:dialog_num] == unseen[:dialog_num]
        place = [hit["id"] for hit in image].index
        assert sorted(ids[dialog_num:], key=place) == ids[dialog_num:]
    scores = {"dialog": {hit["id"]: hit["score"] for hit in dialog}, "image": {hit["id"]: hit["score"] for hit in image}}
    assert all(result["score"] == scores[result["source"]][result["id"]] for result in page)
