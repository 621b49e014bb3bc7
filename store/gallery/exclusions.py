"""The patterns of what an indexing passes over, remembered with the gallery: exclude.json beside its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ..writing import write_whole

FILE = "exclude.json"


def remembered(cache: Path) -> list[str]:
    """Those of the indexing before; none where they cannot be read."""
    try:
        patterns = json.loads((cache / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [pattern for pattern in patterns if isinstance(pattern, str)] if isinstance(patterns, list) else []


def remember(cache: Path, patterns: Sequence[str]) -> None:
    """From now on these."""
    if patterns:
        write_whole(cache / FILE, json.dumps(list(patterns)) + "\n")
    else:
        (cache / FILE).unlink(missing_ok=True)
