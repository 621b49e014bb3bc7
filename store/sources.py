"""Where a gallery's pictures come from: a folder, with or without captions.jsonl beside the pictures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from ..errors import InputError, PictureError
from .captions import read_captions

CAPTIONS_FILE = "captions.jsonl"
SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


@dataclass(frozen=True)
class Source:
    """One picture on disk and what it is said to show; no captions means that a captioner has to look at it."""

    path: Path
    captions: tuple[str, ...] = ()


def folder_sources(folder: Path) -> list[Source]:
    """The pictures of a folder.

    With captions.jsonl in it (see :mod:`.captions`) those it names, relative to the folder. Without, every picture below the folder.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: give a folder of pictures")
    listed = folder / CAPTIONS_FILE
    if listed.is_file():
        sources = [Source((folder / name).absolute(), captions) for name, captions in read_captions(listed).items()]
    else:
        sources = [Source(path.absolute()) for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    if not sources:
        raise InputError(f"there are no pictures in {folder}: expected files ending in {', '.join(sorted(SUFFIXES))}")
    return sources


def content_id(path: Path) -> str:
    """A picture's id in every gallery: the first 32 digits of the SHA-256 of its file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError as error:
        raise PictureError(f"{path} cannot be read ({error.strerror}): check that the file is there") from None


def open_picture(path: Path) -> Image.Image:
    """A picture as RGB, turned the way its camera says."""
    try:
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture)
            if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                # What is transparent shows white, as in a viewer, and not whatever colour lies underneath.
                layer = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
            return upright.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise PictureError(f"{path} is not a picture that can be read ({reason}): repair or remove it") from None
