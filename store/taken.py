"""When a picture was taken, as its camera wrote it into the file (EXIF)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import BinaryIO

from PIL import Image

from .decoding import FORMATS, know_all_formats

_EXIF, _WHEN, _OFFSET = 0x8769, 0x9003, 0x9011  # DateTimeOriginal, and the offset of its clock from UTC
_WRITTEN = re.compile(r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)[ T](\d\d?):(\d\d?)(?::(\d\d?))?")
_ZONE = re.compile(r"[+-](?:0\d|1[0-4]):?[0-5]\d|Z")
_FIRST = 1826  # the year of the oldest photograph


def taken_in(file: BinaryIO, *, raw: bool = False) -> str:
    """ISO 8601: the camera's clock, with its offset from UTC where that is said; empty where nothing, or nothing possible, is said.

    Opens a file without decoding it. Whatever is wrong with it, as broken EXIF, it says nothing. ``raw``: it is what cameras call raw.
    """
    try:
        exif = _of_raw(file) if raw else _of_picture(file)
        within = exif.get_ifd(_EXIF)
        return taken(within.get(_WHEN), within.get(_OFFSET)) or (_by_libraw(file) if raw else "")
    except Exception:
        return _by_libraw(file) if raw else ""


def taken(when: object, offset: object = None) -> str:
    """The same of EXIF's own two texts. Cameras that were never set say 0000:00:00 or a year to come."""
    found = _WRITTEN.match(_text(when))
    zone = _text(offset)
    if not found:
        return ""
    try:
        at = datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        return ""
    if not datetime(_FIRST, 1, 1) <= at <= datetime.now() + timedelta(days=1):
        return ""
    return at.isoformat() + (zone.replace("Z", "+00:00") if _ZONE.fullmatch(zone) else "")


def _text(value: object) -> str:
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value if isinstance(value, str) else ""
    return text.strip(" \0")


def _of_picture(file: BinaryIO) -> Image.Exif:
    know_all_formats()
    with Image.open(file, formats=FORMATS) as picture:
        exif = Image.Image.getexif(picture)  # a PNG's own would decode all of it, to see whether its EXIF comes last
        exif.get_ifd(_EXIF)  # read now, of a TIFF out of the file
        return exif


def _of_raw(file: BinaryIO) -> Image.Exif:
    """Most of them are TIFFs of their own kind."""
    exif = Image.Exif()
    exif.load_from_fp(file)
    return exif


def _by_libraw(file: BinaryIO) -> str:
    """Of the others, LibRaw knows the clock, without its offset."""
    import rawpy

    try:
        file.seek(0)
        with rawpy.imread(file) as raw:
            at = raw.other.timestamp
            return taken(at.isoformat(" ")) if at.timestamp() else ""  # 0 where nothing is said
    except Exception:
        return ""
