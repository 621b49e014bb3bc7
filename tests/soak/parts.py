"""The parts of the soak, in the order in which they run."""

from __future__ import annotations

from . import conversation_kills, disk, evaluation_kills, files, gallery_disk, indexing_kills, replies, requests, server, visitors
from .case import Part

PARTS: tuple[Part, ...] = (
    indexing_kills.PART,
    gallery_disk.PART,
    files.PART,
    replies.PART,
    requests.PART,
    visitors.PART,
    server.PART,
    conversation_kills.PART,
    evaluation_kills.PART,
    disk.PART,
)
