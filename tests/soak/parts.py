"""The parts of the soak, in the order in which they run."""

from __future__ import annotations

from .case import Part

PARTS: tuple[Part, ...] = ()
