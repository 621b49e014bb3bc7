"""Galleries of pictures that nobody took: records and embeddings as real ones are, drawn from the number of a picture.

Embeddings lie in clusters and in a narrow cone, and those of captions beside those of their pictures, as CLIP's do. One spread of them is
wider in some dimensions than in others. There are no files.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...contracts import PictureRecord, Row
from ...store.gallery.chroma import ChromaStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL import Image

DIMENSION = 512
FINGERPRINT = "synthetic-512"
BATCH = 500  # pictures stored at a time
_CLUSTERS = 1000
_WORDS = (
    "an old red boat on the beach with two people and their dog near the harbour wall at noon under clouds "
    "green hills behind a small white church while children play football"
).split()


@dataclass(frozen=True)
class Built:
    """What it took to store so many pictures, over all tries."""

    pictures: int
    seconds: float
    processor: float


def build(home: Path, count: int) -> Built:
    """A gallery of ``count`` pictures below ``home``; one that was begun is gone on with."""
    store, name, note = ChromaStore(home), name_of(count), home / f"{name_of(count)}.json"
    spent = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {"seconds": 0.0, "processor": 0.0}
    if (home / name).is_dir() and store.names().count(name) and (info := store.describe(name)).revision and info.count == count:
        return Built(count, **spent)
    with store.write(name, FINGERPRINT, DIMENSION) as gallery:
        done = len(gallery)
        for start in range(done - done % BATCH, count, BATCH):
            some = rows(range(start, min(start + BATCH, count)))
            before, worked = time.perf_counter(), time.process_time()
            gallery.add(some)
            spent = {
                "seconds": spent["seconds"] + time.perf_counter() - before,
                "processor": spent["processor"] + time.process_time() - worked,
            }
            note.write_text(json.dumps(spent), encoding="utf-8")
        gallery.complete()
    return Built(count, **spent)


def name_of(count: int) -> str:
    """What the gallery of that size is called."""
    return f"size-{count}"


def rows(numbers: Sequence[int]) -> list[Row]:
    """Pictures of these numbers, one after another, each with one caption."""
    rng = np.random.default_rng([7, numbers[0]])
    images = _unit(_cone()[0] + _centres()[rng.integers(0, _CLUSTERS, len(numbers))] + _noise(rng, len(numbers)))
    captions = _unit(images - _cone()[0] + _cone()[1] + _noise(rng, len(numbers)))
    return [Row(_record(number), image, said[None]) for number, image, said in zip(numbers, images, captions, strict=True)]


class SyntheticEncoder:
    """Reads a text as one of the gallery's clusters described, and a picture as one painted of it."""

    fingerprint, dimension = FINGERPRINT, DIMENSION

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d)."""
        return np.concatenate([self._drawn(1, _seed(text), np.random.default_rng([1, _seed(text)])) for text in texts])

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n, d): the first pixel says which."""
        seeds = [sum(value << 8 * place for place, value in enumerate(np.asarray(image)[0, 0][:3].tolist())) for image in images]
        return np.concatenate([self._drawn(0, seed, np.random.default_rng([2, seed])) for seed in seeds])

    def cuts(self, text: str) -> bool:
        """Never."""
        return False

    def tokens(self, text: str) -> int:
        """A word is one."""
        return len(text.split())

    @staticmethod
    def _drawn(cone: int, seed: int, rng: np.random.Generator) -> NDArray[np.float32]:
        return _unit(_cone()[cone] + _centres()[seed % _CLUSTERS][None] + _noise(rng, 1))


def _record(number: int) -> PictureRecord:
    rng = np.random.default_rng([3, number])
    id_ = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    year, album = 2005 + number % 20, number // 200
    said = " ".join(rng.choice(_WORDS, 10))
    path = f"/home/somebody/Pictures/{year}/album {album:05}, a week in the summer/IMG_{number:07}.jpg"
    taken = f"{year}-{1 + number % 12:02}-{1 + number % 28:02}T12:00:{number % 60:02}"
    return PictureRecord(id_, path, (said,), 4032, 3024, (), 3_000_000 + number, 1_500_000_000_000_000_000 + number, False, taken)


def _seed(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:6], 16)


_MADE: dict[str, NDArray[np.float32]] = {}


def _cone() -> NDArray[np.float32]:
    """(2, d): where pictures lie, and where texts do."""
    return _made("cone", lambda rng: rng.normal(size=(2, DIMENSION)) * (1 + 8 * (np.arange(DIMENSION) % 200 == 0)) / 20)


def _centres() -> NDArray[np.float32]:
    return _made("centres", lambda rng: rng.normal(size=(_CLUSTERS, DIMENSION)) * _wide() / 20)


def _noise(rng: np.random.Generator, count: int) -> NDArray[np.float32]:
    return (rng.normal(size=(count, DIMENSION)) * _wide() / 20).astype(np.float32)


def _wide() -> NDArray[np.float64]:
    return np.linspace(2, 0.5, DIMENSION)


def _made(what: str, draw: Callable[[np.random.Generator], NDArray[np.float64]]) -> NDArray[np.float32]:
    if what not in _MADE:
        _MADE[what] = draw(np.random.default_rng(len(what))).astype(np.float32)
    return _MADE[what]


def _unit(found: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)
