"""The rows of an SQLite file, page by page: also of one that SQLite cannot open, or stops reading where the first page is damaged.

What is kept of a row lies in one page (and in pages that it overflows into), so every page that is whole gives its rows, whatever became of
those above it. The format: https://sqlite.org/fileformat2.html. What was committed to the log beside the file (WAL) counts; what was not,
or was cut off, does not.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

Value = None | int | float | str | bytes
Content = bytes | mmap.mmap

_HEADER = 100  # bytes of the file before the first page begins
_INDEX_INNER, _INDEX_LEAF, _TABLE_LEAF = 2, 10, 13  # kinds of pages that have rows or the entries of an index
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # type in a record → bytes


def rows_of(file: Path) -> Iterator[tuple[bool, list[Value]]]:
    """(whether it is the row of a table, and no entry of an index; its values), of everything that can be read."""
    with ExitStack() as open_:
        pages = _Pages(*(_mapped(path, open_) for path in (file, file.with_name(f"{file.name}-wal"))))
        for number in pages.numbers:
            page = pages.page(number)
            start = _HEADER if number == 1 else 0
            kind = page[start] if len(page) > start + 12 else 0
            if kind not in (_INDEX_INNER, _INDEX_LEAF, _TABLE_LEAF):
                continue
            first = start + (12 if kind == _INDEX_INNER else 8)
            for cell in range(_number(page, start + 3, 2)):
                try:
                    at = _number(page, first + 2 * cell, 2) + (4 if kind == _INDEX_INNER else 0)
                    yield kind == _TABLE_LEAF, pages.record(page, at, of_table=kind == _TABLE_LEAF)
                except (ValueError, IndexError):  # this cell is damaged
                    continue


def _mapped(file: Path, open_: ExitStack) -> Content:
    if not file.is_file() or not file.stat().st_size:
        return b""
    opened = open_.enter_context(file.open("rb"))
    return open_.enter_context(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))


class _Pages:
    """The pages of a file, with those that its log has newer."""

    def __init__(self, content: Content, log: Content) -> None:
        self._content = content
        head = content[:_HEADER] if content[:16] == b"SQLite format 3\0" else b""
        told, logged = (int.from_bytes(size, "big") for size in (head[16:18], log[8:12]))
        size = next((size for size in (65536 if told == 1 else told, logged) if 512 <= size <= 65536 and not size & (size - 1)), 4096)
        self._size = size
        self._usable = size - (head[20] if head and head[20] <= 32 else 0)
        self._newer = dict(_committed(log, size))
        self._most = len(content) + len(log)

    @property
    def numbers(self) -> Sequence[int]:
        return sorted({*range(1, -(-len(self._content) // self._size) + 1), *self._newer})

    def page(self, number: int) -> bytes:
        return self._newer.get(number) or self._content[(number - 1) * self._size : number * self._size]

    def record(self, page: bytes, at: int, *, of_table: bool) -> list[Value]:
        """The values of the cell at this place. Raises ValueError or IndexError when it is damaged."""
        length, at = _varint(page, at)
        if length > self._most:
            raise ValueError("more than there is")
        if of_table:
            _, at = _varint(page, at)  # the number of the row
        content = self._payload(page, at, length, of_table=of_table)
        end, at = _varint(content, 0)
        types = []
        while at < end:
            type_, at = _varint(content, at)
            types.append(type_)
        values: list[Value] = []
        for type_ in types:
            value, at = _value(content, at, type_)
            values.append(value)
        return values

    def _payload(self, page: bytes, at: int, length: int, *, of_table: bool) -> bytes:
        usable = self._usable
        most = usable - 35 if of_table else (usable - 12) * 64 // 255 - 23
        local = length
        if length > most:
            least = (usable - 12) * 32 // 255 - 23
            local = least + (length - least) % (usable - 4)
            local = local if local <= most else least
        parts, left = [_slice(page, at, local)], length - local
        following = _number(page, at + local, 4) if left else 0
        while left:
            more = self.page(following) if following else b""
            parts.append(_slice(more, 4, min(left, usable - 4)))
            left, following = left - len(parts[-1]), _number(more, 0, 4)
        return b"".join(parts)


def _committed(log: Content, size: int) -> Iterator[tuple[int, bytes]]:
    """(number, page) of every transaction that is in the log to its end, in order: the last one of a page counts."""
    if len(log) < 32 or int.from_bytes(log[:4], "big") & ~1 != 0x377F0682:
        return
    order = ">" if log[3] & 1 else "<"
    salts, sums, waiting = log[16:24], _sums(log[:24], (0, 0), order), list[tuple[int, bytes]]()
    for start in range(32, len(log) - size - 23, size + 24):
        head, page = log[start : start + 24], log[start + 24 : start + 24 + size]
        sums = _sums(page, _sums(head[:8], sums, order), order)
        if head[8:16] != salts or struct.unpack(">II", head[16:24]) != sums:
            return
        waiting.append((int.from_bytes(head[:4], "big"), page))
        if head[4:8] != b"\0\0\0\0":  # the last of a transaction
            yield from waiting
            waiting.clear()


def _sums(content: bytes, before: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = before
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


def _value(content: bytes, at: int, type_: int) -> tuple[Value, int]:
    if type_ in _INTEGERS:
        size = _INTEGERS[type_]
        return int.from_bytes(_slice(content, at, size), "big", signed=True), at + size
    if type_ == 0:
        return None, at
    if type_ in (8, 9):
        return type_ - 8, at
    if type_ == 7:
        return float(struct.unpack(">d", _slice(content, at, 8))[0]), at + 8
    if type_ < 12:
        raise ValueError("no type of a value")
    size = (type_ - 12) // 2
    raw = _slice(content, at, size)
    return (raw.decode("utf-8", "replace") if type_ % 2 else raw), at + size


def _slice(content: bytes, at: int, size: int) -> bytes:
    if size < 0 or len(content) < at + size:
        raise ValueError("cut off")
    return content[at : at + size]


def _number(content: bytes, at: int, size: int) -> int:
    return int.from_bytes(_slice(content, at, size), "big")


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where what follows it begins."""
    number = 0
    for place in range(9):
        byte = content[at + place]
        if place == 8:
            return number << 8 | byte, at + 9
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at + place + 1
    raise AssertionError
