"""Picture files: which there are, what they hold, and how they are read."""

from __future__ import annotations

import hashlib
import stat
from io import BufferedReader, BytesIO
from pathlib import Path

from PIL import Image

from ..errors import PictureError
from .decoding import decode
from .raw_previews import RAW_SUFFIXES, decode_preview
from .taken import taken_in

# AVIF, GIF, JPEG, PNG, TIFF and WebP are Pillow's own, HEIC comes by a plug-in, what cameras call raw by the preview that is in it.
SUFFIXES = {".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"} | RAW_SUFFIXES
LARGEST = 2 * (Image.MAX_IMAGE_PIXELS or 0)  # pixels: what Pillow itself calls a decompression bomb
SIDE = 8192  # pixels: what is larger is made smaller, also when it is asked for as it is


def content_id(path: Path) -> str:
    """A picture's id in every gallery: the first 32 digits of the SHA-256 of its file."""
    try:
        with _opened(path) as file:
            return _id_of(file)
    except (OSError, ValueError) as error:
        raise PictureError(f"{path} cannot be read ({_reason(error)}): check that the file is there") from None


def open_unchanged(path: Path, id_: str) -> BufferedReader:
    """The file as it is, open at its beginning. Raises PictureError when it does not hold the picture of this id: what stands in a gallery
    is no reason to hand out anything but what was indexed."""
    try:
        file = _opened(path)
        try:
            same = _id_of(file) == id_
            file.seek(0)
        except BaseException:
            file.close()
            raise
    except (OSError, ValueError) as error:
        raise PictureError(f"{path} cannot be read ({_reason(error)}): check that the file is there") from None
    if not same:
        file.close()
        raise PictureError(f"{path} has changed since it was indexed: index its folder again")
    return file


def _id_of(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()[:32]


def open_picture(path: Path, side: int = 0) -> Image.Image:
    """A picture as RGB, turned the way its camera says; of an animation the first frame.

    side: make it smaller so that its longer side has that many pixels; a large photo is then read several times as fast.
    """
    return open_sized(path, side)[0]


def open_content(content: bytes, side: int) -> Image.Image:
    """The picture that somebody has sent, as `open_picture` gives it; no raw file of a camera. Raises PictureError."""
    try:
        return decode(BytesIO(content), side)[0]
    except Image.DecompressionBombError:
        raise PictureError(f"the picture has more than {LARGEST / 1e6:.0f} million pixels: make it smaller") from None
    except PictureError as error:
        raise PictureError(f"the picture {error}") from None
    except Exception as error:
        raise PictureError(f"this is not a picture that can be read ({_reason(error)}): give a JPEG, a PNG, a HEIC or the like") from None


def open_sized(path: Path, side: int) -> tuple[Image.Image, tuple[int, int]]:
    """The picture as `open_picture` gives it, and the width and height it has on disk, turned upright.

    Raises PictureError, whatever goes wrong: what a decoder raises is as various as what is in files.
    """
    side = min(side or SIDE, SIDE)
    try:
        with _opened(path) as file:
            if not file.read(1):
                raise PictureError(f"{path} is empty: repair or remove it")
            file.seek(0)
            return decode_preview(file, side) if path.suffix.lower() in RAW_SUFFIXES else decode(file, side)
    except Image.DecompressionBombError:
        raise PictureError(f"{path} has more than {LARGEST / 1e6:.0f} million pixels: make it smaller") from None
    except PictureError as error:
        raise error if str(error).startswith(str(path)) else PictureError(f"{path} {error}") from None
    except Exception as error:
        reason = _reason(error)
        raise PictureError(f"{path} is not a picture that can be read ({reason}): repair or remove it") from None


def taken_at(path: Path) -> str:
    """When the picture in a file was taken, as `taken_in` says; empty where that cannot be read. The file is not decoded."""
    try:
        with _opened(path) as file:
            return taken_in(file, raw=path.suffix.lower() in RAW_SUFFIXES)
    except (OSError, ValueError):
        return ""


def _opened(path: Path) -> BufferedReader:
    """A pipe or a device never ends, so only files are opened. Raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(None, "not a file")
    return path.open("rb")


def _reason(error: Exception) -> str:
    """What a decoder says, in one line without the file's name, and not more than fits into one."""
    text = getattr(error, "strerror", None) or str(error)
    if "cannot identify image file" in text:
        text = "cannot identify image file"
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200] or type(error).__name__
