"""What can be compared: each method is a setting of the one graph, or a reading of what another method's run recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from .ranking import merged_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..graph.config import Config
    from .metrics import Ranks

DIR_TIR = "dir-tir"
# "zs": the raw dialogue joined to the description is the query, and questions are asked without candidates (ChatIR's way).
RUN: dict[str, dict[str, Any]] = {
    DIR_TIR: {},
    "zs": {"dialog_num": 10, "image_num": 0, "with_context": False, "rewriting": False},
}
# Read off dir-tir's run: what refiners say and paint does not depend on how their lists are put together. Places of the dialog among ten.
SHARES = {"drm": 10, "irm": 0} | {f"{n}:{10 - n}": n for n in range(9, 0, -1)}
FUSED = "dar"  # fixed score fusion


def configs(config: Config, methods: Sequence[str]) -> dict[str, Config]:
    """The settings of each method that has to be run. Raises InputError for a name that is none."""
    unknown = [method for method in methods if method not in RUN]
    if unknown:
        read_off = ", ".join([*SHARES, FUSED])
        raise InputError(f"there is no method {unknown[0]!r}: choose of {', '.join(RUN)} ({read_off} come with {DIR_TIR})")
    return {method: replace(config, **RUN[method]) for method in methods}


def ranks_of(method: str, config: Config, conversations: Sequence[dict[str, Any]]) -> dict[str, Ranks]:
    """Name → ranks (conversations, rounds) of a method's run and of everything that can be read off it."""
    found = {method: _ranks(conversations, lambda record, _: record["rank"])}
    if method == DIR_TIR and 0 < config.dialog_num < 10:  # otherwise one of the refiners rested, and there is nothing to share out
        for name, share in SHARES.items():
            found[name] = _ranks(conversations, lambda record, target, share=share: merged_rank(record["lists"], target, share))
        found[FUSED] = _ranks(conversations, lambda record, _: record["lists"]["fused_rank"])
    return found


def _ranks(conversations: Sequence[dict[str, Any]], rank: Any) -> Ranks:
    return np.array([[rank(record, c["target"]) for record in c["rounds"]] for c in conversations])
