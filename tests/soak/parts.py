"""The parts of the soak, in the order in which they run."""

from __future__ import annotations

from .case import Part
from .files import PART as FILES
from .gallery_disk import PART as GALLERY_DISK
from .indexing_kills import PART as INDEXING_KILLS
from .replies import PART as REPLIES

PARTS: tuple[Part, ...] = (
    INDEXING_KILLS,
    GALLERY_DISK,
    FILES,
    REPLIES,
)
