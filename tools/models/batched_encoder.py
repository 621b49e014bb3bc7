"""What every encoder does alike: batches, rows of unit length, one thread at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PIL import Image


class BatchedEncoder(ABC):
    """An Encoder; a subclass loads the model, calls ``__init__`` when it has, and says how it reads and embeds one batch."""

    def __init__(self, fingerprint: str, batch: int) -> None:
        self.fingerprint = fingerprint
        self._batch = batch
        self._lock = Lock()
        self.dimension = len(self._unit(self._embed_texts, self._read_texts([""]))[0])

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d), rows of unit length. What is longer than the model's context is cut off."""
        return self._encode(texts, self._read_texts, self._embed_texts)

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n, d), rows of unit length."""
        return self._encode(images, self._read_images, self._embed_images)

    @abstractmethod
    def cuts(self, text: str) -> bool:
        """Whether a text is longer than the encoder reads, so that its end does not count."""

    @abstractmethod
    def tokens(self, text: str) -> int:
        """How many pieces a text is taken apart into, start and end aside."""

    @abstractmethod
    def _read_texts(self, texts: list[str]) -> Any: ...

    @abstractmethod
    def _read_images(self, images: list[Image.Image]) -> Any: ...

    @abstractmethod
    def _embed_texts(self, batch: Any) -> Any: ...

    @abstractmethod
    def _embed_images(self, batch: Any) -> Any: ...

    def _encode(self, items: Sequence[Any], read: Callable[[list[Any]], Any], embed: Callable[[Any], Any]) -> NDArray[np.float32]:
        starts = range(0, len(items), self._batch)
        batches = [self._unit(embed, read(list(items[start : start + self._batch]))) for start in starts]
        return np.concatenate(batches) if batches else np.empty((0, self.dimension), dtype=np.float32)

    def _unit(self, embed: Callable[[Any], Any], batch: Any) -> NDArray[np.float32]:
        import torch

        with self._lock, torch.inference_mode():
            vectors = torch.nn.functional.normalize(embed(batch).float(), dim=-1)
        return np.asarray(vectors.cpu().numpy(), dtype=np.float32)
