"""A picture's record as flat metadata, as databases keep it with a vector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...contracts import PictureRecord


def to_metadata(record: PictureRecord) -> dict[str, str | int]:
    """Everything but the id, lists as JSON."""
    return {
        "path": record.path,
        "captions": json.dumps(record.captions),
        "width": record.width,
        "height": record.height,
        "also": json.dumps(record.also),
        "size": record.size,
        "modified": record.modified,
    }


def to_record(id_: str, metadata: Mapping[str, Any]) -> PictureRecord:
    """The record of these metadata; what an older version did not write is empty or 0."""
    captions, also = (tuple(json.loads(metadata.get(key, "[]"))) for key in ("captions", "also"))
    width, height, size, modified = (int(metadata.get(key, 0)) for key in ("width", "height", "size", "modified"))
    return PictureRecord(id_, str(metadata["path"]), captions, width, height, also, size, modified)
