"""What can be compared: each method is a setting of the one graph, or a reading of what another method's run recorded.

This table is the only place that names them: the help of ``eval``, runs, tables, curves, page and comparison read it. Every fusion is a
method of its name. Another package adds one by an entry point of the group ``dir_tir.methods``:

    METHODS.add("patient", Method("no narrowing", settings={"schedule": "constant"}))
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from ..contracts import PAGE
from ..errors import InputError
from ..registry import Registry
from ..tools.fusion import FUSIONS, place
from ..tools.profiles.profile import load_profile

if TYPE_CHECKING:
    from ..graph.config import Config
    from ..tools.fusion import Fused, Scores
    from .ranking import Reading

DIR_TIR, RAW, PAGING = "dir-tir", "zs", "paging"
ANY = "*"  # in `read_from`: whichever is run
HUBS = "+hubs"  # what a method is called with hubs corrected,
PASSING = "+exclude-shown"  # with what was shown and missed passed over,
RERANK = "+rerank"  # and with the first results ordered once more by the encoder's matching head


@dataclass(frozen=True)
class Method:
    """A way to look for the targets. It is run with its ``settings``, or read off the run of ``read_from`` by ``ranks`` or ``rank``."""

    label: str  # in legends
    settings: Mapping[str, Any] | None = None  # what it changes of the run's; None: it can only be read off
    read_from: str = ""  # whose run holds all that it needs
    ranks: Callable[[Sequence[Reading], bool], list[int] | None] | None = (
        None  # of the target by round, with what was shown passed over or not
    )
    rank: Callable[[Reading], int | None] | None = None  # the same of one round, where nothing is passed over; None: not to be known
    both_lists: bool = True  # of that run are needed, so that both refiners must have been at work
    needs: str = ""  # a part of the profile without which it cannot be run
    dear: bool = False  # takes so long that it is read off only where it is asked for
    colour: str = ""  # of its curve; empty: one that is free
    drawn: bool = True  # among the curves by round
    share: int | None = None  # places of the dialog among the ten, for the curves by share


METHODS: Registry[Method] = Registry("method", "dir_tir.methods")


def known_methods() -> dict[str, Method]:
    """Every method by name: those registered, and each fusion, also with hubs corrected, what was shown passed over, and re-ranked."""
    fused = {
        name + more: _fused(name, fusion.label, hubs=HUBS in more, passing=PASSING in more, rerank=RERANK in more)
        for more in map("".join, product(("", HUBS), ("", PASSING), ("", RERANK)))
        for name, fusion in FUSIONS.items()
        if more or (name not in METHODS and name != "slots")
    }
    return {**METHODS, **fused}


def methods_to_run(config: Config, names: Sequence[str]) -> dict[str, Config]:
    """The settings of each method that has to be run, so that all that are named are run or read off. Raises InputError.

    What can be read off the run of another is not run again.
    """
    known = known_methods()
    if config.rerank and not load_profile(config.profile).rerank:
        raise InputError(f"there is no matching head to rerank with: profile {config.profile!r} has no `rerank` for its encoder")
    for name in names:
        if name not in known:
            raise InputError(f"there is no method {name!r}: choose of {', '.join(known)}")
        if known[name].needs and not getattr(load_profile(config.profile), known[name].needs):
            raise InputError(f"{name} needs what profile {config.profile!r} lacks: {known[name].needs}")
    chosen: dict[str, None] = {}
    for name in names:
        method = known[name]
        if method.read_from == ANY:
            continue  # off whichever is run
        source = method.read_from
        if source and _can_be_read(method, settings_of(config, source)) and not _saves_a_refiner(config, method):
            chosen[source] = None
        elif method.settings is None:
            raise InputError(
                f"{name} is read off the run of {source}, and with these settings it cannot be: both must have places on the page"
            )
        else:
            chosen[name] = None
    chosen = chosen or {DIR_TIR: None}
    read = {other for name in chosen for other in read_off(name, settings_of(config, name), names)}
    return {name: settings_of(config, name) for name in chosen if name not in read}


def settings_of(config: Config, name: str) -> Config:
    """The settings of a method that is run."""
    return replace(config.settled("simulated"), **(known_methods()[name].settings or {}))


def ranks_in(read: Sequence[Reading], name: str, config: Config, asked: Collection[str] = ()) -> list[dict[str, int]]:
    """The target's rank in each round, by name: of the method that was run with this ``config``, and of what can be read off it."""
    config = config.settled("simulated")
    over, read = bool(config.exclude_shown), _changed(read, hubs=bool(config.hubs), rerank=bool(config.rerank))
    own = _ranks_by(str(config.fusion))(read, over)
    found = [{name: rank} for rank in own]
    for other, method in read_off(name, config, asked).items():
        for rank, of_round in zip(_ranks_of(method, read, over) or (), found, strict=False):
            of_round[other] = rank
    return found


def read_off(name: str, config: Config, asked: Collection[str] = ()) -> dict[str, Method]:
    """What is read off a method's run with these settings: what can be, and what takes long only when it is ``asked`` for."""
    return {
        other: method
        for other, method in known_methods().items()
        if other != name and method.read_from in (name, ANY) and _can_be_read(method, config) and (other in asked or not method.dear)
    }


def _can_be_read(method: Method, source: Config) -> bool:
    changed = dict(method.settings or {})
    if source.exclude_shown and method.ranks is None:
        return False  # a rank of one round knows no other
    if any(getattr(source, name) and changed.get(name) for name in ("hubs", "rerank", "exclude_shown")):
        return False  # where all do it, nobody needs to be called after it
    if source.clicks == "alone" and (method.share is not None or changed.get("fusion", source.fusion) != source.fusion):
        return False  # nothing is painted, and of one list all of them make the same
    return not method.both_lists or (source.dialog_num > 0 and source.image_num > 0)


def _ranks_of(method: Method, read: Sequence[Reading], over: bool) -> list[int] | None:
    if method.ranks:
        return method.ranks(read, over)
    ranks = [method.rank(reading) if method.rank else None for reading in read]
    return None if None in ranks else [rank for rank in ranks if rank is not None]


def _saves_a_refiner(config: Config, method: Method) -> bool:
    """Whether running a method costs less than running what it is read off."""
    changed = replace(config, **method.settings) if method.settings is not None else None
    return changed is not None and 0 in (changed.dialog_num, changed.image_num)


def _changed(read: Sequence[Reading], *, hubs: bool, rerank: bool) -> Sequence[Reading]:
    read = [reading.corrected() for reading in read] if hubs else read
    return [reading.reranked() for reading in read] if rerank else read


def _fused(name: str, label: str, *, hubs: bool, passing: bool, rerank: bool) -> Method:
    settings: dict[str, Any] = {"fusion": name}
    if hubs:
        label, settings = f"{label}, hubs corrected", {**settings, "hubs": True}
    if passing:
        label, settings = f"{label}, shown ones passed over", {**settings, "exclude_shown": True}
    if rerank:
        label, settings = f"{label}, re-ranked", {**settings, "rerank": True}

    def ranks(read: Sequence[Reading], over: bool) -> list[int]:
        return _ranks_by(name)(_changed(read, hubs=hubs, rerank=rerank), over or passing)

    drawn, needs = not (hubs or passing or rerank), "rerank" if rerank else ""
    return Method(label, settings, read_from=DIR_TIR, ranks=ranks, needs=needs, dear=rerank, drawn=drawn)


def _shared(label: str, share: int, **changes: Any) -> Method:
    """Equation 1 with other places."""

    def fuse(scores: Scores) -> Fused:
        return FUSIONS["slots"].fuse(replace(scores, dialog_num=share, image_num=PAGE - share))

    settings = {"dialog_num": share, "image_num": PAGE - share, "fusion": "slots"}
    return Method(label, settings, read_from=DIR_TIR, ranks=partial(_ranks, fuse), share=share, **changes)


def _ranks_by(fusion: str) -> Callable[[Sequence[Reading], bool], list[int]]:
    return lambda read, over: _ranks(FUSIONS.named(fusion).fuse, read, over)


def _ranks(fuse: Callable[[Scores], Fused], read: Sequence[Reading], over: bool) -> list[int]:
    from .ranking import ranks_over

    again = [reading.again for reading in read]
    return ranks_over((reading.scores for reading in read), read[0].target, fuse, passing_over=over, again=again)


def _tuned(read: Sequence[Reading], over: bool) -> list[int] | None:
    """The description as an encoder that is tuned on raw dialogues reads it."""
    from .ranking import ranks_over

    rounds = [
        replace(reading.scores, text=reading.tuned, dialog=reading.tuned, image=None) for reading in read if reading.tuned is not None
    ]
    return ranks_over(rounds, read[0].target, FUSIONS["slots"].fuse, passing_over=over) if len(rounds) == len(read) else None


def _paging(read: Sequence[Reading], _: bool) -> list[int]:
    from .ranking import paging

    return paging(place(read[0].scores.lists()["dialog"], read[0].target), len(read))


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
        ranks=_tuned,
        both_lists=False,
        needs="dialogue_encoder",
        colour="#0f766e",
    ),
)
# The control: no answer is given. What a dialogue is worth is what it adds to this.
METHODS.add(PAGING, Method("paging on (no answers)", read_from=ANY, ranks=_paging, both_lists=False, colour="#111827"))
for _share in range(PAGE - 1, 0, -1):
    METHODS.add(f"{_share}:{PAGE - _share}", _shared(f"{_share} places of the dialog", _share, drawn=False))
