"""The parts of the soak, in the order in which they run."""

from __future__ import annotations

from .case import Part
from .replies import PART as REPLIES

PARTS: tuple[Part, ...] = (REPLIES,)
