"""The folders that a gallery was indexed from, remembered with it: folders.json beside its files."""

from __future__ import annotations

import json
from pathlib import Path

from ..writing import write_whole

FILE = "folders.json"


def folders_of(cache: Path) -> list[Path]:
    """Those folders, the one named last at the end; none where they cannot be read, or an older version indexed them."""
    try:
        named = json.loads((cache / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [Path(name) for name in named if isinstance(name, str)] if isinstance(named, list) else []


def remember_folder(cache: Path, folder: Path) -> None:
    """From now on this one, too; it stands for what lies below it."""
    before = folders_of(cache)
    if any(folder.is_relative_to(other) for other in before):
        return
    now = [*(other for other in before if not other.is_relative_to(folder)), folder]
    write_whole(cache / FILE, json.dumps([str(one) for one in now]) + "\n")
