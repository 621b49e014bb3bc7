"""Pictures that went all at once: a folder that is not mounted looks as one whose pictures were deleted, so somebody is asked."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...contracts import PictureRecord

_A_FEW = 2  # pictures that a folder held at least; one that was alone may have been deleted


@dataclass(frozen=True)
class Vanished:
    """The pictures, of how many that the gallery has; the folders that are empty or gone, the topmost of each; none when it is pictures
    here and there that come to most of the gallery."""

    ids: frozenset[str]
    of: int
    folders: tuple[Path, ...]

    def __str__(self) -> str:
        where = f" in {self.folders[0]}" if len(self.folders) == 1 else f" in {len(self.folders)} folders" if self.folders else ""
        return f"{len(self.ids)} of {self.of} pictures{where}"


def find_vanished(gone: Mapping[str, PictureRecord], there: Iterable[str], count: int, within: Path) -> Vanished | None:
    """Of what is gone from a gallery of ``count`` pictures: all that was in folders where nothing is ``there`` any more; all of it, when
    that is more than half of the gallery; or nothing to ask about. A file that is still there was passed over on purpose."""
    lost = {id_: record.path for id_, record in gone.items() if not any(os.path.lexists(path) for path in record.paths)}
    if len(lost) < _A_FEW:
        return None
    alive = {folder for path in there for folder in _folders(path, within)}
    held = Counter(folder for path in lost.values() for folder in _folders(path, within))
    empty = {folder for folder, pictures in held.items() if pictures >= _A_FEW and folder not in alive and folder != within}
    top = sorted(folder for folder in empty if not empty & set(folder.parents))
    if 2 * len(lost) > count and len(lost) > _A_FEW:
        return Vanished(frozenset(lost), count, tuple(top) if _all_in(lost.values(), top) else ())
    ids = frozenset(id_ for id_, path in lost.items() if _all_in([path], top))
    return Vanished(ids, count, tuple(top)) if ids else None


def _folders(path: str, within: Path) -> Iterator[Path]:
    """Every folder a file lies in, up to the one that was looked through."""
    for folder in Path(path).parents:
        if folder.is_relative_to(within):
            yield folder


def _all_in(paths: Collection[str], folders: Collection[Path]) -> bool:
    return all(any(Path(path).is_relative_to(folder) for folder in folders) for path in paths)
