"""Embedding one thing after another where a model cannot take them all: what it cannot take is named, and ends nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ...errors import DirTirError, ModelError, PictureError
from ...plain import said_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Item = TypeVar("_Item")
NO_NUMBERS = 'the encoder gives no numbers for it (NaN): try dtype = "float32" in the profile, or where it is served'


def embed_each(
    encode: Callable[[Sequence[_Item]], NDArray[np.float32]], items: Sequence[_Item]
) -> tuple[NDArray[np.float32], dict[int, str]]:
    """(n, d), and why some rows, by their number, are none. Raises ModelError when an encoder fails on every one of several."""
    faults: dict[int, str] = {}
    try:
        rows = encode(items)
    except Exception as error:
        if isinstance(error, DirTirError) and not isinstance(error, PictureError):
            raise
        rows, faults = _one_by_one(encode, items)
        if len(faults) == len(items) > 1 or not rows.size:
            raise ModelError(f"the encoder fails on every picture ({said_by(error)[:300]})") from error
    norms = np.linalg.norm(rows, axis=1)
    return rows, {number: NO_NUMBERS for number in range(len(items)) if not 0 < norms[number] < np.inf} | faults


def _one_by_one(
    encode: Callable[[Sequence[_Item]], NDArray[np.float32]], items: Sequence[_Item]
) -> tuple[NDArray[np.float32], dict[int, str]]:
    found: dict[int, NDArray[np.float32]] = {}
    faults: dict[int, str] = {}
    for number, item in enumerate(items):
        try:
            found[number] = encode([item])[0]
        except PictureError as error:
            faults[number] = str(error)
        except DirTirError:
            raise
        except Exception as error:
            faults[number] = f"the encoder cannot take it ({said_by(error)[:300]})"
    width = len(next(iter(found.values()))) if found else 0
    nothing = np.full(width, np.nan, dtype=np.float32)
    return np.array([found.get(number, nothing) for number in range(len(items))], dtype=np.float32).reshape(len(items), width), faults
