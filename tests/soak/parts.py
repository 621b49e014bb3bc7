"""The parts of the soak, in the order in which they begin."""

from __future__ import annotations

from databases import postgres_programs

from . import (
    conversation_kills,
    disk,
    evaluation_kills,
    files,
    gallery_disk,
    indexing_kills,
    replies,
    requests,
    server,
    server_kills,
    visitors,
)
from .case import Part

PARTS: tuple[Part, ...] = (  # the long ones first, so that two at a time come to their ends together
    server.PART,
    indexing_kills.PART,
    server_kills.PART,
    replies.PART,
    conversation_kills.PART,
    *([conversation_kills.IN_DATABASE] if postgres_programs() else []),
    evaluation_kills.PART,
    visitors.PART,
    gallery_disk.PART,
    requests.PART,
    disk.PART,
    files.PART,
)
