"""Where the target stands in a round, for any share of dialog and image: the refiners' lists do not depend on the share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

from ..tools.fusion import merge_results

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..contracts import Hit
    from ..tools.search import Search

_PAGE = 10


class Lists(TypedDict):
    """The heads of both lists of a round, ten ids each and best first, and ranks from 1 over the whole gallery."""

    dialog: list[str]
    image: list[str]  # empty when nothing was painted
    dialog_rank: int  # of the target in the dialog's list
    image_rank: int | None  # of the target in the image list
    fused_rank: int  # of the target when the scores of both are added as DAR does; the dialog's when nothing was painted
    image_in_dialog: list[int]  # of the image list's ids in the dialog's list
    tuned_rank: NotRequired[int]  # of the target, the description being read by the encoder that is tuned on raw dialogues


def lists(search: Search, number: int, description: str, painting: str | None, target: str, tuned: Search | None = None) -> Lists:
    """The lists of round ``number`` with this description and this painting (a path)."""
    image = [hit["id"] for hit in search.by_image(painting, _PAGE)] if painting else []
    dialog_rank, *image_in_dialog = search.ranks_by_text(description, [target, *image])
    of: Lists = {
        "dialog": [hit["id"] for hit in search.by_text(description, _PAGE)],
        "image": image,
        "dialog_rank": dialog_rank,
        "image_rank": search.ranks_by_image(painting, [target])[0] if painting else None,
        "fused_rank": search.ranks_fused(description, painting, _text_share(number), [target])[0] if painting else dialog_rank,
        "image_in_dialog": image_in_dialog,
    }
    return {**of, "tuned_rank": tuned.ranks_by_text(description, [target])[0]} if tuned else of


def _text_share(number: int) -> float:
    """DAR's fixed weights: 0.8 for the text in the first two rounds, then half and half."""
    return 0.8 if number <= 2 else 0.5


def merged_rank(of: Lists, target: str, dialog_num: int) -> int:
    """The target's rank from 1 in the merged ranking, ``dialog_num`` of ten places being the dialog's: the ten, then the dialog's order."""
    page = [result["id"] for result in merge_results(_hits(of["dialog"]), _hits(of["image"]), dialog_num, _PAGE - dialog_num)]
    in_dialog = dict(zip(of["image"], of["image_in_dialog"], strict=True)) | {id_: i for i, id_ in enumerate(of["dialog"], start=1)}
    return rank_after(page, [in_dialog[id_] for id_ in page], target, of["dialog_rank"])


def rank_after(page: Sequence[str], in_dialog: Collection[int], target: str, dialog_rank: int) -> int:
    """The target's rank when ``page`` comes first, whose pictures stand at ``in_dialog`` in the dialog's list, and that list after it."""
    if target in page:
        return page.index(target) + 1
    return len(page) + dialog_rank - sum(place < dialog_rank for place in in_dialog)


def _hits(ids: Sequence[str]) -> list[Hit]:
    return [{"id": id_, "score": 0.0} for id_ in ids]
