"""Score vectors as they are: ``dir-tir eval --vectors FILE.npz``. Every fusion, with and without hubs, what was shown, and clicks.

No model, picture or gallery is needed, so a ranking can be tried on embeddings that somebody else made.

images     (n, d)     the gallery
texts      (q, r, d)  descriptions by query and round, round 0 being the first
paintings  (q, r, d)  what was painted of them; round 0 is not looked at, because nothing is painted before the first search
dialogues  (q, r, d)  raw dialogues: the method `zs`
bank       (m, d)     captions of other pictures, for the hubs; without it, `captions`
captions   (n, d)     captions of the gallery's own pictures
targets    (q,)       the row of each query's picture; without it, query i looks for picture i

Vectors are of unit length. One that is all 0 stands for nothing: no painting, no dialogue, no caption; pictures and descriptions must be.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_KNOWN = {"images": 2, "texts": 3, "paintings": 3, "dialogues": 3, "bank": 2, "captions": 2, "targets": 1}  # dimensions
_UNIT = 0.01  # a length may be off by; half precision is off by a thousandth
_SAME = 0.9999  # cosine of a caption with a query from which on it is the query


@dataclass(frozen=True)
class VectorSet:
    """What the file holds, in float32."""

    images: NDArray[np.float32]
    texts: NDArray[np.float32]
    targets: NDArray[np.intp]
    paintings: NDArray[np.float32] | None
    dialogues: NDArray[np.float32] | None
    bank: NDArray[np.float32] | None  # without the queries
    captions: NDArray[np.float32] | None  # (n, d) of the gallery's own pictures, where the bank is made of them
    queries_in_bank: int  # that were left out of it


def read_vectors(file: Path) -> VectorSet:
    """Raises InputError, in one line, for another file, and for arrays that are missing, of another shape, not finite, no unit vectors."""
    arrays = _arrays(file)
    images, texts = arrays["images"], arrays["texts"]
    for name in ("texts", "paintings", "dialogues", "bank", "captions"):
        if name in arrays and arrays[name].shape[-1] != images.shape[1]:
            raise InputError(
                f"{file}: {name} has {arrays[name].shape[-1]} dimensions and images has {images.shape[1]}: give vectors of one encoder"
            )
    for name in ("paintings", "dialogues"):
        if name in arrays and arrays[name].shape != texts.shape:
            raise InputError(
                f"{file}: {name} is {arrays[name].shape} and texts is {texts.shape}: give both for the same queries and rounds"
            )
    if "captions" in arrays and len(arrays["captions"]) != len(images):
        raise InputError(
            f"{file}: captions has {len(arrays['captions'])} rows and images has {len(images)}: give a caption for each picture"
        )
    bank, queries = arrays.get("bank", arrays.get("captions")), 0
    if bank is not None:
        said = np.flatnonzero(bank.any(axis=-1))
        others = said[~_are_queries(bank[said], texts)]
        bank, queries = bank[others], len(said) - len(others)
    return VectorSet(
        images,
        texts,
        _targets(file, arrays, len(images), len(texts)),
        arrays.get("paintings"),
        arrays.get("dialogues"),
        bank,
        None if "bank" in arrays else arrays.get("captions"),
        queries,
    )


def _arrays(file: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(file, allow_pickle=False) as there:  # one array of an .npy file is no context manager: TypeError
            names = there.files
            arrays = {name: there[name] for name in names if name in _KNOWN}
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror or error}): check that the file is there") from None
    except (ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{file} is no .npz file of plain arrays ({error}): write one with numpy.savez") from None
    for name in ("images", "texts"):
        if name not in arrays:
            raise InputError(f"{file} lacks the array {name!r}: it has {', '.join(names) or 'none'}")
    return {name: array if name == "targets" else _unit(file, name, array) for name, array in arrays.items()}


def _unit(file: Path, name: str, array: NDArray[Any]) -> NDArray[np.float32]:
    if array.ndim != _KNOWN[name] or 0 in array.shape:
        wanted = {2: "(rows, dimensions)", 3: "(queries, rounds, dimensions)"}[_KNOWN[name]]
        raise InputError(f"{file}: {name} is {array.shape}: expected {wanted}, none of them 0")
    if array.dtype.kind != "f":
        raise InputError(f"{file}: {name} is of type {array.dtype}: expected floating-point numbers")
    vectors = array.astype(np.float32)
    if bad := int((~np.isfinite(vectors)).any(axis=-1).sum()):
        raise InputError(f"{file}: {bad} vectors of {name} have numbers that are not finite (NaN): leave them out")
    lengths = np.linalg.norm(vectors, axis=-1)
    off = np.abs(lengths - 1)
    if name not in ("images", "texts"):
        off[lengths == 0] = 0
    if bad := int((off > _UNIT).sum()):
        raise InputError(
            f"{file}: {bad} vectors of {name} are not of unit length, one is {lengths.flat[off.argmax()]:.3g} long: normalise them"
        )
    return vectors


def _targets(file: Path, arrays: dict[str, NDArray[Any]], pictures: int, queries: int) -> NDArray[np.intp]:
    if "targets" not in arrays:
        if pictures != queries:
            raise InputError(
                f"{file}: texts has {queries} queries and images has {pictures} pictures: say which is whose in an array 'targets'"
            )
        return np.arange(pictures)
    targets = arrays["targets"]
    if targets.shape != (queries,) or targets.dtype.kind not in "iu":
        raise InputError(
            f"{file}: targets is {targets.dtype} {targets.shape}: expected {queries} whole numbers, a row of images for each query"
        )
    if bad := targets[(targets < 0) | (targets >= pictures)].tolist():
        raise InputError(f"{file}: {len(bad)} targets are no row of images, {bad[0]} for one: expected 0 to {pictures - 1}")
    return targets.astype(np.intp)


def _are_queries(bank: NDArray[np.float32], texts: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(m,): a bank that holds what is asked for would measure itself."""
    found = np.zeros(len(bank), dtype=np.bool_)
    for number in range(texts.shape[1]):
        found |= (bank @ texts[:, number].T).max(axis=1) > _SAME
    return found
