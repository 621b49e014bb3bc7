"""What libtiff finds wrong in a file it prints itself, from below Python, beside the error that Pillow raises for it."""

from __future__ import annotations

import ctypes
import ctypes.util
from contextlib import suppress
from functools import cache
from pathlib import Path

import PIL


@cache
def quieten_libtiff() -> None:
    """Nothing of it reaches the terminal any more. Where the library that Pillow brought along is not found, it goes on printing."""
    package = Path(PIL.__file__).parent
    brought = [*package.parent.glob("pillow.libs/libtiff*"), *package.glob(".dylibs/libtiff*")]  # Linux, macOS
    for library in map(str, brought) if brought else filter(None, [ctypes.util.find_library("tiff")]):
        with suppress(OSError, AttributeError):
            set_handler = ctypes.CDLL(library).TIFFSetErrorHandler
            set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            set_handler(None)
