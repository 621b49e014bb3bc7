"""A run in figures: curves of every method, seconds a round, what failed."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...errors import InputError
from ...tools.profiles.profile import load_profile
from ...tools.timing import added
from ..metrics import figures, first_hits

if TYPE_CHECKING:
    from ...graph.config import Config
    from ..metrics import Ranks

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
    """Curves of each method and of what can be read off its run, and median seconds a round (rounds 1 …) by tool.

    Of the seconds, ``own`` is everything but the models, ``all`` the sum. Conversations that ended with an error are in ``failed`` and in
    no figure, replies that stayed broken are counted in ``broken``. Raises InputError when no method has a whole conversation.
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
        for name, ranks in ranks_of(whole).items():
            row = {**who, "method": name, "rounds": figures(ranks), "first_hit": _first_hit(first_hits(ranks))}
            methods.append(row | ({"seconds": seconds} if name == ran.method else {}))
    if not methods:
        raise InputError(f"no conversation came to its end; the first one said: {failed[0]['error']}")
    return {"methods": methods, "failed": failed, "broken": broken}


def ranks_of(conversations: Conversations) -> dict[str, Ranks]:
    """Name → ranks (conversations, rounds) of the method that was run and of everything that was read off it."""
    names = conversations[0]["rounds"][0]["ranks"]
    return {name: np.array([[record["ranks"][name] for record in c["rounds"]] for c in conversations]) for name in names}


def seconds_of_rounds(conversations: Conversations) -> list[dict[str, float]]:
    """For every round but the first searches: seconds by tool, "own" for everything but the models, "all" for their sum."""
    return [_seconds(record) for c in conversations for record in c["rounds"] if record["round"]]


def _seconds(record: dict[str, Any]) -> dict[str, float]:
    total: dict[str, float] = reduce(added, record["seconds"].values(), {})
    return {**total, "all": sum(total.values())}


def _medians(spent: list[dict[str, float]]) -> dict[str, float]:
    tools = sorted({tool for seconds in spent for tool in seconds})
    return {tool: statistics.median(s.get(tool, 0.0) for s in spent) for tool in tools}


def _first_hit(rounds: list[int | None]) -> dict[str, float | None]:
    there = [number for number in rounds if number is not None]
    return {"mean": statistics.mean(there) if there else None, "never": (len(rounds) - len(there)) / len(rounds)}
