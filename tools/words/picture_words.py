"""The words of a gallery's pictures: worked out once from their embeddings, and kept beside them.

    <home>/vocabularies/<encoder>-<vocabulary>.npy      the vocabulary as the encoder reads it: one pass of its text tower, once
    <cache>/matrix/<revision>/words-<vocabulary>.npy    the words of each picture, for the life of the revision

Both can be made again: a file that is lost or damaged is.
"""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...contracts import unwatched
from ...errors import DiskFullError
from ...store.writing import write_whole
from .pursuit import NONE, pursue

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ...contracts import Encoder, StepProgress
    from ...prompts.vocabulary import Vocabulary
    from ...store.gallery.vectors import Vectors

_AT_ONCE = 64  # texts


@dataclass(frozen=True)
class PictureWords:
    """The words of pictures. picked: (n, k) numbers of phrases of the vocabulary, each picture's best first, `NONE` where there is no
    more."""

    vocabulary: Vocabulary
    picked: NDArray[np.int32]

    def words(self, row: int) -> tuple[str, ...]:
        """The words of a picture, best first, each once."""
        said = (self._said[number] for number in self.picked[row] if number != NONE)
        return tuple(dict.fromkeys(word for _, word, _ in said if word))

    def line(self, row: int) -> str:
        """The same as a line, in the words of the vocabulary."""
        phrases: dict[str, list[str]] = {}
        for group, word, phrase in (self._said[number] for number in self.picked[row] if number != NONE):
            if word:
                phrases.setdefault(group, []).append(phrase)
        return self.vocabulary.put(list(phrases.items()))

    @cached_property
    def _said(self) -> list[tuple[str, str, str]]:
        """(group, word, phrase) by number; of nothing the word is empty."""
        return [
            (group.name, group.words[at] if at < len(group.words) else "", phrase)
            for group in self.vocabulary.groups
            for at, phrase in enumerate(group.phrases)
        ]


def picture_words(
    vectors: Vectors, vocabulary: Vocabulary, encoder: Encoder, home: Path, progress: StepProgress = unwatched
) -> PictureWords:
    """The words of all pictures of a gallery: those that are kept, or worked out and then kept. ``encoder`` made the gallery; ``home`` is
    where vocabularies are kept. ``progress`` is told how many texts of how many the encoder has read, where it has to."""
    if kept := kept_words(vectors, vocabulary):
        return kept
    group_of = np.repeat(np.arange(len(vocabulary.groups)), [len(group.phrases) for group in vocabulary.groups])
    embedded = _embedded(vocabulary, encoder, home, progress)
    picked = pursue(vectors.images, embedded, group_of, [group.most for group in vocabulary.groups], vocabulary.least)
    if vectors.folder and vectors.folder.is_dir():  # otherwise there is a newer revision already
        _keep(_file(vectors.folder, vocabulary), picked)
    return PictureWords(vocabulary, picked)


def kept_words(vectors: Vectors, vocabulary: Vocabulary) -> PictureWords | None:
    """The words of all pictures where they are kept: for this no encoder is needed."""
    phrases = sum(len(group.phrases) for group in vocabulary.groups)
    shape = (len(vectors.records), sum(group.most for group in vocabulary.groups))
    picked = _kept(_file(vectors.folder, vocabulary), np.int32, shape) if vectors.folder else None
    return None if picked is None or (picked < NONE).any() or (picked >= phrases).any() else PictureWords(vocabulary, picked)


def _embedded(vocabulary: Vocabulary, encoder: Encoder, home: Path, progress: StepProgress) -> NDArray[np.float32]:
    """(v, d): what the encoder makes of each phrase; of several templates the mean."""
    file = home / f"{encoder.fingerprint}-{vocabulary.identity}.npy"
    phrases = sum(len(group.phrases) for group in vocabulary.groups)
    kept = _kept(file, np.float32, (phrases, encoder.dimension))
    if kept is not None and np.isfinite(kept).all():
        return kept
    texts = [text for group in vocabulary.groups for of_template in group.texts for text in of_template]
    read = []
    for start in range(0, len(texts), _AT_ONCE):
        read.append(encoder.encode_texts(texts[start : start + _AT_ONCE]))
        progress(min(start + _AT_ONCE, len(texts)), len(texts))
    embedded = np.concatenate(_means(np.concatenate(read), vocabulary))
    _keep(file, embedded)
    return embedded


def _means(read: NDArray[np.float32], vocabulary: Vocabulary) -> list[NDArray[np.float32]]:
    """Of each group (phrases, d): the mean over its templates."""
    means, start = [], 0
    for group in vocabulary.groups:
        end = start + len(group.templates) * len(group.phrases)
        means.append(read[start:end].reshape(len(group.templates), len(group.phrases), -1).mean(axis=0, dtype=np.float32))
        start = end
    return means


def _file(folder: Path, vocabulary: Vocabulary) -> Path:
    return folder / f"words-{vocabulary.identity}.npy"


def _keep(file: Path, array: NDArray[Any]) -> None:
    content = io.BytesIO()
    np.save(content, array)
    with suppress(OSError, DiskFullError):  # as good without
        write_whole(file, content.getvalue(), durable=False)


def _kept(file: Path, dtype: type, shape: tuple[int, int]) -> NDArray[Any] | None:
    try:
        array = np.load(file, allow_pickle=False)
    except (OSError, ValueError, TypeError, EOFError, SyntaxError, MemoryError):  # SyntaxError: a header of .npy is Python
        return None
    sound = isinstance(array, np.ndarray) and array.shape == shape and array.dtype == dtype
    return array if sound else None
