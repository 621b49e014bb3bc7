"""Decoding a picture file into a small RGB picture, in a bounded share of this machine's memory.

What a picture takes decoded is reckoned from its header. All that is decoded at one time in this process takes at most `ROOM`; whoever
wants more than is left waits. JPEGs are reduced while they are decoded, large PNGs are read in strips (`png_strips.py`).
"""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from PIL import Image

from ..errors import PictureError
from .libtiff import quieten_libtiff
from .png_strips import has_strips, strips

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOM = 420 * 2**20  # bytes: one HEIC of 48 million pixels, or eight PNGs of 12 million
STRIPPED = 64 * 2**20  # bytes: a PNG that takes more is read in strips
# Pillow knows more formats, some of which start other programs (EPS) or decode at the speed of Python.
FORMATS = ("AVIF", "BMP", "DIB", "GIF", "HEIF", "JPEG", "PNG", "TIFF", "WEBP")

# Bytes a pixel while it is decoded, measured (peak of the process, 16 million pixels, Pillow 13): libraries keep copies of their own.
_PEAK = {"WEBP": 16.1, "AVIF": 10.0, "HEIF": 8.0, "TIFF": 8.4, "GIF": 2.5}
_ONE_BYTE = ("1", "L", "P")
_BAND = 2**18  # pixels turned into RGB at a time: by every reader, beside what is reckoned
_SCANNED = 4e9  # pixels a progressive JPEG may have over all its scans: about a minute
_ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What a decoder warns of, it reads on after; with Python's -W error such a warning would end the picture.
warnings.filterwarnings("ignore", module=r"PIL\.")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


class Room:
    """Memory that several threads share: each takes what it needs, first come, first served."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._left = size
        self._queue: deque[object] = deque()
        self._changed = Condition()

    @contextmanager
    def taking(self, wanted: int) -> Iterator[None]:
        """While this much is taken. Waits for it, and for whoever asked before."""
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            try:
                self._changed.wait_for(lambda: self._queue[0] is ticket and self._left >= wanted)
                self._left -= wanted
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._left += wanted
                self._changed.notify_all()


_ROOM = Room(ROOM)


def decode(file: BinaryIO, side: int) -> tuple[Image.Image, tuple[int, int]]:
    """The first picture of a file as RGB, upright, its longer side at most ``side``; and width and height as it is on disk, upright.

    Raises PictureError for one that takes too much, and whatever a decoder raises.
    """
    know_all_formats()
    quieten_libtiff()
    with Image.open(file, formats=FORMATS) as picture:
        extent = picture.size
        if picture.format in ("JPEG", "MPO"):
            _refuse_endless(file, picture)
            picture.draft(picture.mode, (side, side))
        wanted = bytes_of(picture, extent)
        in_strips = wanted > STRIPPED and picture.format == "PNG" and has_strips(file)
        if in_strips:
            wanted = STRIPPED
        if wanted > _ROOM.size:
            raise PictureError(
                f"has {extent[0]} x {extent[1]} pixels, which take {wanted / 1e6:,.0f} MB to decode, more than {_ROOM.size / 1e6:,.0f}: "
                "make it smaller"
            )
        with _ROOM.taking(wanted):
            small = _small(strips(file) if in_strips else _bands(picture), picture.size, side)
        turn = _turn(picture, loaded=not in_strips)
    upright = small.transpose(TURNS[turn]) if turn in TURNS else small
    return upright, (extent[1], extent[0]) if turn >= 5 else extent


def bytes_of(picture: Image.Image, extent: tuple[int, int]) -> int:
    """What an opened picture takes at most while it is decoded; ``extent``: its size before it was drafted."""
    pixels, mode = picture.size[0] * picture.size[1], picture.mode
    one = 1 if mode in _ONE_BYTE else 2 if mode.startswith("I;16") else 4
    wanted = pixels * max(_PEAK.get(picture.format or "", 0), one)
    if picture.info.get("progressive"):  # all of its coefficients are kept, two bytes each
        wanted += 2 * _coefficients(picture) * extent[0] * extent[1]
    return int(wanted)


def _coefficients(picture: Image.Image) -> float:
    """Of a JPEG, for each of its pixels: most keep colours at half the width and height."""
    sampled = [across * down for _, across, down, _ in getattr(picture, "layer", ())]
    widest, tallest = (max((layer[place] for layer in getattr(picture, "layer", ())), default=1) for place in (1, 2))
    return sum(sampled) / (widest * tallest) if sampled else len(picture.getbands())


def _refuse_endless(file: BinaryIO, picture: Image.Image) -> None:
    """A progressive JPEG of a few megabytes can have thousands of scans, each over the whole picture."""
    if not picture.info.get("progressive"):
        return
    at = file.tell()
    file.seek(0)
    scans = file.read().count(b"\xff\xda")
    file.seek(at)
    if scans * picture.size[0] * picture.size[1] > _SCANNED:
        raise PictureError(f"is a JPEG of {scans:,} scans, which takes minutes to decode: save it anew")


def _small(bands: Iterable[tuple[int, Image.Image]], size: tuple[int, int], side: int) -> Image.Image:
    """All bands (first row, picture) as one RGB picture, its longer side at most ``side``; averaged first, where it is much larger."""
    factor = max(1, max(size) // (2 * side))
    small = Image.new("RGB", (-(-size[0] // factor), -(-size[1] // factor)))
    rest: Image.Image | None = None
    for top, band in bands:
        rgb = _rgb(band)
        if factor == 1:
            small.paste(rgb, (0, top))
            continue
        if rest:  # the rows of the band before that did not fill a row of the small picture
            both = Image.new("RGB", (size[0], rest.height + rgb.height))
            both.paste(rest, (0, 0))
            both.paste(rgb, (0, rest.height))
            top, rgb = top - rest.height, both
        whole = rgb.height // factor * factor
        if whole:
            small.paste(rgb.crop((0, 0, size[0], whole)).reduce(factor), (0, top // factor))
        rest = rgb.crop((0, whole, size[0], rgb.height)) if whole < rgb.height else None
    if rest:
        small.paste(rest.reduce(factor), (0, small.height - 1))
    small.thumbnail((side, side))
    return small


def _bands(picture: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """A decoded picture, as many rows at a time as may be copied."""
    picture.load()
    width, height = picture.size
    rows = max(1, _BAND // width)
    if picture.mode in _GREYS:
        yield from _grey_bands(picture, rows)
    elif rows >= height:
        yield 0, picture
    else:
        for top in range(0, height, rows):
            yield top, picture.crop((0, top, width, min(height, top + rows)))


_GREYS = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")


def _grey_bands(picture: Image.Image, rows: int) -> Iterator[tuple[int, Image.Image]]:
    """Of greys of more than 8 bits: brought to 8 by what the largest value says about their range. Pillow would cut off at 255."""
    width, height = picture.size

    def values_at(top: int) -> NDArray[Any]:  # of all of it numpy would take two copies
        return np.asarray(picture.crop((0, top, width, min(height, top + rows))))

    highest = max(_highest(values_at(top)) for top in range(0, height, rows))
    if values_at(0).dtype.kind == "f" and highest <= 1:
        scale = 255.0
    elif highest <= 255:
        scale = 1.0
    else:
        scale = 255 / (65535 if highest <= 65535 else highest)
    for top in range(0, height, rows):
        band = np.nan_to_num(values_at(top).astype(np.float32), nan=0, posinf=highest, neginf=0) * np.float32(scale)
        yield top, Image.fromarray(np.clip(band + 0.5, 0, 255).astype(np.uint8))


def _highest(values: NDArray[np.generic]) -> float:
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    return float(finite.max(initial=0))


def _rgb(picture: Image.Image) -> Image.Image:
    """As RGB. What is transparent shows white, as in a viewer, and not whatever colour lies underneath."""
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    if picture.mode == "LAB":
        from PIL import ImageCms

        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB")
        assert converted is not None  # it is, unless the work is done in place
        return converted
    return picture.convert("RGB")


def _turn(picture: Image.Image, *, loaded: bool) -> int:
    """Which way the camera was held, 1 to 8. A picture whose EXIF is damaged is shown as it is.

    A PNG that is not loaded would load all of itself, to see whether its EXIF comes last.
    """
    try:
        turn = (picture.getexif() if loaded else Image.Image.getexif(picture)).get(_ORIENTATION, 1)
    except Exception:
        return 1
    return turn if turn in TURNS else 1


def know_all_formats() -> None:
    """Whoever opens a picture without decoding it needs the same formats."""
    if "HEIF" not in Image.OPEN:  # Pillow's own list; the plug-in is loaded when a picture is first opened
        from pillow_heif import register_heif_opener

        register_heif_opener()
