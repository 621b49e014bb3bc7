"""Filters: of a gallery, only the pictures of some days, or of some folder.

A picture's day is that of `PictureRecord.date`. A folder is named whole, or by its name: "Holiday/2019" is every folder 2019 in a folder
Holiday, and all below it. Names that lie above what all pictures of the gallery are in do not count, or "home" would be all of them. Case
counts where it does in the names of files.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from ...errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from .columns import Columns

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
CASELESS = sys.platform in ("win32", "darwin")  # where two names that differ in case are one


@dataclass(frozen=True)
class Filter:
    """What is empty lets everything through. after: a day, or a month or a year, which mean their first day; that day counts. before: the
    same; that day does not count. Raises InputError for what is no date and no folder, and for dates with no day between them."""

    after: str = ""
    before: str = ""
    folder: str = ""

    def __post_init__(self) -> None:
        first, end = (day_of(text) if text else None for text in (self.after, self.before))
        if first and end and first >= end:
            raise InputError(f"no day is from {self.after} on and before {self.before}: give an earlier date and a later one")
        if self.folder:
            checked_folder(self.folder)

    def __bool__(self) -> bool:
        return bool(self.after or self.before or self.folder)

    @property
    def words(self) -> str:
        """What is let through, as in "only 2019, folder Holiday", without the "only"."""
        return ", ".join(filter(None, (self._dates, f"folder {self.folder}" if self.folder else "")))

    @property
    def _dates(self) -> str:
        if self.after and self.before:
            return self.after if day_of(self.before) == _end_of(self.after) else f"from {self.after} on and before {self.before}"
        return f"from {self.after} on" if self.after else f"before {self.before}" if self.before else ""

    def rows(self, columns: Columns) -> NDArray[np.bool_]:
        """(n,): which pictures are let through. Raises InputError when there are none. A picture without a date has none of these days."""
        import numpy as np

        through = np.ones(len(columns.days), dtype=np.bool_)
        if self.after or self.before:
            through &= columns.days > 0
        if self.after:
            through &= columns.days >= day_of(self.after).toordinal()
        if self.before:
            through &= columns.days < day_of(self.before).toordinal()
        if self.folder:
            named = _Named(self.folder)
            wanted = np.array([named.holds(folder, columns.shared) for folder in columns.folders], dtype=np.bool_)
            below = np.zeros_like(through)
            below[columns.rows[wanted[columns.codes]]] = True
            through &= below
        if not through.any():
            raise InputError(f"no picture is left of those that are wanted (only {self.words}): without that there are {len(through):,}")
        return through


ALL = Filter()


def day_of(text: str) -> date:
    """The first day of what is named. Raises InputError."""
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(*(int(part or 1) for part in found.groups()))
    except ValueError:  # the 31st of April
        pass
    raise InputError(f"{text!r:.40} is no date: expected a year, a month or a day, as in 2019, 2019-05 or 2019-05-31")


def checked_folder(text: str) -> str:
    """The same. Raises InputError for what names no folder."""
    if not PurePath(text).parts or ".." in PurePath(text).parts:
        raise InputError(f"{text!r:.80} names no folder of pictures: give its name, as in Holiday or Holiday/2019, or its whole path")
    return text


def _end_of(text: str) -> date | None:
    """The first day after a year, a month or a day."""
    first, parts = day_of(text), text.count("-")
    try:
        if parts == 2:
            return first + timedelta(days=1)
        return date(first.year + 1, 1, 1) if not parts else (first + timedelta(days=31)).replace(day=1)
    except (OverflowError, ValueError):  # after the last year there is
        return None


class _Named:
    """A folder by its name or its whole path."""

    def __init__(self, name: str) -> None:
        self._parts, self._whole = _folded(PurePath(name).parts), PurePath(name).is_absolute()

    def holds(self, folder: str, shared: int) -> bool:
        """Whether a folder is it, or lies below it. shared: as of `Columns`; the last of these parts is a name like the others."""
        parts, count = _folded(PurePath(folder).parts), len(self._parts)
        starts = range(1) if self._whole else range(max(0, shared - 1), len(parts) - count + 1)
        return any(parts[start : start + count] == self._parts for start in starts)


def _folded(parts: Sequence[str]) -> tuple[str, ...]:
    """As names are compared. macOS takes letters and their accents apart, and people type them as one."""
    whole = (unicodedata.normalize("NFC", part) for part in parts)
    return tuple(part.casefold() for part in whole) if CASELESS else tuple(whole)
