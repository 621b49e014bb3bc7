"""What a part of the soak consists of: numbered cases, each drawn from the seed, its number and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

FaultKind = Literal["bricked", "lost", "doubled", "stuck", "escaped", "five hundred", "grown"]
# bricked: cannot be used any more, nor repaired as the message says. lost: acknowledged and not there. doubled: there twice. stuck: does
# not go on, or takes longer than it may. escaped: an exception, a raw control character or a traceback where there had to be a plain word.
# five hundred: a server's answer of 500 and above. grown: a process whose memory
# does not come to rest.
FAULTS: tuple[FaultKind, ...] = ("bricked", "lost", "doubled", "stuck", "escaped", "five hundred", "grown")


@dataclass(frozen=True)
class Fault:
    """Something that must not happen, in a line that one can begin to search from."""

    kind: FaultKind
    what: str


@dataclass(frozen=True)
class Outcome:
    """How a case ended. sort: what kind of case it was ("real process", "png", ...), counted in the table. figures: measured values; of
    several cases the largest is shown."""

    sort: str = ""
    faults: tuple[Fault, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)


Case = Callable[[int, random.Random], Outcome]  # the case of this number, with what it draws from


@dataclass(frozen=True)
class Part:
    """One kind of trouble.

    cases: how many of them the whole soak has, few: how many `make test` runs. open: makes what all cases share, in a folder of this
    part's own, which is still there when an interrupted soak goes on. beside: runs while the other parts do, because it mostly waits.
    limit: seconds after which one case is stuck.
    """

    name: str
    words: str
    cases: int
    few: int
    open: Callable[[Path], AbstractContextManager[Case]]
    beside: bool = False
    limit: float = 120.0


def drawn(seed: int, part: str, number: int) -> random.Random:
    """Where a case draws from: the same for the same seed, part and number, whatever ran before."""
    return random.Random(f"{seed}/{part}/{number}")
