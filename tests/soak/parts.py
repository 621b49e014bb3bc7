"""The parts of the soak, in the order in which they run."""

from __future__ import annotations

from .case import Part
from .conversation_kills import PART as CONVERSATION_KILLS
from .disk import PART as DISK
from .evaluation_kills import PART as EVALUATION_KILLS
from .files import PART as FILES
from .gallery_disk import PART as GALLERY_DISK
from .indexing_kills import PART as INDEXING_KILLS
from .replies import PART as REPLIES

PARTS: tuple[Part, ...] = (
    INDEXING_KILLS,
    GALLERY_DISK,
    FILES,
    REPLIES,
    CONVERSATION_KILLS,
    EVALUATION_KILLS,
    DISK,
)
