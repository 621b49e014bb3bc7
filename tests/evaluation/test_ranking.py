"""Any share of dialog and image can be told from the heads of both lists, exactly."""

from __future__ import annotations

from dir_tir.contracts import Hit
from dir_tir.evaluation.ranking import Lists, merged_rank, rank_after
from dir_tir.tools.fusion import merge_results
from hypothesis import given
from hypothesis import strategies as some

GALLERY = [f"picture {n}" for n in range(40)]


def test_what_is_shown_comes_first_and_the_dialog_order_after_it() -> None:
    assert rank_after(["a", "b"], [7, 1], "b", 1) == 2
    assert rank_after(["a", "b"], [7, 1], "c", 3) == 4  # a, b, then the first of the dialog that is not b, then c
    assert rank_after(["a", "b"], [7, 1], "z", 20) == 20


@given(some.permutations(GALLERY), some.permutations(GALLERY), some.sampled_from(GALLERY), some.integers(0, 10))
def test_the_merged_rank_is_the_place_in_the_whole_merged_ranking(dialog: list[str], image: list[str], target: str, share: int) -> None:
    def hits(ids: list[str]) -> list[Hit]:
        return [{"id": id_, "score": 0.0} for id_ in ids]

    page = [result["id"] for result in merge_results(hits(dialog), hits(image), share, 10 - share)]
    whole = page + [id_ for id_ in dialog if id_ not in page]
    of: Lists = {
        "dialog": dialog[:10],
        "image": image[:10],
        "dialog_rank": dialog.index(target) + 1,
        "image_rank": image.index(target) + 1,
        "fused_rank": 1,
        "image_in_dialog": [dialog.index(id_) + 1 for id_ in image[:10]],
    }
    assert merged_rank(of, target, share) == whole.index(target) + 1


def test_without_a_painting_every_place_is_the_dialogs() -> None:
    of: Lists = {"dialog": GALLERY[:10], "image": [], "dialog_rank": 9, "image_rank": None, "fused_rank": 9, "image_in_dialog": []}
    assert [merged_rank(of, GALLERY[8], share) for share in range(11)] == [9] * 11
