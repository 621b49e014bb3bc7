"""Makes one page of results from the lists of the two refiners, and closes the round with its record C_k (sections 2.1, 2.4)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ..contracts import PAGE
from ..tools.fusion import FUSIONS, fused_among
from ..tools.rewriting.checks import still_ruled_out
from ..tools.rewriting.joining import joined
from .history import accepted_in, marks, passed_over, question_put, replies_of, ruled_out_in
from .notes import notes_of
from .state import Captioned, ConversationState, RoundRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ..tools.fusion import Fused, Fusion, Scores
    from ..tools.search import Search
    from ..tools.timing import Stopwatch


@dataclass(frozen=True)
class How:
    """The settings that an order depends on."""

    dialog_num: int
    image_num: int
    fusion: str
    hubs: bool
    rerank: bool
    exclude_shown: bool

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> How:
        """Those among all settings."""
        return cls(**{one.name: settings[one.name] for one in fields(cls)})


def merge(
    state: ConversationState,
    *,
    search: Search,
    dialog_num: int,
    image_num: int,
    fusion: str,
    hubs: bool,
    rerank: bool,
    exclude_shown: bool,
    paint_all: bool,
    stopwatch: Stopwatch,
) -> dict[str, Any]:
    """The only join of the refiners, and the only node that appends to `rounds`."""
    accepted = accepted_in(state)
    if accepted:
        results = state["rounds"][-1]["results"]
    else:
        how = How(dialog_num, image_num, fusion, hubs, rerank, exclude_shown)
        results = _page(search, *order_of_round(state, state["rounds"], search, how))
    painted = _of_all(state) if paint_all and state["rounds"] and not accepted else {}
    record: Any = {
        **{name: value for name, value in state.items() if name in RoundRecord.__annotations__},
        **painted,
        "question": question_put(state["tries"]),
        "results": results,
        "accepted": accepted,
        "notes": notes_of(state, search),
        "seconds": {"dialog": state["dialog_seconds"], "image": state["image_seconds"], "merge": stopwatch.seconds()},
    }
    if state.get("click_seconds"):
        record["seconds"]["click"] = state["click_seconds"]
    return {"rounds": [record], **painted}


def _of_all(state: ConversationState) -> dict[str, Any]:
    """What is painted next, from the description, too. Each refiner has worked in what it was told, and knows nothing of the other. A
    prompt that somebody has just worded by hand stays as it is."""
    if any("prompt" in reply for reply in replies_of(state)):
        return {}
    prompt = joined(state["prompt"], state["rounds"][-1]["description"], state["description"])
    return {"prompt": prompt, "ruled_out_of_prompt": still_ruled_out(state.get("ruled_out_of_prompt") or [], prompt)}


def order_of_round(closing: Any, earlier: Sequence[RoundRecord], search: Search, how: How, count: int = PAGE) -> tuple[Fused, Scores]:
    """One order of the gallery and what it was made of: by the state as `merge` finds it, or by the record that came of it. ``count``: of
    how many of its pictures it has to be right; of a large gallery others may be missing."""
    chosen = FUSIONS.named(how.fusion)
    scores = scores_of_round(
        closing,
        earlier,
        search,
        how.dialog_num,
        how.image_num,
        exclude_shown=how.exclude_shown,
        hubs=how.hubs,
        looking_back=chosen.looks_back,
        head=(chosen, max(count, search.rerank if how.rerank else 0)),
    )
    fused = fused_among(chosen.fuse, scores)
    return (search.reranked(fused, closing["description"]) if how.rerank else fused), scores


def next_of_round(record: RoundRecord, earlier: Sequence[RoundRecord], search: Search, how: How, seen: Collection[str]) -> list[Captioned]:
    """What comes next in the order of a round that is closed, at most a page of it; none of what was ``seen``. Where the gallery has
    changed since the page was made, the order is that of today."""
    fused, scores = order_of_round(record, earlier, search, how, 2 * PAGE + len(seen))
    return _page(search, search.after(fused, seen), scores)


def scores_of_round(
    closing: Any,
    earlier: Sequence[RoundRecord],
    search: Search,
    dialog_num: int,
    image_num: int,
    *,
    exclude_shown: bool,
    hubs: bool = False,
    looking_back: bool = True,
    head: tuple[Fusion, int] | None = None,
) -> Scores:
    """What a fusion makes the page of: by the state as `merge` finds it, or by the record that came of it, which says the same. ``head``:
    see `Search.scores`."""
    further = closing.get("further", ())
    clicks, disliked = marks(earlier, replies_of(closing), further)
    return search.scores(
        closing["description"],
        _painted(closing),
        dialog_num=dialog_num,
        image_num=image_num,
        round_number=closing["round"],
        shown=passed_over(earlier, replies_of(closing), further) if exclude_shown else (),
        clicks=clicks,
        disliked=disliked,
        before=[(record["description"], _painted(record)) for record in earlier] if looking_back else (),
        hubs=hubs,
        ruled_out=ruled_out_in(closing),
        head=head,
    )


def _painted(record: Any) -> str | None:
    return record["painting"]["path"] if record["painting"] else None


def _page(search: Search, fused: Fused, scores: Scores) -> list[Captioned]:
    return [
        {**result, "caption": search.record(result["id"]).caption, "looks_like": search.looks_like(result["id"])}
        for result in search.results(fused, scores)
    ]
