"""What filters look at, of all pictures of a gallery at once: arrays, worked out once for each of its revisions."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from ..writing import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from .record_table import Records


COLUMNS = "columns.npz"


@dataclass(frozen=True)
class Columns:
    """days: (n,) of each picture, as Python counts them from the year 1 on; 0 where none is known. A picture lies in one folder or in
    several: picture ``rows[k]`` lies in ``folders[codes[k]]``."""

    days: NDArray[np.int64]
    folders: tuple[str, ...]
    rows: NDArray[np.int32]
    codes: NDArray[np.int32]

    @property
    def dates(self) -> tuple[date, date] | None:
        """The first and the last day; nothing where no picture has one."""
        known = self.days[self.days > 0]
        return (date.fromordinal(int(known.min())), date.fromordinal(int(known.max()))) if len(known) else None

    @cached_property
    def shared(self) -> int:
        """How many parts the paths of all folders begin with alike."""
        parts, count = [PurePath(folder).parts for folder in self.folders], 0
        while parts and all(len(each) > count and each[count] == parts[0][count] for each in parts):
            count += 1
        return count

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Folders by the names that a filter takes, sorted: relative to the folder that all of them are in."""
        below = (PurePath(folder).parts[self.shared :] for folder in self.folders)
        return tuple(sorted({"/".join(each[:depth]) for each in below for depth in range(1, len(each) + 1)}))


def columns_of(records: Records) -> Columns:
    """Those of these pictures, row by row."""
    days = np.zeros(len(records), dtype=np.int64)
    known: dict[str, int] = {}
    rows, codes = [], []
    for row, record in enumerate(records):
        if at := record.date:
            days[row] = at.toordinal()
        for path in record.paths:
            rows.append(row)
            codes.append(known.setdefault(os.path.dirname(path), len(known)))  # noqa: PTH120 (a tenth of the time of pathlib)
    return Columns(days, tuple(known), np.array(rows, dtype=np.int32), np.array(codes, dtype=np.int32))


def keep_columns(file: Path, columns: Columns) -> None:
    """Write them down. Raises DiskFullError or OSError."""
    content = io.BytesIO()
    folders = np.frombuffer("\0".join(columns.folders).encode(errors="surrogatepass"), dtype=np.uint8)
    np.savez(content, days=columns.days, rows=columns.rows, codes=columns.codes, folders=folders)
    write_whole(file, content.getvalue(), durable=False)


def kept_columns(file: Path, count: int) -> Columns | None:
    """What was written down for so many pictures; nothing when it is not there, or damaged."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as there:
            days, rows, codes = (there[name] for name in ("days", "rows", "codes"))
            folders = tuple(there["folders"].tobytes().decode(errors="surrogatepass").split("\0")) if count else ()
    except (OSError, ValueError, TypeError, KeyError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error):
        return None
    sound = days.shape == (count,) and rows.shape == codes.shape and rows.ndim == 1
    sound = sound and all(not len(some) or (some.min() >= 0 and some.max() < end) for some, end in ((rows, count), (codes, len(folders))))
    return Columns(days, folders, rows, codes) if sound else None
