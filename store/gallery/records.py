"""A picture's record as flat metadata, as databases keep it with a vector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...contracts import PictureRecord

_MARK = "json:"  # before a path that is no text; no absolute path begins so


def to_metadata(record: PictureRecord) -> dict[str, str | int]:
    """Everything but the id, lists as JSON; what is not known is left out."""
    known: dict[str, str | int] = {} if record.taken is None else {"taken": record.taken}
    return {
        "path": _storable(record.path),
        "captions": json.dumps(record.captions),
        "width": record.width,
        "height": record.height,
        "also": json.dumps(record.also),
        "size": record.size,
        "modified": record.modified,
        "by_model": int(record.by_model),
        **known,
    }


def to_record(id_: str, metadata: Mapping[str, Any]) -> PictureRecord:
    """The record of these metadata; what an older version did not write is empty or 0."""
    captions, also = (tuple(json.loads(metadata.get(key, "[]"))) for key in ("captions", "also"))
    width, height, size, modified = (int(metadata.get(key, 0)) for key in ("width", "height", "size", "modified"))
    path = str(metadata["path"])
    path = json.loads(path.removeprefix(_MARK)) if path.startswith(_MARK) else path
    by_model, taken = bool(metadata.get("by_model", 0)), metadata.get("taken")
    return PictureRecord(id_, path, captions, width, height, also, size, modified, by_model, taken)


def to_records(metadata: dict[str, dict[str, Any]]) -> dict[str, PictureRecord]:
    """The record of each picture. Takes them out of what is given, so that those of a large gallery are not in memory twice."""
    return {id_: to_record(id_, metadata.pop(id_)) for id_ in list(metadata)}


def _storable(path: str) -> str:
    """A path as text. On Linux a name is any bytes: Python keeps those that are no UTF-8 as halves of characters, and databases refuse
    them; JSON has escapes for them."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return _MARK + json.dumps(path)
    return path
