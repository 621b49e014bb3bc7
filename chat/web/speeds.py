"""How fast pictures were indexed on this machine, by profile: a JSON file in the home. It was measured; nothing is reckoned beforehand."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from ...errors import DiskFullError
from ...store.writing import write_whole

if TYPE_CHECKING:
    from pathlib import Path

FEWEST = 20  # pictures: of fewer the first batch, which warms everything up, would be most of it


def speeds(file: Path) -> dict[str, float]:
    """Profile → pictures a second, of the last indexing that was long enough; nothing of what cannot be read."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): float(speed) for name, speed in kept.items() if float(speed) > 0}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def note_speed(file: Path, profile: str, pictures: int, seconds: float) -> None:
    """So many pictures were encoded in so long. A disk that is full costs the figure, not the gallery."""
    if pictures >= FEWEST and seconds > 0:
        with suppress(OSError, DiskFullError):
            write_whole(file, json.dumps({**speeds(file), profile: round(pictures / seconds, 2)}) + "\n", durable=False)
