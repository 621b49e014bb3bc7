"""A run in figures: curves of every method, seconds a round, what failed."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...contracts import PAGE
from ...errors import InputError
from ...nodes.history import replies_of
from ...tools.profiles.profile import load_profile
from ...tools.question_rules import ALREADY_KNOWN, ANOTHER_CHOSEN
from ...tools.timing import added
from ...tools.user import MARKS
from ..methods import PAGING, known_methods
from ..metrics import figures, first_hits

if TYPE_CHECKING:
    from ...graph.config import Config
    from ..metrics import Ranks

REACHED = 0.9  # Hits@10
_JUDGED = ("", ALREADY_KNOWN, ANOTHER_CHOSEN)  # what is said of a question that was put to the filter
Conversations = list[dict[str, Any]]


class Ran(NamedTuple):
    """What a method said and found with the encoder of a profile."""

    method: str
    config: Config
    conversations: Conversations

    @property
    def retriever(self) -> str:
        """The kind of the encoder."""
        return load_profile(self.config.profile).encoder.kind


def summarise(runs: Sequence[Ran]) -> dict[str, Any]:
    """Curves of each method and of what can be read off its run, and of each run median seconds a round (rounds 1 …) by tool, and mean
    ``calls`` a round of models, by what they are asked for.

    Of the seconds, ``own`` is everything but the models, ``all`` the sum. Conversations that ended with an error are in ``failed`` and in
    no figure, replies that stayed broken are counted in ``broken``. Raises InputError when no method has a whole conversation.

    ``to_reach`` is what a method takes until its Hits@10 is 90 %: the round, and up to there answers, clicks and seconds of models, each
    the mean over conversations. What only pages on takes a click a round and no answers. It is None where no round reaches that.
    """
    methods: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    broken: list[dict[str, Any]] = []
    for ran in runs:
        who = {"method": ran.method, "retriever": ran.retriever}
        whole = [c for c in ran.conversations if "error" not in c]
        failed += [{**who, "target": c["target"] or c["image"], "error": c["error"]} for c in ran.conversations if "error" in c]
        if not whole:
            continue
        reasons = Counter(reason for c in whole for reason in c["broken"])
        broken += [{**who, "reason": reason, "replies": count} for reason, count in sorted(reasons.items())]
        seconds = _medians(seconds_of_rounds(whole))
        calls = _calls(whole, rewriting=ran.config.rewriting)
        for name, ranks in ranks_of(whole).items():
            if any((each["method"], each["retriever"]) == (name, ran.retriever) for each in methods):
                continue  # read off another run already
            row = figured(name, ran.retriever, ranks, _spent(whole, _refiners(name), paging=name == PAGING))
            methods.append(row | user_of(ran.config.manner) | ({"seconds": seconds, "calls": calls} if name == ran.method else {}))
    if not methods:
        raise InputError(f"no conversation came to its end; the first one said: {failed[0]['error']}")
    return {"methods": methods, "failed": failed, "broken": broken}


def user_of(manner: str) -> dict[str, str]:
    """What a method's row says of who answered: nothing of the exact user."""
    return {} if manner == "exact" else {"user": manner}


def figured(method: str, retriever: str, ranks: Ranks, spent: Sequence[dict[str, float | None]]) -> dict[str, Any]:
    """A method of a summary, of its ranks (conversations, rounds) and of what it spent up to each round, ``{"answers", "clicks",
    "seconds"}``: None where nothing says it."""
    rows = figures(ranks)
    row = {"method": method, "retriever": retriever, "rounds": rows, "first_hit": _first_hit(first_hits(ranks))}
    return row | {"to_reach": _reaching(rows, spent)}


def _reaching(rows: Sequence[dict[str, Any]], spent: Sequence[dict[str, float | None]]) -> dict[str, float | None] | None:
    """The first row whose Hits@10 is 90 %, with what was spent up to its round."""
    there = next((row["round"] for row in rows if "hits@10" in row and row["hits@10"]["value"] >= REACHED), None)
    return None if there is None else {"round": there, **spent[there]}


def ranks_of(conversations: Conversations) -> dict[str, Ranks]:
    """Name → ranks (conversations, rounds) of the method that was run and of everything that was read off it."""
    names = conversations[0]["rounds"][0]["ranks"]
    return {name: np.array([[record["ranks"][name] for record in c["rounds"]] for c in conversations]) for name in names}


def seconds_of_rounds(conversations: Conversations) -> list[dict[str, float]]:
    """For every round but the first searches: seconds by tool, "own" for everything but the models, "all" for their sum."""
    return [_seconds(record) for c in conversations for record in c["rounds"] if record["round"]]


def _calls(conversations: Conversations, *, rewriting: bool) -> dict[str, float]:
    """How often models are asked in a round (rounds 1 …), as the records tell it; what was asked again after an empty reply counts once."""
    records = [record for c in conversations for record in c["rounds"] if record["round"]]
    answered = sum(_answered(record, "dialog") for record in records)
    found = {
        "questions": sum(len(record["tries"]) for record in records),
        "verdicts": sum(one["reason"] in _JUDGED for record in records for one in record["tries"]),
        "answers": answered,
        "rewrites": answered if rewriting else 0,
        "paintings": sum(bool(record["painting"]) for record in records),
        "comparisons": sum(bool(record["critique"]) for record in records),
        "new prompts": sum(_answered(record, "image") for record in records),
        "results compared": sum(PAGE for record in records if _clicks(record)),
    }
    return {what: count / max(1, len(records)) for what, count in found.items() if count}


def _refiners(method: str) -> tuple[str, ...]:
    """Which of them a method needs."""
    known = known_methods().get(method)
    share = known.share if known else None
    return {PAGING: ()}.get(method, {PAGE: ("dialog",), 0: ("image",)}.get(-1 if share is None else share, ("dialog", "image")))


def _spent(conversations: Conversations, refiners: tuple[str, ...], *, paging: bool) -> list[dict[str, float | None]]:
    """Up to each round: answers of these refiners, clicks on results, and seconds of both, mean over conversations. What only pages on
    takes a click for each page, and nothing else."""
    rounds: list[dict[str, float | None]] = []
    answers = clicks = seconds = 0.0
    takers = refiners if paging else (*refiners, "click")
    for number in range(min(len(c["rounds"]) for c in conversations)):
        records = [c["rounds"][number] for c in conversations]
        answers += statistics.mean(sum(_answered(record, refiner) for refiner in refiners) for record in records)
        seconds += statistics.mean(sum(sum(record["seconds"].get(refiner, {}).values()) for refiner in takers) for record in records)
        clicks += float(number > 0) if paging else statistics.mean(map(_clicks, records))
        rounds.append({"answers": answers, "clicks": clicks, "seconds": seconds})
    return rounds


def _answered(record: dict[str, Any], refiner: str) -> bool:
    reply = record["answer"] if refiner == "dialog" else record["critique"] and record["critique"]["reply"]
    return bool(reply and reply["text"])


def _clicks(record: dict[str, Any]) -> int:
    replies: list[Any] = list(replies_of(record))
    return sum(len(reply.get(mark, [])) for reply in replies for mark in MARKS)


def _seconds(record: dict[str, Any]) -> dict[str, float]:
    total: dict[str, float] = reduce(added, record["seconds"].values(), {})
    return {**total, "all": sum(total.values())}


def _medians(spent: list[dict[str, float]]) -> dict[str, float]:
    tools = sorted({tool for seconds in spent for tool in seconds})
    return {tool: statistics.median(s.get(tool, 0.0) for s in spent) for tool in tools}


def _first_hit(rounds: list[int | None]) -> dict[str, float | None]:
    """The mean first round with the target among the ten, of those that have one, and the share of those that never do."""
    there = [number for number in rounds if number is not None]
    return {"mean": statistics.mean(there) if there else None, "never": (len(rounds) - len(there)) / len(rounds)}
