"""What cameras call raw (CR2, NEF, ARW, DNG and their kind), by the preview that the camera put into it.

LibRaw (through rawpy) knows where each maker keeps it and which way the camera was held. Where it does not know the camera, or finds no
preview, the largest JPEG in the file is taken.
"""

from __future__ import annotations

import mmap
import re
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image

from ..errors import PictureError
from .decoding import TURNS, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

RAW_SUFFIXES = {
    *(".3fr", ".arw", ".cr2", ".cr3", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef"),
    *(".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"),
}

Decoded = tuple[Image.Image, tuple[int, int]]
_JPEG = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]")
_TRIED = 64  # places that look like a JPEG; in sensor data there may be any number
_SMALLEST = 2**12  # pixels: below that it is an icon
_BY_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}  # LibRaw's number of a turn, and EXIF's


def decode_preview(file: BinaryIO, side: int) -> Decoded:
    """As `decoding.decode`, of the preview; width and height are those of the whole picture, where they are known."""
    try:
        return _by_libraw(file, side)
    except Exception:  # LibRaw has an exception for everything that it finds amiss; what counts is whether there is a preview
        file.seek(0)
        return _largest_jpeg(file, side)


def _by_libraw(file: BinaryIO, side: int) -> Decoded:
    import rawpy

    with rawpy.imread(file) as raw:
        sizes, preview = raw.sizes, raw.extract_thumb()
        turn = _BY_FLIP.get(sizes.flip, 1)
        if preview.format == rawpy.ThumbFormat.JPEG:
            assert isinstance(preview.data, bytes)
            content = BytesIO(preview.data)
            picture, extent = decode(content, side)
            if _says_turn(content) or (extent[0] < extent[1]) != (sizes.width < sizes.height):
                turn = 1  # decoded upright by what it says itself, or stored upright
        else:
            assert not isinstance(preview.data, bytes)
            picture = Image.fromarray(preview.data)
            picture.thumbnail((side, side))
    whole = (sizes.height, sizes.width) if sizes.flip in (5, 6) else (sizes.width, sizes.height)
    return picture.transpose(TURNS[turn]) if turn in TURNS else picture, whole


def _says_turn(content: BinaryIO) -> bool:
    content.seek(0)
    with Image.open(content) as picture:
        try:
            return 0x0112 in picture.getexif()
        except Exception:
            return False


def _largest_jpeg(file: BinaryIO, side: int) -> Decoded:
    """The largest of the JPEGs in a file that can be decoded, turned as the file's own header (TIFF's) says."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        turn = _turn_of(bytes(content[:65536]))
        for _, start in sorted(_jpegs(content), reverse=True):
            jpeg = BytesIO(content[start:])
            try:
                picture, extent = decode(jpeg, side)
            except PictureError:
                raise
            except Exception:  # LibRaw's own way of packing sensor data is a JPEG that nobody shows
                continue
            if turn in TURNS and not _says_turn(jpeg):
                return picture.transpose(TURNS[turn]), (extent[1], extent[0]) if turn >= 5 else extent
            return picture, extent
    raise PictureError("has no preview that can be read: develop it into a JPEG")


def _jpegs(content: mmap.mmap) -> Iterator[tuple[int, int]]:
    """(pixels, where it begins)."""
    for tried, found in enumerate(_JPEG.finditer(content)):
        if tried == _TRIED:
            return
        try:
            with Image.open(BytesIO(content[found.start() : found.start() + 2**20]), formats=("JPEG",)) as picture:
                if picture.width * picture.height >= _SMALLEST:
                    yield picture.width * picture.height, found.start()
        except Exception:
            continue


def _turn_of(header: bytes) -> int:
    if header[:4] not in (b"II*\0", b"MM\0*"):
        return 1
    exif = Image.Exif()
    try:
        exif.load(b"Exif\0\0" + header)
        return int(exif.get(0x0112, 1))
    except Exception:
        return 1
