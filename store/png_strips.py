"""A large PNG read in strips, each of which is a PNG by itself: never more than one strip of it is decoded.

A row of a PNG may refer to the row above. So a strip begins with the last row of the strip before, as it came out of the decoder; that
gives it back exactly when the file has 8 bits a channel.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by type of colour
STRIP = 4 * 2**20  # bytes of a strip
_READ = 2**16  # of the file at a time
_KEPT = (b"PLTE", b"tRNS")  # what every strip has to know


class _Header(NamedTuple):
    width: int
    height: int
    depth: int
    colour: int
    packing: int
    filter: int
    interlaced: int


def has_strips(file: BinaryIO) -> bool:
    """Whether a PNG can be read so: 8 bits a channel, and its rows in their order."""
    header = _header(file)
    return header.depth == 8 and not header.interlaced and header.colour in _CHANNELS


def strips(file: BinaryIO) -> Iterator[tuple[int, Image.Image]]:
    """(first row, picture) from top to bottom. Raises ValueError when the file ends before the picture does."""
    header = _header(file)
    stride = 1 + header.width * _CHANNELS[header.colour]
    rows = max(1, STRIP // stride)
    kept: list[bytes] = []
    content = _unpacked(file, kept)
    above, left = b"", bytearray()
    for top in range(0, header.height, rows):
        wanted = min(rows, header.height - top) * stride
        while len(left) < wanted:
            if not (more := next(content, b"")):
                raise ValueError(f"image file is truncated: {top} of {header.height} rows")
            left += more
        strip = _decoded(header, kept, above + left[:wanted])
        del left[:wanted]
        first = 1 if above else 0
        above = b"\0" + _row(strip, strip.height - 1)
        yield top, strip.crop((0, first, header.width, strip.height)) if first else strip


def _header(file: BinaryIO) -> _Header:
    file.seek(0)
    start = file.read(33)
    return _Header(*struct.unpack(">IIBBBBB", start[16:29]))


def _unpacked(file: BinaryIO, kept: list[bytes]) -> Iterator[bytes]:
    """The rows as they stand in the file, unpacked piece by piece; puts the chunks that every strip needs into ``kept``."""
    unpack = zlib.decompressobj()
    file.seek(len(_SIGNATURE))
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        if kind == b"IDAT":
            while size and (piece := file.read(min(size, _READ))):
                size -= len(piece)
                while piece:
                    yield unpack.decompress(piece, STRIP)
                    piece = unpack.unconsumed_tail
            file.seek(4, 1)
        elif kind == b"IEND":
            return
        elif kind in _KEPT:
            kept.append(_chunk(kind, file.read(size)))
            file.seek(4, 1)
        else:
            file.seek(size + 4, 1)


def _decoded(header: _Header, kept: list[bytes], rows: bytes | bytearray) -> Image.Image:
    height = len(rows) // (1 + header.width * _CHANNELS[header.colour])
    chunks = [
        _chunk(b"IHDR", struct.pack(">IIBBBBB", *header._replace(height=height))),
        *kept,
        _chunk(b"IDAT", zlib.compress(rows, 0)),
        _chunk(b"IEND", b""),
    ]
    picture = Image.open(BytesIO(_SIGNATURE + b"".join(chunks)), formats=("PNG",))
    picture.load()
    return picture


def _row(picture: Image.Image, number: int) -> bytes:
    return picture.crop((0, number, picture.width, number + 1)).tobytes()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
