"""Small raw files, built byte by byte: a TIFF with a preview in its first directory and a few sensor values in a second one."""

from __future__ import annotations

import struct
from io import BytesIO

from PIL import Image

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}  # bytes of BYTE, ASCII, SHORT, LONG, RATIONAL
Tag = tuple[int, int, list[int] | bytes]


def jpeg_of(picture: Image.Image, **options: object) -> bytes:
    """A JPEG as bytes."""
    out = BytesIO()
    picture.save(out, "JPEG", **options)
    return out.getvalue()


def dng(preview: bytes, width: int, height: int, *, turn: int = 1, make: bytes = b"Canon\0", version: bool = True) -> bytes:
    """A DNG with this JPEG as its preview; without a version it is the TIFF of an unknown camera."""
    with Image.open(BytesIO(preview)) as opened:
        small = opened.size
    sensor = struct.pack(f"<{width * height}H", *([512] * (width * height)))
    start = 8
    preview_at = start
    sensor_at = preview_at + len(preview) + len(preview) % 2
    sub_at = sensor_at + len(sensor)
    sub = _directory(
        sub_at,
        [
            (254, 4, [0]),
            (256, 4, [width]),
            (257, 4, [height]),
            (258, 3, [16]),
            (259, 3, [1]),
            (262, 3, [32803]),  # colour filter array
            (273, 4, [sensor_at]),
            (277, 3, [1]),
            (278, 4, [height]),
            (279, 4, [len(sensor)]),
            (33421, 3, [2, 2]),
            (33422, 1, [0, 1, 1, 2]),
        ],
    )
    first_at = sub_at + len(sub)
    tags: list[Tag] = [
        (254, 4, [1]),
        (256, 4, [small[0]]),
        (257, 4, [small[1]]),
        (258, 3, [8, 8, 8]),
        (259, 3, [7]),
        (262, 3, [6]),
        (271, 2, make),
        (272, 2, b"A camera\0"),
        (273, 4, [preview_at]),
        (274, 3, [turn]),
        (277, 3, [3]),
        (278, 4, [small[1]]),
        (279, 4, [len(preview)]),
        (330, 4, [sub_at]),
    ]
    if version:
        tags += [(50706, 1, [1, 4, 0, 0]), (50708, 2, b"A camera\0")]
    body = preview + b"\0" * (len(preview) % 2) + sensor + sub + _directory(first_at, tags)
    return struct.pack("<2sHI", b"II", 42, first_at) + body


def _directory(at: int, tags: list[Tag]) -> bytes:
    head, tail = struct.pack("<H", len(tags)), b""
    tail_at = at + 2 + 12 * len(tags) + 4
    for number, kind, values in tags:
        packed = values if isinstance(values, bytes) else struct.pack(f"<{len(values)}{'BBBHI'[kind]}", *values)
        count = len(packed) // _SIZES[kind]
        if len(packed) <= 4:
            field = packed.ljust(4, b"\0")
        else:
            field = struct.pack("<I", tail_at + len(tail))
            tail += packed + b"\0" * (len(packed) % 2)
        head += struct.pack("<HHI", number, kind, count) + field
    return head + struct.pack("<I", 0) + tail
