"""Picture files: which there are, what they hold, and how they are read."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from ..errors import PictureError

# AVIF, GIF, JPEG, PNG, TIFF and WebP are Pillow's own, HEIC comes by a plug-in.
SUFFIXES = {".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
LARGEST = 2 * (Image.MAX_IMAGE_PIXELS or 0)  # pixels: what Pillow itself calls a decompression bomb

# Between its warning and its error, Pillow reads on; so do we, and LARGEST is where it ends.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def content_id(path: Path) -> str:
    """A picture's id in every gallery: the first 32 digits of the SHA-256 of its file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError as error:
        raise PictureError(f"{path} cannot be read ({error.strerror}): check that the file is there") from None


def open_picture(path: Path, side: int = 0) -> Image.Image:
    """A picture as RGB, turned the way its camera says; of an animation the first frame.

    side: make it smaller so that its longer side has that many pixels; a large photo is then read several times as fast.
    """
    return open_sized(path, side)[0]


def open_sized(path: Path, side: int) -> tuple[Image.Image, tuple[int, int]]:
    """The picture as `open_picture` gives it, and the width and height it has on disk, turned upright."""
    _know_all_formats()
    try:
        if path.stat().st_size == 0:
            raise PictureError(f"{path} is empty: repair or remove it")
        with Image.open(path) as picture:
            width, height = picture.size
            if width * height > LARGEST:
                raise PictureError(f"{path} has {width} x {height} pixels, more than {LARGEST / 1e6:.0f} million: make it smaller")
            turned = picture.getexif().get(0x0112, 1) >= 5  # by a quarter
            if side:
                picture.draft(picture.mode, (side, side))
            upright = ImageOps.exif_transpose(picture)
            if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                # What is transparent shows white, as in a viewer, and not whatever colour lies underneath.
                layer = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
            rgb = upright.convert("RGB")
            if side:
                rgb.thumbnail((side, side))
            return rgb, (height, width) if turned else (width, height)
    except Image.DecompressionBombError:
        raise PictureError(f"{path} has more than {LARGEST / 1e6:.0f} million pixels: make it smaller") from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, TypeError, IndexError, OverflowError) as error:  # what decoders raise
        reason = " ".join(str(error).split()).replace(f" {str(path)!r}", "") or type(error).__name__
        raise PictureError(f"{path} is not a picture that can be read ({reason}): repair or remove it") from None


def _know_all_formats() -> None:
    if "HEIF" not in Image.OPEN:  # Pillow's own list; the plug-in is loaded when a picture is first opened
        from pillow_heif import register_heif_opener

        register_heif_opener()
