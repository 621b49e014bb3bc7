"""Records of a gallery, read when they are looked at: of a million, the ten of a page.

    records.jsonl   a line for each picture, in the order of ids
    starts.npy      (n + 1,) where each line begins in it
    ids.npy         (n,) ids as bytes of one length, sorted
    captioned.npy   (n,) whether a picture has a caption

All but the last are memory-mapped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np

from ...contracts import PictureRecord
from ..mapped import few_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

LINES = "records.jsonl"
FILES = (LINES, "starts.npy", "ids.npy", "captioned.npy")


class Records(Protocol):
    """A list of records, or a table of them that is read when it is looked at."""

    def __len__(self) -> int: ...
    def __getitem__(self, row: int, /) -> PictureRecord: ...
    def __setitem__(self, row: int, record: PictureRecord, /) -> None: ...
    def __iter__(self) -> Iterator[PictureRecord]: ...


class RecordTable(Sequence[PictureRecord]):
    """One of these folders. What is put into it is remembered and not written."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError, ValueError, EOFError or SyntaxError for files that are not there or damaged."""
        self._lines = np.memmap(folder / LINES, dtype=np.uint8, mode="r") if (folder / LINES).stat().st_size else np.empty(0, np.uint8)
        self._starts, ids = (np.load(folder / name, mmap_mode="r") for name in FILES[1:3])
        self.captioned: NDArray[np.bool_] = np.load(folder / FILES[3])
        if not len(self._starts) == len(ids) + 1 == len(self.captioned) + 1 or self._starts[-1] != len(self._lines):
            raise ValueError(f"{folder} has other records than it says")
        self.rows = RowsOfIds(ids)
        self._put: dict[int, PictureRecord] = {}

    def __len__(self) -> int:
        return len(self.captioned)

    @overload
    def __getitem__(self, row: int) -> PictureRecord: ...
    @overload
    def __getitem__(self, row: slice) -> list[PictureRecord]: ...
    def __getitem__(self, row: int | slice) -> PictureRecord | list[PictureRecord]:
        if isinstance(row, slice):
            return [self[each] for each in range(len(self))[row]]
        row = range(len(self))[row]
        with few_rows(self._lines, self._starts):
            return self._at(row)

    def __setitem__(self, row: int, record: PictureRecord) -> None:
        self._put[row] = record
        self.captioned[row] = bool(record.caption)

    def __iter__(self) -> Iterator[PictureRecord]:
        return map(self._at, range(len(self)))

    def _at(self, row: int) -> PictureRecord:
        return self._put[row] if row in self._put else _record(bytes(self._lines[self._starts[row] : self._starts[row + 1]]))


class RowsOfIds(Mapping[str, int]):
    """Where each id stands in a sorted array of bytes."""

    def __init__(self, ids: NDArray[np.bytes_]) -> None:
        self._ids = ids

    def __getitem__(self, id_: str) -> int:
        wanted = id_.encode(errors="surrogatepass")
        if len(wanted) <= self._ids.dtype.itemsize:  # otherwise all would be copied to be compared
            row = int(np.searchsorted(self._ids, np.array(wanted, dtype=self._ids.dtype)))
            if row < len(self._ids) and self._ids[row] == wanted:
                return row
        raise KeyError(id_)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return (id_.decode(errors="surrogatepass") for id_ in self._ids.tolist())

    def at(self, row: int) -> str:
        """The id that stands there."""
        return bytes(self._ids[row]).decode(errors="surrogatepass")


def write_records(folder: Path, records: Sequence[PictureRecord]) -> None:
    """Make these files. Raises OSError."""
    starts = np.zeros(len(records) + 1, dtype=np.int64)
    with (folder / LINES).open("wb") as file:
        for row, record in enumerate(records):
            starts[row + 1] = starts[row] + file.write(json.dumps(vars(record)).encode() + b"\n")
    ids = [record.id.encode(errors="surrogatepass") for record in records]
    np.save(folder / FILES[1], starts)
    np.save(folder / FILES[2], np.array(ids, dtype=f"S{max(map(len, ids), default=1)}"))
    np.save(folder / FILES[3], np.array([bool(record.caption) for record in records], dtype=np.bool_))


def older_records(folder: Path) -> list[PictureRecord]:
    """Those that an older version kept, in one file. Raises what `RecordTable` raises, and TypeError or KeyError."""
    return [_of(record) for record in json.loads((folder / "records.json").read_bytes())]


def _record(line: bytes) -> PictureRecord:
    return _of(json.loads(line))


def _of(said: Mapping[str, Any]) -> PictureRecord:
    return PictureRecord(**{**said, "captions": tuple(said["captions"]), "also": tuple(said.get("also", ()))})
