"""What can be compared: each method is a setting of the one graph, or a reading of what another method's run recorded.

This table is the only place that names them: the help of ``eval``, runs, tables, curves, page and comparison read it. Every fusion is a
method of its name. Another package adds one by an entry point of the group ``dir_tir.methods``:

    METHODS.add("patient", Method("no narrowing", settings={"schedule": "constant"}))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..contracts import PAGE
from ..errors import InputError
from ..registry import Registry
from ..tools.fusion import FUSIONS, place
from ..tools.profiles.profile import load_profile

if TYPE_CHECKING:
    from ..graph.config import Config
    from .ranking import Reading

DIR_TIR, RAW = "dir-tir", "zs"


@dataclass(frozen=True)
class Method:
    """A way to look for the targets. It is run with its ``settings``, or read off the run of ``read_from`` by ``rank``, or either."""

    label: str  # in legends
    settings: Mapping[str, Any] | None = None  # what it changes of the run's; None: it can only be read off
    read_from: str = ""  # whose run holds all that it needs
    rank: Callable[[Reading], int | None] | None = None  # the target's rank in a round of that run; None: it cannot be known
    both_lists: bool = True  # of that run are needed, so that both refiners must have been at work
    needs: str = ""  # a part of the profile without which it cannot be run
    colour: str = ""  # of its curve; empty: one that is free
    drawn: bool = True  # among the curves by round
    share: int | None = None  # places of the dialog among the ten, for the curves by share


METHODS: Registry[Method] = Registry("method", "dir_tir.methods")


def known_methods() -> dict[str, Method]:
    """Every method by name: those registered, and each fusion."""
    fused = {name: _fused(name, fusion.label) for name, fusion in FUSIONS.items() if name not in METHODS and name != "slots"}
    return {**METHODS, **fused}


def methods_to_run(config: Config, names: Sequence[str]) -> dict[str, Config]:
    """The settings of each method that has to be run, so that all that are named are run or read off. Raises InputError.

    What can be read off the run of another is not run again. Nothing can where ``exclude_shown`` makes every page depend on the pages
    before.
    """
    known = known_methods()
    for name in names:
        if name not in known:
            raise InputError(f"there is no method {name!r}: choose of {', '.join(known)}")
        if known[name].needs and not getattr(load_profile(config.profile), known[name].needs):
            raise InputError(f"{name} needs a part that profile {config.profile!r} lacks: [{known[name].needs}]")
    chosen: dict[str, None] = {}
    for name in names:
        method = known[name]
        source = method.read_from
        if source and _can_be_read(method, settings_of(config, source)) and not _saves_a_refiner(config, method):
            chosen[source] = None
        elif method.settings is None:
            raise InputError(f"{name} is read off the run of {source}, and with these settings it cannot be: leave out --exclude-shown")
        else:
            chosen[name] = None
    read = {other for name in chosen for other in read_off(name, settings_of(config, name))}
    return {name: settings_of(config, name) for name in chosen if name not in read}


def settings_of(config: Config, name: str) -> Config:
    """The settings of a method that is run."""
    return replace(config, **(known_methods()[name].settings or {}))


def ranks_in(reading: Reading, name: str, config: Config) -> dict[str, int]:
    """The target's rank in a round, by name: of the method that was run with this ``config``, and of all that can be read off it."""
    found = {name: reading.rank(config.fusion)}
    for other, method in read_off(name, config).items():
        rank = method.rank(reading) if method.rank else None
        if rank is not None:
            found[other] = rank
    return found


def read_off(name: str, config: Config) -> dict[str, Method]:
    """What can be read off a method's run with these settings."""
    return {other: method for other, method in known_methods().items() if method.read_from == name and _can_be_read(method, config)}


def _can_be_read(method: Method, source: Config) -> bool:
    return not source.exclude_shown and (not method.both_lists or (source.dialog_num > 0 and source.image_num > 0))


def _saves_a_refiner(config: Config, method: Method) -> bool:
    """Whether running a method costs less than running what it is read off."""
    changed = replace(config, **method.settings) if method.settings is not None else None
    return changed is not None and 0 in (changed.dialog_num, changed.image_num)


def _fused(name: str, label: str) -> Method:
    return Method(label, {"fusion": name}, read_from=DIR_TIR, rank=lambda reading: reading.rank(name))


def _shared(label: str, share: int, **changes: Any) -> Method:
    """Equation 1 with other places."""

    def rank(reading: Reading) -> int:
        scores = replace(reading.scores, dialog_num=share, image_num=PAGE - share)
        return FUSIONS["slots"].fuse(scores).rank(reading.target)

    settings = {"dialog_num": share, "image_num": PAGE - share, "fusion": "slots"}
    return Method(label, settings, read_from=DIR_TIR, rank=rank, share=share, **changes)


METHODS.add(DIR_TIR, Method("DIR-TIR", {}, colour="#c2410c"))
METHODS.add("drm", _shared("Dialog Refiner alone", PAGE, colour="#1d4ed8"))
METHODS.add("irm", _shared("Image Refiner alone", 0, colour="#15803d"))
# Five questions, of which the one with the least divergence is asked; nothing is painted.
METHODS.add("plugir", Method("five questions (PlugIR)", {"dialog_num": PAGE, "image_num": 0, "questions": 5}, colour="#be185d"))
# The raw dialogue joined to the description is the query, and questions are asked without candidates (ChatIR's way).
_RAW = {"dialog_num": PAGE, "image_num": 0, "with_context": False, "rewriting": False}
METHODS.add(RAW, Method("raw dialogue (ZS)", _RAW, colour="#6b7280"))
# Its questions do not depend on what is found, so an encoder that is tuned on raw dialogues reads the same ones.
METHODS.add(
    "ft",
    Method(
        "raw dialogue, tuned encoder (FT)",
        read_from=RAW,
        rank=lambda reading: None if reading.tuned is None else place(reading.tuned, reading.target),
        both_lists=False,
        needs="dialogue_encoder",
        colour="#0f766e",
    ),
)
for _share in range(PAGE - 1, 0, -1):
    METHODS.add(f"{_share}:{PAGE - _share}", _shared(f"{_share} places of the dialog", _share, drawn=False))
