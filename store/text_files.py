"""Text files of other programs: with or without a mark of byte order, in UTF-8 or UTF-16, with any ends of lines."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path
from typing import Any

from ..errors import InputError

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ENDS = re.compile(r"\r\n?|\n")  # of lines, in JSON Lines: what else str.splitlines splits at may stand inside a text


def read_text(file: Path, expected: str) -> str:
    """What is in a file, without zeros at its end, which a crash of the machine leaves. ``expected``: what should have been in it.

    Raises InputError.
    """
    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read ({getattr(error, 'strerror', None) or error}): expected {expected}") from None
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding).rstrip("\0\x1a")
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 (byte {error.start}): save it as UTF-8; expected {expected}") from None


def read_lines(file: Path, expected: str) -> list[tuple[int, str]]:
    """(number from 1, line) of every line that is not blank. Raises InputError."""
    lines = enumerate(_ENDS.split(read_text(file, expected)), start=1)
    return [(number, line) for number, line in lines if line.strip()]


def read_json(file: Path, expected: str) -> Any:
    """The one JSON value that a file holds. Raises InputError."""
    try:
        return json.loads(read_text(file, expected))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is not JSON ({error}): expected {expected}") from None


def whole(text: str) -> str:
    """A text without halves of characters and zeros, which JSON can hold and nothing else can keep."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
