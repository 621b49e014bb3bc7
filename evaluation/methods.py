"""What can be compared: each method is a setting of the one graph, or a reading of what another method's run recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..tools.profiles.profile import load_profile
from .ranking import merged_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..graph.config import Config
    from ..tools.search import Search
    from ..tools.workspace import Workspace
    from .metrics import Ranks

DIR_TIR = "dir-tir"
RUN: dict[str, dict[str, Any]] = {
    DIR_TIR: {},
    # The raw dialogue joined to the description is the query, and questions are asked without candidates (ChatIR's way).
    "zs": {"dialog_num": 10, "image_num": 0, "with_context": False, "rewriting": False},
    # Five questions, of which the one with the least divergence is asked; nothing is painted.
    "plugir": {"dialog_num": 10, "image_num": 0, "questions": 5},
    # One refiner alone; with dir-tir these are read off its run.
    "drm": {"dialog_num": 10, "image_num": 0},
    "irm": {"dialog_num": 0, "image_num": 10},
}
# Read off dir-tir's run: what refiners say and paint does not depend on how their lists are put together. Places of the dialog among ten.
SHARES = {"drm": 10, "irm": 0} | {f"{n}:{10 - n}": n for n in range(9, 0, -1)}
FUSED = "dar"  # fixed score fusion
# Read off zs's run: its questions do not depend on what is found, so the encoder that is tuned on raw dialogues reads the same ones.
TUNED = "ft"


def configs(config: Config, methods: Sequence[str]) -> dict[str, Config]:
    """The settings of each method that has to be run. Raises InputError for a name that is none.

    What can be read off dir-tir's run is not run again, unless ``exclude_shown`` makes every page depend on the pages before.
    """
    known = [*RUN, TUNED, *(name for name in SHARES if name not in RUN), FUSED]
    unknown = [method for method in methods if method not in known]
    if unknown:
        raise InputError(f"there is no method {unknown[0]!r}: choose of {', '.join(known)}")
    if TUNED in methods and not load_profile(config.profile).dialogue_encoder:
        raise InputError(f"{TUNED} needs an encoder that is tuned on dialogues: profile {config.profile!r} has no [dialogue_encoder]")
    only_read = [method for method in methods if method not in RUN]
    if config.exclude_shown and only_read:
        raise InputError(f"{only_read[0]} is read off a run in which nothing is passed over: leave out --exclude-shown")
    needed = ["zs" if method == TUNED else method for method in methods]
    whole = DIR_TIR in needed or any(method not in RUN for method in needed)
    chosen = [DIR_TIR] * (whole and DIR_TIR not in needed) + [method for method in dict.fromkeys(needed) if method in RUN]
    read = SHARES if whole and not config.exclude_shown else {}
    return {method: settings_of(config, method) for method in chosen if method not in read}


def settings_of(config: Config, method: str) -> Config:
    """The settings of a method that is run."""
    return replace(config, **RUN[method])


def tuned_search(workspace: Workspace, config: Config) -> Search | None:
    """The gallery as the profile's encoder that is tuned on dialogues reads it, for a run with raw dialogues whose pages are free."""
    models = workspace.models(config.profile)
    if config.rewriting or config.exclude_shown or not models.dialogue_encoder:
        return None
    return workspace.search(config.gallery, config.profile).read_by(models.dialogue_encoder)


def ranks_of(method: str, config: Config, conversations: Sequence[dict[str, Any]]) -> dict[str, Ranks]:
    """Name → ranks (conversations, rounds) of a method's run and of everything that can be read off it."""
    found = {method: _ranks(conversations, lambda record, _: record["rank"])}
    if method == DIR_TIR and 0 < config.dialog_num < 10 and not config.exclude_shown:  # otherwise there is nothing to share out
        for name, share in SHARES.items():
            found[name] = _ranks(conversations, lambda record, target, share=share: merged_rank(record["lists"], target, share))
        found[FUSED] = _ranks(conversations, lambda record, _: record["lists"]["fused_rank"])
    if all("tuned_rank" in record["lists"] for c in conversations for record in c["rounds"]):
        found[TUNED] = _ranks(conversations, lambda record, _: record["lists"]["tuned_rank"])
    return found


def _ranks(conversations: Sequence[dict[str, Any]], rank: Any) -> Ranks:
    return np.array([[rank(record, c["target"]) for record in c["rounds"]] for c in conversations])
